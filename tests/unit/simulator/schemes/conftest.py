"""One nation with many schemes of every mechanism, and 150 days of its trade."""

import numpy as np
import pytest

from simulator.block import Block, make_block
from simulator.chronicle.life import Chronicle
from simulator.chronicle.living import live_through
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation
from tests.unit.simulator.schemes.busy import busy_nation


@pytest.fixture(scope="session")
def nation() -> Nation:
    return busy_nation(5, MECHANISMS)


@pytest.fixture(scope="session")
def chronicle(nation) -> Chronicle:
    return live_through(nation, 0)


@pytest.fixture(scope="session")
def days(nation) -> np.ndarray:
    return np.arange(nation.written_from + 20, nation.last_day + 1)


@pytest.fixture(scope="session")
def block(nation, chronicle, days) -> Block:
    return make_block(nation, chronicle, days)
