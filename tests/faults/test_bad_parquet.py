"""Parquet files that are nested, damaged or lie: each is refused, the others come in."""

import errno
import io
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.land import land_files
from ingestion.landing_report import LandingReport
from tests import builders
from tests.lake_contents import column
from warehouse import quarantine, unpacked_size
from warehouse.settings import LakeSettings

ROWS = 100
TEXTS = pa.Table.from_pylist(
    [
        {name: str(value) for name, value in builders.hang(f"3{n:010d}0", THEM_COT="vải").items()}
        for n in range(ROWS)
    ]
)
COLUMNS = TEXTS.num_columns
LISTS = pa.array([["a", "b"]] * ROWS)
STRUCTURES = pa.array([{"a": "1"}] * ROWS)
MAPS = pa.array([[("a", "1")]] * ROWS, pa.map_(pa.string(), pa.string()))
VECTORS = pa.FixedShapeTensorArray.from_storage(
    pa.fixed_shape_tensor(pa.int32(), [2]), pa.array([[1, 2]] * ROWS, pa.list_(pa.int32(), 2))
)
NAME_FOR_BYTES = "STLQ"


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(home=tmp_path / "home")


def parquet(table: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="none", **options)
    return sink.getvalue()


def landed(settings: LakeSettings, folder: Path, files: dict[str, bytes]) -> LandingReport:
    """Land some files with a good one before and one after them; both must come in."""
    inbox = folder / "inbox"
    builders.write_csv(inbox / "a" / "tk_1.csv", [builders.tk()])
    builders.write_csv(inbox / "z" / "tk_2.csv", [builders.tk("300000000020", 2)])
    for name, content in files.items():
        (inbox / name).write_bytes(content)
    report = land_files(settings, "vcis_extract", [inbox])
    assert (report.accepted_files, report.refused_files) == (2, len(files))
    assert len(column(settings, "declaration", "declaration_number")) == 2
    assert {file.file for file in quarantine.refused_files(settings)} == set(files)
    return report


def test_nested_columns_refuse_their_own_file_only(settings: LakeSettings, tmp_path: Path) -> None:
    place = TEXTS.schema.get_field_index("TEN_HANG")
    kinds = {"list": LISTS, "structure": STRUCTURES, "map": MAPS, "vector": VECTORS}
    tables = {
        f"instead_{kind}": TEXTS.set_column(place, "TEN_HANG", a) for kind, a in kinds.items()
    }
    tables |= {f"besides_{kind}": TEXTS.append_column("a", a) for kind, a in kinds.items()}
    files = {f"hang_{name}.parquet": parquet(table) for name, table in tables.items()}
    report = landed(settings, tmp_path, files)
    assert {note.reason_code for note in report.refused} == {"E_SCHEMA_TYPE"}
    told = {note.reason for note in report.refused if "vector" not in note.file}
    assert all("lists or structures; every column is text" in reason for reason in told)


def test_a_column_name_that_is_no_text_refuses_its_own_file_only(
    settings: LakeSettings, tmp_path: Path
) -> None:
    files = {}
    for kind in ("stored", "bare"):
        named = TEXTS.append_column(NAME_FOR_BYTES, TEXTS["TEN_HANG"])
        content = parquet(named, store_schema=kind == "stored")
        files[f"hang_{kind}.parquet"] = content.replace(NAME_FOR_BYTES.encode(), b"S\xff\xfeQ")
    report = landed(settings, tmp_path, files)
    assert {note.reason_code for note in report.refused} == {"E_FILE_CORRUPT"}


def thrift(number: int) -> bytes:
    """Return a number as a zigzag varint of two bytes, shorter though it could be."""
    return bytes([(2 * number) & 0x7F | 0x80, (2 * number) >> 7])


def lying(places: list[int], rows: int) -> bytes:
    """Return a file of ROWS rows that counts `rows` at some places of its footer.

    In order: the whole file's count, those of the columns, that of the row group.
    """
    content = bytearray(parquet(TEXTS))
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    # 0x16 is the next field of type i64; a column's count follows its codec.
    counts = [at.start() + 1 for at in re.finditer(b"\x16" + thrift(ROWS), content[footer:])]
    columns = [at for at in counts if content[footer:].startswith(b"\x15\x00", at - 3)]
    found = [counts[0], *columns, counts[-1]]
    assert len(found) == COLUMNS + 2
    for place in places:
        at = footer + found[place]
        content[at : at + 2] = thrift(rows)
    assert pq.ParquetFile(io.BytesIO(content)).metadata.num_columns == COLUMNS
    return bytes(content)


WHOLE, GROUP, EVERYWHERE = 0, COLUMNS + 1, [*range(COLUMNS + 2)]
LIES = {
    **{f"hang_whole_{rows}.parquet": lying([WHOLE], rows) for rows in (0, 70, 127)},
    **{f"hang_group_{rows}.parquet": lying([GROUP], rows) for rows in (0, 70, 127)},
    **{f"hang_both_{rows}.parquet": lying([WHOLE, GROUP], rows) for rows in (0, 70, 127)},
    **{f"hang_everywhere_{rows}.parquet": lying(EVERYWHERE, rows) for rows in (70, 127)},
    "hang_first_column.parquet": lying([1], 0),
    "hang_last_column.parquet": lying([COLUMNS], 0),
}


def test_a_footer_that_counts_other_rows_than_there_are_loses_no_record_in_silence(
    settings: LakeSettings, tmp_path: Path
) -> None:
    report = landed(settings, tmp_path, LIES)
    assert {note.reason_code for note in report.refused} == {"E_FILE_CORRUPT"}
    (tmp_path / "hang_true.parquet").write_bytes(lying([], ROWS))
    report = land_files(settings, "vcis_extract", [tmp_path / "hang_true.parquet"])
    assert report.records["goods_item"].accepted == ROWS


def test_a_damaged_footer_is_told_as_damage_and_kept(
    settings: LakeSettings, tmp_path: Path
) -> None:
    sound = parquet(TEXTS)
    start = len(sound) - 8 - int.from_bytes(sound[-8:-4], "little")
    damaged = {"hang_no_length.parquet": sound[:-8] + bytes(4) + sound[-4:]}
    for at in range(start, start + 40, 4):
        damaged[f"hang_{at}.parquet"] = sound[:at] + b"\xff\xff\xff\xff" + sound[at + 4 :]
    report = landed(settings, tmp_path, damaged)
    assert {note.reason_code for note in report.refused} == {"E_FILE_CORRUPT"}


class FailingDisk(io.BytesIO):
    """A file whose first and last bytes can be read, and no more of it."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= 8:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(size)


def test_a_disk_that_fails_is_no_damage_of_the_file(settings: LakeSettings) -> None:
    with pytest.raises(OSError, match="Input/output error"):
        unpacked_size.measure(FailingDisk(parquet(TEXTS)), settings)
