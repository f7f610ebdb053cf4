"""The places, fleets and traffic of one nation, for the tests of carriage and movement."""

import pytest

from simulator.actors.carriers import draw_carriers
from simulator.cargo.shipments import Surroundings
from simulator.cargo.surroundings import settle
from simulator.reference.countries import load_countries
from simulator.reference.goods import load_goods
from simulator.reference.offices import load_offices


@pytest.fixture(scope="session")
def around() -> Surroundings:
    return settle(
        5, 3000.0, (load_goods(), load_countries(), load_offices()), draw_carriers(5, 1500)
    )
