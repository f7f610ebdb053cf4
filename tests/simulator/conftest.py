"""One tiny nation whose outside files are judged; made once, then only read."""

from datetime import date
from pathlib import Path

import pytest

from simulator.arguments import SimulationArguments
from simulator.mechanisms.loading import NAMES
from simulator.world import run
from tests.simulator.outside_world import OutsideWorld

# Across the reorganisation of the offices (1 March), past the day settlement reports are due.
FIRST = date(2025, 2, 20)
DAYS = 46
SCALE = 0.004
# In this nation nobody overruns an exemption list: that is planted, and breaks an invariant.
SEED = 22
ORDERLY = tuple(name for name in NAMES if name != "exemption_overrun")


@pytest.fixture(scope="session")
def outside_folder(tmp_path_factory) -> Path:
    """The outside files of a tiny nation. Never write to it."""
    out = tmp_path_factory.mktemp("outside") / "nation"
    run(
        SimulationArguments(
            out=out, first_date=FIRST, days=DAYS, scale=SCALE, seed=SEED, mechanisms=ORDERLY
        )
    )
    return out


@pytest.fixture(scope="session")
def outside(outside_folder, tmp_path_factory) -> OutsideWorld:
    """The same files as tables."""
    return OutsideWorld(outside_folder, tmp_path_factory.mktemp("judge"))
