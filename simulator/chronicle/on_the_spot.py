"""Pairs of declarations on the spot: the export of who delivers, the import of who takes over."""

from dataclasses import dataclass

import numpy as np

from simulator.kernel.arrays import Ints, pick
from simulator.reference.declaration_kinds import ON_THE_SPOT
from simulator.trade.roster import FollowUps, Roster


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs, one position each.

    Attributes:
        delivered, taken: Running numbers of the export and of the import.
        registered: Local second at which the import was registered.
    """

    delivered: Ints
    taken: Ints
    registered: Ints


def pairs_of(due: FollowUps, whole: Roster) -> Pairs:
    """Return the pairs that are closed by what follows up; all of it must be on the roster."""
    own = pick(due, due.kind == ON_THE_SPOT)
    order = np.argsort(whole.key)
    place = order[np.searchsorted(whole.key, own.key, sorter=order)] if len(own) else own.day
    return Pairs(own.parent_number, whole.number[place], whole.registered[place])


def taken_over(pairs: Pairs, number: Ints) -> tuple[Ints, Ints]:
    """Return by which import each export was taken over, and when that was registered.

    Args:
        pairs: All pairs.
        number: Running numbers of declarations, shape (n,).

    Returns:
        Running numbers, 0 where there is none, and local seconds.
    """
    result, since = np.zeros_like(number), np.zeros_like(number)
    if len(pairs.delivered):
        order = np.argsort(pairs.delivered)
        place = np.minimum(np.searchsorted(pairs.delivered, number, sorter=order), len(order) - 1)
        found = order[place]
        is_own = pairs.delivered[found] == number
        result = np.where(is_own, pairs.taken[found], 0)
        since = np.where(is_own, pairs.registered[found], 0)
    return result, since
