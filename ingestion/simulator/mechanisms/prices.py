"""Declared prices of those who lie about them: close to what control expects, never a constant."""

from typing import TYPE_CHECKING

import numpy as np

from ingestion.simulator import keyed
from ingestion.simulator.arrays import Floats, Ints
from ingestion.simulator.mechanisms.mechanism import Case

if TYPE_CHECKING:
    from ingestion.simulator.nation import Nation

_LEAST, _HUG = 0.25, 0.35
_FLAT, _BY_SIGMA = 0.6, 1.0


def hugging_price(nation: "Nation", case: Case, name: str, depth: Floats) -> Ints:
    """Return declared unit prices that hug a reference somewhat below the market's level.

    The reference is the level of line and origin less a depth, the deeper the further honest prices
    of the line lie apart. Each item lies between it and the true price less that depth, a little
    around that (sd 0.06), is never above the true price and never below 25 % of it. After a catch
    the price goes up a little: each catch gives back a fifth of the gain.

    Args:
        nation: The nation.
        case: Items; `log_gap` tells where the true price lies.
        name: Name of the draw.
        depth: ln below the level at which the reference of a usual line lies, a scheme's own.
    """
    noise = 0.06 * keyed.normal(case.key, f"{name} noise")
    sigma = nation.goods.price_sigma[case.line]
    wanted = -depth * (_FLAT + _BY_SIGMA * sigma) + noise - _HUG * case.log_gap
    eased = wanted * 0.8 ** np.minimum(case.caught, 5)
    factor = np.clip(np.exp(np.minimum(eased, -0.01)), _LEAST, 1.0)
    price: Ints = np.maximum(np.rint(case.unit_price_e4 * factor), 1.0).astype(np.int64)
    return price
