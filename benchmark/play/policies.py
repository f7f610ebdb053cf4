"""Reference policies that play week by week: lot, practice, value, oracle.

Each scores the declarations of a week and looks at the best ones; audits go to the traders whose
declarations since their last audit add up to the highest score. The oracle and the legacy policy
are given what they need beside the tables, explicitly. Those that learn are in `learning`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Floats, Ints, amounts_in, days_in, numbers_in
from benchmark.judgement import AUDIT_REACH_DAYS
from benchmark.kinds import AUDIT, KINDS, PHYSICAL, chance_table
from benchmark.play.game import WeekView
from benchmark.play.nation import Practice
from benchmark.selection import Selection, audits, checks, join
from benchmark.truth import sights_in
from simulator.control.lanes import RED, VALUE, YELLOW


class Stakes:
    """What lies at each trader since its last audit."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: list[tuple[pa.Array, Floats]] = []

    def add(self, trader: pa.Array, stake: Floats) -> None:
        """Add declarations: tax codes and what each is worth, shape (n,)."""
        self._parts.append((trader, stake))

    def take(self, wanted: int) -> pa.Array:
        """Return the traders with the highest sums since their last audit; forget these sums."""
        codes = pa.concat_arrays([code for code, _ in self._parts])
        stake = np.concatenate([own for _, own in self._parts])
        sums = pa.table({"code": codes, "stake": stake}).filter(pc.is_valid(codes))
        best = sums.group_by("code").aggregate([("stake", "sum")])
        best = best.sort_by([("stake_sum", "descending"), ("code", "ascending")])
        chosen = best["code"].slice(0, wanted).combine_chunks()
        left = pc.invert(pc.is_in(codes, chosen))
        self._parts = [(codes.filter(left), stake[left.to_numpy(zero_copy_only=False)])]
        return chosen


class Ranked(ABC):
    """A policy that scores declarations; the higher, the more urgent."""

    name = "ranked"

    def __init__(self, seed: int = 1) -> None:
        """Begin; `seed` is that of lots."""
        self.lot = np.random.default_rng(seed)
        self._stakes = Stakes()

    def learn(self, outcomes: pa.Table) -> None:
        """Take in what came back; most learn nothing from it."""
        del outcomes

    @abstractmethod
    def scores(self, week: WeekView) -> Floats:
        """Return the score of each declaration, in the order of `tk`."""

    def kinds(self, week: WeekView, rows: Ints) -> Ints:
        """Return the kind of check of some declarations."""
        del week
        return np.full(len(rows), PHYSICAL)

    def chosen(self, score: Floats, most: int) -> Ints:
        """Return the rows looked at, the most urgent first."""
        order: Ints = np.argsort(-score, kind="stable")
        return order[:most]

    def choose(self, week: WeekView) -> Selection:
        """Return the best checks, and audits where they have a capacity of their own."""
        number, score = numbers_in(week.registered["tk"]["SO_TK"]), self.scores(week)
        most = len(number) if week.capacity.checks is None else week.capacity.checks
        rows = self.chosen(score, most)
        rank = np.arange(1, len(rows) + 1)
        now = np.full(len(rows), week.now)
        looks = checks(number[rows], self.kinds(week, rows), now, rank)
        return join([looks, self._audits(week, self.stakes(score, rows))])

    def stakes(self, score: Floats, rows: Ints) -> Floats:
        """Return what an audit of each declaration is worth when some rows are looked at."""
        del rows
        return score

    def _audits(self, week: WeekView, stake: Floats) -> Selection:
        wanted = week.capacity.audits or 0
        trader = week.registered["tk"]["MA_DN"].combine_chunks()
        if wanted:
            self._stakes.add(trader, stake)
            trader = self._stakes.take(wanted)
        return audits_of(trader.slice(0, wanted), week.now)


class Lot(Ranked):
    """Every declaration of a week has the same chance."""

    name = "random"

    def scores(self, week: WeekView) -> Floats:
        """Return lots."""
        lots: Floats = self.lot.random(week.registered["tk"].num_rows)
        return lots


class ByValue(Ranked):
    """The highest customs value first."""

    name = "value"

    def scores(self, week: WeekView) -> Floats:
        """Return TONG_TG_TT."""
        return amounts_in(week.registered["tk"]["TONG_TG_TT"])


class ByPractice(Ranked):
    """Red lanes of the legacy policy first, then yellow ones for risk or value, then the rest."""

    name = "legacy"

    def __init__(self, practice: Callable[[int], Practice], seed: int = 1) -> None:
        """Begin with a way to ask what the legacy lanes of a week would have been."""
        super().__init__(seed)
        self._practice = practice
        self._lanes: Practice | None = None

    def scores(self, week: WeekView) -> Floats:
        """Return lane, then ground, then rank, then lot."""
        lanes = self._lanes = self._practice(week.week)
        for_risk = (lanes.lane == YELLOW) & np.isin(lanes.ground, (0, VALUE))
        level = np.where(lanes.lane == RED, 3, np.where(for_risk, 2, lanes.lane == YELLOW))
        return level * 10.0 + lanes.rank + self.lot.random(len(level))

    def kinds(self, week: WeekView, rows: Ints) -> Ints:
        """Open the goods of a red one, consult on a doubted price, else read the papers."""
        lanes = self._lanes or self._practice(week.week)
        doubted = (lanes.lane == YELLOW) & (lanes.ground == VALUE)
        kind = np.where(doubted, KINDS.index("value_consultation"), KINDS.index("documents"))
        return np.where(lanes.lane == RED, PHYSICAL, kind)[rows]


class Oracle(Ranked):
    """Who is told the truth: the checks and audits that bring most; greedy, week by week.

    What does not show yet is worth no check, and an audit from the day on which it shows.
    """

    name = "oracle"

    def __init__(self, losses: Callable[[int], pa.Table], seed: int = 1) -> None:
        """Begin with a way to ask for the truth of a week."""
        super().__init__(seed)
        self._losses = losses
        self._kind = np.empty(0, dtype=np.int64)
        self._left = np.empty(0)
        self._waiting: list[tuple[pa.Array, Floats, Ints]] = []

    def scores(self, week: WeekView) -> Floats:
        """Return what the best kind of check would bring."""
        truth = self._losses(week.week)
        number = numbers_in(week.registered["tk"]["SO_TK"])
        order = np.argsort(number)
        row = order[np.searchsorted(number, numbers_in(truth["so_tk_goc"]), sorter=order)]
        money = amounts_in(truth["duty_evaded_vnd"]) * amounts_in(truth["collectable_share"])
        gain = chance_table()[:, sights_in(truth["visible_by"])] * money
        shows = days_in(truth["shows_on"])
        shown = shows <= week.now // DAY_SECONDS
        trader = week.registered["tk"]["MA_DN"].combine_chunks().take(pa.array(row[~shown]))
        self._waiting.append((trader, gain[AUDIT][~shown], shows[~shown]))
        by_kind = np.stack([np.bincount(row[shown], own[shown], len(number)) for own in gain])
        self._kind = by_kind[:AUDIT].argmax(axis=0)
        self._left = by_kind[AUDIT]
        return np.asarray(by_kind[:AUDIT].max(axis=0))

    def kinds(self, week: WeekView, rows: Ints) -> Ints:
        """Return the kind that brings most."""
        del week
        return self._kind[rows]

    def chosen(self, score: Floats, most: int) -> Ints:
        """Return the rows that bring most; none that brings nothing."""
        rows = super().chosen(score, most)
        return rows[score[rows] > 0]

    def stakes(self, score: Floats, rows: Ints) -> Floats:
        """Return what an audit would bring where nobody has looked."""
        stake = np.maximum(self._left, 0.0)
        stake[rows] = np.maximum(stake[rows] - score[rows], 0.0)
        return stake

    def _audits(self, week: WeekView, stake: Floats) -> Selection:
        waiting, self._waiting = self._waiting, []
        for trader, gain, shows in waiting:
            shown = shows <= week.now // DAY_SECONDS
            self._stakes.add(trader.filter(pa.array(shown)), gain[shown])
            self._waiting.append((trader.filter(pa.array(~shown)), gain[~shown], shows[~shown]))
        return super()._audits(week, stake)


def audits_of(trader: pa.Array, now: int) -> Selection:
    """Return audits of traders over as long as the law reaches back, in their order."""
    count, today = len(trader), now // DAY_SECONDS
    period = (np.full(count, today - AUDIT_REACH_DAYS), np.full(count, today))
    return audits(trader, period, np.full(count, now), np.arange(1, count + 1))
