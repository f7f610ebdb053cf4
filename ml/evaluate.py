"""Measure a ranking on the last quarter, beside what it has to beat and what it cannot tell."""

from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from data_contracts.finding import FINDING_EN, FINDING_VI
from measures.capacity import Catch, Outcome, catch
from measures.intervals import MINIMUM_HITS, percentile_interval
from ml.baselines import low_unit_value_rule, past_rate_lookup
from ml.calibrate import Calibration
from ml.features.definition import Feature
from ml.training_set import LabelledItems, TrainingSet

Floats = npt.NDArray[np.float64]

CAPACITIES = (0.05, 0.10)
"""Shares of the mature inspected items that a ranking may choose."""

SELECTION_BIAS_VI = (
    "Các tỷ lệ này chỉ đo trên hàng đã được chọn để kiểm tra. Hàng được chọn vì bị nghi ngờ, nên ở "
    "đây kiểm tra tìm thấy nhiều hơn so với hàng bất kỳ, và mô hình không được thử trên hàng chưa "
    "ai kiểm tra. Chỉ nhánh chọn ngẫu nhiên cho biết kiểm tra tìm thấy gì ở hàng không ai nghi ngờ."
)
SELECTION_BIAS_EN = (
    "These rates are measured only on goods that were selected for inspection. Goods are selected "
    "because they look suspicious, so more is found here than among any goods, and the model is "
    "not tried on goods that nobody looked at. Only the random arm tells what inspections find in "
    "goods that nobody suspected."
)

_RESAMPLES = 500
_SEED = 7


def evaluate(
    training: TrainingSet,
    features: tuple[Feature, ...],
    margin: npt.NDArray[np.float32],
    calibration: Calibration,
) -> dict[str, Any]:
    """Evaluate on the items of the last quarter whose finding belongs to them alone.

    Args:
        training: All labelled items and their split.
        features: In the order of the matrix.
        margin: Of all items, shape (n_items,).
        calibration: To compare probabilities with what was found.

    Returns:
        Plain values for JSON; a rate that rests on fewer than 30 hits is None.
    """
    items, split = training.items, training.split
    is_measured = split.is_test & ~items.is_shared_finding
    train, test = items.take(split.is_train), items.take(is_measured)
    test_margin = margin[is_measured].astype(np.float64)
    rankings = {
        "model": test_margin,
        "past_rate_lookup": past_rate_lookup(train, test),
        "low_unit_value_rule": low_unit_value_rule(test, features),
        # All tied: what a random order finds on average.
        "random": np.zeros(len(test)),
    }
    told = {name: ranking for name, ranking in rankings.items() if ranking is not None}
    hits = int(test.is_irregular.sum())
    return {
        "train_period": [day.isoformat() for day in split.train_period],
        "test_period": [day.isoformat() for day in split.test_period],
        "train_item_count": len(train),
        "train_hit_count": int(train.is_irregular.sum()),
        "test_item_count": len(test),
        "test_hit_count": hits,
        "seen_in_goods": {
            "item_count": int(test.is_seen_in_goods.sum()),
            "hit_count": int((test.is_seen_in_goods & test.is_irregular).sum()),
        },
        "shared_finding_item_count": int((split.is_test & items.is_shared_finding).sum()),
        "recoverable_vnd": round(float(test.additional_duty_vnd.sum())),
        "auc": _auc(test.is_irregular, test_margin),
        "mean_probability": _mean(calibration.probability(margin[is_measured])),
        "found_share": hits / len(test) if hits >= MINIMUM_HITS else None,
        "capacities": [_at_capacity(told, test, share) for share in CAPACITIES],
        "random_arm": random_arm(test, test_margin),
        "finding_vi": FINDING_VI,
        "finding_en": FINDING_EN,
        "selection_bias_vi": SELECTION_BIAS_VI,
        "selection_bias_en": SELECTION_BIAS_EN,
    }


def random_arm(test: LabelledItems, margin: Floats) -> dict[str, Any]:
    """Estimate from the items that chance selected in how many an inspection finds something.

    That is what inspections of a random share find: a lower bound of what is irregular.

    Each item counts for as many as its probability of selection stands for; items of the random
    arm without a recorded probability cannot be weighted and are left out.

    Args:
        test: Items of the last quarter.
        margin: Their margins.
    """
    is_drawn = test.selection_probability > 0
    drawn = test.take(is_drawn)
    hits = int(drawn.is_irregular.sum())
    result: dict[str, Any] = {
        "item_count": len(drawn),
        "hit_count": hits,
        "found_rate": None,
        "capacities": [{"share": share, "hit_rate": None} for share in CAPACITIES],
    }
    if hits < MINIMUM_HITS:
        return result
    weight = 1.0 / drawn.selection_probability
    result["found_rate"] = _weighted_rate(drawn, weight)
    order = np.argsort(-margin[is_drawn], kind="stable")
    reached = np.cumsum(weight[order])
    for entry in result["capacities"]:
        chosen = np.zeros(len(drawn), dtype=np.bool_)
        chosen[order[reached <= entry["share"] * reached[-1]]] = True
        if drawn.is_irregular[chosen].sum() >= MINIMUM_HITS:
            entry["hit_rate"] = _weighted_rate(drawn.take(chosen), weight[chosen])
    return result


def _at_capacity(rankings: dict[str, Floats], test: LabelledItems, share: float) -> dict[str, Any]:
    outcome = Outcome(test.is_irregular, test.additional_duty_vnd, test.declaration)
    return {
        "share": share,
        **{
            name: _plain(catch(score, outcome, share=share, seed=_SEED))
            for name, score in rankings.items()
        },
    }


def _plain(caught: Catch) -> dict[str, Any]:
    return {**asdict(caught), "recovered_vnd": round(caught.recovered_vnd)}


def _weighted_rate(items: LabelledItems, weight: Floats) -> dict[str, float]:
    _, place = np.unique(items.declaration, return_inverse=True)
    found = np.bincount(place, weight * items.is_irregular)
    stands_for = np.bincount(place, weight)
    random = np.random.default_rng(_SEED)
    drawn = random.integers(0, len(found), (_RESAMPLES, len(found)))
    resampled = found[drawn].sum(axis=1) / stands_for[drawn].sum(axis=1)
    return percentile_interval(float(found.sum() / stands_for.sum()), resampled).as_dict()


def _auc(is_irregular: npt.NDArray[np.bool_], score: Floats) -> float | None:
    hits = int(is_irregular.sum())
    if hits < MINIMUM_HITS or hits == len(is_irregular):
        return None
    return float(roc_auc_score(is_irregular, score))


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None
