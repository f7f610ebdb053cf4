"""Scores of goods items and what each feature added to them: one function for batch and lanes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xgboost

from ml.bundle import Bundle
from ml.features.definition import Columns
from ml.features.matrix import matrix


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of n_items goods items.

    Attributes:
        margin: Shape (n_items,), float32, log-odds as the model gives them, before calibration.
        contributions: Shape (n_items, n_features + 1), float32, log-odds; the features in the
            order of the bundle, then the base margin, the same for all. A row sums to its margin
            within 1e-5. Shape (0, n_features + 1) where they were not asked for.
    """

    margin: npt.NDArray[np.float32]
    contributions: npt.NDArray[np.float32]


def score(bundle: Bundle, columns: Columns, *, explain: bool = True) -> Scores:
    """Score items; each item's margin is the same bits alone or among others.

    Args:
        bundle: The model with its features' categories.
        columns: From `ml.features.definition.columns_from_arrow`, at least `Model.columns`.
        explain: Compute the exact TreeSHAP contributions too, about ten times the work.
    """
    values = matrix(columns, bundle.model.features, bundle.facts.categories)
    width = len(bundle.model.features) + 1
    if len(values) == 0:
        return Scores(np.empty(0, np.float32), np.empty((0, width), np.float32))
    items = xgboost.DMatrix(values, nthread=bundle.threads)
    # The trees after the best round were grown too, and would be used if not cut off here; the
    # contributions must belong to the very same trees as the margin.
    rounds = (0, bundle.facts.round_count)
    margin = bundle.booster.predict(items, output_margin=True, iteration_range=rounds)
    contributions = np.empty((0, width), np.float32)
    if explain:
        contributions = bundle.booster.predict(items, pred_contribs=True, iteration_range=rounds)
    return Scores(np.asarray(margin, np.float32), np.asarray(contributions, np.float32))
