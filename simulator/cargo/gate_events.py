"""Events of visits as any platform hears of them: which, when stored, and with which mass."""

from dataclasses import dataclass

import numpy as np

from simulator.cargo.visits import PRE_DECLARED, WEIGHED, Visits
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.keyed import Keys

# Assumptions.
_OFFLINE_SHARE, _OFFLINE_SECONDS = 0.006, 7000.0


@dataclass(frozen=True, slots=True)
class Events:
    """Events of visits at one platform, visit after visit: one position each."""

    visit: Ints
    type: Ints
    second: Ints
    key: Keys


def visit_events(visits: Visits, here: Bools, system: str) -> Events:
    """Return the events of some visits.

    Args:
        visits: All visits.
        here: Which of them are wanted, shape (visits,).
        system: Who hears of them; each draws its own delays and numbers.
    """
    visit, kind = np.nonzero((visits.times >= 0) & here[:, None])
    key = keyed.derive(visits.key[visit], system, kind)
    return Events(visit, kind, visits.times[visit, kind], key)


def received_at(events: Events) -> Ints:
    """Return when the platform stores an event: at once, or after the gate is online again."""
    is_offline = keyed.happens(events.key, "offline", _OFFLINE_SHARE)
    mean = np.where(is_offline, _OFFLINE_SECONDS, 4.0)
    delay = keyed.exponential(events.key, "received after", mean)
    received: Ints = events.second + 1 + delay.astype(np.int64)
    return received


def told_kg(visits: Visits, weights: Ints, events: Events) -> tuple[Ints, Bools]:
    """Return the mass an event tells (goods as told in advance, or the scale) and where none."""
    is_told, is_read = events.type == PRE_DECLARED, events.type == WEIGHED
    kg = np.where(is_read, weights[events.visit], visits.declared_kg[events.visit])
    return kg, ~(is_told | is_read)
