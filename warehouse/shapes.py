"""Which columns each table of the lake has: those of its contract and the technical ones.

What a technical column means:
    receipt_number: number of the delivery that brought the record, rising with receipt.
    record_number: position of the record in its file, counted from 1 without the header.
    received_at: when the delivery was received, UTC.
    load_id: the load that wrote the row; also in the metadata of the Delta commit.
    contract_version: version of the contract that checked the record.
    content_hash: md5 over the typed business fields.
    extras: what no field holds, as a JSON object, or null: unknown columns of the source above all.
    cut: of the last record of a file that ended without a line end: which fields the last column
        fills and its text, which may be cut, as a JSON object; else null.
"""

from collections.abc import Sequence

import pyarrow as pa

from data_contracts import loading, to_arrow
from data_contracts.model import Contract

Column = tuple[str, str]

_UTC = pa.timestamp("us", tz="UTC")
_ARROW = {
    "BIGINT": pa.int64(),
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "TIMESTAMP WITH TIME ZONE": _UTC,
}

TECHNICAL_COLUMNS: Sequence[Column] = (
    ("receipt_number", "BIGINT"),
    ("record_number", "BIGINT"),
    ("received_at", "TIMESTAMP WITH TIME ZONE"),
    ("load_id", "VARCHAR"),
    ("contract_version", "VARCHAR"),
    ("content_hash", "VARCHAR"),
    ("extras", "VARCHAR"),
    ("cut", "VARCHAR"),
)

WITHDRAWAL_COLUMNS: Sequence[Column] = (
    ("receipt_number", "BIGINT"),
    ("sha256", "VARCHAR"),
    ("source", "VARCHAR"),
    ("withdrawn_at", "TIMESTAMP WITH TIME ZONE"),
    ("load_id", "VARCHAR"),
)

QUARANTINE_COLUMNS: Sequence[Column] = (
    ("source", "VARCHAR"),
    ("table_name", "VARCHAR"),
    ("receipt_number", "BIGINT"),
    ("record_number", "BIGINT"),
    ("sha256", "VARCHAR"),
    ("reason_codes", "VARCHAR[]"),
    ("raw", "VARCHAR"),
    ("key_hash", "VARCHAR"),
    ("sequence_number", "BIGINT"),
    ("content_hash", "VARCHAR"),
    ("contract_version", "VARCHAR"),
    ("received_at", "TIMESTAMP WITH TIME ZONE"),
    ("load_id", "VARCHAR"),
)

BRONZE = "bronze"
QUARANTINE = "quarantine"
SCORES = "scores"
WITHDRAWAL_TABLE = "delivery_withdrawal"
QUARANTINE_TABLE = "record"
SCORE_TABLE = "risk_score"


def tables() -> list[tuple[str, str]]:
    """Return (layer, table) of every table that the build may read, whether it exists or not."""
    bronze = [(BRONZE, contract.name) for contract in loading.contracts_of("bronze")]
    return [
        *bronze,
        (BRONZE, WITHDRAWAL_TABLE),
        (QUARANTINE, QUARANTINE_TABLE),
        (SCORES, SCORE_TABLE),
    ]


def columns(layer: str, table: str) -> list[Column]:
    """Return (name, DuckDB type) of the columns that a table of the lake is to have, in order."""
    if (layer, table) == (BRONZE, WITHDRAWAL_TABLE):
        return list(WITHDRAWAL_COLUMNS)
    if (layer, table) == (QUARANTINE, QUARANTINE_TABLE):
        return list(QUARANTINE_COLUMNS)
    contract = loading.load_contract(table)
    business = [(field.name, field.sql_type) for field in contract.fields]
    return [*business, *TECHNICAL_COLUMNS] if layer == BRONZE else business


def bronze_schema(contract: Contract) -> pa.Schema:
    """Return the Arrow schema of a contract's bronze table: business, then technical columns."""
    # Nullable in the lake: what is required is the contract's matter and changes with its version.
    business = [pa.field(field.name, field.type) for field in to_arrow.schema(contract)]
    return pa.schema([*business, *_arrow_fields(TECHNICAL_COLUMNS)])


def withdrawal_schema() -> pa.Schema:
    """Return the Arrow schema of the table of withdrawn deliveries."""
    return pa.schema(_arrow_fields(WITHDRAWAL_COLUMNS))


def quarantine_schema() -> pa.Schema:
    """Return the Arrow schema of the quarantine."""
    return pa.schema(_arrow_fields(QUARANTINE_COLUMNS))


def _arrow_fields(columns_of_table: Sequence[Column]) -> list[pa.Field]:
    return [pa.field(name, _ARROW[sql_type]) for name, sql_type in columns_of_table]
