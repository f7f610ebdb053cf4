"""The oracle: who knows the truth chooses best, week by week, with the same capacity.

Checks: each declaration is offered in the week of its registration, with the kind that brings most;
the best ones of a week are taken. Audits: each week the traders whose five years bring most. A loss
that lies in several declarations is offered with the first, to checks with the first in whose week
it shows; what does not show yet is offered to nobody. It is a greedy bound, computed from the same
table of chances as everybody's score.
"""

from collections.abc import Sequence

import numpy as np

from benchmark.arrays import DAY_SECONDS, Bools, Floats, Ints, last_second_of, rank_within, week_of
from benchmark.judgement import AUDIT_REACH_DAYS
from benchmark.kinds import AUDIT, chance_table
from benchmark.nation import JudgedNation
from benchmark.selection import Selection, audits, checks, join


def check_oracle(
    nation: JudgedNation, limits: dict[int, int], is_left: Bools
) -> tuple[Selection, Floats]:
    """Return the best checks inside weekly limits, and what each loss brings.

    Args:
        nation: The nation.
        limits: Checks allowed in each week; a week that lacks has none.
        is_left: Which losses take part, shape (losses,).

    Returns:
        The selection, and the money of each loss, VND, shape (losses,).
    """
    places = nation.places
    offered = _offered(nation, is_left)
    loss, at = places.loss[offered], places.declaration[offered]
    declarations, inverse = np.unique(at, return_inverse=True)
    table = chance_table()[:AUDIT, :]
    gain = table[:, nation.losses.sights[loss]] * nation.losses.money[loss]
    by_kind = np.stack([np.bincount(inverse, row, len(declarations)) for row in gain])
    kind = by_kind.argmax(axis=0) if len(declarations) else np.zeros(0, dtype=np.int64)
    value = by_kind.max(axis=0) if len(declarations) else np.zeros(0)
    week = week_of(nation.declarations.day[declarations])
    rank = rank_within(week, -value)
    chosen = (rank < _limits_of(week, limits)) & (value > 0)
    money = np.zeros(len(nation.losses))
    brings = gain[kind[inverse], np.arange(len(loss))]
    taken = chosen[inverse]
    money[loss[taken]] = brings[taken]
    number = nation.declarations.number[declarations[chosen]]
    # At once, or on the first day on which all that is worth the check shows.
    when = nation.declarations.registered[declarations]
    useful = brings > 0
    np.maximum.at(when, inverse[useful], nation.shows[loss[useful]] * DAY_SECONDS)
    return checks(number, kind[chosen], when[chosen], rank[chosen] + 1), money


def _offered(nation: JudgedNation, is_left: Bools) -> Ints:
    """Return the place with which each loss is offered to checks: the first in whose week it shows.

    Places are in the order of registration.
    """
    places = nation.places
    end = last_second_of(week_of(places.registered // DAY_SECONDS)) // DAY_SECONDS
    shown = np.flatnonzero(is_left[places.loss] & (nation.shows[places.loss] <= end))
    first = np.unique(places.loss[shown], return_index=True)[1]
    return np.sort(shown[first])


def best_of_each(nation: JudgedNation, limits: dict[int, int], is_left: Bools) -> dict[str, float]:
    """Return, mechanism by mechanism, the most that checks could bring if only it counted, VND."""
    losses = nation.losses
    return {
        name: float(check_oracle(nation, limits, is_left & (losses.mechanism == position))[1].sum())
        for position, name in enumerate(losses.mechanisms)
    }


def audit_oracle(
    nation: JudgedNation, limits: dict[int, int], is_left: Bools, brought: Floats | None = None
) -> tuple[Selection, Floats]:
    """Return the best audits inside weekly limits, and what each loss brings more than before.

    Args:
        nation: The nation.
        limits: Audits allowed in each week.
        is_left: Which losses take part, shape (losses,).
        brought: What checks have brought of each loss, VND, same shape; None is nothing.
    """
    places, losses = nation.places, nation.losses
    offered = np.flatnonzero(places.is_first & is_left[places.loss])
    loss, trader = places.loss[offered], places.trader[offered]
    gain = chance_table()[AUDIT, losses.sights[loss]] * losses.money[loss]
    if brought is not None:
        gain = np.maximum(gain - brought[loss], 0.0)
    money, is_open = np.zeros(len(losses)), np.ones(len(loss), dtype=np.bool_)
    parts: list[Selection] = []
    traders = len(nation.declarations.traders)
    for week in sorted(limits):
        end = int(last_second_of(np.array([week]))[0])
        day = end // DAY_SECONDS
        begin = (day - AUDIT_REACH_DAYS) * DAY_SECONDS
        now = is_open & (places.registered[offered] <= end) & (places.registered[offered] >= begin)
        now &= nation.shows[loss] <= day
        value = np.bincount(trader[now], gain[now], traders)
        best = np.argsort(-value, kind="stable")[: limits[week]]
        best = best[value[best] > 0]
        taken = now & np.isin(trader, best)
        money[loss[taken]] = gain[taken]
        is_open &= ~taken
        parts.append(_audits_of(nation, best, end, day))
    return join(parts) if parts else _no_audits(nation), money


def oracle_selection(
    nation: JudgedNation, capacity: int, audit_capacity: int, weeks: Sequence[int]
) -> Selection:
    """Return the oracle's own selection, for a file: checks and audits a week."""
    everything = np.ones(len(nation.losses), dtype=np.bool_)
    check_part, brought = check_oracle(nation, dict.fromkeys(weeks, capacity), everything)
    limits = dict.fromkeys(weeks, audit_capacity)
    audit_part, _ = audit_oracle(nation, limits, everything, brought)
    return join([check_part, audit_part])


def _limits_of(week: Ints, limits: dict[int, int]) -> Ints:
    names, position = np.unique(week, return_inverse=True)
    allowed = np.array([limits.get(int(name), 0) for name in names], dtype=np.int64)
    return allowed[position] if len(names) else np.zeros(0, dtype=np.int64)


def _audits_of(nation: JudgedNation, trader: Ints, end: int, day: int) -> Selection:
    count = len(trader)
    period = (np.full(count, day - AUDIT_REACH_DAYS), np.full(count, day))
    codes = nation.declarations.traders.take(trader)
    return audits(codes, period, np.full(count, end), np.arange(1, count + 1))


def _no_audits(nation: JudgedNation) -> Selection:
    return _audits_of(nation, np.zeros(0, dtype=np.int64), 0, 0)
