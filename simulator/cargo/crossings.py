"""What crosses the border beside declared goods, as means a day at each office.

At scale 1: 60,000 travellers a day, most at the airports and the large land gates; 6,000 slips of
border residents and 400 vehicles admitted for a time beside the lorries with declared goods, both
at the land gates and less unequal than trade. All three totals are assumptions.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import AIR, ROAD
from simulator.cargo.shipments import Surroundings
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.reference.offices import ROLES, Offices

TRAVELLERS_A_DAY, SLIPS_A_DAY, VEHICLES_A_DAY = 60_000, 6_000, 400


@dataclass(frozen=True, slots=True)
class Crossings:
    """Days whose crossings are wanted, and how many there are at each office.

    Attributes:
        days: Days since 1970, each once.
        travellers, slips, vehicles: Mean number a day, shape (offices,); 0 where none cross.
    """

    days: Ints
    travellers: Floats
    slips: Floats
    vehicles: Floats


def crossings_of(around: Surroundings, offices: Offices, scale: float, days: Ints) -> Crossings:
    """Return what crosses on some days in a nation of this scale."""
    is_gate = offices.role == ROLES.index("CK")
    at_land = is_gate & (around.neighbour >= 0)
    is_crossed = is_gate & np.isin(offices.transport, (AIR, ROAD))
    return Crossings(
        days=days,
        travellers=_shared(is_crossed * (offices.import_weight + 0.001), TRAVELLERS_A_DAY * scale),
        slips=_shared(_evened(at_land, offices), SLIPS_A_DAY * scale),
        vehicles=_shared(_evened(at_land, offices), VEHICLES_A_DAY * scale),
    )


def _evened(is_wanted: Bools, offices: Offices) -> Floats:
    weights: Floats = np.where(is_wanted, np.sqrt(offices.import_weight), 0.0)
    return weights


def _shared(weights: Floats, total: float) -> Floats:
    shared: Floats = weights / weights.sum() * total
    return shared
