"""Releases name the record of statements: one that is removed or begun anew shows."""

import json

import pytest

from tests.integration.built_marts import change_build, lake_settings, make_build
from tests.processes import customs
from warehouse import opening, release
from warehouse.audit import HEAD_FILE, AuditLog
from warehouse.publish import publish

LATER = "update marts.fct_inspection set additional_duty_vnd = 99"


@pytest.fixture
def settings(tmp_path):
    settings = lake_settings(tmp_path / "lake")
    make_build(settings)
    return settings


def verified(layout):
    done = customs("audit", "verify", "--json", "--home", layout.home)
    return done.returncode, json.loads(done.stdout)


def remove_record(layout):
    path = AuditLog.of(layout).path
    path.unlink()
    path.with_name(HEAD_FILE).unlink()


def test_a_record_that_was_removed_beside_a_release_shows_then_and_ever_after(settings, layout):
    publish(settings, roles=["analyst"])
    assert verified(layout)[0] == 0
    remove_record(layout)
    status, told = verified(layout)
    assert status == 1
    assert "the record is gone" in told["message"]
    AuditLog.of(layout).append("statement", sql="select 1")
    change_build(layout, LATER)
    assert publish(settings)["analyst"].manifest.release == 2
    status, told = verified(layout)
    assert status == 1
    assert "it was begun anew" in told["message"]


def test_a_release_that_names_no_record_is_no_fault_and_the_next_names_one(settings, layout):
    publish(settings, roles=["analyst"])
    manifest = release.current_release(layout, "analyst") / opening.MANIFEST_FILE
    told = json.loads(manifest.read_bytes())
    assert told.pop("audit_record")
    manifest.chmod(0o600)
    manifest.write_text(json.dumps(told))
    remove_record(layout)
    assert verified(layout)[0] == 0
    assert publish(settings, roles=["analyst"])["analyst"].manifest.release == 2
    assert verified(layout)[0] == 0
    assert publish(settings, roles=["analyst"])["analyst"].manifest.release == 2
    remove_record(layout)
    assert verified(layout)[0] == 1
