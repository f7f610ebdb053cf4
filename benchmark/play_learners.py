"""Reference policies that learn from outcomes: past rates, and plain trees.

Both read what legacy control left behind; after that each knows its own outcomes only.
"""

from abc import abstractmethod

import numpy as np
import pyarrow as pa
import xgboost

from benchmark.arrays import Floats, Ints, amounts_in, last_second_of
from benchmark.lived_opening import History
from benchmark.play import WeekView
from benchmark.play_desk import Desk, Items, cut, weeks_in
from benchmark.play_policies import Ranked

_RETRAINED_WEEKS, _EXPLORED_SHARE = 4, 0.1
_LEAST_IRREGULAR, _ROUNDS = 30, 150
_SETTINGS = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_depth": 5,
    "learning_rate": 0.07,
    "min_child_weight": 2,
    "subsample": 0.8,
    "colsample_bytree": 0.6,
    "nthread": 1,
}


class Learning(Ranked):
    """A policy with a desk: it has read the history, and reads on."""

    def __init__(self, history: History, seed: int = 1) -> None:
        """Read the history week by week, each outcome when it was told."""
        super().__init__(seed)
        self.desk = Desk()
        week = weeks_in(history.registered)
        known = history.outcomes["known"].to_numpy()
        told = 0
        for own in np.unique(week).tolist():
            self.desk.observe(cut(history.registered, week == own), own)
            end = int(last_second_of(np.array([own]))[0])
            self.desk.learn(history.outcomes.filter(pa.array((known > told) & (known <= end))))
            told = end

    def learn(self, outcomes: pa.Table) -> None:
        """Keep what came back."""
        self.desk.learn(outcomes)

    def scores(self, week: WeekView) -> Floats:
        """Return the sum of what each item is worth looking at; the higher value breaks ties."""
        items = self.desk.observe(week.registered, week.week)
        header = week.registered["tk"]
        score = self.combined(items, header.num_rows, self.worth(items, week.week))
        return score + 1e-9 * np.log1p(amounts_in(header["TONG_TG_TT"]))

    @abstractmethod
    def worth(self, items: Items, week: int) -> Floats:
        """Return what each item is worth looking at."""

    def combined(self, items: Items, count: int, worth: Floats) -> Floats:
        """Return the sum over the items of each declaration."""
        total: Floats = np.bincount(items.row, worth, count).astype(np.float64)
        return total


class ByPastRate(Learning):
    """Those whose trader and HS6 were irregular most often."""

    name = "past_rate"

    def worth(self, items: Items, week: int) -> Floats:
        """Return the past rate of trader and goods."""
        del week
        return self.desk.past_rates(items.grains)[0][:, 3]

    def combined(self, items: Items, count: int, worth: Floats) -> Floats:
        """Return the worst item of each declaration."""
        worst = np.zeros(count)
        np.maximum.at(worst, items.row, worth)
        return worst


class ByTrees(Learning):
    """Boosted trees on obvious columns, trained anew every four weeks; a tenth goes by lot."""

    name = "xgboost"

    def __init__(self, history: History, seed: int = 1) -> None:
        """Read the history; the first trees come with the first week."""
        super().__init__(history, seed)
        self._seed = seed
        self._trees: xgboost.Booster | None = None
        self._trained = -_RETRAINED_WEEKS

    def worth(self, items: Items, week: int) -> Floats:
        """Return the tax at risk: chance to be irregular times declared taxes."""
        if week >= self._trained + _RETRAINED_WEEKS:
            self._trees, self._trained = self._grown(), week
        if self._trees is None:
            return items.tax_vnd
        chance = self._trees.predict(xgboost.DMatrix(items.features)).astype(np.float64)
        worth: Floats = chance * items.tax_vnd
        return worth

    def chosen(self, score: Floats, most: int) -> Ints:
        """Return the best nine tenths, then a tenth of the others by lot."""
        order = np.argsort(-score, kind="stable")
        by_score = most - round(most * _EXPLORED_SHARE)
        others = self.lot.permutation(order[by_score:])[: most - by_score]
        return np.concatenate([order[:by_score], others])

    def _grown(self) -> xgboost.Booster | None:
        features, label = self.desk.known()
        if int(label.sum()) < _LEAST_IRREGULAR:
            return None
        matrix = xgboost.DMatrix(features, label=label)
        return xgboost.train({**_SETTINGS, "seed": self._seed}, matrix, num_boost_round=_ROUNDS)
