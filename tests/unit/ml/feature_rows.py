"""Input rows for features: null everywhere but where a test says otherwise."""

import pyarrow as pa

from ml.features.definition import Column, Feature, columns_from_arrow
from ml.inputs import GOODS_ITEM
from ml.models.risk import MODEL

INPUTS = GOODS_ITEM.schema


def input_table(*rows: dict) -> pa.Table:
    """Return a table with all input columns; what a row does not name is null."""
    arrays = [pa.array([row.get(e.name) for row in rows], e.type) for e in INPUTS]
    assert all(row.keys() <= set(INPUTS.names) for row in rows)
    return pa.Table.from_arrays(arrays, schema=INPUTS)


def columns_of(table: pa.Table) -> dict[str, Column]:
    """Return all input columns of a table as features see them."""
    return columns_from_arrow(table, INPUTS)


def feature(name: str) -> Feature:
    """Return the feature of this name."""
    return next(feature for feature in MODEL.features if feature.name == name)


def value(name: str, **row: object) -> object:
    """Return what a feature gives for one row."""
    return feature(name).compute(columns_of(input_table(row)))[0]
