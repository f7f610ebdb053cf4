"""The outside files of a nation through DuckDB: capped, set-based, no truth in there.

Tables are readable as text by their names in the outside formats. CSV and Parquet files of one
table may stand side by side.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from benchmark.arrays import DAY_SECONDS, Ints
from benchmark.broken_files import reason_of
from data_contracts.errors import CustomsDataError
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_ROWS_AT_ONCE = 400_000
# What a table must show although no file of this nation has the column.
_EXPECTED = {
    "tk": (
        "SEQ_NO", "OP", "SO_TK", "SO_DONG", "NHOM", "MA_LH", "MA_HQ", "NGAY_DK", "MA_DN", "MA_PTVT",
        "MA_NUOC_XUAT", "SO_KIEN", "TRONG_LUONG", "MA_PL_TRI_GIA", "TONG_TG_TT", "TONG_THUE",
    ),
    "hang": (
        "SO_TK", "STT", "MA_HS", "MA_NUOC_XX", "LUONG1", "MA_DVT1", "TRI_GIA_TT", "MA_BIEU_THUE",
        "SO_CO", "SEQ_NO",
    ),
    "phanluong": ("SO_TK_GOC", "THOI_DIEM", "LUONG", "NGAU_NHIEN", "SEQ_NO", "OP"),
    "kiemtra": (
        "MA_KT", "STT_KT", "SO_TK_GOC", "STT", "HINH_THUC", "TU", "DEN", "KET_QUA", "SEQ_NO", "OP",
    ),
    "ktstq": ("MA_QD", "MA_DN", "TU_NGAY", "DEN_NGAY", "NGAY_QD", "SEQ_NO", "OP"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the machine reading may take.

    Attributes:
        memory: Memory of DuckDB, as it writes it.
        threads: Threads of DuckDB.
        spill_cap: Room on disk for what does not fit, as DuckDB writes it.
        spill: Folder for it; None is a temporary one.
    """

    memory: str = "2GB"
    threads: int = 2
    spill_cap: str = "40GB"
    spill: Path | None = None


@dataclass(frozen=True, slots=True)
class Declarations:
    """What is registered in a nation, in the order of the numbers.

    Attributes:
        number: 11 digits, sorted, no repeats, shape (n,).
        registered: Local seconds since 1970.
        trader: Position in `traders`.
        traders: Tax codes, sorted, text; an empty one stands for "none given".
    """

    number: Ints
    registered: Ints
    trader: Ints
    traders: pa.Array

    def __len__(self) -> int:
        return len(self.number)

    @property
    def day(self) -> Ints:
        """Day of registration since 1970."""
        return self.registered // DAY_SECONDS


@contextmanager
def connection(limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a capped DuckDB in a spill folder that is removed at the end."""
    with tempfile.TemporaryDirectory(dir=limits.spill) as spill:
        opened = duckdb.connect(
            str(Path(spill) / "benchmark.duckdb"),
            config={
                "memory_limit": limits.memory,
                "threads": limits.threads,
                "temp_directory": spill,
                "max_temp_directory_size": limits.spill_cap,
                "preserve_insertion_order": False,
            },
        )
        try:
            yield opened
        finally:
            opened.close()


def load(opened: duckdb.DuckDBPyConnection, world: Path, tables: Sequence[str]) -> None:
    """Make each table readable as text under its name; without any file it is empty.

    Raises:
        CustomsDataError: The folder holds no `tk` file.
    """
    for table in tables:
        texts = [path for end in ("csv", "csv.gz") for path in _files(world, table, end)]
        columnar = _files(world, table, "parquet")
        if table == "tk" and not texts and not columnar:
            message = f"{world}: expected files tk_*.csv, .csv.gz or .parquet, found none; "
            message += "give --world the folder of the outside files"
            raise CustomsDataError(message)
        _load(opened, table, texts, columnar)


def _files(world: Path, table: str, end: str) -> list[str]:
    return sorted(str(path) for path in world.rglob(f"{table}_*.{end}"))


def _load(
    opened: duckdb.DuckDBPyConnection, table: str, texts: list[str], columnar: list[str]
) -> None:
    if columnar and not texts:
        _as_text(opened.read_parquet(columnar, union_by_name=True), table).create_view(table)
        return
    empty = pa.table({name: pa.array([], pa.string()) for name in _EXPECTED[table]})
    opened.from_arrow(empty).create(table)
    for rows in _rows_of(texts, _EXPECTED[table]):
        opened.from_arrow(rows).insert_into(table)
    if columnar:
        _as_text(opened.read_parquet(columnar, union_by_name=True), table).insert_into(table)


def _rows_of(paths: list[str], columns: Sequence[str]) -> Iterator[pa.Table]:
    """Yield the rows of text files, some hundred thousand at a time.

    Arrow reads them: DuckDB looks at each of many small files thirty times as long, and keeps a
    buffer for each open one.
    """
    kept = pacsv.ConvertOptions(
        include_columns=list(columns),
        include_missing_columns=True,
        column_types=dict.fromkeys(columns, pa.string()),
        strings_can_be_null=True,
        null_values=[""],
    )
    parse = pacsv.ParseOptions(newlines_in_values=True)
    schema = pa.schema([(name, pa.string()) for name in columns])
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for path in paths:
        try:
            for batch in pacsv.open_csv(path, parse_options=parse, convert_options=kept):
                waiting.append(batch)
                rows += batch.num_rows
                if rows >= _ROWS_AT_ONCE:
                    yield pa.Table.from_batches(waiting, schema)
                    waiting, rows = [], 0
        except pa.ArrowInvalid as error:
            message = f"{path}: expected a CSV of the outside formats, found {reason_of(error)}"
            raise CustomsDataError(message) from error
    yield pa.Table.from_batches(waiting, schema)


def _as_text(read: duckdb.DuckDBPyRelation, table: str) -> duckdb.DuckDBPyRelation:
    shown = [
        f'"{name}"' if name in read.columns else f'cast(null as varchar) as "{name}"'
        for name in _EXPECTED[table]
    ]
    return read.project(", ".join(shown))


def read_declarations(world: Path, limits: Limits) -> Declarations:
    """Return what is registered in the outside files of a nation.

    The number is the base of 11 digits; trader and time are those of its first version, which is
    what was known on the day. Rows whose number or time cannot be read are left out.
    """
    with connection(limits) as opened:
        load(opened, world, ("tk",))
        table = opened.sql(_SQL["registered"]).to_arrow_table()
    traders = table["trader"].combine_chunks().dictionary_encode()
    codes = traders.dictionary
    order = np.argsort(np.asarray(codes.to_pylist(), dtype=np.str_), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return Declarations(
        number=table["number"].to_numpy().astype(np.int64),
        registered=table["registered"].to_numpy().astype(np.int64),
        trader=place[traders.indices.to_numpy(zero_copy_only=False)],
        traders=codes.take(pa.array(order)),
    )
