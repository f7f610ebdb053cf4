"""From a request to the columns that features read: the same types, by the same conversion.

Declared columns come from the request, history from the snapshot; `columns_from_arrow`, which the
batch uses too, then makes the same bits of both.
"""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from ml.features.definition import Columns, columns_from_arrow
from ml.inputs import GOODS_ITEM
from ml.lanes.history import History
from ml.lanes.request import LaneRequest

TRADER = "trader_"
UNIT_VALUE = "unit_value_"
_OF_DECLARATION = "declaration_"
_HS6_LENGTH = 6

LOOKUP_SCHEMA = pa.schema([
    ("source_system", pa.string()),
    ("trader_id", pa.string()),
    ("registered_date", pa.date32()),
])  # fmt: skip
"""What history is looked up by; `trader_id` is the pseudonym."""


def declared_schema() -> pa.Schema:
    """Return the look-up columns and the inputs that are declared, not history."""
    declared = [e for e in GOODS_ITEM.schema if not e.name.startswith((TRADER, UNIT_VALUE))]
    return pa.schema([*LOOKUP_SCHEMA, *declared])


def declared_table(request: LaneRequest, trader: str | None) -> pa.Table:
    """Return one row per goods item with what the declarant said.

    Args:
        request: The request.
        trader: Pseudonym of its trader.
    """
    count = len(request.items)
    columns: dict[str, list[Any]] = {
        "source_system": [request.source_system] * count,
        "trader_id": [trader] * count,
        "registered_date": [request.registered_date] * count,
    }
    for name, (is_of_item, field) in _origins().items():
        if is_of_item:
            columns[name] = [item[field] for item in request.items]
        else:
            columns[name] = [request.declaration[field]] * count
    columns["hs6_code"] = [_hs6(item) for item in request.items]
    schema = declared_schema()
    arrays = [pa.array(columns[entry.name], entry.type) for entry in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def scored_columns(declared: pa.Table, traders: History, unit_values: History) -> Columns:
    """Add to declared rows the history as of the end of the day before their registration.

    Args:
        declared: Columns of `declared_schema`, n_items rows.
        traders: History by source system and trader.
        unit_values: History by source system, HS6 and origin.

    Returns:
        The columns of `ml.inputs.GOODS_ITEM`, each of shape (n_items,).
    """
    keys = declared.select([*LOOKUP_SCHEMA.names, "hs6_code", "country_of_origin_code"])
    trader_rows: list[int] = []
    unit_value_rows: list[int] = []
    for row in keys.to_pylist():
        system: str = row["source_system"]
        day: date = row["registered_date"]
        trader_rows.append(traders.before((system, row["trader_id"]), day))
        goods = (system, row["hs6_code"], row["country_of_origin_code"])
        unit_value_rows.append(unit_values.before(goods, day))
    history = traders.rows(np.array(trader_rows, np.int64)) | unit_values.rows(
        np.array(unit_value_rows, np.int64)
    )
    arrays = [
        history[name] if name in history else declared.column(name)
        for name in GOODS_ITEM.schema.names
    ]
    return columns_from_arrow(
        pa.Table.from_arrays(arrays, schema=GOODS_ITEM.schema), GOODS_ITEM.schema
    )


@cache
def _origins() -> dict[str, tuple[bool, str]]:
    """Return for each declared input whether it is the item's, and the field of the request."""
    item = load_contract("lane_request_item").names
    declaration = load_contract("lane_request").names
    origins: dict[str, tuple[bool, str]] = {}
    for name in declared_schema().names:
        if name in LOOKUP_SCHEMA.names:
            continue
        bare = name.removeprefix(_OF_DECLARATION)
        if name in item:
            origins[name] = (True, name)
        elif name in declaration or bare in declaration:
            origins[name] = (False, name if name in declaration else bare)
        else:
            message = f"the request has no field for the input {name}"
            raise ContractViolationError(message)
    return origins


def _hs6(item: dict[str, Any]) -> str | None:
    """Return the HS6 as given, else the first six digits of the tariff line."""
    if item["hs6_code"] is not None:
        return str(item["hs6_code"])
    head = str(item["tariff_line_code"])[:_HS6_LENGTH]
    return head if len(head) == _HS6_LENGTH and head.isascii() and head.isdigit() else None
