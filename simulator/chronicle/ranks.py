"""Risk ranks of traders, 1 to 6: from declared facts and from what control has on record.

Criteria are those of Circular 81/2019/TT-BTC (age, owners, goods, taxes, results of checks and
audits, violations, cooperation); their weights are assumptions, set so that a third of the traders
have rank 2, another third rank 3 and few rank 6. Nothing that is hidden is read. Ranks 7 to 9 of
new firms follow from age and sanctions alone.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from simulator.actors.kinds import COMMERCIAL, FIRM, SHARES
from simulator.chronicle.record import FINDINGS_A_CHECK, LATE_A_PAYMENT, Record
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.kept import Kept
from simulator.nation import Nation
from simulator.reference.regimes import IMPORT
from simulator.trade.scheme_states import SchemeStates

PRIORITY_RANK = 1
_Small = npt.NDArray[np.int8]
_NEW_RANK, _YEAR_OF_A_NEW_ONE = 7, 365
# Findings that stand for a usual past where there is none.
_USUAL = 0.7
_BY_FINDINGS, _BY_SANCTIONS, _BY_LATE_PAYMENTS, _BY_LATE_REPORTS = 0.8, 0.35, 0.3, 0.3
_BY_AUDIT_HITS, _BY_AUDIT_MISSES = 0.35, -0.2
_YOUNG_DAYS, _YOUNG, _LISTED, _MAKER, _HOUSEHOLD, _BY_DUTY = 1_095, 0.3, -0.12, -0.15, 0.1, 0.25
# What the circular weighs and no table tells: owners, premises, cooperation.
_OTHERWISE = 0.3
_EDGES = np.array([-0.2, 0.18, 0.52, 0.95])


class Ranker:
    """Gives ranks; declared facts that stay are weighed once."""

    def __init__(self, nation: Nation) -> None:
        """Look at the traders of a nation."""
        self._nation = nation

    @cached_property
    def facts(self) -> Floats:
        """What declared facts that stay make of each trader's score."""
        nation, traders = self._nation, self._nation.traders
        lines = traders.lines[:, IMPORT].reshape(len(traders), -1)
        duty = np.minimum(nation.goods.mfn_bp[lines], 3_000).mean(axis=1) / 1_000
        score = _BY_DUTY * (duty - duty.mean())
        score += _LISTED * (traders.company == SHARES) + _HOUSEHOLD * (traders.kind != FIRM)
        score += _MAKER * (traders.trade != COMMERCIAL)
        return np.asarray(score + _OTHERWISE * keyed.normal(traders.key, "other criteria"))

    def ranks(self, record: Record) -> Ints:
        """Return the scored rank of each trader as of what is on record, 1 to 6."""
        found = (record.findings + _USUAL) / (record.checks * FINDINGS_A_CHECK + _USUAL)
        late = (record.late_payments + 1.0) / (record.payments * LATE_A_PAYMENT + 1.0)
        traders = self._nation.traders
        young = traders.founded_day > record.day - _YOUNG_DAYS
        score = self.facts + _YOUNG * young
        score += _BY_FINDINGS * np.log(found) + _BY_LATE_PAYMENTS * np.log(late)
        score += _BY_SANCTIONS * np.log1p(record.sanctions)
        score += _BY_LATE_REPORTS * record.late_reports
        score += _BY_AUDIT_HITS * np.log1p(record.audit_hits)
        score += _BY_AUDIT_MISSES * np.log1p(record.audit_misses)
        rank = 2 + np.searchsorted(_EDGES, score)
        ranks: Ints = np.where(traders.is_priority, PRIORITY_RANK, rank)
        return ranks.astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Scored:
    rank: _Small
    penalty: _Small


class Ranks:
    """Scored risk rank of each trader by week, 1 to 6, and its sanctions.

    The last ones noted hold from then on.
    """

    def __init__(self, first: Ints | _Small, folder: Path | None = None) -> None:
        """Begin with those of the first week; nobody has a sanction.

        Args:
            first: Rank of each trader, shape (traders,).
            folder: As in `Kept`.
        """
        self._kept: Kept[_Scored] = Kept(folder)
        self._weeks = 0
        self.note(first, np.zeros_like(first))

    def copy(self) -> "Ranks":
        """Return the same ranks, in memory, to go on differently."""
        kept = self._kept.whole()
        shape = self._weeks, -1
        weeks = zip(kept.rank.reshape(shape), kept.penalty.reshape(shape), strict=True)
        first, _ = next(weeks)
        other = Ranks(first)
        for rank, penalty in weeks:
            other.note(rank, penalty)
        return other

    def note(self, rank: Ints | _Small, penalty: Ints | _Small) -> None:
        """Take in the ranks and penalties (`Record.penalty`) of the next week, shape (traders,)."""
        self._kept.append(_Scored(rank.astype(np.int8), penalty.astype(np.int8)))
        self._weeks += 1

    def of(self, trader: Ints, week: Ints) -> Ints:
        """Return the rank of each trader in its week."""
        return self._by_week("rank", trader, week)

    def penalty(self, trader: Ints, week: Ints) -> Ints:
        """Return how each trader stands in its week, as in `Record.penalty`."""
        return self._by_week("penalty", trader, week)

    def of_week(self, week: int) -> Ints:
        """Return the ranks of a week, shape (traders,)."""
        every = np.arange(len(self._kept.whole().rank) // self._weeks)
        return self.of(every, np.full_like(every, week))

    def _by_week(self, name: str, trader: Ints, week: Ints) -> Ints:
        column: _Small = getattr(self._kept.whole(), name)
        known = np.minimum(week, self._weeks - 1)
        found: Ints = column.reshape(self._weeks, -1)[known, trader].astype(np.int64)
        return found


def seen_rank(nation: Nation, states: SchemeStates, ranks: Ranks, trader: Ints, day: Ints) -> Ints:
    """Return risk ranks: as scored, but 7 to 9 in the first 365 days of a trader.

    Source: Circular 81/2019/TT-BTC: 7 new without a violation, 8 with a sanction, 9 with a grave
    one.
    """
    week = states.week(day)
    scored = ranks.of(trader, week)
    before = np.maximum(nation.traders.predecessor[trader], 0)
    founded = np.where(
        nation.traders.is_ordinary[trader],
        nation.traders.founded_day[trader],
        states.reborn_day[before],
    )
    is_new = (day - founded < _YEAR_OF_A_NEW_ONE) & (scored > PRIORITY_RANK)
    return np.where(is_new, _NEW_RANK + ranks.penalty(trader, week), scored)
