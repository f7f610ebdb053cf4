"""Arrow schemas of the business fields of a contract; technical columns are the warehouse's."""

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
        pa.field(field.name, arrow_type(field), nullable=not field.required)
        for field in contract.fields
    ])  # fmt: skip


def arrow_type(field: Field) -> pa.DataType:
    """Return the Arrow type of one field.

    Raises:
        ContractViolationError: The field has a type outside the ones the lake uses.
    """
    decimal = precision_and_scale(field)
    if decimal is not None:
        return pa.decimal128(*decimal)
    if field.sql_type in _PLAIN_TYPES:
        return _PLAIN_TYPES[field.sql_type]
    message = f"{field.name}: no Arrow type for {field.sql_type}"
    raise ContractViolationError(message)


def precision_and_scale(field: Field) -> tuple[int, int] | None:
    """Return (precision, scale) of a decimal field, None for any other type."""
    match = _DECIMAL.fullmatch(field.sql_type)
    return (int(match[1]), int(match[2])) if match else None
