"""What a model has to beat: one rule, and a table of past rates. Random order is in `evaluate`."""

import numpy as np
import numpy.typing as npt

from ml.features.definition import Feature
from ml.training_set import LabelledItems

Floats = npt.NDArray[np.float64]

# A key seen in fewer items is drawn towards the overall rate.
_PRIOR_ITEMS = 20.0
_RULE_FEATURE = "unit_value_log_z"


def low_unit_value_rule(items: LabelledItems, features: tuple[Feature, ...]) -> Floats | None:
    """Score by one feature: how far the unit value lies below that of like goods.

    Items without a figure to compare come last, all tied. None where the model does not see it.
    """
    names = [feature.name for feature in features]
    if _RULE_FEATURE not in names:
        return None
    below = -items.values[:, names.index(_RULE_FEATURE)].astype(np.float64)
    return np.where(np.isnan(below), -np.inf, below)


def past_rate_lookup(train: LabelledItems, test: LabelledItems) -> Floats:
    """Score by the past irregular rates of what `Inputs.lookups` names, added up.

    Only training items count, each rate drawn towards the overall one where items are few.
    """
    overall = float(np.average(train.is_irregular, weights=train.weight))
    rates = [
        _past_rate(train, train_keys, test_keys, overall)
        for train_keys, test_keys in zip(train.lookups.T, test.lookups.T, strict=True)
    ]
    return np.asarray(np.sum(rates, axis=0))


def _past_rate(
    train: LabelledItems,
    train_keys: npt.NDArray[np.int64],
    test_keys: npt.NDArray[np.int64],
    overall: float,
) -> Floats:
    known, place = np.unique(train_keys, return_inverse=True)
    hits = np.bincount(place, train.weight * train.is_irregular)
    number = np.bincount(place, train.weight)
    rates = (hits + overall * _PRIOR_ITEMS) / (number + _PRIOR_ITEMS)
    found = np.minimum(np.searchsorted(known, test_keys), len(known) - 1)
    return np.where(known[found] == test_keys, rates[found], overall)
