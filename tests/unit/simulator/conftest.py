"""One nation for many tests: its places, fleets and traffic, and 20 days of its trade."""

import datetime as dt

import numpy as np
import pytest

from simulator.actors.carriers import draw_carriers
from simulator.block import make_block
from simulator.cargo.shipments import Surroundings
from simulator.cargo.surroundings import settle
from simulator.chronicle.living import live_through
from simulator.delivery.plan import DeliveryPlan
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import draw_nation
from simulator.reference.calendar import to_day
from simulator.reference.countries import load_countries
from simulator.reference.goods import load_goods
from simulator.reference.offices import load_offices
from tests.unit.simulator.recording import RecordingOutbox

FIRST = to_day(dt.date(2025, 2, 1))
DAYS = 20


@pytest.fixture(scope="session")
def around() -> Surroundings:
    return settle(
        5, 3000.0, (load_goods(), load_countries(), load_offices()), draw_carriers(5, 1500)
    )


@pytest.fixture(scope="session")
def days():
    return np.arange(FIRST, FIRST + DAYS)


@pytest.fixture(scope="session")
def nation():
    return draw_nation(3, 0.03, (FIRST - 30, FIRST, FIRST + DAYS - 1), 0.01, MECHANISMS)


@pytest.fixture(scope="session")
def chronicle(nation):
    return live_through(nation)


@pytest.fixture(scope="session")
def block(nation, chronicle, days):
    return make_block(nation, chronicle, days)


@pytest.fixture
def outbox(tmp_path):
    plan = DeliveryPlan(
        folder=tmp_path / "out", spill=tmp_path, seed=3, first_day=FIRST, last_day=FIRST + DAYS - 1
    )
    return RecordingOutbox(plan, FIRST)
