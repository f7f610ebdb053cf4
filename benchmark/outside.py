"""The outside files of a nation through DuckDB: capped, set-based, no truth in there."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmark.arrays import DAY_SECONDS, Ints
from benchmark.listed_codes import make_macros
from benchmark.outside_files import attach
from benchmark.usable import make_readers
from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from data_contracts.simulated import NOTE
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
# What a table must show although no file of this nation has the column.
_EXPECTED = {
    "tk": (
        "SEQ_NO", "OP", "SO_TK", "SO_DONG", "NHOM", "MA_LH", "MA_HQ", "NGAY_DK", "MA_DN", "MA_PTVT",
        "MA_NUOC_XUAT", "SO_KIEN", "TRONG_LUONG", "MA_DVT_TL", "MA_PL_TRI_GIA", "TONG_TG_TT",
        "TONG_THUE",
    ),
    "hang": (
        "SO_TK", "STT", "MA_HS", "MA_NUOC_XX", "LUONG1", "MA_DVT1", "TRI_GIA_TT", "MA_BIEU_THUE",
        "SO_CO", "SEQ_NO", "OP",
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
        unread: Rows left out, as their number or time of registration cannot be read.
    """

    number: Ints
    registered: Ints
    trader: Ints
    traders: pa.Array
    unread: int = 0

    def __len__(self) -> int:
        return len(self.number)

    @property
    def day(self) -> Ints:
        """Day of registration since 1970."""
        return self.registered // DAY_SECONDS


@dataclass(frozen=True, slots=True)
class _Counts:
    """What it counts: rows by outside table."""

    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Note:
    """What is read of `world.json` among the outside files."""

    arguments: dict[str, Any] = field(default_factory=dict)
    counts: _Counts = field(default_factory=_Counts)


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
        make_macros(opened)
        make_readers(opened)
        try:
            yield opened
        finally:
            opened.close()


def load(opened: duckdb.DuckDBPyConnection, world: Path, tables: Sequence[str]) -> None:
    """Make each table readable as text under its name; without any file it is empty.

    Raises:
        CustomsDataError: The folder holds no `tk` file.
    """
    found = attach(opened, world, {table: _EXPECTED[table] for table in tables})
    if "tk" in tables and "tk" not in found.files:
        message = f"{world}: expected files tk_*.csv, .csv.gz or .parquet, found none; "
        message += "name the folder that the outside files lie in"
        raise CustomsDataError(message)


def told_arguments(world: Path) -> dict[str, Any]:
    """Return the arguments of the run that made a folder, as far as its files tell them."""
    return _note(world).arguments


def told_rows(world: Path) -> dict[str, int]:
    """Return how many rows the run that made a folder wrote, by outside table; none if untold."""
    return _note(world).counts.rows


def _note(world: Path) -> _Note:
    note = world / NOTE
    if not os.path.lexists(note):
        return _Note()
    return read_json(note, _Note, remedy="make the nation anew", each_once=True)


def read_declarations(world: Path, limits: Limits) -> Declarations:
    """Return what is registered in the outside files of a nation.

    The number is the base of 11 digits; trader and time are those of its first version, which is
    what was known on the day. Rows whose number or time cannot be read are left out, and counted.
    """
    with connection(limits) as opened:
        load(opened, world, ("tk",))
        table = opened.sql(_SQL["registered"]).to_arrow_table()
        unread = opened.sql(_SQL["unread"]).fetchall()[0][0]
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
        unread=unread,
    )
