"""How dated moves of demand change who trades in which direction with which country.

A trader's declarations are shared by its habits, each of a direction and a country; a move makes
what it touches more or less. So those who sell much to the States trade more while all ship there
ahead of a tariff, and sell more of it there.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.traders import Traders
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.reference.countries import Countries
from simulator.reference.demand import DEMANDS, demand_moves

_WAYS = 2


@dataclass(frozen=True, slots=True)
class Demand:
    """What moves of demand touch.

    Attributes:
        touched: Which direction and country each move touches, shape (demands, 2, countries).
        usual: Usual share of the nation's declarations, shape (2, countries); sums to 1.
    """

    touched: Bools
    usual: Floats

    def factors(self, day: Ints) -> Floats:
        """Return trade on days against what it would be, shape (days, 2, countries)."""
        moves = demand_moves(day)
        factors = np.ones((len(day), *self.usual.shape))
        for touched, move in zip(self.touched, moves, strict=True):
            factors *= 1 + touched * move[:, None, None]
        return factors

    def of_nation(self, day: Ints) -> Floats:
        """Return the nation's trade on days against what it would be, shape (days,)."""
        whole: Floats = (self.factors(day) * self.usual).sum(axis=(1, 2))
        return whole

    def shares(self, traders: Traders, trader: Ints, day: Ints) -> Floats:
        """Return how much of each trader's usual trade each habit is on its day.

        Args:
            traders: All traders.
            trader: Some of them, shape (n,).
            day: A day each, shape (n,).

        Returns:
            Shape (n, 2, HABITS); sums to 1 where nothing is moved.
        """
        days, place = np.unique(day, return_inverse=True)
        way = np.arange(_WAYS)[:, None]
        moved = self.factors(days)[place[:, None, None], way, traders.country[trader]]
        return usual_shares(traders, trader) * moved


def usual_shares(traders: Traders, trader: Ints) -> Floats:
    """Return the share of each habit in each trader's declarations, shape (n, 2, HABITS)."""
    inward = traders.import_share[trader]
    ways = np.stack([inward, 1 - inward], axis=1)[:, :, None]
    return np.asarray(ways * traders.habit_weight[trader])


def draw_demand(traders: Traders, countries: Countries) -> Demand:
    """Return what moves of demand touch in a nation of these traders."""
    touched = np.zeros((len(DEMANDS), _WAYS, len(countries.codes)), dtype=np.bool_)
    for place, one in enumerate(DEMANDS):
        partners = np.isin(countries.codes, one.countries) | (not one.countries)
        touched[place, list(one.directions)] = partners
    shares = usual_shares(traders, np.arange(len(traders)))
    shares *= (traders.weight * traders.is_ordinary)[:, None, None]
    cell = np.arange(_WAYS)[:, None] * len(countries.codes) + traders.country
    usual = np.bincount(cell.ravel(), shares.ravel(), minlength=_WAYS * len(countries.codes))
    return Demand(touched, (usual / usual.sum()).reshape(_WAYS, -1))
