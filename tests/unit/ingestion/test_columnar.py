import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.sources import raw_rows
from ingestion.sources.catalog import SOURCES
from tests.unit.ingestion.files import HANG, csv_text, land, read, reasons

SOURCE = SOURCES["vcis_extract"]
NAME = "hang_20240305_01.parquet"


def parquet(table: pa.Table, **options: object) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    return sink.getvalue().to_pybytes()


def rows(*changes: dict[str, str | None]) -> pa.Table:
    return pa.Table.from_pylist([{**HANG, **change} for change in changes])


def test_a_parquet_file_reads_like_the_text(tmp_path):
    changes = ({"TEN_HANG": "vải, lụa"}, {"STT": "2", "MA_HS": ""}, {"STT": "3", "LUONG1": None})
    text = csv_text([{**HANG, **change} for change in changes])
    from_text = land(tmp_path, SOURCE, "hang_1.csv.gz", gzip.compress(text.encode()))["goods_item"]
    dictionaries = rows(*changes).cast(
        pa.schema([(name, pa.dictionary(pa.int32(), pa.string())) for name in HANG])
    )
    for table in (rows(*changes), dictionaries):
        found = land(tmp_path, SOURCE, NAME, parquet(table))["goods_item"]
        assert found.accepted == from_text.accepted
        assert reasons(found.rejected) == reasons(from_text.rejected)
    assert reasons(from_text.rejected) == {
        2: ["E_REQUIRED:tariff_line_code"],
        3: ["E_REQUIRED:first_quantity"],
    }


def test_control_characters_and_bytes_that_are_no_text_are_quarantined(tmp_path):
    table = rows({}, {"STT": "2", "TEN_HANG": "a\x00b"}, {"STT": "3"}, {"STT": "4"})
    names = pa.array([b"fine", b"a\x00b", b"C\xabng", b"line\r\nbreak\n"], pa.binary())
    place = table.schema.get_field_index("TEN_HANG")
    crooked = pa.StringArray.from_buffers(4, *names.buffers()[1:], names.buffers()[0])
    found = land(tmp_path, SOURCE, NAME, parquet(table.set_column(place, "TEN_HANG", crooked)))
    items = found["goods_item"]
    assert items.accepted["item_number"].to_pylist() == [1, 4]
    assert items.accepted["record_number"].to_pylist() == [1, 4]
    assert reasons(items.rejected) == {2: ["E_CTRL_CHAR"], 3: ["E_ENCODING"]}
    assert "C\\\\xabng" in items.rejected["raw"][1].as_py()


@pytest.mark.parametrize("keep", [5, 0.5, -9])
def test_a_cut_parquet_file_is_refused(tmp_path, keep):
    content = parquet(rows(*[{"STT": str(n)} for n in range(1, 40)]))
    end = int(len(content) * keep) if isinstance(keep, float) else keep
    refusal = read(tmp_path, SOURCE, NAME, content[:end])
    assert (refusal.status, refusal.reason_code) == ("refused", "E_FILE_CORRUPT")


def test_a_flipped_bit_in_a_page_is_refused(tmp_path):
    options = {"write_page_checksum": True, "compression": "none", "use_dictionary": False}
    options["write_statistics"] = False
    content = bytearray(parquet(rows({}), **options))
    content[content.index("Điện".encode())] ^= 1
    assert read(tmp_path, SOURCE, NAME, bytes(content)).reason_code == "E_FILE_CORRUPT"


def test_a_column_that_is_not_text_is_refused(tmp_path):
    table = rows({}).append_column("THEM", pa.array([1.5]))
    assert read(tmp_path, SOURCE, NAME, parquet(table)).reason_code == "E_SCHEMA_TYPE"


def test_a_missing_column_is_refused_and_an_unknown_one_kept(tmp_path):
    assert read(tmp_path, SOURCE, NAME, parquet(rows({}).drop(["STT"]))).reason_code == (
        "E_SCHEMA_MISSING"
    )
    found = land(tmp_path, SOURCE, NAME, parquet(rows({"MAU": "đỏ"})))["goods_item"]
    assert found.accepted["extras"].to_pylist() == ['{"MAU":"đỏ"}']


def test_a_file_without_rows_is_accepted(tmp_path):
    reading = read(tmp_path, SOURCE, NAME, parquet(rows({}).slice(0, 0)))
    assert reading.status == "accepted"
    assert [rows.num_rows for rows in reading.tables.values()] == [0]
    assert [broken.num_rows for broken in reading.broken.values()] == [0]


def test_text_that_unpacks_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(raw_rows, "MAX_TEXT_BYTES", 10_000)
    bomb = parquet(rows(*[{"TEN_HANG": "x" * 1_000}] * 1_000))
    assert len(bomb) < 10_000
    assert read(tmp_path, SOURCE, NAME, bomb).reason_code == "E_FILE_TOO_LARGE"
