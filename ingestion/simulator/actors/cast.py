"""Everybody who takes part, drawn in one go."""

from dataclasses import dataclass

from ingestion.simulator.actors.brokers import Brokers, draw_brokers
from ingestion.simulator.actors.carriers import Carriers, draw_carriers
from ingestion.simulator.actors.officers import Officers, draw_officers
from ingestion.simulator.actors.operators import Operators, draw_operators
from ingestion.simulator.actors.owners import Owners, draw_owners
from ingestion.simulator.actors.partners import Partners, draw_partners
from ingestion.simulator.actors.trader_draws import draw_traders
from ingestion.simulator.actors.trader_texts import TraderTexts, trader_texts
from ingestion.simulator.actors.traders import Traders
from ingestion.simulator.reference.countries import Countries
from ingestion.simulator.reference.goods import Goods
from ingestion.simulator.reference.offices import Offices


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
    """Return everybody; arguments as of `trader_draws.draw_traders`."""
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
