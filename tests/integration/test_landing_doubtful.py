"""Files and records that come again or otherwise: what is the same, what counts, what is told."""

import gzip
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests import builders
from tests.integration.conftest import Land, counts
from tests.lake_contents import column, contents, rows
from warehouse import summary
from warehouse.settings import LakeSettings


def _totals(settings: LakeSettings, table: str = "declaration") -> tuple[int, int, int]:
    count = summary.summarise(settings)["tables"][table]
    return count["accepted"], count["quarantined"], count["repeated"]


WHOLE = builders.csv_bytes([builders.tk(f"3000000000{n}0", n) for n in range(1, 4)])
NOTED = [builders.tk(GHI_CHU="dòng 1\ndòng 2", TEN_DN="CÔNG TY Á"), builders.tk("300000000020", 2)]


def _csv(*, line_end: str = "\r\n", form: str = "NFC", **changes: object) -> bytes:
    """Return two records; line breaks inside the text follow the form of the file."""
    records = [NOTED[0] | changes, {name: NOTED[1].get(name, "") for name in NOTED[0] | changes}]
    text = builders.csv_bytes(records).decode().replace("\r\n", "\n")
    return unicodedata.normalize(form, text.replace("\n", line_end)).encode()


def _parquet(folder: Path, form: str) -> bytes:
    columns = {
        name: pa.array(
            [unicodedata.normalize(form, str(row.get(name, ""))) for row in NOTED], pa.string()
        )
        for name in NOTED[0]
    }
    pq.write_table(pa.table(columns), folder / "form.parquet")
    return (folder / "form.parquet").read_bytes()


def test_line_ends_unicode_and_unknown_columns_are_no_content(
    settings: LakeSettings, land: Land, tmp_path: Path
) -> None:
    land("tk_1.csv", _csv(line_end="\n"))
    forms = {
        "tk_2.csv": _csv(line_end="\r\n"),
        "tk_3.csv": _csv(line_end="\n", form="NFD"),
        "tk_4.csv": b"\xef\xbb\xbf" + _csv(),
        "tk_5.csv": _csv(COT_LA="42"),
        "tk_6.csv": _csv(TONG_TG_HD="1000", TONG_THUE="2500000.0", TY_GIA="25000.000"),
        "tk_7.csv": _csv(NGAY_TQ="", MA_UT=""),
        "tk_8.csv.gz": gzip.compress(_csv(form="NFD")),
        "tk_9.parquet": _parquet(tmp_path, "NFD"),
    }
    for name, content in forms.items():
        assert counts(land(name, content), "declaration") == (0, 0, 2), name
    assert column(settings, "declaration", "trader_name")[1] == "CÔNG TY Á"
    assert set(column(settings, "declaration", "remark_text")) == {"dòng 1\ndòng 2", None}
    report = land("tk_10.csv", _csv(TONG_THUE="2500001"))
    assert counts(report, "declaration") == (0, 1, 1)


def test_the_operation_is_content(settings: LakeSettings, land: Land) -> None:
    land("tk_1.csv", builders.csv_bytes([builders.tk()]))
    land("tk_2.csv", builders.csv_bytes([builders.tk(OP="U")]))
    assert _totals(settings) == (0, 2, 0)


def test_what_was_quarantined_is_counted_each_time_and_takes_part_in_no_order(
    settings: LakeSettings, land: Land
) -> None:
    bad = builders.tk(seq_no=9, NGAY_DK="never")
    for number in (1, 2):
        file = builders.csv_bytes([bad, builders.tk("300000000020", TONG_THUE=number)])
        report = land(f"tk_{number}.csv", file)
        assert counts(report, "declaration") == ((1, 1, 0) if number == 1 else (0, 2, 0))
    assert _totals(settings) == (0, 4, 0)
    land("tk_3.csv", builders.csv_bytes([builders.tk(seq_no=2)]))
    assert column(settings, "declaration", "sequence_number") == [2]


def test_two_keys_under_one_number_are_both_accepted(land: Land) -> None:
    report = land("tk_1.csv", builders.csv_bytes([builders.tk(), builders.tk("300000000020", 1)]))
    assert counts(report, "declaration") == (2, 0, 0)


def test_of_two_rates_in_one_file_the_later_one_counts(settings: LakeSettings, land: Land) -> None:
    both = [builders.tygia(rate="25000"), builders.tygia(rate="25500")]
    report = land("tygia_1.csv", builders.csv_bytes(both), "reference")
    assert counts(report, "exchange_rate") == (2, 0, 0)
    found = rows(settings, "exchange_rate", "record_number", "rate_vnd")
    assert [int(rate) for _, rate in found] == [25_000, 25_500]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("tk_1.csv", b"", "E_FILE_EMPTY"),
        ("tk_1.csv.gz", gzip.compress(b"", mtime=0), "E_SCHEMA_MISSING"),
        ("tk_1.csv.gz", gzip.compress(WHOLE, mtime=0)[:-9], "E_FILE_CORRUPT"),
        ("tk_1.parquet", b"PAR1", "E_FILE_CORRUPT"),
    ],
)
def test_no_bytes_and_cut_packages_are_refused_whole(
    land: Land, name: str, content: bytes, reason: str
) -> None:
    (note,) = land(name, content)["refused"]  # type: ignore[misc]
    assert note["reason_code"] == reason


def test_gzip_in_several_members_with_padding_and_garbage(
    settings: LakeSettings, land: Land
) -> None:
    head, _, body = WHOLE.partition(b"\r\n")
    first, second = gzip.compress(head + b"\r\n"), gzip.compress(body)
    assert counts(land("tk_1.csv.gz", first + second), "declaration") == (3, 0, 0)
    assert counts(land("tk_2.csv.gz", first + second + bytes(512)), "declaration") == (0, 0, 3)
    assert counts(land("tk_3.CSV.GZ", gzip.compress(b"\xef\xbb\xbf" + WHOLE)), "declaration") == (
        0,
        0,
        3,
    )
    before = contents(settings)
    (note,) = land("tk_4.csv.gz", first + second + b"GARBAGE")["refused"]  # type: ignore[misc]
    assert note["reason_code"] == "E_FILE_CORRUPT"
    (note,) = land("tk_5.csv.gz", gzip.compress(first + second))["refused"]  # type: ignore[misc]
    assert contents(settings) == before
