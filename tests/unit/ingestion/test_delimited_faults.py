import gzip
import json

import pytest

from ingestion.sources import delimited, raw_rows
from ingestion.sources.catalog import SOURCES
from ingestion.sources.reading import RefusedFileError
from tests.unit.ingestion.files import HANG, csv_text, land, read, reasons

SOURCE = SOURCES["vcis_extract"]
NAME = "hang_20240305_01.csv"


def lines(*bodies: bytes) -> bytes:
    header, row = csv_text([HANG]).encode().splitlines()
    return b"\n".join([header, row, *bodies]) + b"\n"


def row_with(**changes: str) -> bytes:
    return csv_text([{**HANG, **changes}]).encode().splitlines()[1]


CROOKED_ROWS = [
    (b"1,2,3", "E_RAGGED"),
    (row_with(STT="2") + b",more", "E_RAGGED"),
    (row_with(STT="2", TEN_HANG="a\x00b"), "E_CTRL_CHAR"),
    (row_with(STT="2", TEN_HANG="a\x1bb"), "E_CTRL_CHAR"),
    (row_with(STT="2", TEN_HANG="gold\u202edlog"), "E_CTRL_CHAR"),
    (row_with(STT="2", TEN_HANG="a\u0085b"), "E_CTRL_CHAR"),
    (row_with(STT="2", TEN_HANG="x").replace(b"x", b"C\xabng"), "E_ENCODING"),
    (row_with(STT="2", TEN_HANG="x").replace(b"x", b'"open'), "E_QUOTE"),
    (row_with(STT="2", TEN_HANG="x").replace(b"x", b'a"b'), "E_QUOTE"),
    (row_with(STT="2", TEN_HANG="x" * (1 << 20)), "E_RECORD_TOO_LONG"),
]


def test_a_crooked_row_is_quarantined_with_its_number_and_its_neighbours_stay(tmp_path):
    sound = row_with(STT="3", TEN_HANG='vải "lụa", 100%')
    content = lines(*[line for crooked, _ in CROOKED_ROWS for line in (crooked, sound)])
    items = land(tmp_path, SOURCE, NAME, content)["goods_item"]
    assert items.accepted["record_number"].to_pylist() == list(range(1, 22, 2))
    assert set(items.accepted["goods_description"].to_pylist()[1:]) == {'vải "lụa", 100%'}
    found = reasons(items.rejected)
    assert sorted(found) == list(range(2, 21, 2))
    for number, (_, reason) in enumerate(CROOKED_ROWS, start=1):
        assert reason in found[2 * number]
    assert all(json.loads(raw.as_py())["text"] for raw in items.rejected["raw"])


def test_columns_are_found_by_name_whatever_their_order(tmp_path):
    turned = {name: HANG[name] for name in reversed(list(HANG))}
    plain = land(tmp_path, SOURCE, NAME, csv_text([HANG]))["goods_item"].accepted
    assert land(tmp_path, SOURCE, NAME, csv_text([turned]))["goods_item"].accepted == plain


def test_an_unknown_column_is_kept_and_reported(tmp_path):
    row = {**HANG, "record_number": 'a "new"\ncolumn \\', "MAU": "đỏ"}
    content = csv_text([row, {**HANG, "record_number": "", "MAU": ""}])
    assert tuple(read(tmp_path, SOURCE, NAME, content).drift) == ("record_number", "MAU")
    extras = land(tmp_path, SOURCE, NAME, content)["goods_item"].accepted["extras"]
    assert json.loads(extras[0].as_py()) == {"record_number": 'a "new"\ncolumn \\', "MAU": "đỏ"}
    assert extras[1].as_py() is None


@pytest.mark.parametrize("column", ["SO_TK", "STT", "MA_HS", "TRI_GIA_TT", "SEQ_NO", "OP"])
def test_a_file_without_a_required_column_is_refused(tmp_path, column):
    row = {name: value for name, value in HANG.items() if name != column}
    refusal = read(tmp_path, SOURCE, NAME, csv_text([row]))
    assert (refusal.status, refusal.reason_code) == ("refused", "E_SCHEMA_MISSING")
    assert column in refusal.reason_text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "E_SCHEMA_MISSING"),
        (b"\n\n", "E_SCHEMA_MISSING"),
        (csv_text([HANG]).replace(",", ";").encode(), "E_SCHEMA_MISSING"),
        (csv_text([HANG]).replace("STT", "SO_TK", 1).encode(), "E_HEADER_DUPLICATE"),
        (csv_text([HANG]).encode("utf-16"), "E_ENCODING"),
        (b'"SO_TK\n1', "E_SCHEMA_MISSING"),
        (b"SO_\xff,STT\n1,2\n", "E_SCHEMA_MISSING"),
        (b"x" * (3 << 20), "E_SCHEMA_MISSING"),
        (b"\x1f\x8bnot a gzip", "E_FILE_CORRUPT"),
        (b"PAR1", "E_FILE_CORRUPT"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path, content, reason):
    refusal = read(tmp_path, SOURCE, NAME, content)
    assert (refusal.status, refusal.reason_code) == ("refused", reason)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    text = csv_text([HANG, {**HANG, "STT": "2"}])
    plain = land(tmp_path, SOURCE, NAME, text)["goods_item"].accepted
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert land(tmp_path, SOURCE, NAME, windows)["goods_item"].accepted == plain
    unterminated = land(tmp_path, SOURCE, NAME, text.rstrip("\n"))["goods_item"].accepted
    assert unterminated.drop_columns("cut") == plain.drop_columns("cut")
    cut = {"text": "I", "none": {"operation_code": None}}
    assert plain["cut"].to_pylist() == [None, None]
    assert [found and json.loads(found) for found in unterminated["cut"].to_pylist()] == [None, cut]


def test_a_gzip_reads_like_the_text_and_a_cut_one_is_refused(tmp_path):
    text = csv_text([{**HANG, "STT": str(1 + n % 50)} for n in range(500)]).encode()
    packed = gzip.compress(text)
    items = land(tmp_path, SOURCE, f"{NAME}.gz", packed)["goods_item"]
    assert items.accepted.num_rows == 500
    for damaged in (packed[:-20], packed[: len(packed) // 2], packed[:-8] + b"\0" * 8, text):
        refusal = read(tmp_path, SOURCE, f"{NAME}.gz", damaged)
        assert (refusal.status, refusal.reason_code) == ("refused", "E_FILE_CORRUPT")


def test_text_beyond_the_limit_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(raw_rows, "MAX_TEXT_BYTES", 10_000)
    bomb = gzip.compress(csv_text([HANG] * 10_000).encode())
    assert read(tmp_path, SOURCE, f"{NAME}.gz", bomb).reason_code == "E_FILE_TOO_LARGE"


def test_a_line_without_end_is_refused_before_it_fills_the_memory():
    endless = [b"a,b\n1,", *[b"x" * (1 << 19)] * 4]
    with pytest.raises(RefusedFileError) as refusal:
        delimited.read_delimited(endless, lambda _: None)
    assert refusal.value.reason_code == "E_RECORD_TOO_LONG"


def test_windows_cut_anywhere_give_the_same_rows():
    rows = [{**HANG, "STT": str(n), "TEN_HANG": f'"{n}",\nhàng'} for n in range(1, 6)]
    text = csv_text(rows).encode() + b"1,2\n" + b'3,"open\n'
    whole = delimited.read_delimited([text], lambda _: None)
    for size in (1, 3, 7, 64):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        cut = delimited.read_delimited(pieces, lambda _: None)
        assert cut.rows.combine_chunks() == whole.rows.combine_chunks()
        assert cut.broken.combine_chunks() == whole.broken.combine_chunks()
    assert (whole.rows.num_rows, whole.broken.num_rows) == (5, 2)


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("hang.csv", "accepted", None),
        ("HANG_20240305_0815_1.csv", "accepted", None),
        ("hang_1.txt", "refused", "E_FILE_FORMAT"),
        ("hangs_1.csv", "refused", "E_UNKNOWN_TABLE"),
        ("_hang.csv", "refused", "E_UNKNOWN_TABLE"),
        ("ktstqct_20240305_01.csv", "not_applicable", "NO_CONTRACT"),
        ("vanchuyen_20240305_01.csv", "not_applicable", "NO_CONTRACT"),
    ],
)
def test_the_first_word_of_the_name_tells_the_table(tmp_path, name, status, reason):
    reading = read(tmp_path, SOURCE, name, csv_text([HANG]))
    assert (reading.status, reading.reason_code) == (status, reason)
