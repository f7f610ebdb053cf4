"""What checks recover: money once a loss, hits, and who saw what first.

Money is an expectation: loss x collectable share x the best chance that any counted check of it
gives. Hits are drawn: a check sees a loss when its chance is above the loss's own luck for that
kind, so the same check again sees the same. A check is a hit when it sees a loss that no earlier
counted one saw. Nobody sees a loss before the day from which it shows.
"""

from dataclasses import dataclass

import numpy as np

from benchmark.arrays import DAY_SECONDS, NEVER, Bools, Floats, Ints, expand
from benchmark.judgement import Valid
from benchmark.kinds import chance_table
from benchmark.nation import JudgedNation


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a list of checks and audits brings.

    Attributes:
        chance: Best chance of each loss to be seen, shape (losses,).
        money: What each loss brings, VND, same shape.
        best_row: Row of the list that gives the best chance (the earliest of equals); -1 for none.
        seen: When each loss was first seen, seconds since 1970; NEVER.
        is_hit: Whether each row of the list saw something nobody saw before.
    """

    chance: Floats
    money: Floats
    best_row: Ints
    seen: Ints
    is_hit: Bools


def recover(counted: Valid, nation: JudgedNation, is_left: Bools) -> Recovery:
    """Return what the rows bring, taken in their order (time, then rank).

    Args:
        counted: Rows that count.
        nation: The nation.
        is_left: Which losses take part, shape (losses,).
    """
    row, loss = _looks(counted, nation)
    kept = is_left[loss] & (nation.shows[loss] <= counted.selection.selected[row] // DAY_SECONDS)
    row, loss = row[kept], loss[kept]
    kind = counted.selection.kind[row]
    chance = chance_table()[kind, nation.losses.sights[loss]]
    count = len(nation.losses)
    best_chance, best_row = _best(row, loss, chance, count)
    is_seen = nation.luck[loss, kind] < chance
    first_seer = np.full(count, NEVER, dtype=np.int64)
    np.minimum.at(first_seer, loss[is_seen], row[is_seen])
    found = first_seer != NEVER
    seen = np.full(count, NEVER, dtype=np.int64)
    seen[found] = counted.selection.selected[first_seer[found]]
    is_hit = np.zeros(len(counted.selection), dtype=np.bool_)
    is_hit[first_seer[found]] = True
    return Recovery(best_chance, best_chance * nation.losses.money, best_row, seen, is_hit)


def _best(row: Ints, loss: Ints, chance: Floats, count: int) -> tuple[Floats, Ints]:
    best, best_row = np.zeros(count), np.full(count, -1, dtype=np.int64)
    order = np.lexsort((row, -chance, loss))
    losses, first = np.unique(loss[order], return_index=True)
    best[losses] = chance[order][first]
    best_row[losses] = np.where(best[losses] > 0, row[order][first], -1)
    return best, best_row


def _looks(counted: Valid, nation: JudgedNation) -> tuple[Ints, Ints]:
    """Return (row, loss) for each loss that lies in what a row looks at."""
    is_audit = counted.selection.is_audit
    checks, audits = np.flatnonzero(~is_audit), np.flatnonzero(is_audit)
    parts = [_checked(counted, nation, checks), _audited(counted, nation, audits)]
    return (
        np.concatenate([rows for rows, _ in parts]),
        np.concatenate([losses for _, losses in parts]),
    )


def _checked(counted: Valid, nation: JudgedNation, rows: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(nation.places.declaration, kind="stable")
    sorted_places = nation.places.declaration[order]
    wanted = counted.declaration[rows]
    at, place = expand(
        np.searchsorted(sorted_places, wanted, side="left"),
        np.searchsorted(sorted_places, wanted, side="right"),
    )
    return rows[at], nation.places.loss[order[place]]


def _audited(counted: Valid, nation: JudgedNation, rows: Ints) -> tuple[Ints, Ints]:
    """Return the losses in the trader's declarations registered in the period and known by then."""
    places, selection = nation.places, counted.selection
    order = np.lexsort((places.registered, places.trader))
    horizon = int(max(places.registered.max(initial=0), selection.selected.max(initial=0))) + 2
    key = places.trader[order] * horizon + places.registered[order]
    begin = counted.trader[rows] * horizon
    last = np.minimum((selection.period_to[rows] + 1) * DAY_SECONDS - 1, selection.selected[rows])
    first = np.maximum(selection.period_from[rows] * DAY_SECONDS, 0)
    at, place = expand(
        np.searchsorted(key, begin + first, side="left"),
        np.searchsorted(key, begin + np.maximum(last, 0), side="right"),
    )
    return rows[at], places.loss[order[place]]
