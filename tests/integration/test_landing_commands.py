"""`customs land`, `quarantine` and `status` as people and programs call them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from data_contracts.errors import CustomsDataError
from data_contracts.loading import load_contract
from orchestration.cli import land, quarantine, status
from tests import builders

NAME = "CÔNG TY TNHH THỬ NGHIỆM"
TAX_CODE = "0100000001"
Customs = Callable[..., Result]


@pytest.fixture
def customs(tmp_path: Path) -> Customs:
    app = typer.Typer()
    for module in (land, quarantine, status):
        module.register(app)

    def run(*arguments: object) -> Result:
        words = [str(argument) for argument in (*arguments, "--home", tmp_path / "home")]
        return CliRunner().invoke(app, words)

    return run


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    rows = [builders.tk(), builders.tk("300000000020", 2, NGAY_DK="2025-02-30")]
    builders.write_csv(folder / "tk_20250301_1.csv", rows)
    (folder / "thue_20250301_1.csv").touch()
    return folder


def _json(result: Result, keys: Sequence[str] = ()) -> dict[str, Any]:
    assert len(result.stdout.splitlines()) == 1
    found = json.loads(result.stdout)
    assert set(keys) <= set(found)
    return found


def test_land_tells_everything_in_one_object_and_exits_with_3(
    customs: Customs, inbox: Path
) -> None:
    result = customs("land", "vcis_extract", inbox, "--json")
    assert result.exit_code == 3
    report = _json(result)
    kinds = ("accepted_files", "not_applicable_files", "refused_files", "duplicate_files")
    assert report["files"] == sum(report[kind] for kind in kinds) == 2
    assert report["records"] == {"declaration": {"accepted": 1, "quarantined": 1, "repeated": 0}}
    again = customs("land", "vcis_extract", inbox, "--json")
    found = _json(again)
    assert (again.exit_code, found["duplicate_files"], found["refused_files"]) == (3, 1, 1)


def test_land_speaks_to_people(customs: Customs, inbox: Path) -> None:
    tried = customs("land", "vcis_extract", inbox, "--check")
    assert "Tried 2 files: 1 accepted, 0 not applicable, 1 refused" in tried.stdout
    landed = customs("land", "vcis_extract", inbox)
    assert "Landed 2 files" in landed.stdout
    assert "refused thue_20250301_1.csv: E_FILE_EMPTY" in landed.stdout


def test_quarantine_names_the_column_of_the_source_and_what_is_expected(
    customs: Customs, inbox: Path
) -> None:
    rows = [builders.sukien("1234567890X"), builders.sukien(seq_no=2, THOI_DIEM="never")]
    path = builders.write_csv(inbox / "sukien_1.csv", rows)
    customs("land", "vcis_extract", inbox)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    shown = customs("quarantine", "show", sha256).stdout
    assert "E_PATTERN [declaration_number (SO_TK_GOC)]: " in shown
    pattern = load_contract("declaration_event").field("declaration_number").pattern
    assert f"; expected text of the form {pattern} / " in shown
    assert f"; yêu cầu văn bản theo mẫu {pattern}\n" in shown
    assert "E_TYPE [occurred_at (THOI_DIEM)]: " in shown
    found = _json(customs("quarantine", "show", sha256, "--json"))["records"][0]["reasons"][0]
    assert found["columns"] == ["SO_TK_GOC"]
    assert found["expected_en"] == f"text of the form {pattern}"
    assert found["expected_vi"] == f"văn bản theo mẫu {pattern}"


def test_names_from_outside_make_no_line_and_no_colour(customs: Customs, inbox: Path) -> None:
    (inbox / "tk_2.csv\nLanded 9 files: all accepted\x1b[32m").write_text("A\n")
    row = builders.tk("300000000030", 3, NGAY_DK="\x9b31mnever") | {"A\x1b[31m": 1}
    builders.write_csv(inbox / "tk_3.csv", [row])
    told = [customs("land", "vcis_extract", inbox), customs("quarantine", "list")]
    told.append(customs("quarantine", "show", hashlib.sha256(b"A\n").hexdigest()))
    sha256 = hashlib.sha256((inbox / "tk_3.csv").read_bytes()).hexdigest()
    told.append(customs("quarantine", "show", sha256))
    for result in told:
        lines = result.output.split("\n")
        assert all(line.isprintable() for line in lines)
        assert not any(line.startswith("Landed 9") for line in lines)
    assert "tk_2.csv�Landed 9 files: all accepted�[32m: E_" in told[0].stdout


def test_a_hash_that_no_file_has_is_no_success(customs: Customs, inbox: Path) -> None:
    sound = builders.write_csv(inbox / "tk_20250302_1.csv", [builders.tk("300000000030", 3)])
    customs("land", "vcis_extract", inbox)
    known = hashlib.sha256(sound.read_bytes()).hexdigest()
    shown = customs("quarantine", "show", known.upper())
    assert (shown.exit_code, shown.stdout) == (0, "No quarantined record of such a file.\n")
    unknown = hashlib.sha256(b"never landed").hexdigest()
    mistyped = customs("quarantine", "show", unknown, "--json")
    assert mistyped.exit_code == 1
    assert isinstance(mistyped.exception, CustomsDataError)
    assert "customs quarantine list" in str(mistyped.exception)


def test_quarantine_groups_reasons_and_shows_the_record_only_on_request(
    customs: Customs, inbox: Path
) -> None:
    customs("land", "vcis_extract", inbox)
    listed = customs("quarantine", "list", "--json")
    assert listed.exit_code == 0
    found = _json(listed, ["records", "groups", "refused_files", "refused"])
    (group,) = found["groups"]
    assert found["records"] == group["records"] == 1
    assert (group["reason_code"], group["field"]) == ("E_TYPE", "registered_at")
    assert (group["file"], group["first_record_number"]) == ("tk_20250301_1.csv", 2)
    assert group["reason_vi"] != group["reason_en"]
    assert NAME not in listed.stdout
    assert TAX_CODE not in listed.stdout

    shown = _json(customs("quarantine", "show", group["sha256"][:12], "--json"))
    (record,) = shown["records"]
    assert record["record_number"] == 2
    assert record["reasons"][0]["code"] == "E_TYPE"
    assert json.loads(record["raw"])["NGAY_DK"] == "2025-02-30"
    assert NAME in customs("quarantine", "show", group["sha256"]).stdout


def test_a_refused_file_is_listed_with_its_reason(customs: Customs, inbox: Path) -> None:
    report = _json(customs("land", "vcis_extract", inbox, "--json"))
    assert report["refused_files"] == 1
    found = _json(customs("quarantine", "list", "--json"))
    (refused,) = found["refused"]
    assert found["refused_files"] == 1
    assert refused["source"] == "vcis_extract"
    assert refused["file"] == "thue_20250301_1.csv"
    assert refused["reason_code"] == "E_FILE_EMPTY"
    assert refused["reason_text"]
    assert len(refused["sha256"]) == 64
    listed = customs("quarantine", "list").stdout
    assert "thue_20250301_1.csv" in listed
    assert "E_FILE_EMPTY" in listed
    for option, value, files in [
        ("--source", "reference", 0),
        ("--reason", "E_FILE_EMPTY", 1),
        ("--reason", "E_TYPE", 0),
    ]:
        narrowed = _json(customs("quarantine", "list", option, value, "--json"))
        assert (narrowed["refused_files"], len(narrowed["refused"])) == (files, files)


def test_quarantine_can_be_narrowed(customs: Customs, inbox: Path) -> None:
    customs("land", "vcis_extract", inbox)
    for option, value, records in [
        ("--source", "vcis_extract", 1),
        ("--source", "reference", 0),
        ("--reason", "E_TYPE", 1),
        ("--reason", "E_CODE", 0),
    ]:
        found = _json(customs("quarantine", "list", option, value, "--json"))
        assert (found["records"], len(found["groups"])) == (records, records)


def test_no_identity_is_told_while_landing(customs: Customs, inbox: Path) -> None:
    result = customs("land", "vcis_extract", inbox)
    for words in (NAME, TAX_CODE):
        assert words not in result.output


def test_status_counts_files_records_and_tables(customs: Customs, inbox: Path) -> None:
    customs("land", "vcis_extract", inbox)
    found = _json(customs("status", "--json"))
    assert found["sources"]["vcis_extract"]["states"] == {"accepted": 1, "refused": 1}
    assert found["tables"]["declaration"] == {"accepted": 1, "quarantined": 1, "repeated": 0}
    assert found["lake"]["bronze/declaration"]["version"] == 1
    assert found["lake"]["bronze/declaration"]["size_bytes"] > 0
    assert "vcis_extract" in customs("status").stdout


def test_a_delivery_is_withdrawn_by_its_hash(customs: Customs, inbox: Path) -> None:
    customs("land", "vcis_extract", inbox)
    (group,) = _json(customs("quarantine", "list", "--json"))["groups"]
    result = customs("land", "--withdraw", group["sha256"], "--json")
    assert _json(result) == {
        "withdrawn": group["sha256"],
        "source": "vcis_extract",
        "file": "tk_20250301_1.csv",
        "reloaded_files": 0,
    }
    assert _json(customs("quarantine", "list", "--json"))["records"] == 0
    states = _json(customs("status", "--json"))["sources"]["vcis_extract"]["states"]
    assert states == {"refused": 1, "withdrawn": 1}


@pytest.mark.parametrize(
    "arguments",
    [
        ("land",),
        ("land", "vcis_extract"),
        ("land", "nobody", "."),
        ("land", "vcis_extract", "there/is/nothing"),
        ("land", "vcis_extract", ".", "--withdraw", "0" * 64),
        ("land", "vcis_extract", ".", "--receipt", "1"),
    ],
)
def test_wrong_use_exits_with_2_and_says_why(customs: Customs, arguments: tuple[str, ...]) -> None:
    result = customs(*arguments, "--json")
    assert result.exit_code == 2
    assert _json(result, ["error", "message"])["message"]


@pytest.mark.parametrize("sha", ["zzz", "", "1234567", "12g45678", "0" * 65])
def test_no_hash_to_take_back_is_wrong_use(customs: Customs, inbox: Path, sha: str) -> None:
    customs("land", "vcis_extract", inbox)
    result = customs("land", "--withdraw", sha, "--json")
    assert result.exit_code == 2
    message = _json(result, ["error", "message"])["message"]
    assert "expected its first 8 to 64 characters" in message


def test_a_quarantine_of_an_unknown_source_is_wrong_use_and_names_the_known_ones(
    customs: Customs, inbox: Path
) -> None:
    customs("land", "vcis_extract", inbox)
    result = customs("quarantine", "list", "--source", "nope", "--json")
    assert result.exit_code == 2
    message = _json(result, ["error", "message"])["message"]
    assert "there is no source 'nope'; known: " in message
    assert "vcis_extract" in message


@pytest.mark.parametrize("sha", ["zzz", "", "abc", "12g45678", "0" * 65, "tk_20250301_1.csv"])
def test_what_is_no_hash_is_wrong_use_and_says_what_one_looks_like(
    customs: Customs, inbox: Path, sha: str
) -> None:
    customs("land", "vcis_extract", inbox)
    result = customs("quarantine", "show", sha, "--json")
    assert result.exit_code == 2
    message = _json(result, ["error", "message"])["message"]
    assert "expected its first 4 to 64 characters" in message
    assert "customs quarantine list" in message


@pytest.mark.parametrize(
    ("file", "row", "field", "expected"),
    [
        ("hang_1.csv", {**builders.hang(), "STT": "51"}, "item_number", "at least 1; at most 50"),
        ("sukien_1.csv", {**builders.sukien(), "OP": "U"}, "operation_code", ""),
    ],
)
def test_what_a_source_allows_is_told_and_a_rule_of_its_own_is_not_explained_by_the_contract(
    customs: Customs, tmp_path: Path, file: str, row: builders.Row, field: str,
    expected: str,
) -> None:  # fmt: skip
    customs("land", "vcis_extract", builders.write_csv(tmp_path / "own" / file, [row]))
    (group,) = _json(customs("quarantine", "list", "--json"))["groups"]
    assert group["field"] == field
    (record,) = _json(customs("quarantine", "show", group["sha256"], "--json"))["records"]
    (reason,) = record["reasons"]
    assert reason["expected_en"] == expected
    assert bool(reason["expected_vi"]) == bool(expected)


def test_a_withdrawal_of_bytes_that_are_two_deliveries_asks_which(
    customs: Customs, tmp_path: Path
) -> None:
    rate = {"MA_HS": "22030010", "THUE_SUAT": "10%", "TU_NGAY": "2025-01-01"}
    for name in ("vat_2025.csv", "ttdb_2025.csv"):
        path = builders.write_csv(tmp_path / name, [rate])
        customs("land", "reference", path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    asked = customs("land", "--withdraw", sha256).exception
    assert "--receipt NUMBER: 1: vat_2025.csv (reference); 2: ttdb_2025.csv" in str(asked)
    result = customs("land", "--withdraw", sha256, "--receipt", 2, "--json")
    assert _json(result)["file"] == "ttdb_2025.csv"


def test_the_quarantine_of_no_lake_is_an_error(customs: Customs) -> None:
    assert isinstance(customs("quarantine", "list").exception, CustomsDataError)
