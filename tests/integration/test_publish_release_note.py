"""A release says which one it is, up to which day it knows, and what of it is simulated."""

from datetime import date, datetime

import pytest

from tests.integration.built_marts import CUT, change_build, lake_settings, make_build
from warehouse.build_record import record
from warehouse.engine import build_connection
from warehouse.publish import ROLES, publish
from warehouse.reading import open_release

NOTE = "select * from marts.dim_release"


@pytest.fixture
def settings(tmp_path):
    return lake_settings(tmp_path / "lake")


@pytest.fixture
def layout(settings):
    layout = make_build(settings)
    change_build(layout, "update marts.dim_release set as_of_date = date '2026-03-31'")
    return layout


def simulate(layout, settings, *sources):
    with build_connection(layout, settings) as connection:
        record(connection, CUT, sources)


def note(layout, role):
    with open_release(layout, role) as reader:
        (row,) = reader.execute(NOTE).fetchall()
        return dict(zip([column[0] for column in reader.description], row, strict=True))


@pytest.mark.parametrize("role", ROLES)
def test_the_release_names_itself_and_its_simulated_sources(settings, layout, role):
    simulate(layout, settings, "reference", "vcis_extract")
    manifest = publish(settings, roles=[role])[role].manifest
    assert manifest.simulated_sources == ["reference", "vcis_extract"]
    assert note(layout, role) == {
        "release_number": 1,
        "published_at": datetime.fromisoformat(manifest.published_at),
        "as_of_date": date(2026, 3, 31),
        "simulated_sources": "reference, vcis_extract",
    }
    assert manifest.tables["dim_release"].rows == 1


def test_nothing_simulated_is_told_as_nothing(settings, layout):
    manifest = publish(settings, roles=["management"])["management"].manifest
    assert manifest.simulated_sources == []
    assert note(layout, "management")["simulated_sources"] is None


def test_number_and_time_of_a_release_make_no_new_one(settings, layout):
    simulate(layout, settings, "vcis_extract")
    publish(settings)
    assert not any(entry.is_new for entry in publish(settings).values())


def test_a_source_that_turns_out_to_be_simulated_makes_a_new_release(settings, layout):
    publish(settings, roles=["management"])
    simulate(layout, settings, "vcis_extract")
    assert publish(settings, roles=["management"])["management"].manifest.release == 2
    assert note(layout, "management")["release_number"] == 2
    assert note(layout, "management")["simulated_sources"] == "vcis_extract"
