"""Sums and prices at which control of values looks twice, known to everybody who declares.

The list of reference prices (`ruirotg`) is published anew each year. That declarations of large
sums are looked at more closely is practice; the sum, and how much a list moves, are assumptions.
"""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.reference.calendar import year_of
from simulator.reference.goods import Goods

LARGE_DECLARATION_VND = 500_000_000
_MOVED_SHARE, _MOVED_BY = 0.35, 0.12
_YEARS = 10_000


def list_prices(goods: Goods, root: np.uint64, line: Ints, day: Ints) -> Floats:
    """Return reference prices of the list in force, USD per `unit1`; 0 for lines not on it.

    Args:
        goods: Tariff lines.
        root: Key of the lists of this nation.
        line: Position of each line, shape (n,).
        day: Days since 1970, shape (n,).
    """
    year = year_of(day) - 1970
    key = keyed.derive(root, "line and year", line * _YEARS + year)
    moves = keyed.happens(key, "moved", _MOVED_SHARE)
    factor = np.where(moves, np.exp(_MOVED_BY * keyed.normal(key, "by")), 1.0)
    price: Floats = np.rint(goods.reference_usd[line] * factor * 10_000) / 10_000
    return price
