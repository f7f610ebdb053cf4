"""Batteries of electronic seals: which are bad, and for how long. Shares are assumptions."""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import DAY_SECONDS

_WEAK_SHARE, _BATTERY_DAYS = 0.045, 30


def seal_keys(seal: Ints) -> Keys:
    """Return the identities of electronic seals, by their numbers."""
    return keyed.derive(np.uint64(0), "electronic seal", seal)


def is_weak(seal: Ints, second: Ints) -> Bools:
    """Return whether a seal's battery is bad at a second: so until its next maintenance.

    Not for its whole life: a nation of a few seals would have no bad one, and every alarm be true.
    """
    fitted = keyed.derive(seal_keys(seal), "battery", second // (_BATTERY_DAYS * DAY_SECONDS))
    return keyed.happens(fitted, "weak battery", _WEAK_SHARE)
