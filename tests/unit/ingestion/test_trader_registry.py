import datetime as dt

import pytest

from ingestion.sources.catalog import SOURCES
from ingestion.sources.reading import RefusedFileError
from ingestion.sources.tcvn3 import is_tcvn3, to_utf8
from tests.unit.ingestion.files import csv_text, land, read, reasons

SOURCE = SOURCES["trader_registry"]
NAME = "dn_202405.csv"
TRADER = {
    "MA_DN": "0101234567",
    "LOAI_DN": "DN",
    "TEN_DN": "Công ty Dệt may Hải Phòng",
    "NGAY_TL": "1999-02-28",
    "VON_VND": "25000000000",
    "TRANG_THAI": "00",
    "UU_TIEN": "1",
}
# Typed off a code chart, letter by letter.
LEGACY_NAME = b"C\xabng ty D\xd6t may H\xb6i Ph\xdfng"


def legacy(text: str) -> bytes:
    return text.encode().replace("Công ty Dệt may Hải Phòng".encode(), LEGACY_NAME)


def test_a_snapshot_is_conformed_with_the_month_of_its_name(tmp_path):
    traders = land(tmp_path, SOURCE, NAME, csv_text([TRADER]))["trader"]
    row = traders.accepted.to_pylist()[0]
    assert row["snapshot_month"] == dt.date(2024, 5, 1)
    assert (row["trader_id"], row["is_priority"]) == ("0101234567", True)
    assert row["capital_vnd"] == 25_000_000_000
    assert row["founded_date"] == dt.date(1999, 2, 28)


@pytest.mark.parametrize("name", ["dn_2024-05.csv", "dn_20240531_02.csv", "dn_2024-05-31.csv"])
def test_the_month_is_found_however_the_name_spells_it(tmp_path, name):
    traders = land(tmp_path, SOURCE, name, csv_text([TRADER]))["trader"]
    assert traders.accepted["snapshot_month"].to_pylist() == [dt.date(2024, 5, 1)]


@pytest.mark.parametrize("name", ["dn.csv", "dn_moi.csv", "dn_202413.csv"])
def test_a_name_without_a_month_is_refused(tmp_path, name):
    assert read(tmp_path, SOURCE, name, csv_text([TRADER])).reason_code == "E_SNAPSHOT_MONTH"


def test_a_tcvn3_file_gives_the_same_rows_as_its_utf8_twin(tmp_path):
    text = csv_text([TRADER, {**TRADER, "MA_DN": "0101234567-001"}])
    modern = land(tmp_path, SOURCE, NAME, text)["trader"].accepted
    assert land(tmp_path, SOURCE, NAME, legacy(text))["trader"].accepted == modern
    assert modern["trader_name"][0].as_py() == "Công ty Dệt may Hải Phòng"


def test_every_letter_of_the_alphabet_is_in_the_table():
    marked = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđĂÂÊÔƠƯĐ"
    decoded = to_utf8(bytes(range(0xA1, 0xFF))).decode("utf-8", errors="ignore")
    assert sorted(decoded) == sorted(marked)
    assert to_utf8(b"plain \x80\xc3") == b"plain \x80\xc3"


def test_a_file_that_mixes_both_encodings_is_refused(tmp_path):
    text = csv_text([TRADER]).encode() + legacy(csv_text([TRADER])).split(b"\n")[1] + b"\n"
    refusal = read(tmp_path, SOURCE, NAME, text)
    assert (refusal.status, refusal.reason_code) == ("refused", "E_ENCODING_AMBIGUOUS")


def test_bytes_that_read_well_in_both_encodings_are_refused():
    # ơ in UTF-8 is C6 A1, which TCVN3 reads as ặĂ.
    with pytest.raises(RefusedFileError, match="TCVN3 or UTF-8"):
        is_tcvn3(["TEN_DN\nSơn\n".encode()])


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([b"plain ASCII\n"], False),
        ([b"", b"D\xd6", b"t may\nH\xb6i\n"], True),
        (["Sơn\nCông\n".encode()], False),
        (["\ufeffSơn\n".encode()], False),
        (["Công ty\n".encode(), b"broken \xff byte\n"], False),
        ([b"D\xd6t may\nbroken \xff\x80\n"], True),
        (["Cô".encode()[:2], "Cô".encode()[2:] + b"ng\n"], False),
    ],
)
def test_the_encoding_is_told_by_the_whole_file(chunks, expected):
    assert is_tcvn3(chunks) is expected


def test_a_damaged_line_is_quarantined_in_either_encoding(tmp_path):
    second = {**TRADER, "MA_DN": "0101234568"}
    text = csv_text([TRADER, second])
    for content in (text.encode(), legacy(text)):
        head, _, tail = content.rpartition(b"0101234568,DN,")
        damaged = head + b"0101234568,DN,\xff" + tail
        traders = land(tmp_path, SOURCE, NAME, damaged)["trader"]
        assert traders.accepted["trader_id"].to_pylist() == ["0101234567"]
        assert reasons(traders.rejected) == {2: ["E_ENCODING"]}


def test_codes_outside_their_lists_are_refused_and_open_ones_are_not(tmp_path):
    crooked = {**TRADER, "TRANG_THAI": "02", "LOAI_DN": "XX", "LOAI": "MỚI", "MA_DN": "12345"}
    traders = land(tmp_path, SOURCE, NAME, csv_text([crooked]))["trader"]
    assert reasons(traders.rejected) == {
        1: ["E_PATTERN:trader_id", "E_CODE:trader_kind_code", "E_CODE:status_code"]
    }


def test_tables_without_a_contract_are_kept_for_later(tmp_path):
    reading = read(tmp_path, SOURCE, "chusohuu_202405.csv", "MA_DN\n1\n")
    assert (reading.status, reading.reason_code) == ("not_applicable", "NO_CONTRACT")
