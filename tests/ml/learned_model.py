"""One release, one model, learned once for all tests that look at it."""

from dataclasses import dataclass, replace
from functools import cache

import duckdb
import pyarrow as pa

from ml.extraction import KEYS, inputs_of_keys
from ml.learning import Assignment, Learned, learn
from ml.model import HyperParameters
from ml.models.risk import MODEL
from tests.ml.small_release import SYSTEM, make_release

# Fewer and steeper rounds than in use: quick, and good enough for a planted signal.
PARAMETERS = HyperParameters(
    learning_rate=0.15,
    max_rounds=80,
    early_stopping_rounds=15,
    min_child_weight=3.0,
    minimum_code_count=20,
    threads=1,
)


@dataclass(frozen=True, slots=True)
class Example:
    """A release, the model learned from it, and the inputs of its items."""

    connection: duckdb.DuckDBPyConnection
    learned: Learned
    inputs: pa.Table


def assignment(**changes) -> Assignment:
    """Return the usual assignment with `changes`."""
    usual = {
        "model": replace(MODEL, parameters=PARAMETERS),
        "release": 1,
        "cut": {"bronze/goods_item": 3},
        "simulated_sources": (SYSTEM,),
    }
    return Assignment(**(usual | changes))


@cache
def example() -> Example:
    """Return the example; treat it as frozen."""
    connection = make_release()
    learned = learn(connection, assignment(), progress=lambda _line: None)
    names = [*KEYS, *MODEL.inputs.schema.names]
    inputs = pa.concat_tables(inputs_of_keys(connection, MODEL.inputs, names))
    return Example(connection, learned, inputs)
