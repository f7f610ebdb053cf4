"""Which columns each table of the lake has: those of its contract and the technical ones.

What a technical column means stands in the dictionary, `fields/technical.yaml`.
"""

from collections.abc import Sequence

import pyarrow as pa

from data_contracts import loading, to_arrow
from data_contracts.model import Contract

Column = tuple[str, str]

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
    return [to_arrow.arrow_field(name, sql_type) for name, sql_type in columns_of_table]
