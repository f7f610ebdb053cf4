"""What is looked at by who gives every item a worth: checks and audits, week by week."""

import numpy as np

from benchmark.arrays import Floats, Ints, last_second_of, positions_in
from benchmark.ceiling.nation import Nation
from benchmark.play.policies import Stakes, audits_of
from benchmark.reference_policies import weekly_best
from benchmark.selection import Selection, join


def checks_by(nation: Nation, worth: Floats) -> Selection:
    """Return the declarations worth most in each judged week.

    Args:
        nation: The nation.
        worth: Of each of its judged items, shape (n,).
    """
    return weekly_best(nation.terms, *_declared(nation, worth))


def audits_by(nation: Nation, worth: Floats, wanted: int) -> Selection:
    """Return each week's traders whose items since their last audit are worth most.

    Args:
        nation: The nation.
        worth: Of each of its judged items, shape (n,).
        wanted: Audits a week.
    """
    number, week, score = _declared(nation, worth)
    held, stakes, parts = nation.judged.declarations, Stakes(), []
    at = positions_in(held.number, number)
    for own in np.unique(week).tolist():
        rows = np.flatnonzero((week == own) & (at >= 0))
        stakes.add(held.traders.take(held.trader[at[rows]]), score[rows])
        end = int(last_second_of(np.array([own]))[0])
        parts.append(audits_of(stakes.take(wanted), end))
    return join(parts)


def _declared(nation: Nation, worth: Floats) -> tuple[Ints, Ints, Floats]:
    """Return number, week and the sum of worth of each judged declaration."""
    items, is_judged = nation.items, nation.is_judged
    number, first, place = np.unique(
        items.number[is_judged], return_index=True, return_inverse=True
    )
    score: Floats = np.bincount(place, worth, len(number)).astype(np.float64)
    return number, items.week[is_judged][first], score
