"""From when on what a declaration hides shows on the books, to whoever looks at it.

Before, nothing can be seen to be wrong: goods may stay until their limit has passed, and what a
report does not tell yet nobody can hold against the declaration.
"""

import numpy as np

from simulator.control.overdue import filing_days, re_export_limit
from simulator.kernel.arrays import Ints
from simulator.mechanisms.mechanism import (
    AFTER_DEADLINE,
    AFTER_REPORT,
    AFTER_TRIP,
    AT_ONCE,
    SHOWS,
)
from simulator.nation import Nation
from simulator.reference.calendar import last_day_of, year_of

# After the registration of a trip its books are closed, and after the fiscal year a report that
# never came is asked for; assumptions.
_TRIP_DAYS, _ASKED_DAYS = 21, 150


def shows_on(nation: Nation, mechanism: Ints, day: Ints, regime: Ints, trader: Ints) -> Ints:
    """Return the first day on which control can see what each item hides.

    Args:
        nation: The nation.
        mechanism: Position in its mechanisms, shape (n,); -1 where nothing is wrong.
        day: Of registration.
        regime: Position in REGIMES.
        trader: Who declared it.
    """
    kinds = [SHOWS.index(one.shows) for one in nation.mechanisms]
    kind = nation.of_kind(mechanism, kinds, SHOWS.index(AT_ONCE))
    shows: Ints = day + np.where(kind == SHOWS.index(AFTER_TRIP), _TRIP_DAYS, 0)
    due = np.flatnonzero(kind == SHOWS.index(AFTER_DEADLINE))
    shows[due] = re_export_limit(regime[due], day[due]) + 1
    told = np.flatnonzero(kind == SHOWS.index(AFTER_REPORT))
    year = year_of(day[told])
    for one in np.unique(year).tolist():
        own = told[year == one]
        filed, _ = filing_days(nation, one, trader[own])
        # Who never files is asked for the report.
        shows[own] = np.minimum(filed, last_day_of(one) + _ASKED_DAYS)
    return shows
