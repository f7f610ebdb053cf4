"""The roster of a day: every declaration that is registered, its time and its number.

A declaration is a primary one (somebody trades), a branch of a split chain (more than 50 goods
items), or follows up an earlier one (a re-export, a return, a change of purpose, the same goods
declared again). All share the day's clock and the nation's running number, so that neither tells
one kind from another.
"""

from dataclasses import dataclass

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, join, numbers_within, pick, runs_of
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.declaration_kinds import BRANCH, PRIMARY
from simulator.setting import Clock

MOST_ITEMS = 50
_LONGEST_CHAIN = 8
# Typical office day, by hour: nine in ten register between 8 and 17 o'clock (assumption).
_HOUR_LOAD = (
    1, 1, 0, 0, 0, 1, 3, 20, 60, 80, 75, 45, 30, 70, 85, 85, 65, 35, 15, 10, 8, 6, 4, 2,
)  # fmt: skip
# So that the mean is about 4.2 items: 2.5 million of 600,000 declarations (post-clearance audit of
# Quảng Ninh, 2017 to 2022); the spread is an assumption.
_ITEM_MU, _ITEM_SIGMA = 0.62, 1.25


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Declarations that come after another one, known before their day; one position each.

    Attributes:
        day: Day of registration.
        key: Identity of the declaration.
        deal_key, deal_day: The deal whose goods they are, and the day it was first declared.
        kind: RE_EXPORT … SPLIT.
        parent_key: Identity of the declaration they follow; parent_number: its running number.
        parent_office, parent_registered: Where and when that one was registered.
        first_item, item_count: Which of the deal's items they cover (first counted from 0).
        detail: What the kind needs to know: the office of a redeclaration, which piece of a deal
            comes or leaves again (`trade.pieces`), the worth in USD of goods that were hidden
            before; else 0.
    """

    day: Ints
    key: Keys
    deal_key: Keys
    deal_day: Ints
    kind: Ints
    parent_key: Keys
    parent_number: Ints
    parent_office: Ints
    parent_registered: Ints
    first_item: Ints
    item_count: Ints
    detail: Ints

    def __len__(self) -> int:
        """Return their number."""
        return len(self.day)


def no_follow_ups() -> FollowUps:
    """Return an empty list."""
    none, no_keys = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64)
    return FollowUps(none, no_keys, no_keys, none, none, no_keys, *[none] * 6)


@dataclass(frozen=True, slots=True)
class Roster:
    """Registered declarations by time, one position each.

    Attributes:
        key: Identity; deal_key: identity of the deal whose goods it declares.
        day, registered: Day and local second; deal_day: day the deal was first declared.
        number: Eleven digits without the direction's first digit: a running number.
        kind: PRIMARY … SPLIT.
        branch, branches: Place in a split chain, 1 of 1 for most; chain_number: running number of
            the chain's first declaration.
        parent_number, parent_office, parent_registered: Of the one it follows up; 0, -1, 0.
        first_item, item_count: Which items of the deal; 1 to 50.
        detail: As in FollowUps.
    """

    key: Keys
    deal_key: Keys
    day: Ints
    registered: Ints
    deal_day: Ints
    number: Ints
    kind: Ints
    branch: Ints
    branches: Ints
    chain_number: Ints
    parent_number: Ints
    parent_office: Ints
    parent_registered: Ints
    first_item: Ints
    item_count: Ints
    detail: Ints

    def __len__(self) -> int:
        """Return the number of declarations."""
        return len(self.key)


def deal_items(deal_key: Keys) -> Ints:
    """Return the goods items of each deal: heavy at one, mean about 4.2, a long tail above 50."""
    spread = np.exp(_ITEM_MU + _ITEM_SIGMA * keyed.normal(deal_key, "item count"))
    counts: Ints = np.minimum(1 + np.floor(spread), MOST_ITEMS * _LONGEST_CHAIN).astype(np.int64)
    return counts


def seconds_of_day(key: Keys) -> Ints:
    """Return the local second of the day at which each is registered."""
    hour = keyed.choose(key, "hour", _HOUR_LOAD)
    return hour * 3600 + keyed.integers(key, "second", 0, 3600)


def _primaries(seed: int, days: Ints, loads: Floats) -> Roster:
    day_keys = keyed.derive(keyed.root(seed, "registered"), "day", days)
    counts = keyed.poisson(day_keys, "declarations", loads)
    key = keyed.derive(np.repeat(day_keys, counts), "slot", numbers_within(counts))
    day = np.repeat(days, counts)
    registered = day * DAY_SECONDS + seconds_of_day(key)
    items = deal_items(key)
    zero, one = np.zeros_like(day), np.ones_like(day)
    first = Roster(
        key=key,
        deal_key=key,
        day=day,
        registered=registered,
        deal_day=day,
        number=zero,
        kind=zero,
        branch=one,
        branches=-(-items // MOST_ITEMS),
        chain_number=zero,
        parent_number=zero,
        parent_office=zero - 1,
        parent_registered=zero,
        first_item=zero,
        item_count=np.minimum(items, MOST_ITEMS),
        detail=zero,
    )
    return join([first, _branches(first, items)])


def _branches(first: Roster, items: Ints) -> Roster:
    """Return the later declarations of the chains, each a minute or so after the one before."""
    more = first.branches - 1
    chain = pick(first, runs_of(more))
    branch = numbers_within(more) + 2
    first_item = (branch - 1) * MOST_ITEMS
    last_second = (chain.day + 1) * DAY_SECONDS - 1
    pause = 45 * (branch - 1) + keyed.integers(chain.key, "chain pause", 0, 40)
    return Roster(
        key=keyed.derive(chain.key, "branch", branch),
        deal_key=chain.deal_key,
        day=chain.day,
        registered=np.minimum(chain.registered + pause, last_second),
        deal_day=chain.deal_day,
        number=chain.number,
        kind=np.full(len(chain), BRANCH),
        branch=branch,
        branches=chain.branches,
        chain_number=chain.number,
        parent_number=chain.parent_number,
        parent_office=chain.parent_office,
        parent_registered=chain.parent_registered,
        first_item=first_item,
        item_count=np.minimum(np.repeat(items, more) - first_item, MOST_ITEMS),
        detail=chain.detail,
    )


def followers(later: FollowUps) -> Roster:
    """Return follow-ups as they are registered, all of them, without their numbers."""
    zero, one = np.zeros(len(later), dtype=np.int64), np.ones(len(later), dtype=np.int64)
    return Roster(
        key=later.key,
        deal_key=later.deal_key,
        day=later.day,
        registered=later.day * DAY_SECONDS + seconds_of_day(later.key),
        deal_day=later.deal_day,
        number=zero,
        kind=later.kind,
        branch=one,
        branches=one,
        chain_number=zero,
        parent_number=later.parent_number,
        parent_office=later.parent_office,
        parent_registered=later.parent_registered,
        first_item=later.first_item,
        item_count=later.item_count,
        detail=later.detail,
    )


def draw_roster(clock: Clock, days: Ints, later: FollowUps) -> Roster:
    """Return the roster of some days.

    Args:
        clock: The clock of the world.
        days: Consecutive days, ascending.
        later: The follow-ups of these days (others are left out).
    """
    due = (later.day >= days[0]) & (later.day <= days[-1])
    loads = clock.loads[days - clock.first_day]
    drawn = join([_primaries(clock.seed, days, loads), followers(pick(later, due))])
    drawn = pick(drawn, np.lexsort((drawn.key, drawn.registered)))
    starts = np.searchsorted(drawn.day, days)
    rank = np.arange(len(drawn)) - starts[drawn.day - days[0]]
    number = clock.number_starts[drawn.day - clock.first_day] + rank
    drawn.number[:] = number
    drawn.chain_number[:] = _chain_numbers(drawn, number)
    return drawn


def _chain_numbers(drawn: Roster, number: Ints) -> Ints:
    """Return the running number of each chain's first declaration; its own for the others."""
    result = number.copy()
    rest = np.flatnonzero(drawn.kind == BRANCH)
    if len(rest):
        firsts = np.flatnonzero((drawn.kind == PRIMARY) & (drawn.branches > 1))
        order = np.argsort(drawn.deal_key[firsts])
        found = np.searchsorted(drawn.deal_key[firsts][order], drawn.deal_key[rest])
        result[rest] = number[firsts[order[found]]]
    return result


def numbers_of(drawn: Roster, key: Keys) -> Ints:
    """Return the running numbers of declarations by their identity; all must be on the roster."""
    order = np.argsort(drawn.key)
    return drawn.number[order[np.searchsorted(drawn.key, key, sorter=order)]]
