"""Dated moves of demand: how much more or less is traded in a direction, with whom, from a day on.

`demand_events.csv` holds them. How many declarations a move means is an assumption where only money
is published.
"""

from datetime import date
from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Floats, Ints
from simulator.reference.calendar import to_day
from simulator.reference.lists import read_list
from simulator.reference.prices import felt
from simulator.reference.regimes import EXPORT, IMPORT

_FORGOTTEN = 0.01
_DIRECTIONS = {"": (IMPORT, EXPORT), "import": (IMPORT,), "export": (EXPORT,)}


class Demand(NamedTuple):
    """A dated move of demand.

    Attributes:
        start: First day. directions: IMPORT, EXPORT or both.
        countries: ISO codes of the partners; empty for all.
        size: ln of the trade at its height against what it would be.
        rise_days, half_life_days: How fast it comes and goes.
    """

    start: date
    directions: tuple[int, ...]
    countries: tuple[str, ...]
    size: float
    rise_days: int
    half_life_days: int


def _demand(row: dict[str, str]) -> Demand:
    return Demand(
        date.fromisoformat(row["start"]),
        _DIRECTIONS[row["direction"]],
        tuple(row["countries"].split()),
        float(row["ln_size"]),
        int(row["rise_days"]),
        int(row["half_life_days"]),
    )


DEMANDS = read_list("demand_events.csv", _demand)


def demand_moves(day: Ints) -> Floats:
    """Return by which part trade that is touched grows, shape (demands, days).

    A move of less than one percent is none.
    """
    moves = np.stack(
        [
            np.expm1(one.size * felt(day - to_day(one.start), one.rise_days, one.half_life_days))
            for one in DEMANDS
        ]
    )
    return np.where(np.abs(moves) < _FORGOTTEN, 0.0, moves)
