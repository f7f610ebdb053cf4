"""Rates as other systems write them: `5%`, `25.5 USD/TNE`, `10%+2 USD/KGM`."""

import numpy as np
import pyarrow as pa

from simulator.kernel.arrays import Ints, coded
from simulator.reference.assessment import Levy
from simulator.reference.exchange import CURRENCIES
from simulator.reference.goods import UNITS

_BP_IN_PERCENT, _E4 = 100, 10_000


def _plain(value: int, parts: int, digits: int) -> str:
    """Return value / parts without trailing zeros."""
    whole, rest = divmod(value, parts)
    return f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".")


def rate_text(bp: int, amount_e4: int = 0, currency: int = 0, unit: int = 0) -> str:
    """Return a rate as text.

    Args:
        bp: Part by value, hundredths of a percent.
        amount_e4: Part by amount, 1/10,000 of a currency per unit; 0 where there is none.
        currency: Position in CURRENCIES.
        unit: Position in UNITS.
    """
    percent = f"{_plain(bp, _BP_IN_PERCENT, 2)}%"
    if not amount_e4:
        return percent
    amount = f"{_plain(amount_e4, _E4, 4)} {CURRENCIES[currency]}/{UNITS[unit]}"
    return f"{percent}+{amount}" if bp else amount


def rate_texts(levy: Levy, unit: Ints) -> pa.DictionaryArray:
    """Return the rates of levies as dictionary text, shape (n,).

    Args:
        levy: Levies of goods items, shape (n,).
        unit: First unit of each item's line, position in UNITS.
    """
    seen = np.flatnonzero(np.bincount(levy.bp, minlength=1))
    position = np.zeros(int(seen[-1]) + 1 if len(seen) else 1, dtype=np.int64)
    position[seen] = np.arange(len(seen))
    values = [rate_text(bp) for bp in seen.tolist()]
    index = position[levy.bp]
    rows = np.flatnonzero(levy.amount_per_unit_e4)
    if len(rows):
        parts = np.stack(
            [levy.bp[rows], levy.amount_per_unit_e4[rows], levy.currency[rows], unit[rows]]
        )
        kinds, place = np.unique(parts, axis=1, return_inverse=True)
        index[rows] = len(values) + place.ravel()
        values += [rate_text(*kind) for kind in kinds.T.tolist()]
    return coded(values, index)
