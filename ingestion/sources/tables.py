"""Tables of text: which columns a source's table has, and how a file of it becomes a reading.

Columns are found by name. A column that the format does not know is kept in `extras` and reported;
an optional one that the file lacks is null.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sources.byte_stream import FileFormat, chunks, file_format, format_in_name
from ingestion.sources.columnar import read_columnar
from ingestion.sources.delimited import read_delimited
from ingestion.sources.raw_rows import RawRows
from ingestion.sources.reading import (
    Reading,
    RefusedFileError,
    TableMapping,
    not_applicable,
    refused,
)
from warehouse.unpacked_size import MAX_COLUMNS

Unpack = Callable[[Path, FileFormat], Iterable[bytes]]

_JSON_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One table of a source.

    Attributes:
        source: Name of the source.
        name: First word of its files' names; the name of the raw table.
        required: Columns without which a file is refused.
        optional: Columns that may be missing.
        fills: Mapping statement (`mappings/<source>/<statement>.sql`) by the contract it fills.
    """

    source: str
    name: str
    required: Sequence[str]
    optional: Sequence[str] = ()
    fills: Mapping[str, str] = field(default_factory=dict)

    def mappings(self) -> tuple[TableMapping, ...]:
        """Return how the contracts are filled from this table."""
        return tuple(
            TableMapping(contract, self.name, _mapping_statement(self.source, statement))
            for contract, statement in self.fills.items()
        )


@dataclass(frozen=True, slots=True)
class Folder:
    """The tables of a source whose files are told apart by the first word of their names.

    Attributes:
        tables: Tables by first word.
        without_contract: First words of tables that the format knows and no contract holds yet.
    """

    tables: Mapping[str, SourceTable]
    without_contract: Sequence[str]

    @property
    def names(self) -> tuple[str, ...]:
        """What the files of these tables are called, for people."""
        return tuple(f"{word}_…" for word in self.tables)

    def read(self, path: Path, name: str) -> Reading:
        """Read one file of the source; see `read_table`."""
        word = first_word(name)
        if word in self.tables:
            return read_table(path, name, self.tables[word])
        if word in self.without_contract:
            return not_applicable("NO_CONTRACT", f"table {word}: no contract holds it yet")
        return refused("E_UNKNOWN_TABLE", "the first word of the file name names no table")


def table_and_format(name: str) -> str:
    """Return what the name of a file says where its first word names the table."""
    base = name.rsplit("/", 1)[-1]
    return f"{first_word(base)} {format_in_name(base)}"


@cache
def _mapping_statement(source: str, statement: str) -> str:
    folder = resources.files("ingestion.sources").joinpath("mappings", source)
    return folder.joinpath(f"{statement}.sql").read_text(encoding="utf-8")


def first_word(name: str) -> str:
    """Return the first word of a base name, before `_` or the ending, in lower case."""
    return re.split(r"[_.]", name, maxsplit=1)[0].lower()


def read_table(
    path: Path,
    name: str,
    table: SourceTable,
    *,
    unpack: Unpack = chunks,
    constants: Mapping[str, str] | None = None,
) -> Reading:
    """Read one file as a source's table.

    Args:
        path: Where the bytes are.
        name: Base name as received; its ending tells the format.
        table: What the file is to hold.
        unpack: Gives the text of a delimited file as UTF-8, chunk by chunk.
        constants: Further raw columns that have one value for the whole file.

    Returns:
        The reading; refused where the file is not what it claims to be.
    """
    try:
        raw = _raw_rows(path, name, table, unpack)
    except RefusedFileError as refusal:
        return refused(refusal.reason_code, str(refusal))
    known = {*table.required, *table.optional}
    names = raw.rows.column_names[:-1]
    drift = tuple(column for column in names if column not in known)
    return Reading(
        status="accepted",
        tables={table.name: _raw_table(raw, table, drift, constants or {})},
        mappings=table.mappings(),
        broken=dict.fromkeys(table.fills, raw.broken),
        drift=drift,
        cut_column=names[-1] if raw.is_unterminated else None,
        record_count=raw.record_count,
    )


def _raw_rows(path: Path, name: str, table: SourceTable, unpack: Unpack) -> RawRows:
    def check_header(names: tuple[str, ...]) -> None:
        _check_header(names, table)

    found = file_format(path, name)
    if found == "parquet":
        return read_columnar(path, check_header)
    return read_delimited(unpack(path, found), check_header)


def _check_header(names: Sequence[str], table: SourceTable) -> None:
    if len(names) > MAX_COLUMNS:
        message = f"{len(names)} columns, the limit is {MAX_COLUMNS}"
        raise RefusedFileError(message, reason_code="E_FILE_BOMB")
    if len(set(names)) != len(names):
        message = "two columns of the header have the same name"
        raise RefusedFileError(message, reason_code="E_HEADER_DUPLICATE")
    missing = [column for column in table.required if column not in names]
    if missing:
        message = f"table {table.name}: no column {', '.join(missing)}"
        raise RefusedFileError(message, reason_code="E_SCHEMA_MISSING")


def _raw_table(
    raw: RawRows, table: SourceTable, drift: Sequence[str], constants: Mapping[str, str]
) -> pa.Table:
    """Return the columns that the format knows, by position: a file may repeat our own names."""
    position = {name: at for at, name in enumerate(raw.rows.column_names[:-1])}
    rows = raw.rows.num_rows
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    for name in (*table.required, *table.optional):
        has = name in position
        columns[name] = raw.rows.column(position[name]) if has else pa.nulls(rows, pa.string())
    for name, value in constants.items():
        columns[name] = pa.repeat(pa.scalar(value, pa.string()), rows)
    columns["extras"] = _as_objects({name: raw.rows.column(position[name]) for name in drift}, rows)
    columns["record_number"] = raw.rows.column(raw.rows.num_columns - 1)
    return pa.table(columns)


def _as_objects(columns: Mapping[str, pa.ChunkedArray], rows: int) -> pa.Array | pa.ChunkedArray:
    """Return one JSON object of the filled columns for each row, null where none is filled.

    Its members stand in order of name: the order of a file's columns says nothing.
    """
    if not columns:
        return pa.nulls(rows, pa.string())
    members = []
    for name, column in sorted(columns.items()):
        escaped = column
        for plain, written in _JSON_ESCAPES:
            escaped = pc.replace_substring(escaped, plain, written)
        key = json.dumps(name, ensure_ascii=False)
        members.append(pc.binary_join_element_wise(f',{key}:"', escaped, '"', ""))
    joined = pc.binary_join_element_wise(*members, "", null_handling="replace", null_replacement="")
    objects = pc.binary_join_element_wise("{", pc.utf8_slice_codeunits(joined, 1), "}", "")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), objects)
