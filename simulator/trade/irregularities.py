"""What is irregular about a goods item: the side on which paper and truth differ.

Where several differ the last of NOTHING, VALUE, QUANTITY, ORIGIN, LINE names it: a check that finds
another line of the tariff says so, whatever else is wrong.
"""

import numpy as np

from simulator.kernel.arrays import Bools, Ints
from simulator.trade.batch import Batch

NOTHING, VALUE, QUANTITY, ORIGIN, LINE = range(5)


def differs_in(batch: Batch, item: Ints, *, by_certificate: bool) -> Ints:
    """Return NOTHING to LINE for some items of a batch, by where they differ.

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
    differs = np.where(changed("unit_price_e4"), VALUE, NOTHING)
    differs = np.where(changed("quantity_e2"), QUANTITY, differs)
    differs = np.where(origin, ORIGIN, differs)
    result: Ints = np.where(changed("line"), LINE, differs)
    return result
