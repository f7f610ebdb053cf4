"""Plain trees that learn lessons: the chance that an item is irregular, and for how much.

Both have the settings of `benchmark.plain_trees`, untuned. What a choice goes by is the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xgboost

from benchmark.arrays import Floats
from benchmark.ceiling.items import Items, Matrix
from benchmark.ceiling.lessons import Lesson
from benchmark.plain_trees import LEAST_IRREGULAR, ROUNDS, SETTINGS

_AMOUNTS = {"objective": "reg:squarederror"}


@dataclass(frozen=True, slots=True)
class Learned:
    """Trees of the chance, and of the logarithm of the amount of what is irregular."""

    chance: xgboost.Booster
    amount: xgboost.Booster

    def chances(self, features: Matrix) -> Floats:
        """Return the chance that each item is irregular, shape (n,)."""
        chances: Floats = self.chance.predict(xgboost.DMatrix(features)).astype(np.float64)
        return chances

    def worth(self, features: Matrix) -> Floats:
        """Return the chance times the usual amount of such an item, VND, shape (n,)."""
        amount = self.amount.predict(xgboost.DMatrix(features)).astype(np.float64)
        worth: Floats = self.chances(features) * np.exp(amount)
        return worth


def learned(nations: Sequence[tuple[Items, Lesson]], seed: int) -> Learned | None:
    """Return trees that know the lessons of some nations; None of fewer than 30 irregular items."""
    features = np.concatenate([items.features[lesson.place] for items, lesson in nations])
    irregular = np.concatenate([lesson.is_irregular for _, lesson in nations])
    vnd = np.concatenate([lesson.vnd for _, lesson in nations])
    priced = irregular & (vnd > 0)
    if min(irregular.sum(), priced.sum()) < LEAST_IRREGULAR:
        return None
    settings = {**SETTINGS, "seed": seed, "nthread": 1}
    chance = xgboost.QuantileDMatrix(features, label=irregular)
    amount = xgboost.QuantileDMatrix(features[priced], label=np.log(vnd[priced]))
    return Learned(
        xgboost.train(settings, chance, num_boost_round=ROUNDS),
        xgboost.train({**settings, **_AMOUNTS}, amount, num_boost_round=ROUNDS),
    )
