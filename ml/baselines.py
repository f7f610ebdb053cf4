"""What a model has to beat: one rule, and a table of past rates. Random order is in `evaluate`."""

import numpy as np
import numpy.typing as npt

from ml.features import FEATURES
from ml.training_set import LabelledItems

Floats = npt.NDArray[np.float64]

# A key seen in fewer items is drawn towards the overall rate.
_PRIOR_ITEMS = 20.0
_RULE_FEATURE = "unit_value_log_z"


def low_unit_value_rule(items: LabelledItems) -> Floats:
    """Score by one feature: how far the unit value lies below that of like goods.

    Items without a figure to compare come last, all tied.
    """
    place = [feature.name for feature in FEATURES].index(_RULE_FEATURE)
    below = -items.values[:, place].astype(np.float64)
    return np.where(np.isnan(below), -np.inf, below)


def past_rate_lookup(train: LabelledItems, test: LabelledItems) -> Floats:
    """Score by the past irregular rate of the goods and origin plus that of the trader.

    Only training items count, each rate drawn towards the overall one where items are few.
    """
    overall = float(np.average(train.is_irregular, weights=train.weight))
    return _past_rate(train, _goods(train), _goods(test), overall) + _past_rate(
        train, train.trader_id, test.trader_id, overall
    )


def _goods(items: LabelledItems) -> npt.NDArray[np.str_]:
    return np.char.add(items.hs6_code, items.country_of_origin_code)


def _past_rate(
    train: LabelledItems,
    train_keys: npt.NDArray[np.str_],
    test_keys: npt.NDArray[np.str_],
    overall: float,
) -> Floats:
    known, place = np.unique(train_keys, return_inverse=True)
    hits = np.bincount(place, train.weight * train.is_irregular)
    number = np.bincount(place, train.weight)
    rates = (hits + overall * _PRIOR_ITEMS) / (number + _PRIOR_ITEMS)
    found = np.minimum(np.searchsorted(known, test_keys), len(known) - 1)
    return np.where(known[found] == test_keys, rates[found], overall)
