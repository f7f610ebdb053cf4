"""The worked example of the runbook, word for word: a province is one file and no program."""

import datetime as dt
import json
import re
import unicodedata
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ingestion.rebuild import rebuild
from orchestration.cli import land, quarantine
from tests.lake_contents import column, contents, rows
from tests.worked_examples import example
from warehouse.settings import LakeSettings

PROVINCE = example("A new province")
SOURCE = PROVINCE.texts["HOME/sources/mong_cai_gate.yaml"]
TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def in_windows_1258(text: str) -> bytes:
    """Return text as Windows writes it: the letter, and its tone as a character of its own."""
    parts = (unicodedata.normalize("NFD", letter) for letter in unicodedata.normalize("NFC", text))
    written = (
        unicodedata.normalize("NFC", TONES.sub("", part)) + "".join(TONES.findall(part))
        for part in parts
    )
    return "".join(written).encode("cp1258")


@pytest.fixture
def customs(tmp_path: Path):
    app = typer.Typer()
    for module in (land, quarantine):
        module.register(app)

    def run(*words: object):
        return CliRunner().invoke(app, [*map(str, words), "--home", str(tmp_path / "home")])

    return run


def test_the_new_province_of_the_runbook_lands_without_python(tmp_path, customs):
    sources = tmp_path / "home" / "sources"
    sources.mkdir(parents=True)
    (sources / "mong_cai_gate.yaml").write_text(SOURCE, encoding="utf-8")
    inbox = tmp_path / "INBOX" / "mong_cai"
    inbox.mkdir(parents=True)
    (inbox / "MC_01032025.csv").write_bytes(in_windows_1258(PROVINCE.sent))
    tried = customs("land", "mong_cai_gate", inbox, "--check", "--json")
    landed = customs("land", "mong_cai_gate", inbox, "--json")
    assert landed.exit_code == 3, landed.output
    counts = {"accepted": 3, "quarantined": 2, "repeated": 0}
    for answer in (tried, landed):
        assert json.loads(answer.stdout)["records"] == {"declaration_event": counts}
    lake, names = LakeSettings(home=tmp_path / "home"), ("declaration_number", "event_code")
    at = dt.datetime(2025, 3, 1, 1, 15, tzinfo=dt.UTC)
    assert rows(lake, "declaration_event", "occurred_at", "reason_text", *names) == [
        (at, "hai tờ khai", "30000000001", "QKVGS"),
        (at, "hai tờ khai", "30000000002", "QKVGS"),
        (at + dt.timedelta(minutes=45), "kho số 2", "30000000005", "MHBQ"),
    ]
    assert set(column(lake, "declaration_event", "source_system")) == {"mong_cai_gate"}
    listed = json.loads(customs("quarantine", "list", "--json").stdout)
    assert {(group["reason_code"], group["field"]) for group in listed["groups"]} == {
        ("E_TYPE", "occurred_at"),
        ("E_CODE", "event_code"),
    }
    records = customs("quarantine", "show", listed["groups"][0]["sha256"], "--json").stdout
    told = [reason for record in json.loads(records)["records"] for reason in record["reasons"]]
    assert {reason["field"]: reason["columns"] for reason in told} == {
        "occurred_at": ["Giờ"],
        "event_code": ["Bước"],
    }
    again = LakeSettings(home=tmp_path / "again")
    (report,) = rebuild(lake.home, again)
    assert report.records["declaration_event"].accepted == 3
    assert contents(again) == contents(lake)


def test_an_unknown_source_is_told_with_those_of_the_lake(tmp_path, customs):
    sources = tmp_path / "home" / "sources"
    sources.mkdir(parents=True)
    (sources / "mong_cai_gate.yaml").write_text(SOURCE, encoding="utf-8")
    unknown = customs("land", "mong_cai", tmp_path)
    assert unknown.exit_code == 2
    assert "mong_cai_gate" in unknown.output
