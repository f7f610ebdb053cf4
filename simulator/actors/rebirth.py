"""Who comes after whom: firms that a closed one may be re-born as, honest re-foundings, branches.

A reserved slot is a firm that may come to be: it has the goods and partners of the firm before it
and the owner, the address or both, but another name and tax code. Slots lie idle unless a day of
founding is given to them. Honest owners also found another firm after closing one, so that shared
owners and addresses alone prove nothing.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import FAR, FIRM
from simulator.actors.lives import Lives
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.keyed import Keys

# Shares and days are assumptions.
_SLOT_SHARE, _FEWEST_SLOTS = 0.02, 12
_REFOUNDED_SHARE, _REFOUNDED_WITHIN_DAYS = 0.3, 500
_BRANCH_SHARE = 0.03
_SHARES_BOTH, _SHARES_OWNER = 0.35, 0.8
_FAMILY_SHARE, _FAMILY_HUBS = 0.05, 0.012
_SAME_HOUSE_SHARE = 0.3
_SERVICED_SHARE, _SERVICED_HOUSES = 0.02, 0.001


@dataclass(frozen=True, slots=True)
class Bonds:
    """Bonds between firms, one position a trader, slots last.

    Attributes:
        successor: Slot that may come after it, -1 for most; predecessor: whom it comes after.
        head: Firm whose branch it is, -1 for most; branch: number of the branch, from 1.
        owner_of, address_of: Whose owner and whose address it has; its own position for most.
    """

    successor: Ints
    predecessor: Ints
    head: Ints
    branch: Ints
    owner_of: Ints
    address_of: Ints


def slot_count(traders: int) -> int:
    """Return how many firms are held ready to come after others."""
    return max(_FEWEST_SLOTS, round(_SLOT_SHARE * traders))


def draw_slots(key: Keys, count: int, may: Bools) -> Ints:
    """Return the trader before each slot.

    Args:
        key: Identities, shape (n + slots,).
        count: Number of ordinary traders.
        may: Who may be re-born, shape (n,).
    """
    order = np.argsort(keyed.uniform(key[:count], "slot") + np.where(may, 0.0, 1.0), kind="stable")
    return order[: len(key) - count].astype(np.int64)


def refounded(key: Keys, kind: Ints, lives: Lives) -> Ints:
    """Return for some new firms the honest one that its owner closed shortly before; else -1."""
    founded, closed = lives.founded_day, lives.closed_day
    result = np.full(len(key), -1, dtype=np.int64)
    gone = np.flatnonzero((closed < FAR) & (kind == FIRM))
    gone = gone[np.argsort(closed[gone], kind="stable")]
    new = np.flatnonzero(keyed.happens(key, "refounded", _REFOUNDED_SHARE) & (kind == FIRM))
    if not len(gone) or not len(new):
        return result
    latest = np.searchsorted(closed[gone], founded[new] - 5)
    earliest = np.searchsorted(closed[gone], founded[new] - _REFOUNDED_WITHIN_DAYS)
    new, earliest, latest = (each[latest > earliest] for each in (new, earliest, latest))
    drawn = gone[keyed.integers(key[new], "before", earliest, latest)]
    _, first = np.unique(drawn, return_index=True)
    result[new[first]] = drawn[first]
    return result


def _branches(key: Keys, kind: Ints, weight_order: Ints) -> tuple[Ints, Ints]:
    """Return heads (-1 for most) and numbers of branches; large firms have most of them."""
    head = np.full(len(key), -1, dtype=np.int64)
    is_branch = keyed.happens(key, "branch", _BRANCH_SHARE) & (kind == FIRM)
    heads = weight_order[(kind[weight_order] == FIRM) & ~is_branch[weight_order]]
    rows = np.flatnonzero(is_branch)
    place = keyed.uniform(key[rows], "head") ** 2 * len(heads)
    head[rows] = heads[place.astype(np.int64)]
    order = rows[np.argsort(head[rows], kind="stable")]
    _, start, size = np.unique(head[order], return_index=True, return_counts=True)
    branch = np.zeros(len(key), dtype=np.int64)
    branch[order] = np.arange(len(order)) - np.repeat(start, size) + 1
    return head, branch


def _families(key: Keys, kind: Ints) -> Ints:
    """Return the firm whose owner also owns this one, -1 for most; a few own several."""
    firms = np.flatnonzero(kind == FIRM)
    hubs = max(2, round(_FAMILY_HUBS * len(firms)))
    hub = firms[keyed.integers(key, "hub", 0, hubs)]
    member = keyed.happens(key, "family", _FAMILY_SHARE) & (kind == FIRM)
    return np.where(member & (hub != np.arange(len(key))), hub, -1)


def draw_bonds(key: Keys, who: tuple[Ints, Ints], predecessor: Ints, weight_order: Ints) -> Bonds:
    """Return the bonds between all traders, slots included.

    Args:
        key: Identities, shape (n + slots,).
        who: Kinds and provinces, each of shape (n + slots,).
        predecessor: Trader before each, slots included, -1 for most.
        weight_order: Ordinary traders, the largest first, shape (n,).
    """
    kind, province = who
    count = len(weight_order)
    successor = np.full(len(key), -1, dtype=np.int64)
    successor[predecessor[count:]] = np.arange(count, len(key))
    head, branch = np.full(len(key), -1, dtype=np.int64), np.zeros(len(key), dtype=np.int64)
    head[:count], branch[:count] = _branches(key[:count], kind[:count], weight_order)
    owner, address = _shared(key, kind, province, predecessor, head)
    return Bonds(successor, predecessor, head, branch, owner, address)


def _houses(key: Keys, province: Ints, is_firm: Bools) -> Ints:
    """Return whose address each firm in a serviced office has, -1 for the others."""
    order = np.argsort(province, kind="stable")
    start = np.searchsorted(province[order], province)
    size = np.bincount(province)[province]
    houses = np.maximum(1, np.rint(size * _SERVICED_HOUSES)).astype(np.int64)
    house = order[start + keyed.integers(key, "house", 0, houses)]
    return np.where(keyed.happens(key, "serviced", _SERVICED_SHARE) & is_firm, house, -1)


def _shared(
    key: Keys, kind: Ints, province: Ints, predecessor: Ints, head: Ints
) -> tuple[Ints, Ints]:
    """Return whose owner and whose address each firm has; its own where it shares none."""
    own = np.arange(len(key))
    family = _families(key, kind)
    owner = np.where(family >= 0, family, own)
    near = (family >= 0) & (province[family] == province)
    address = np.where(near & keyed.happens(key, "same house", _SAME_HOUSE_SHARE), family, own)
    house = _houses(key, province, kind == FIRM)
    address = np.where(house >= 0, house, address)
    shown = keyed.uniform(key, "shared with predecessor")
    follows = predecessor >= 0
    near = province[predecessor] == province
    goes_on = follows & ((shown < _SHARES_OWNER) | ~near)
    lives_on = follows & near & ((shown < _SHARES_BOTH) | (shown >= _SHARES_OWNER))
    is_branch = head >= 0
    owner = _from_before(owner, goes_on | is_branch, np.where(is_branch, head, predecessor))
    return owner, _from_before(address, lives_on, predecessor)


def _from_before(values: Ints, shares: Bools, predecessor: Ints) -> Ints:
    """Return values in which whoever shares has that of the one before, however far back."""
    while True:
        shared = np.where(shares, values[predecessor], values)
        if np.array_equal(shared, values):
            return values
        values = shared
