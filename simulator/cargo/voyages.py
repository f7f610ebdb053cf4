"""Flights and ships with travellers: which come on a day, and when they land.

A flight is the k-th of its airport and day and keeps its number and origin from day to day; one
ship serves a seaport, and calls once a day at most. So many travellers fill a flight is a figure of
our own.
"""

from dataclasses import dataclass

import numpy as np

from simulator.cargo.shipments import Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.glyphs import DAY_SECONDS
from simulator.kernel.keyed import Keys

SEATS = 150.0
_FIRST_LANDING, _LANDINGS = 5 * 3_600 + 1_800, 14 * 3_600
_MOST_FLIGHTS = 1 << 10


@dataclass(frozen=True, slots=True)
class Voyages:
    """Flights and calls of ships, one position each.

    Attributes:
        key: Identity; line: identity of the same one on any day.
        landed: Local second.
    """

    key: Keys
    line: Keys
    landed: Ints


def flights_a_day(travellers: Floats) -> Ints:
    """Return how many flights bring the travellers of a day; half of them arrive."""
    return np.clip(np.ceil(travellers / 2 / SEATS), 1, _MOST_FLIGHTS - 1).astype(np.int64)


def voyages(around: Surroundings, gate: Ints, day: Ints, turn: Ints) -> Voyages:
    """Return those with these turns at airports and seaports on days, each of shape (n,)."""
    line = keyed.derive(
        keyed.root(around.seed, "passenger flights"), "line", gate * _MOST_FLIGHTS + turn
    )
    key = keyed.derive(line, "day", day)
    wait = (keyed.uniform(line, "lands") * _LANDINGS).astype(np.int64)
    late = (keyed.normal(key, "late") * 900).astype(np.int64)
    return Voyages(key, line, day * DAY_SECONDS + _FIRST_LANDING + wait + late)
