"""Who delivers at home what it makes for export: trade on the spot (xuất nhập khẩu tại chỗ).

Goods of a foreign customer go to another maker of this country, or into and out of export zones
(Decree 08/2015 article 35; Circular 38/2015 article 86). It is a standing bond: a habit of export
whose goods another maker uses goes to that one. The share is an assumption.
"""

import numpy as np

from simulator.actors.kinds import COMMERCIAL, FIRM, HABITS
from simulator.actors.traders import Traders
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.reference.regimes import EXPORT, IMPORT

_SHARE = 0.2


def home_buyers(traders: Traders) -> Ints:
    """Return who takes what each habit of export delivers, shape (traders, HABITS); -1 for most."""
    fits = (traders.trade != COMMERCIAL) & (traders.kind == FIRM)
    fits &= traders.is_ordinary & (traders.successor < 0)
    used: Bools = fits[:, None] & (traders.habit_weight[:, IMPORT] > 0)
    buyer, habit = np.nonzero(used)
    lines = traders.lines[buyer, IMPORT, habit]
    pairs = np.unique(np.stack([lines.ravel(), np.repeat(buyer, lines.shape[1])]), axis=1)
    wanted = traders.lines[:, EXPORT, :, 0]
    start = np.searchsorted(pairs[0], wanted)
    end = np.searchsorted(pairs[0], wanted, side="right")
    number = np.tile(np.arange(HABITS), (len(traders), 1))
    key = keyed.derive(traders.key[:, None], "delivers at home", number)
    chosen = keyed.integers(key, "to whom", start, np.maximum(end, start + 1))
    found = pairs[1][np.minimum(chosen, len(pairs[1]) - 1)]
    delivers = fits[:, None] & (end > start) & keyed.happens(key, "delivers", _SHARE)
    delivers &= found != np.arange(len(traders))[:, None]
    return np.where(delivers, found, -1)
