"""A file that ends without a line end: its last record may be cut, and mostly it is not."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.land import land_files
from ingestion.withdraw import withdraw
from tests import builders
from tests.integration.conftest import Land, counts
from tests.lake_contents import column
from warehouse import quarantine, summary
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings


def _totals(settings: LakeSettings, table: str = "declaration") -> tuple[int, int, int]:
    count = summary.summarise(settings)["tables"][table]
    return count["accepted"], count["quarantined"], count["repeated"]


def _sha(settings: LakeSettings, name: str) -> str:
    with Ledger(Layout(settings.home).ledger_path) as ledger:
        return next(one.sha256 for one in ledger.deliveries("accepted") if one.name == name)


THREE = [builders.tk(f"3000000000{n}0", n) for n in range(1, 4)]
WHOLE = builders.csv_bytes(THREE)


def _ending(seq: int, text: str) -> bytes:
    """Return a file whose last record ends in the middle of its last field, TONG_THUE."""
    content = builders.csv_bytes([*THREE[: seq - 1], builders.tk(f"3000000000{seq}0", seq)])
    assert content.endswith(b",2500000\r\n")
    return content.removesuffix(b"2500000\r\n") + text.encode()


@pytest.mark.parametrize(
    ("pack", "text"),
    [(bytes, "25"), (gzip.compress, "25"), (bytes, "")],
    ids=["text", "gzip", "empty"],
)
@pytest.mark.parametrize("is_cut_first", [True, False])
def test_of_a_cut_record_and_the_whole_one_the_whole_one_counts(
    settings: LakeSettings,
    land: Land,
    pack: Callable[[bytes], bytes],
    text: str,
    is_cut_first: bool,
) -> None:
    ending = ".csv" if pack is bytes else ".csv.gz"
    files = [(f"tk_1{ending}", pack(_ending(3, text))), (f"tk_2{ending}", pack(WHOLE))]
    reports = [land(*file) for file in (files if is_cut_first else files[::-1])]
    told = [report["unterminated_files"] for report in reports]
    assert told == ([1, 0] if is_cut_first else [0, 1])
    assert column(settings, "declaration", "duty_tax_vnd") == [2_500_000] * 3
    assert _totals(settings) == (3, 0, 3)
    assert quarantine.groups(settings) == ([], 0)


def test_a_cut_record_and_the_whole_one_in_one_landing(settings: LakeSettings, inbox: Path) -> None:
    for number, content in enumerate((_ending(3, "2"), WHOLE, _ending(3, "2500"), _ending(2, ""))):
        (inbox / f"tk_{number}.csv").write_bytes(content)
    report = land_files(settings, "vcis_extract", [inbox]).as_json()
    assert report["unterminated"] == ["tk_0.csv", "tk_2.csv", "tk_3.csv"]
    assert column(settings, "declaration", "duty_tax_vnd") == [2_500_000] * 3
    assert counts(report, "declaration") == (3, 0, 8)


@pytest.mark.parametrize("is_whole_first", [True, False])
def test_what_was_cut_counts_again_when_the_whole_one_is_taken_back(
    settings: LakeSettings, land: Land, is_whole_first: bool
) -> None:
    files = [("tk_1.csv", _ending(3, "25")), ("tk_2.csv", WHOLE)]
    for file in files[::-1] if is_whole_first else files:
        land(*file)
    withdraw(settings, _sha(settings, "tk_2.csv"))
    assert _totals(settings) == (3, 0, 0)
    land("tk_3.csv", WHOLE + b"\r\n")
    assert _totals(settings) == (3, 0, 3)


def test_a_record_that_differs_elsewhere_is_no_cut_one(settings: LakeSettings, land: Land) -> None:
    land("tk_1.csv", _ending(1, "25"))
    land("tk_2.csv", builders.csv_bytes([builders.tk("300000000010", 1, MA_LH="A12")]))
    assert _totals(settings) == (0, 2, 0)
    # A number that the whole one does not begin with.
    land("tk_3.csv", _ending(2, "26").replace(b"300000000010,1,", b"300000000090,9,"))
    report = land("tk_4.csv", builders.csv_bytes([builders.tk("300000000020", 2)]))
    assert counts(report, "declaration") == (0, 1, 0)


def test_a_moment_that_was_cut_to_its_day_is_cut(settings: LakeSettings, land: Land) -> None:
    event = {"SO_TK_GOC": "30000000001", "SEQ_NO": 1, "OP": "I", "MA_SK": "TQ"}
    whole = builders.csv_bytes([event | {"THOI_DIEM": "2025-03-01 08:20:00"}])
    land("sukien_1.csv", whole.removesuffix(b" 08:20:00\r\n"))
    report = land("sukien_2.csv", whole)
    assert counts(report, "declaration_event") == (1, 0, 0)
    assert [at.hour for at in column(settings, "declaration_event", "occurred_at")] == [1]


def test_a_last_line_without_its_end_is_whole_where_it_is(land: Land) -> None:
    report = land("tk_1.csv", WHOLE.removesuffix(b"\r\n"))
    assert (report["unterminated_files"], counts(report, "declaration")) == (1, (3, 0, 0))
    assert counts(land("tk_2.csv", WHOLE), "declaration") == (0, 0, 3)
    # Without a number of its own a later value is a correction, however it begins.
    land("tygia_1.csv", builders.csv_bytes([builders.tygia(rate="25000")]), "reference")
    shorter = builders.csv_bytes([builders.tygia(rate="2500")]).removesuffix(b"\r\n")
    assert counts(land("tygia_2.csv", shorter, "reference"), "exchange_rate") == (1, 0, 0)


def test_a_line_cut_before_its_last_field_is_one_bad_record(
    settings: LakeSettings, land: Land
) -> None:
    report = land("tk_1.csv", _ending(3, "").removesuffix(b"25000000,"))
    assert counts(report, "declaration") == (2, 1, 0)
    assert [group.reason_code for group in quarantine.groups(settings)[0]] == ["E_RAGGED"]
    assert counts(land("tk_2.csv", WHOLE), "declaration") == (1, 0, 2)
