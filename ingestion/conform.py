"""Raw rows and contracts become accepted rows and rejected rows with reason codes.

Set-based over all files of a batch, in an in-memory DuckDB with caps. Knows no lake: takes Arrow
and hands Arrow on. Whether a record was there before is not asked here.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp, parse_one

from data_contracts import loading, to_arrow, to_checks
from data_contracts.errors import ContractViolationError
from data_contracts.model import Contract
from data_contracts.statements import statements_beside
from ingestion.sources.raw_rows import LINE_NUMBER
from ingestion.sources.reading import Reading, TableMapping
from warehouse import engine
from warehouse.settings import LakeSettings

REJECTED_SCHEMA = pa.schema([
    pa.field("receipt_number", pa.int64()),
    pa.field("record_number", pa.int64()),
    pa.field("reason_codes", pa.list_(pa.string())),
    pa.field("raw", pa.string()),
])  # fmt: skip
"""Records for the quarantine; `raw` is the record as it came, as JSON text."""

Batch = Sequence[tuple[int, Reading]]

_DIALECT = "duckdb"
_SQL = statements_beside(__file__)


@dataclass(frozen=True, slots=True)
class Conformed:
    """The records of a batch for one contract.

    Attributes:
        accepted: The contract's fields typed, then receipt_number, record_number, content_hash,
            extras and cut (`accepted_schema`).
        rejected: The others, as REJECTED_SCHEMA.
    """

    accepted: pa.Table
    rejected: pa.Table


def accepted_schema(contract: Contract) -> pa.Schema:
    """Return the schema of accepted records; all nullable, as a withdrawal may be all but empty."""
    business = [pa.field(field.name, field.type) for field in to_arrow.schema(contract)]
    return pa.schema([
        *business,
        pa.field("receipt_number", pa.int64()),
        pa.field("record_number", pa.int64()),
        pa.field("content_hash", pa.string()),
        pa.field("extras", pa.string()),
        pa.field("cut", pa.string()),
    ])  # fmt: skip


def conform(settings: LakeSettings, source_name: str, batch: Batch) -> dict[str, Conformed]:
    """Map and check the records of a batch of files of one source.

    Args:
        settings: Bounds of the connection.
        source_name: Name of the source; becomes `source_system`.
        batch: Receipt number and reading of each file; readings that are refused or not applicable
            bring nothing.

    Returns:
        By contract table, in order of name, every table that a reading maps to; each record that
        a mapping gives is accepted or rejected, never both.

    Raises:
        ContractViolationError: A mapping gives a record twice, or names a field that the contract
            does not have.
    """
    applicable = [(receipt, reading) for receipt, reading in batch if reading.status == "accepted"]
    mappings = {mapping: None for _, reading in applicable for mapping in reading.mappings}
    found: dict[str, list[Conformed]] = {}
    with engine.memory_connection(settings) as connection:
        connection.execute(_SQL["mapping_macros"])
        _register_raw_tables(connection, applicable)
        for mapping in mappings:
            conformed = _conform_mapping(connection, source_name, mapping)
            found.setdefault(mapping.table, []).append(conformed)
    for table, broken in _broken_by_table(applicable):
        nothing = accepted_schema(loading.load_contract(table)).empty_table()
        found.setdefault(table, []).append(Conformed(nothing, broken))
    return {table: _joined(parts) for table, parts in sorted(found.items())}


def _register_raw_tables(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Make one relation for each raw table of the batch, its records numbered through all files.

    `<raw table>__origin` remembers the receipt and the record number in the file, and of a record
    that may be cut its last column and the text of it.
    """
    parts: dict[str, list[tuple[int, Reading]]] = {}
    for receipt, reading in batch:
        for name in reading.tables:
            parts.setdefault(name, []).append((receipt, reading))
    for name, readings in parts.items():
        tables = [reading.tables[name] for _, reading in readings]
        raw = pa.concat_tables(tables)
        receipts = [
            pa.repeat(pa.scalar(receipt, pa.int64()), len(table))
            for (receipt, _), table in zip(readings, tables, strict=True)
        ]
        numbers = pa.array(np.arange(raw.num_rows), pa.int64())
        has_extras = "extras" in raw.column_names
        origin = {
            "record_number": numbers,
            "receipt_number": pa.chunked_array(receipts, pa.int64()),
            "file_record_number": raw["record_number"],
            "extras": raw["extras"] if has_extras else pa.nulls(raw.num_rows, pa.string()),
            **_cut_columns([(reading, reading.tables[name]) for _, reading in readings]),
        }
        place = raw.schema.get_field_index("record_number")
        connection.register(name, raw.set_column(place, "record_number", numbers))
        connection.register(f"{name}__origin", pa.table(origin))


def _cut_columns(parts: Sequence[tuple[Reading, pa.Table]]) -> dict[str, pa.ChunkedArray]:
    """Return the last column and its text of the last records of files without a last line end."""
    columns, texts = [], []
    for reading, table in parts:
        nothing = pa.nulls(table.num_rows, pa.string())
        column = text = nothing
        if reading.cut_column in table.column_names:
            place = table[LINE_NUMBER if LINE_NUMBER in table.column_names else "record_number"]
            is_last = pc.equal(place.cast(pa.int64()), reading.last_record)
            column = pc.if_else(is_last, reading.cut_column, nothing)
            text = pc.if_else(is_last, table[reading.cut_column], nothing)
        columns.append(_one_array(column))
        texts.append(_one_array(text))
    return {"cut_column": pa.chunked_array(columns), "cut_text": pa.chunked_array(texts)}


def _one_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


@cache
def _fields_of_columns(mapping: TableMapping) -> dict[str, list[str]]:
    """Return which fields a mapping fills from each raw column, by its lower-case name."""
    found: dict[str, list[str]] = {}
    query = parse_one(mapping.sql, dialect=_DIALECT, into=exp.Select)
    for projection in query.selects:
        for column in projection.find_all(exp.Column):
            found.setdefault(column.name.lower(), []).append(projection.alias_or_name)
    return found


def _conform_mapping(
    connection: duckdb.DuckDBPyConnection, source_name: str, mapping: TableMapping
) -> Conformed:
    contract = loading.load_contract(mapping.table)
    mapped = connection.sql(mapping.sql).to_arrow_table()
    _check_mapped(mapped, mapping, contract)
    connection.register("mapped_rows", _completed(mapped, source_name, contract))
    kept = _kept_of_withdrawals(contract)
    _make_view(connection, "mapped", _mapped_query(contract, kept))
    _make_view(connection, "checked", _check_query(contract))
    origin = connection.table(f"{mapping.raw_table}__origin")
    origin.create_view("origin", replace=True)
    connection.register("cut_field", _cut_fields(mapping, contract))
    connection.execute(_SQL["checked_records"], {"kept": sorted(kept)})
    accepted = connection.sql(_accepted_query(contract)).to_arrow_table()
    rejected = connection.sql(_rejected_query(connection, mapping.raw_table)).to_arrow_table()
    return Conformed(
        accepted.cast(accepted_schema(contract)),
        rejected.cast(REJECTED_SCHEMA),
    )


def _make_view(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    # The check of one contract is long: a relation made a view would be read and bound twice.
    connection.execute(f"create or replace view {name} as {query}")


@cache
def _check_query(contract: Contract) -> str:
    return to_checks.check_query(contract, "mapped")


def _check_mapped(mapped: pa.Table, mapping: TableMapping, contract: Contract) -> None:
    allowed = {*contract.names, "record_number", "mapping_errors", "extras", "further_content"}
    # Nobody speaks as another source.
    allowed -= {"source_system"}
    unknown = set(mapped.column_names) - allowed
    if unknown:
        message = f"mapping to {mapping.table}: no field {', '.join(sorted(unknown))}"
        raise ContractViolationError(message)
    numbers = mapped["record_number"]
    if pc.count_distinct(numbers).as_py() != mapped.num_rows:
        message = f"mapping of {mapping.raw_table} to {mapping.table}: a record is there twice"
        raise ContractViolationError(message)


def _completed(mapped: pa.Table, source_name: str, contract: Contract) -> pa.Table:
    """Return the mapped rows with every column that the check pass and the verdict read."""
    text = pa.string()
    rows = mapped.num_rows
    columns = {name: mapped[name] for name in mapped.column_names}
    columns["source_system"] = pa.repeat(pa.scalar(source_name, text), rows)
    columns.setdefault("mapping_errors", pa.nulls(rows, pa.list_(text)))
    for name in (*contract.names, "operation_code", "extras", "further_content"):
        columns.setdefault(name, pa.nulls(rows, text))
    return pa.table(columns)


def _kept_of_withdrawals(contract: Contract) -> frozenset[str]:
    """Return the fields that a withdrawal (D) must have; nothing else in it is looked at."""
    own = {"source_system", "sequence_number", "operation_code", *contract.grain}
    return frozenset({*own, *contract.order_by})


@cache
def _mapped_query(contract: Contract, kept: frozenset[str]) -> str:
    """Select the mapped rows, of a withdrawal what it must have and no more."""
    is_withdrawal = exp.column("operation_code").eq(exp.Literal.string("D"))

    def of_others(name: str) -> exp.Expr:
        value = exp.case().when(is_withdrawal.copy(), exp.null()).else_(exp.column(name))
        return exp.alias_(value, name)

    fields = [exp.column(name) if name in kept else of_others(name) for name in contract.names]
    names = ["record_number", "mapping_errors", "extras"]
    if "operation_code" not in contract.names:
        names.append("operation_code")
    return (
        exp.select(*names, of_others("further_content"), *fields)
        .from_("mapped_rows")
        .sql(dialect=_DIALECT)
    )


def _cut_fields(mapping: TableMapping, contract: Contract) -> pa.Table:
    """Return for each raw column the fields it fills, as a JSON patch that takes them away."""
    rows = [
        {"raw_column": column, "nothing": json.dumps(dict.fromkeys(known))}
        for column, names in _fields_of_columns(mapping).items()
        if (known := [name for name in names if name in contract.names])
    ]
    schema = pa.schema([("raw_column", pa.string()), ("nothing", pa.string())])
    return pa.Table.from_pylist(rows, schema)


@cache
def _accepted_query(contract: Contract) -> str:
    query = exp.select(
        *[exp.column(name) for name in contract.names],
        "receipt_number",
        "file_record_number as record_number",
        "content_hash",
        "extras",
        "cut",
    )
    is_good = exp.Anonymous(this="len", expressions=[exp.column("reasons")]).eq(0)
    ordered = query.from_("verdict").where(is_good).order_by("verdict.record_number")
    return ordered.sql(dialect=_DIALECT)


def _rejected_query(connection: duckdb.DuckDBPyConnection, raw_table: str) -> str:
    """Select the records with a reason, and what came as JSON without its empty fields."""
    members: list[exp.Expression] = []
    for name in connection.table(raw_table).columns:
        if name not in {"record_number", "further_content"}:
            members += [exp.Literal.string(name), exp.column(name, table="raw", quoted=True)]
    whole = exp.Anonymous(this="json_object", expressions=members)
    filled = exp.Anonymous(this="json_merge_patch", expressions=[exp.Literal.string("{}"), whole])
    reasons = exp.column("reasons", table="verdict")
    is_bad = exp.Anonymous(this="len", expressions=[reasons]) > 0
    query = (
        exp.select(
            "verdict.receipt_number",
            "verdict.file_record_number as record_number",
            "verdict.reasons as reason_codes",
            exp.alias_(exp.cast(filled, "varchar"), "raw"),
        )
        .from_("verdict")
        .join(
            exp.alias_(exp.to_table(raw_table), "raw", table=True),
            on="verdict.record_number = raw.record_number",
        )
        .where(is_bad)
        .order_by("verdict.record_number")
    )
    return query.sql(dialect=_DIALECT)


def _broken_by_table(batch: Batch) -> Iterator[tuple[str, pa.Table]]:
    """Yield the records that were broken before any mapping, with their receipt."""
    for receipt, reading in batch:
        for table, broken in reading.broken.items():
            receipts = pa.repeat(pa.scalar(receipt, pa.int64()), broken.num_rows)
            yield table, broken.add_column(0, "receipt_number", receipts).cast(REJECTED_SCHEMA)


def _joined(parts: Sequence[Conformed]) -> Conformed:
    return Conformed(
        pa.concat_tables([part.accepted for part in parts]),
        pa.concat_tables([part.rejected for part in parts]),
    )
