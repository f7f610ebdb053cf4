"""Arrow types and schemas of what contracts say as DuckDB types."""

import re

import pyarrow as pa

from data_contracts.errors import ContractViolationError
from data_contracts.model import Contract, Field

_PLAIN_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "SMALLINT": pa.int16(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="UTC"),
    "DOUBLE": pa.float64(),
    "FLOAT": pa.float32(),
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def schema(contract: Contract) -> pa.Schema:
    """Return the Arrow schema of the contract's fields, in their order.

    Required fields are not nullable. Decimals are decimal128, times microseconds in UTC.

    Raises:
        ContractViolationError: A field has a type outside the ones the lake uses.
    """
    return pa.schema([
        arrow_field(field.name, field.sql_type, nullable=not field.required)
        for field in contract.fields
    ])  # fmt: skip


def arrow_field(name: str, sql_type: str, *, nullable: bool = True) -> pa.Field:
    """Return the Arrow field of a column of a DuckDB type, or of lists of one (`VARCHAR[]`).

    Raises:
        ContractViolationError: The type is outside the ones the lake uses.
    """
    plain = sql_type.removesuffix("[]")
    decimal = _DECIMAL.fullmatch(plain)
    if not decimal and plain not in _PLAIN_TYPES:
        message = f"{name}: no Arrow type for {sql_type}"
        raise ContractViolationError(message)
    found = pa.decimal128(*map(int, decimal.groups())) if decimal else _PLAIN_TYPES[plain]
    return pa.field(name, found if plain == sql_type else pa.list_(found), nullable=nullable)


def precision_and_scale(field: Field) -> tuple[int, int] | None:
    """Return (precision, scale) of a decimal field, None for any other type."""
    match = _DECIMAL.fullmatch(field.sql_type)
    return (int(match[1]), int(match[2])) if match else None
