"""Everybody who takes part, drawn in one go."""

from dataclasses import dataclass

from simulator.actors.brokers import Brokers, draw_brokers
from simulator.actors.carriers import Carriers, draw_carriers
from simulator.actors.officers import Officers, draw_officers
from simulator.actors.operators import Operators, draw_operators
from simulator.actors.owners import Owners, draw_owners
from simulator.actors.partners import Partners, draw_partners
from simulator.actors.traders import Traders, TraderTexts, draw_traders, trader_texts
from simulator.reference.countries import Countries
from simulator.reference.goods import Goods
from simulator.reference.offices import Offices


@dataclass(frozen=True, slots=True)
class Actors:
    """Everybody who takes part."""

    traders: Traders
    texts: TraderTexts
    owners: Owners
    partners: Partners
    brokers: Brokers
    carriers: Carriers
    operators: Operators
    officers: Officers


def draw_actors(
    seed: int,
    count: int,
    period: tuple[int, int],
    goods: Goods,
    countries: Countries,
    offices: Offices,
) -> Actors:
    """Return everybody; arguments as of `traders.draw_traders`."""
    traders = draw_traders(seed, count, period, goods, countries, offices)
    brokers = draw_brokers(seed, count)
    return Actors(
        traders=traders,
        texts=trader_texts(seed, traders),
        owners=draw_owners(seed, traders, countries),
        partners=draw_partners(seed, count, goods, countries),
        brokers=brokers,
        carriers=draw_carriers(seed, count),
        operators=draw_operators(seed, offices),
        officers=draw_officers(seed, count, offices, brokers),
    )
