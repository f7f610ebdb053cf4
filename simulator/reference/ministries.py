"""Which ministry grants a licence, by the day it is granted: a merger gave two a new name."""

from datetime import date

import pyarrow as pa

from simulator.kernel.arrays import Ints, coded
from simulator.reference.calendar import to_day
from simulator.reference.goods import LICENCES
from simulator.reference.lists import rows_of

# The government of fourteen ministries took office (Resolution 176/2025/QH15).
MERGED_DAY = to_day(date(2025, 3, 1))
_GRANTED_BY = {row["licence"]: row for row in rows_of("ministries.csv")}
_NAMES = [
    _GRANTED_BY[licence][day] for licence in LICENCES for day in ("until_merger", "since_merger")
]


def licensing_body(licence: Ints, granted: Ints) -> pa.Array:
    """Return who grants each licence, as dictionary text.

    Args:
        licence: Positions in LICENCES.
        granted: Day of each licence, days since 1970.
    """
    return coded(_NAMES, 2 * licence + (granted >= MERGED_DAY))
