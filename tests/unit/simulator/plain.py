"""What tests begin with: the reference of a nation without a nation, a registry as planned."""

import numpy as np

from simulator.actors.kinds import FAR
from simulator.actors.traders import Traders
from simulator.kernel.arrays import Bools, Ints
from simulator.reference.calendar import next_working
from simulator.reference.countries import load_countries
from simulator.reference.exchange import draw_rates
from simulator.reference.files import Reference
from simulator.reference.goods import load_goods
from simulator.reference.offices import load_offices
from simulator.reference.tariff import load_tariff
from simulator.sources.registry_tables import RegistryView


def load_reference(seed: int, first_day: int, last_day: int) -> Reference:
    """Return goods, countries, offices, tariff and the exchange rates that a seed draws."""
    goods, countries = load_goods(), load_countries()
    tariff = load_tariff(goods, countries)
    return Reference(
        goods, countries, load_offices(), tariff, draw_rates(seed, first_day, last_day)
    )


def plain_view(traders: Traders) -> RegistryView:
    """Return the view of a world in which nothing happens: everybody lives as planned."""
    return RegistryView(traders.lives, np.full(len(traders), FAR, dtype=np.int64))


def is_working(day: Ints) -> Bools:
    """Return which days are working days."""
    working: Bools = next_working(day) == day
    return working
