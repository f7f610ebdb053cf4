"""What is irregular about a goods item: the side on which paper and truth differ.

Where several differ the last of NOTHING, VALUE, QUANTITY, ORIGIN, LINE names it: a check that finds
another line of the tariff says so, whatever else is wrong.
"""

import numpy as np

from simulator.kernel.arrays import Bools, Ints
from simulator.trade.batch import Batch

NOTHING, VALUE, QUANTITY, ORIGIN, LINE = range(5)


def what_differs(value: Bools, quantity: Bools, origin: Bools, line: Bools) -> Ints:
    """Return NOTHING to LINE for each item, by where it differs; all of shape (n,)."""
    differs = np.where(value, VALUE, NOTHING)
    differs = np.where(quantity, QUANTITY, differs)
    differs = np.where(origin, ORIGIN, differs)
    result: Ints = np.where(line, LINE, differs)
    return result


def differs_in(batch: Batch, item: Ints, *, by_certificate: bool) -> Ints:
    """Return what differs in some items of a batch.

    Args:
        batch: Declarations.
        item: Positions of the items, shape (n,).
        by_certificate: Whether a certificate that is not theirs is another origin.
    """
    true, told = batch.true, batch.declared

    def changed(name: str) -> Bools:
        result: Bools = getattr(true, name)[item] != getattr(told, name)[item]
        return result

    origin = changed("origin")
    if by_certificate:
        origin |= changed("certificate")
    return what_differs(changed("unit_price_e4"), changed("quantity_e2"), origin, changed("line"))
