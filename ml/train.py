"""Train a model: gradient-boosted trees on the training period.

They are stopped and calibrated on its own last part; nothing of the quarter that the model will be
measured on is seen here.
"""

import logging
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xgboost

from data_contracts.errors import CustomsDataError
from measures.intervals import MINIMUM_HITS
from ml.calibrate import Calibration, fit_calibration
from ml.features.definition import Feature
from ml.model import HyperParameters
from ml.splits import last_part
from ml.training_set import LabelledItems, TrainingSet

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training gives.

    Attributes:
        booster: The trees up to the best round, no more.
        round_count: Number of rounds in it.
        calibration: From margin to probability, see `Calibration.fitted_on`.
    """

    booster: xgboost.Booster
    round_count: int
    calibration: Calibration


def train(training: TrainingSet, parameters: HyperParameters) -> Trained:
    """Train on the training period of the split.

    Raises:
        CustomsDataError: One of its two parts holds fewer than 30 irregular items or no clean one.
    """
    items, split = training.items, training.split
    is_late = last_part(items.registered_day, split.is_train, share=parameters.last_part_share)
    early, late = items.take(split.is_train & ~is_late), items.take(is_late)
    for part, name in ((early, "first"), (late, "last")):
        _refuse_too_few(part, name)
    booster = _grow(early, late, parameters)
    round_count = int(booster.best_iteration) + 1
    trees = booster[:round_count]
    logger.info("trained items=%d rounds=%d", int(split.is_train.sum()), round_count)
    return Trained(trees, round_count, _calibrate(trees, late))


def _grow(early: LabelledItems, late: LabelledItems, parameters: HyperParameters) -> Any:
    settings = {
        "objective": "binary:logistic",
        "eval_metric": "logloss",
        "tree_method": "hist",
        "max_depth": parameters.max_depth,
        "learning_rate": parameters.learning_rate,
        "min_child_weight": parameters.min_child_weight,
        "subsample": parameters.subsample,
        "colsample_bytree": parameters.colsample_bytree,
        "seed": parameters.seed,
        "nthread": parameters.threads,
    }
    grown = _matrix(early, parameters.threads)
    return xgboost.train(
        settings,
        grown,
        num_boost_round=parameters.max_rounds,
        evals=[(_matrix(late, parameters.threads, ref=grown), "late")],
        early_stopping_rounds=parameters.early_stopping_rounds,
        verbose_eval=False,
    )


def _calibrate(trees: xgboost.Booster, late: LabelledItems) -> Calibration:
    """Fit on the random arm where it found enough, else on all inspected items.

    Only what chance selected stands for goods that nobody suspected; inspected items are riskier
    than the rest, so a curve fitted on them gives probabilities that are too high for these.
    """
    is_drawn = late.selection_probability > 0
    drawn = late.take(is_drawn)
    if drawn.is_irregular.sum() >= MINIMUM_HITS:
        # Mean 1, so that the weights say for how much an item stands, not how many there are.
        weight = drawn.weight / drawn.selection_probability
        curve = fit_calibration(margins(trees, drawn), drawn.is_irregular, weight / weight.mean())
        return replace(curve, fitted_on="random_arm")
    return fit_calibration(margins(trees, late), late.is_irregular, late.weight)


def margins(trees: xgboost.Booster, items: LabelledItems) -> npt.NDArray[np.float32]:
    """Return the margins of labelled items, shape (n_items,), float32."""
    # Of the array itself: a DMatrix would be a copy of it.
    margin = trees.inplace_predict(items.values, predict_type="margin")
    return np.asarray(margin, np.float32)


def _matrix(items: LabelledItems, threads: int, ref: Any = None) -> Any:
    return xgboost.QuantileDMatrix(
        items.values, items.is_irregular, weight=items.weight, nthread=threads, ref=ref
    )


def _refuse_too_few(part: LabelledItems, name: str) -> None:
    hits = int(part.is_irregular.sum())
    if hits < MINIMUM_HITS or hits == len(part):
        message = (
            f"the {name} part of the training period holds {hits} irregular of {len(part)} "
            f"examined items: at least {MINIMUM_HITS} irregular ones and some clean are needed"
        )
        raise CustomsDataError(message)


def feature_gains(booster: xgboost.Booster, features: tuple[Feature, ...]) -> dict[str, float]:
    """Return the total gain by feature name, largest first; unused features are left out."""
    gains: dict[str, Any] = booster.get_score(importance_type="total_gain")
    named = {features[int(key[1:])].name: float(np.ravel(gain)[0]) for key, gain in gains.items()}
    return dict(sorted(named.items(), key=lambda entry: -entry[1]))
