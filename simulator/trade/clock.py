"""How many declarations register on each day, and where each day's running numbers begin."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints

_NUMBER_ROOM, _LEAST_ROOM = 1.5, 400


@dataclass(frozen=True, slots=True)
class Clock:
    """How many register on each day of the world, and where the day's numbers begin.

    Attributes:
        seed: Seed of the world.
        first_day: Day of position 0.
        loads: Expected primary declarations of each day.
        number_starts: First running number of each day.
    """

    seed: int
    first_day: int
    loads: Floats
    number_starts: Ints


def make_clock(seed: int, first_day: int, loads: Floats) -> Clock:
    """Return the clock of a world; each day's numbers have room for what follows up."""
    room = np.ceil(loads * _NUMBER_ROOM).astype(np.int64) + _LEAST_ROOM
    starts = 472_000_000 + np.cumsum(room) - room
    return Clock(seed, first_day, loads, starts)
