"""How well the best single rule tells each mechanism from honest goods.

A rule is a sign and a threshold: what lies at it or above is flagged. Goods of other mechanisms are
left out, and imports where a mechanism is of exports, so that only honest goods of its own side are
flagged wrongly. A rule flags items, whole declarations (by the highest of their items, or by how
often and how far it repeats itself with their trader, or with this client of their broker at their
office) or traders (by the mean of theirs). One sign is held at a time. Where a sign puts a
mechanism is told of items, or of declarations where it is one number for all items of each.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import duckdb
import numpy as np

from benchmark.arrays import Floats, Ints
from benchmark.mechanisms.marks import (
    LEAST_ROWS,
    LEAST_TRADERS,
    Mark,
    mark_of,
    mark_within_traders,
)
from benchmark.mechanisms.rows import Items, Rows
from benchmark.mechanisms.signs import SIGNS
from benchmark.mechanisms.stories import STORIES
from measures.intervals import Interval, none_of, ratio_interval, resampled_sums

# No single rule may reach this precision and this recall at once.
MOST = 0.6
_SEED = 1
# Of whose goods a rule is made: honest ones of the same halves of traders.
_ALL, _EVEN, _ODD, _BUT_LARGEST = range(4)
_HALVES = {_ALL: slice(0, 2), _EVEN: slice(0, 1), _ODD: slice(1, 2), _BUT_LARGEST: slice(0, 2)}


@dataclass(frozen=True, slots=True)
class Strength:
    """What single rules do against one mechanism.

    Attributes:
        mechanism: Which.
        rows: Items of it.
        traders: Traders of these.
        rule: Sign of the best rule, by F1; grain: what it flags.
        precision, recall: Of the rule that is best in one half of the traders, in the other half,
            both halves together; 95 % interval over traders.
        strictest: Highest of the lower of precision and recall that any threshold of any sign has
            in the whole nation; without its largest trader, if that is less: a rule that one trader
            makes tells that trader.
        strictest_rule: The rule that has it.
        marks: Of the signs that its story names.
        told_by: Tables that its story calls silent and that tell it from honest goods of the same
            traders.
    """

    mechanism: str
    rows: int
    traders: int
    rule: str
    grain: str
    precision: Interval
    recall: Interval
    strictest: float
    strictest_rule: str
    marks: tuple[Mark, ...]
    told_by: tuple[str, ...]

    @property
    def is_seen(self) -> bool:
        """Whether a sign that its story names shows it."""
        return any(mark.shows for mark in self.marks)

    @property
    def is_told(self) -> bool:
        """Whether a single rule tells it; a rule of a few traders tells these traders."""
        return self.strictest > MOST and self.traders >= LEAST_TRADERS


class _Rule(NamedTuple):
    """A sign at its threshold of highest F1: the best of several is the highest of them.

    Attributes:
        f1: The highest.
        threshold: Where.
        lower: The highest lower of precision and recall, whatever the threshold.
        sign: Its name.
    """

    f1: float
    threshold: float
    lower: float
    sign: str


def measure_strength(connection: duckdb.DuckDBPyConnection) -> list[Strength]:
    """Return how single rules do against each meant mechanism of a nation.

    Args:
        connection: With the tables `sign` and `irregular`.
    """
    items = Items(connection)
    trials = [_Trial(items, name) for name in sorted(items.grains[0].kinds)]
    for sign in SIGNS:
        of_items = items.sign(sign)
        own_grain = items.grain_of(of_items)
        for rows in items.grains:
            signs = rows.signs_of(of_items)
            honest = {
                side: rows.honest_halves(signs, side) for side in {one.side for one in trials}
            }
            for trial in trials:
                trial.take(sign, rows, signs, honest[trial.side])
                if rows.grain == own_grain:
                    trial.mark(sign, rows, signs, honest[trial.side])
    return [trial.strength() for trial in trials]


class _Trial:
    """What the signs taken so far say of one mechanism."""

    def __init__(self, items: Items, mechanism: str) -> None:
        every = items.grains[0]
        own = every.kinds[mechanism]
        self._items, self._mechanism, self._rows = items, mechanism, len(own)
        # Nobody looks for goods that come in among those that leave.
        self.side = int(np.bincount(every.side[own]).argmax())
        self._by_trader = np.bincount(every.trader[own])
        # Of few rows some rule tells most by chance.
        usual = [rows for rows in items.grains if len(rows.kinds[mechanism]) >= LEAST_ROWS]
        self._parts = {rows.grain: self._parts_of(rows) for rows in usual or [every]}
        self._rules: dict[tuple[str, int], list[_Rule]] = defaultdict(list)
        self._story = STORIES.get(mechanism)
        self._marks: dict[str, Mark] = {}
        self._told_by: list[str] = []

    def _parts_of(self, rows: Rows) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the rows of the mechanism: all, of either half, but for its largest trader."""
        own = rows.kinds[self._mechanism]
        trader = rows.trader[own]
        is_odd, is_largest = trader % 2 == 1, trader == self._by_trader.argmax()
        return own, own[~is_odd], own[is_odd], own[~is_largest]

    def take(self, sign: str, rows: Rows, signs: Floats, honest: Sequence[Floats]) -> None:
        """Take a sign of the rows of one grain, and of the honest of them by halves, rising."""
        for part, own in enumerate(self._parts.get(rows.grain, ())):
            rule = _rule(sign, signs[own], honest[_HALVES[part]])
            self._rules[rows.grain, part].append(rule)

    def mark(self, sign: str, rows: Rows, signs: Floats, honest: Sequence[Floats]) -> None:
        """Take where a sign puts the mechanism, of the rows of its own grain (as of `take`)."""
        if self._story and sign in self._story.signs:
            self._marks[sign] = mark_of(rows, self._mechanism, sign, signs, honest)
        if self._story and set(SIGNS[sign]) <= set(self._story.silent):
            beside = rows.beside(self.side)
            if mark_within_traders(rows, self._mechanism, sign, signs, beside).tells:
                self._told_by += SIGNS[sign]

    def strength(self) -> Strength:
        """Return what all signs say."""
        best = {grain: max(self._rules[grain, _ALL]) for grain in self._parts}
        grain = max(best, key=lambda one: best[one].f1)
        precision, recall = self._in_other_halves(grain)
        lower, lower_rule = min(self._strictest(_ALL), self._strictest(_BUT_LARGEST))
        named = self._story.signs if self._story else ()
        return Strength(
            mechanism=self._mechanism,
            rows=self._rows,
            traders=int((self._by_trader > 0).sum()),
            rule=best[grain].sign,
            grain=grain,
            precision=precision,
            recall=recall,
            strictest=lower,
            strictest_rule=lower_rule,
            marks=tuple(self._marks[sign] for sign in named),
            told_by=tuple(dict.fromkeys(self._told_by)),
        )

    def _strictest(self, part: int) -> tuple[float, str]:
        """Return the highest lower of precision and recall, and its rule."""
        return max(
            (rule.lower, f"{rule.sign} by {grain}")
            for grain in self._parts
            for rule in [max(self._rules[grain, part], key=lambda one: one.lower)]
        )

    def _in_other_halves(self, grain: str) -> tuple[Interval, Interval]:
        """Return precision and recall of the rules chosen in the other half of the traders."""
        rows = next(rows for rows in self._items.grains if rows.grain == grain)
        own = rows.kinds[self._mechanism]
        flagged = np.zeros(len(rows.trader), dtype=bool)
        for parity, other in ((0, _ODD), (1, _EVEN)):
            rule = max(self._rules[grain, other])
            signs = rows.signs_of(self._items.sign(rule.sign))
            flagged |= (rows.trader % 2 == parity) & (signs >= rule.threshold)
        counted = rows.beside(self.side)
        counted[own] = True
        chosen = (own[flagged[own]], np.flatnonzero(flagged & counted), own)
        count = int(rows.trader.max()) + 1
        sums = np.stack([np.bincount(rows.trader[one], minlength=count) for one in chosen], axis=1)
        hits, marked, kind = (float(one) for one in sums.sum(axis=0))
        if not hits:
            # Drawing again from what has no hit tells of none: the traders say how sure that is.
            flagged_traders, own_traders = ((sums[:, at] > 0).sum() for at in (1, 2))
            return none_of(int(flagged_traders)), none_of(int(own_traders))
        drawn = resampled_sums(sums[sums.sum(axis=1) > 0], _SEED)
        return (
            ratio_interval(hits, marked, drawn[:, 0], drawn[:, 1]),
            ratio_interval(hits, kind, drawn[:, 0], drawn[:, 2]),
        )


def _rule(sign: str, own: Floats, honest: Sequence[Floats]) -> _Rule:
    """Return the best rule of a sign against honest rows, given in rising parts.

    Between two values of irregular rows a higher threshold only flags fewer honest ones.
    """
    told = np.sort(own[~np.isnan(own)])
    if not len(told):
        return _Rule(0.0, np.inf, 0.0, sign)
    thresholds = np.unique(told)
    right = len(told) - np.searchsorted(told, thresholds)
    wrong = sum(len(part) - np.searchsorted(part, thresholds) for part in honest)
    precision, recall = right / (right + wrong), right / len(own)
    f1 = 2 * right / (right + wrong + len(own))
    at = int(f1.argmax())
    lower = float(np.minimum(precision, recall).max())
    return _Rule(float(f1[at]), float(thresholds[at]), lower, sign)
