"""Input rows for features: null everywhere but where a test says otherwise."""

import pyarrow as pa

from ml.features import FEATURES
from ml.features.definition import INPUTS, Feature, columns_from_arrow


def input_table(*rows: dict) -> pa.Table:
    """Return a table with the columns of `INPUTS`; what a row does not name is null."""
    arrays = [pa.array([row.get(e.name) for row in rows], e.type) for e in INPUTS]
    assert all(row.keys() <= set(INPUTS.names) for row in rows)
    return pa.Table.from_arrays(arrays, schema=INPUTS)


def feature(name: str) -> Feature:
    """Return the feature of this name."""
    return next(feature for feature in FEATURES if feature.name == name)


def value(name: str, **row: object) -> object:
    """Return what a feature gives for one row."""
    return feature(name).compute(columns_from_arrow(input_table(row)))[0]
