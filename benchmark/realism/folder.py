"""The outside files of a folder as views of text: CSV, Parquet and JSON lines, in any mixture.

The first word of a file's name names its table. Every view has the columns that the report reads;
what a file lacks is null. A file that cannot be read is left out and named.
"""

import csv
import functools
import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

# Columns that are read, by the first word of the files' names.
TABLES: dict[str, tuple[str, ...]] = {
    "tk": (
        "SEQ_NO", "OP", "SO_TK", "NHOM", "MA_LH", "MA_HQ", "NGAY_DK", "NGAY_TQ", "MA_DN", "MA_DL",
        "TEN_DT", "MA_NUOC_DT", "TONG_TG_TT", "LAN_SUA",
    ),
    "hang": (
        "SEQ_NO", "OP", "SO_TK", "STT", "MA_HS", "MA_NUOC_XX", "LUONG1", "MA_DVT1", "LUONG2",
        "MA_DVT2", "TRI_GIA_TT", "MA_BIEU_THUE",
    ),
    "thue": ("SEQ_NO", "OP", "SO_TK", "STT", "MA_SAC_THUE", "SO_TIEN", "SO_TIEN_MIEN", "HAN_NOP"),
    "sukien": ("SEQ_NO", "OP", "SO_TK_GOC", "MA_SK", "GIA_TRI"),
    "phanluong": (
        "SEQ_NO", "OP", "SO_TK_GOC", "THOI_DIEM", "LUONG", "NHOM_CAN_CU", "NGAU_NHIEN",
    ),
    "kiemtra": ("SEQ_NO", "OP", "MA_KT", "STT_KT", "SO_TK_GOC", "HINH_THUC", "KET_QUA"),
    "khaibosung": ("SEQ_NO", "OP", "SO_KBS", "NGAY"),
    "ktstq": (
        "SEQ_NO", "OP", "MA_QD", "LOAI", "NGAY_KL", "KET_QUA", "THUE_AN_DINH", "TIEN_PHAT",
        "DA_NOP",
    ),
    "nop": ("SEQ_NO", "OP", "SO_BT", "SO_TK_GOC", "MA_SAC_THUE", "LOAI", "NGAY_CT"),
    "no": ("SEQ_NO", "OP", "THANG", "MA_DN", "SO_TK_GOC", "MA_SAC_THUE", "NHOM_NO", "CON_NO"),
    "dn": ("MA_DN", "MA_TINH", "TRANG_THAI", "UU_TIEN"),
    "vipham": ("SO_QD", "NGAY_QD"),
    "gate": ("eventId", "type", "ts", "receivedTs", "direction"),
    "parcels": ("DATE", "PLATFORM", "ORIGIN", "OFFICE", "CATEGORY", "PARCELS"),
    "bieuthue": ("MA_BIEU_THUE", "MA_HS", "THUE_SUAT", "TU_NGAY", "DEN_NGAY"),
    "tygia": ("TU_NGAY", "MA_NT", "VND"),
    "hq": ("MA_HQ", "MA_MOI"),
}  # fmt: skip

_HEAD_BYTES = 16_384
# Small, as many files are open at once; the longest text of a row has 600 characters.
_BUFFER_BYTES = 4_000_000
_FORMS = {
    ".csv": "csv", ".csv.gz": "csv", ".parquet": "parquet", ".jsonl": "json", ".jsonl.gz": "json",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kind:
    """How files are read: csv, parquet or json, and for CSV its encoding and header."""

    form: str
    encoding: str = ""
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """What a folder has.

    Attributes:
        files: Number of readable files by table.
        unread: Names of files that no reader could read.
    """

    files: dict[str, int]
    unread: tuple[str, ...]


def attach(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Mapping[str, Sequence[str]] = TABLES,
) -> Attached:
    """Make a view `raw_<table>` of text columns for every table, with the file's name as FILE.

    Args:
        connection: Where to make them.
        folder: Outside files.
        tables: Columns to read, by the first word of the files' names.
    """
    found: dict[str, dict[_Kind, list[str]]] = {table: {} for table in tables}
    unread: list[str] = []
    for path in sorted(folder.rglob("*")):
        word, form = path.name.partition("_")[0], _form(path)
        if not form or word not in tables:
            continue
        kind = _kind(path, form, tables[word])
        if kind is None:
            unread.append(str(path))
        else:
            found[word].setdefault(kind, []).append(str(path))
    counts: dict[str, int] = {}
    for table, columns in tables.items():
        parts: list[duckdb.DuckDBPyRelation] = []
        failed: list[str] = []
        for kind, paths in found[table].items():
            read, refused = _readable(connection, kind, paths, columns)
            parts += read
            failed += refused
        counts[table] = sum(map(len, found[table].values())) - len(failed)
        unread += failed
        _create_view(connection, table, columns, parts)
    names = tuple(sorted(str(Path(path).relative_to(folder)) for path in unread))
    return Attached({table: count for table, count in counts.items() if count}, names)


def _form(path: Path) -> str:
    return next((form for suffix, form in _FORMS.items() if path.name.endswith(suffix)), "")


def _kind(path: Path, form: str, columns: Sequence[str]) -> _Kind | None:
    """Return how a file is to be read; None where it has no header that could tell.

    Files of one header are read together without looking into each of them again.
    """
    if form != "csv":
        return _Kind(form)
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except (OSError, EOFError, zlib.error):
        return None
    line = head.decode("utf-8", errors="replace").lstrip("\ufeff").partition("\n")[0]
    header = tuple(name.strip() for name in next(csv.reader([line]), []))
    # None of our columns means another encoding, or no header at all.
    if not set(header) & set(columns) or len(set(header)) < len(header):
        return None
    return _Kind(form, "utf-8", header)


def _readable(
    connection: duckdb.DuckDBPyConnection, kind: _Kind, paths: list[str], columns: Sequence[str]
) -> tuple[list[duckdb.DuckDBPyRelation], list[str]]:
    """Return relations over the files, and those that cannot be read; halves where it must."""
    # Old registry files are TCVN3: what is read here is plain ASCII in it, as in latin-1.
    fallback = [replace(kind, encoding="latin-1")] if kind.encoding == "utf-8" else []
    for attempt in [kind, *fallback]:
        try:
            relation = _text(_read(connection, attempt, paths, columns), columns)
            # Only reading every value shows that every byte can be read.
            relation.aggregate([_count(name) for name in columns]).fetchall()
        except duckdb.Error:
            if len(paths) > 1:
                break
        else:
            return [relation], []
    if len(paths) == 1:
        return [], paths
    middle = len(paths) // 2
    first, first_failed = _readable(connection, kind, paths[:middle], columns)
    second, second_failed = _readable(connection, kind, paths[middle:], columns)
    return first + second, first_failed + second_failed


def _read(
    connection: duckdb.DuckDBPyConnection, kind: _Kind, paths: list[str], columns: Sequence[str]
) -> duckdb.DuckDBPyRelation:
    # The readers take many files at once, which their types do not tell.
    sources: Any = paths
    if kind.form == "parquet":
        return connection.read_parquet(sources, union_by_name=True, filename=True)
    if kind.form == "json":
        texts = dict.fromkeys(columns, "VARCHAR")
        return connection.read_json(
            sources, format="newline_delimited", columns=texts, filename=True
        )
    return connection.read_csv(
        sources,
        header=True,
        sep=",",
        quotechar='"',
        escapechar='"',
        auto_detect=False,
        columns=dict.fromkeys(kind.header, "VARCHAR"),
        filename=True,
        encoding=kind.encoding,
        buffer_size=_BUFFER_BYTES,
    )


def _text(relation: duckdb.DuckDBPyRelation, columns: Sequence[str]) -> duckdb.DuckDBPyRelation:
    present = set(relation.columns)
    selected = [
        _as_text(
            duckdb.ColumnExpression(name) if name in present else duckdb.ConstantExpression(None)
        ).alias(name)
        for name in columns
    ]
    file = _as_text(duckdb.ColumnExpression("filename")).alias("FILE")
    return relation.select(*selected, file)


def _as_text(expression: duckdb.Expression) -> duckdb.Expression:
    return expression.cast("varchar")


def _count(name: str) -> duckdb.Expression:
    return duckdb.FunctionExpression("count", duckdb.ColumnExpression(name))


def _create_view(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    parts: list[duckdb.DuckDBPyRelation],
) -> None:
    if parts:
        whole = functools.reduce(lambda one, other: one.union(other), parts)
    else:
        whole = _text(connection.sql("select null as filename where false"), columns)
    whole.create_view(f"raw_{table}")
