"""Parquet with all-text columns to rows of text, with every record accounted for."""

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data_contracts.text_forms import CLEAN_TEXT
from ingestion.sources.raw_rows import (
    RawRows,
    broken_table,
    is_utf8,
    refuse_above_limit,
    text_as_json,
)
from ingestion.sources.reading import BROKEN_SCHEMA, RefusedFileError, is_column_name
from ingestion.sources.records import Flags, Positions

_BATCH_ROWS = 65_536
_CLEAN_TEXT = rf"\A{CLEAN_TEXT}\z"


def read_columnar(path: Path, check_header: Callable[[tuple[str, ...]], None]) -> RawRows:
    """Read a Parquet file.

    Args:
        path: The file.
        check_header: Called with the column names before any row is read; refuses by raising.

    Returns:
        The rows, and the records that are none: E_CTRL_CHAR, E_ENCODING.

    Raises:
        RefusedFileError: The file is damaged, a column is not text, or the header is refused.
    """
    tables: list[pa.Table] = []
    broken: list[pa.Table] = [BROKEN_SCHEMA.empty_table()]
    counted = size = 0
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            _check_schema(file.schema_arrow, check_header)
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                numbers = counted + 1 + np.arange(batch.num_rows, dtype=np.int64)
                rows, bad = sound_and_broken(_as_text(pa.Table.from_batches([batch])), numbers)
                counted += batch.num_rows
                size += rows.nbytes
                refuse_above_limit(size)
                tables.append(rows)
                broken.append(bad)
            _check_count(file, counted)
            empty = _numbered(_as_text(file.schema_arrow.empty_table()), np.empty(0, np.int64))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        message = "the Parquet file is cut off or damaged"
        raise RefusedFileError(message, reason_code="E_FILE_CORRUPT") from error
    return RawRows(pa.concat_tables([empty, *tables]), pa.concat_tables(broken))


def _check_schema(schema: pa.Schema, check_header: Callable[[tuple[str, ...]], None]) -> None:
    check_header(tuple(map(_one_form, schema.names)))
    for place, column in enumerate(schema, start=1):
        if not _is_text(column.type):
            named = f" ({column.name})" if is_column_name(column.name) else ""
            message = f"column {place}{named} holds {_kind(column.type)}; every column is text"
            raise RefusedFileError(message, reason_code="E_SCHEMA_TYPE")


def _check_count(file: pq.ParquetFile, read: int) -> None:
    """Refuse a file that tells of other rows than it holds: reading stops where it is told to."""
    facts = file.metadata
    in_groups = sum(facts.row_group(at).num_rows for at in range(facts.num_row_groups))
    # What it holds is counted in its pages: on some lies about a column the library ends the
    # process as soon as its facts are asked for.
    counts = {facts.num_rows, in_groups, file.scan_contents(), read}
    if len(counts) > 1:
        message = f"the Parquet file has {min(counts)} rows by one count, {max(counts)} by another"
        raise RefusedFileError(message, reason_code="E_FILE_CORRUPT")


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return any(
        test(kind)
        for test in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_null,
        )
    )


def _kind(kind: pa.DataType) -> str:
    # Written out, a type may hold names of fields and zones, which come from outside.
    kinds = {
        "lists or structures": pa.types.is_nested,
        "times": pa.types.is_temporal,
        "bytes": lambda kind: pa.types.is_binary(kind) or pa.types.is_large_binary(kind),
        "numbers": pa.types.is_primitive,
    }
    return next((name for name, test in kinds.items() if test(kind)), "values of another kind")


def sound_and_broken(table: pa.Table, numbers: Positions) -> tuple[pa.Table, pa.Table]:
    """Return the rows of a table of text, and those that hold what no text holds.

    Args:
        table: Columns of text.
        numbers: Record number of each row, shape (n_rows,).

    Returns:
        Rows with their `record_number` (empty = null), and records of BROKEN_SCHEMA.
    """
    is_undecodable = _undecodable(table)
    # Regular expressions need text: what is none is looked at no further.
    readable = table.filter(pa.array(~is_undecodable))
    is_crooked = np.zeros(table.num_rows, np.bool_)
    is_crooked[~is_undecodable] = _controlled(readable)
    sound = _numbered(readable, numbers[~is_undecodable]).filter(
        pa.array(~is_crooked[~is_undecodable])
    )
    reasons = {"E_ENCODING": is_undecodable, "E_CTRL_CHAR": is_crooked}
    return _empty_is_null(sound), _broken(table, reasons, numbers)


def _as_text(table: pa.Table) -> pa.Table:
    """Return the table with plain text columns; nothing is validated by this."""
    schema = pa.schema([(name, pa.string()) for name in table.column_names])
    return table.cast(schema).rename_columns([*map(_one_form, table.column_names)])


def _one_form(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _undecodable(table: pa.Table) -> Flags:
    """Return which records hold bytes that are not UTF-8, shape (n_records,)."""
    found = np.zeros(table.num_rows, np.bool_)
    for column in table.columns:
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            values = column.cast(pa.binary()).to_pylist()
            found |= np.array([not is_utf8(value or b"") for value in values], np.bool_)
    return found


def _controlled(table: pa.Table) -> Flags:
    found = np.zeros(table.num_rows, np.bool_)
    for column in table.columns:
        is_clean = pc.match_substring_regex(column, _CLEAN_TEXT)
        found |= ~pc.fill_null(is_clean, True).to_numpy()  # noqa: FBT003 - the filling value
    return found


def _numbered(table: pa.Table, numbers: Positions) -> pa.Table:
    return table.append_column("record_number", pa.array(numbers, pa.int64()))


def _empty_is_null(table: pa.Table) -> pa.Table:
    for at, name in enumerate(table.column_names):
        if name != "record_number":
            column = table[name]
            blank = pc.equal(column, "")
            table = table.set_column(at, name, pc.if_else(blank, None, column))
    return table


def _broken(table: pa.Table, reasons: dict[str, Flags], numbers: Positions) -> pa.Table:
    at = np.flatnonzero(np.logical_or.reduce(list(reasons.values())))
    schema = pa.schema([(name, pa.binary()) for name in table.column_names])
    found = table.take(pa.array(at)).cast(schema).to_pylist()
    return broken_table(
        numbers[at].tolist(),
        [[code for code, hit in reasons.items() if hit[record]] for record in at],
        [_record_as_json(record) for record in found],
    )


def _record_as_json(record: dict[str, bytes | None]) -> str:
    lines: Iterator[bytes] = (
        name.encode() + b"=" + (value or b"") for name, value in record.items()
    )
    return text_as_json(b"\n".join(lines))
