"""Scores of all current items of a model's systems, month by month, batch by batch."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa

from ml.bundle import Bundle
from ml.extraction import KEYS, Connection, choose_unscored, inputs_of_keys
from ml.features.definition import columns_from_arrow
from ml.scoring import score


def score_month(connection: Connection, bundle: Bundle, month: date) -> Iterator[pa.Table]:
    """Yield the scores of one month's items that are not in `scored_item` yet.

    Args:
        connection: To the analyst release, after `ml.extraction.remember_scored`.
        bundle: The model; only its source systems are scored.
        month: First day of the month of registration.

    Yields:
        Rows of the contract `risk_score`, some 200,000 at most.
    """
    choose_unscored(connection, month, bundle.model.source_systems)
    columns = (*KEYS, *bundle.model.columns.names)
    for table in inputs_of_keys(connection, bundle.model.inputs, columns):
        yield _scores(bundle, table)


def _scores(bundle: Bundle, table: pa.Table) -> pa.Table:
    margin = score(bundle, columns_from_arrow(table, bundle.model.columns), explain=False).margin
    rows = table.select(list(KEYS))
    rows = rows.append_column("margin", pa.array(margin.astype(np.float64)))
    probability = bundle.facts.calibration.probability(margin)
    rows = rows.append_column("probability", pa.array(probability))
    model_ids = pa.array([bundle.model_id] * len(table), pa.string())
    return rows.append_column("model_id", model_ids)
