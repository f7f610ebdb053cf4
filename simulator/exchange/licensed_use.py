"""What holders of import licences expect to use: last year's trade, by trader and kind of goods."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.volumes import LINE_WEIGHTS
from simulator.kernel.arrays import Floats, Ints
from simulator.nation import Nation
from simulator.reference.goods import LICENCES
from simulator.reference.regimes import IMPORT
from simulator.setting import DECLARATIONS_A_YEAR, GROWTH_A_YEAR, ITEMS_A_DECLARATION

# Who expects fewer goods items than this in half a year asks for no licence
# beforehand (assumptions).
_LEAST_ITEMS = 3.0
_LEAST_KG_E2 = 100_00
# Figures that people ask for, times a power of ten.
_ROUND = np.array([1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected use in a half-year.

    Attributes:
        usual_e2: Net mass by trader and kind, hundredths of kg, shape (traders, LICENCES).
        middle_e2: The usual of those who use a kind at all, by kind: the median.
        lines: (trader * LICENCES + kind) * goods lines + line of who asks beforehand, ascending.
    """

    usual_e2: Floats
    middle_e2: Floats
    lines: Ints

    def mass_e2(self, trader: Ints, kind: Ints) -> Floats:
        """Return what each holder expects, hundredths of kg; who has no past, the middle."""
        own = self.usual_e2[trader, kind]
        result: Floats = np.where(own > 0, own, self.middle_e2[kind])
        return np.maximum(result, _LEAST_KG_E2)


def expected_use(nation: Nation) -> Expected:
    """Return what last year lets expect, from what each trader usually imports.

    Shares of habits and lines, usual values and prices are those of trade; nothing of the days
    lived is read.
    """
    traders, goods = nation.traders, nation.goods
    line = traders.lines[:, IMPORT]
    weights = np.array(LINE_WEIGHTS, dtype=np.float64)
    share = traders.habit_weight[:, IMPORT][:, :, None] * weights / weights.sum()
    year = DECLARATIONS_A_YEAR * nation.scale / (1 + GROWTH_A_YEAR)
    declarations = traders.weight / traders.weight.sum() * year / 2 * traders.import_share
    items = declarations[:, None, None] * ITEMS_A_DECLARATION * share
    kg = np.exp(traders.log_volume[:, IMPORT] - goods.log_price[line]) * goods.kg_per_unit[line]
    kind = goods.licence[line]
    held = (kind >= 0) & traders.is_ordinary[:, None, None]
    who = np.broadcast_to(np.arange(len(traders))[:, None, None], line.shape)
    cell = (who * len(LICENCES) + kind)[held]
    size = len(traders) * len(LICENCES)
    mass = np.bincount(cell, (items * kg)[held] * 100, minlength=size)
    often = np.bincount(cell, items[held], minlength=size)
    usual: Floats = mass.astype(np.float64).reshape(len(traders), len(LICENCES))
    middle = [np.median(own[own > 0]) if (own > 0).any() else 0.0 for own in usual.T]
    asks = often[cell] >= _LEAST_ITEMS
    lines = np.unique(cell[asks] * len(goods) + line[held][asks])
    return Expected(usual, np.array(middle), lines)


def rounded_up(mass_e2: Floats) -> Ints:
    """Return the next round figure from each mass on, hundredths of kg; 100 kg at least."""
    wanted = np.maximum(mass_e2, _LEAST_KG_E2)
    power = 10.0 ** np.floor(np.log10(wanted))
    place = np.searchsorted(_ROUND, wanted / power - 1e-9)
    rounded: Ints = np.rint(_ROUND[np.minimum(place, len(_ROUND) - 1)] * power).astype(np.int64)
    return rounded
