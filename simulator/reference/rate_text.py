"""Rates as other systems write them: `5%`, `25.5 USD/TNE`, `10%+2 USD/KGM`."""

import numpy as np
import pyarrow as pa

from simulator.kernel.arrays import Ints, coded
from simulator.reference.exchange import CURRENCIES
from simulator.reference.goods import UNITS

_BP_IN_PERCENT, _E4 = 100, 10_000
# Above the numbers of currencies and units, and above every rate.
_MOST, _MOST_BP = 40, 100_000


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


def rate_texts(bp: Ints, amount_e4: Ints, currency: Ints, unit: Ints) -> pa.DictionaryArray:
    """Return rates as dictionary text; arrays of shape (n,), as in `rate_text`."""
    packed = ((amount_e4 * _MOST + currency) * _MOST + unit * (amount_e4 > 0)) * _MOST_BP + bp
    values, index = np.unique(packed, return_inverse=True)
    shown = []
    for value in values.tolist():
        rest, own_bp = divmod(value, _MOST_BP)
        rest, own_unit = divmod(rest, _MOST)
        amount, money = divmod(rest, _MOST)
        shown.append(rate_text(own_bp, amount, money, own_unit))
    return coded(shown, index.astype(np.int64))
