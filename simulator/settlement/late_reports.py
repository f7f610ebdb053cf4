"""Settlement reports that came late or never, as sanctions need them.

Reports are due within 90 days after the fiscal year (Circular 39/2018, article 60).
"""

import numpy as np

from simulator.actors.kinds import COMMERCIAL, FIRM
from simulator.control.overdue import NO_DECLARATION, Overdue, no_overdue
from simulator.kernel import keyed
from simulator.kernel.arrays import join
from simulator.nation import Nation
from simulator.settlement.material_sums import last_day_of
from simulator.settlement.reports import DUE_DAYS, filing_days


def late_reports(nation: Nation) -> Overdue:
    """Return the settlement reports of all years whose limit fell into the time lived."""
    ends = np.array([nation.first_day, nation.last_day]).astype("datetime64[D]")
    first, last = (1970 + ends.astype("datetime64[Y]").astype(np.int64)).tolist()
    return join([no_overdue(), *(_late(nation, year) for year in range(first - 1, last))])


def _late(nation: Nation, year: int) -> Overdue:
    traders, limit = nation.traders, last_day_of(year) + DUE_DAYS
    reports = (traders.trade != COMMERCIAL) & (traders.kind == FIRM) & traders.is_ordinary
    reports &= (traders.founded_day < limit - 365) & (traders.closed_day > limit)
    reports &= (limit >= nation.first_day) & (limit <= nation.last_day)
    filed, _ = filing_days(nation, year)
    rows = np.flatnonzero(reports & (filed > limit))
    same = np.zeros(len(rows), dtype=np.int64)
    return Overdue(
        key=keyed.derive(traders.key[rows], "late report", year),
        number=same + NO_DECLARATION,
        direction=same,
        trader=rows.astype(np.int64),
        limit_day=same + limit,
    )
