"""Files of tables: which tables a file holds by its name, and how it becomes a reading.

Columns are found by name. A column that the source's file does not name is kept in `extras` and
reported; an optional one that a file lacks is null.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sources.byte_stream import ending_in_name, form_of_file, text_chunks
from ingestion.sources.columnar import read_columnar
from ingestion.sources.delimited import read_delimited
from ingestion.sources.json_lines import read_json_lines
from ingestion.sources.mapping_query import mapping_of
from ingestion.sources.outside_tables import EXTRAS, OutsideSource, OutsideTable
from ingestion.sources.raw_rows import (
    LINE_NUMBER,
    RawRows,
    refuse_above_limit,
    refuse_repeated,
)
from ingestion.sources.reading import (
    BROKEN_SCHEMA,
    Reading,
    RefusedFileError,
    not_applicable,
    refused,
)
from ingestion.sources.wco_dec_xml.messages import read_messages
from warehouse.unpacked_size import MAX_COLUMNS

_JSON_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
_MONTH = re.compile(r"(?<!\d)(\d{4})-?(0[1-9]|1[0-2])(?:-?\d{2})?(?!\d)")


def names_of(source: OutsideSource) -> tuple[str, ...]:
    """Return what the files of a source are called, for people; nothing where they are not."""
    after = "YYYYMM…" if source.month_in_name else "…"
    return () if source.is_any_name else tuple(f"{word}_{after}" for word in source.tables_of_file)


def meaning_of(source: OutsideSource, name: str) -> str:
    """Return what a name says of the bytes: the table, the form, the month."""
    base = name.rsplit("/", 1)[-1]
    if source.is_any_name:
        return "" if len(source.forms) == 1 else str(ending_in_name(base, source.forms))
    said = [source.word_of(base), str(ending_in_name(base, source.forms))]
    return " ".join([*said, str(_month_in(base))] if source.month_in_name else said)


def read_file(path: Path, name: str, source: OutsideSource) -> Reading:
    """Read one file of a source.

    Args:
        path: Where the bytes are.
        name: Base name as received.
        source: What its files hold, and how they are written.

    Returns:
        The reading; refused where the file is not what it claims to be.
    """
    if "wco_dec" in source.forms:
        return read_messages(path, source)
    word = source.word_of(name)
    if word in source.without_contract:
        return not_applicable("NO_CONTRACT", f"table {word}: no contract holds it yet")
    if word not in source.tables_of_file:
        return refused("E_UNKNOWN_TABLE", "the file name begins with the name of no table")
    constants = {}
    if source.month_in_name:
        month = _month_in(name)
        if month is None:
            text = "the file name does not say the month of the snapshot"
            return refused("E_SNAPSHOT_MONTH", text)
        constants[source.month_in_name] = f"{month}-01"
    try:
        return _reading(path, name, source, source.tables_of_file[word], constants)
    except RefusedFileError as refusal:
        return refused(refusal.reason_code, str(refusal))


def _month_in(name: str) -> str | None:
    month = _MONTH.search(name)
    return f"{month[1]}-{month[2]}" if month else None


def _reading(
    path: Path,
    name: str,
    source: OutsideSource,
    tables: Sequence[OutsideTable],
    constants: Mapping[str, str],
) -> Reading:
    form = form_of_file(path, name, source.forms)
    mappings = tuple(mapping_of(source, table) for table in tables)
    if form == "jsonl":
        lines, drift, empty = read_json_lines(text_chunks(path, source.encoding), tables)
        return Reading(
            status="accepted",
            tables={
                table.name: _with_constants(lines[table.name].rows, constants) for table in tables
            },
            mappings=mappings,
            broken={table.contract_name: lines[table.name].broken for table in tables},
            drift=drift,
            empty_records=empty,
        )

    def check_header(names: tuple[str, ...]) -> None:
        _check_header(names, source, tables)

    if form == "parquet":
        raw = read_columnar(path, check_header)
    else:
        raw = read_delimited(text_chunks(path, source.encoding), check_header, source.delimiter)
    names = raw.rows.column_names[:-1]
    known = _known(tables)
    drift = tuple(column for column in names if column not in known)
    whole = _with_constants(_raw_table(raw, known, drift), constants)
    own = {table: _own_rows(whole, raw.broken, table) for table in tables}
    return Reading(
        status="accepted",
        tables={table.name: rows for table, (rows, _) in own.items()},
        mappings=mappings,
        broken={table.contract_name: broken for table, (_, broken) in own.items()},
        drift=drift,
        cut_column=names[-1] if raw.is_unterminated else None,
        last_record=raw.record_count if raw.is_unterminated else None,
    )


def _known(tables: Iterable[OutsideTable]) -> tuple[str, ...]:
    """Return the columns that tables of one file know, those that a file must have first."""
    required = (name for table in tables for name in table.required)
    optional = (name for table in tables for name in table.optional)
    return tuple(dict.fromkeys((*required, *optional)))


def _check_header(
    names: Sequence[str], source: OutsideSource, tables: Sequence[OutsideTable]
) -> None:
    if len(names) > MAX_COLUMNS:
        message = f"{len(names)} columns, the limit is {MAX_COLUMNS}"
        raise RefusedFileError(message, reason_code="E_FILE_BOMB")
    if len(set(names)) != len(names):
        message = "two columns of the header have the same name"
        raise RefusedFileError(message, reason_code="E_HEADER_DUPLICATE")
    required = {name for table in tables for name in table.required}
    needed = [name for name in _known(tables) if source.is_complete or name in required]
    missing = [column for column in needed if column not in names]
    if missing:
        message = f"table {tables[0].file}: no column {', '.join(missing)}"
        raise RefusedFileError(message, reason_code="E_SCHEMA_MISSING")


def _raw_table(raw: RawRows, known: Sequence[str], drift: Sequence[str]) -> pa.Table:
    """Return the columns that the format knows, by position: a file may repeat our own names."""
    position = {name: at for at, name in enumerate(raw.rows.column_names[:-1])}
    rows = raw.rows.num_rows
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    for name in known:
        has = name in position
        columns[name] = raw.rows.column(position[name]) if has else pa.nulls(rows, pa.string())
    columns[EXTRAS] = _as_objects({name: raw.rows.column(position[name]) for name in drift}, rows)
    columns["record_number"] = raw.rows.column(raw.rows.num_columns - 1)
    return pa.table(columns)


def _with_constants(rows: pa.Table, constants: Mapping[str, str]) -> pa.Table:
    for name, value in constants.items():
        rows = rows.append_column(name, pa.repeat(pa.scalar(value, pa.string()), rows.num_rows))
    return rows


def _own_rows(rows: pa.Table, broken: pa.Table, table: OutsideTable) -> tuple[pa.Table, pa.Table]:
    """Return the rows of a table and the records that are none, both numbered through.

    Where a record holds a list, each of its values makes a row that knows the record's number.
    """
    column = next((column for column in table.columns if column.exploded is not None), None)
    if column is None:
        return rows, broken
    filled = pc.fill_null(rows[column.name], "")
    if not str(column.exploded).isascii():
        filled = pc.utf8_normalize(filled, form="NFC")
    values = pc.split_pattern(filled, pattern=column.exploded).combine_chunks()
    places = pc.list_parent_indices(values)
    _refuse_flood(rows, places)
    texts = pc.list_flatten(values)
    lines = rows["record_number"].take(places)
    numbers = _numbered_through(lines.to_numpy(), broken["record_number"].to_numpy())
    own = rows.take(places)
    for name, values_of_name in {
        column.name: pc.if_else(pc.equal(texts, ""), None, texts),
        "record_number": numbers[: len(lines)],
    }.items():
        own = own.set_column(own.schema.get_field_index(name), name, pa.array(values_of_name))
    own = own.append_column(LINE_NUMBER, lines.cast(pa.string()))
    numbered = broken.set_column(0, BROKEN_SCHEMA.field(0), pa.array(numbers[len(lines) :]))
    return own, numbered


def _numbered_through(*records: np.ndarray) -> np.ndarray:
    """Return numbers from 1 in the order of the records, one for each of them."""
    lines = np.concatenate(records)
    numbers = np.empty(lines.size, np.int64)
    numbers[np.argsort(lines, kind="stable")] = np.arange(1, lines.size + 1)
    return numbers


def _refuse_flood(rows: pa.Table, places: pa.Array) -> None:
    """Refuse a file whose lists would repeat the text of their records beyond the limits."""
    lengths = np.zeros(rows.num_rows, np.int64)
    for name in rows.column_names:
        if name != "record_number":
            lengths += pc.fill_null(pc.binary_length(rows[name]), 0).to_numpy()
    made = int(lengths[places.to_numpy()].sum())
    refuse_repeated(made, int(lengths.sum()))
    refuse_above_limit(made)


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
