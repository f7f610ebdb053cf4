"""What crosses the border beside declared goods, as means a day at each office.

At scale 1: 60,000 travellers a day, most at the airports and the large land gates, 1.4 % by ships
that call at a few ports once a week (of foreign arrivals in 2024 so many came by sea, General
Statistics Office; that all travellers do, the ports and the week are assumptions); 6,000 slips of
border residents and 400 vehicles admitted for a time beside the lorries with declared goods, both
at the land gates and less unequal than trade. All three totals are assumptions.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import AIR, ROAD
from simulator.cargo.shipments import Surroundings
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.reference.offices import ROLES, Offices

INWARD, OUTWARD = range(2)
TRAVELLERS_A_DAY, SLIPS_A_DAY, VEHICLES_A_DAY = 60_000, 6_000, 400
# Hon Gai, Chan May, Da Nang, Nha Trang, Phu My.
_CRUISE_PORTS = ("20CF", "33CF", "34CE", "41CB", "51CC")
_BY_SEA_SHARE, _CALLS_A_DAY = 0.014, 1 / 7


@dataclass(frozen=True, slots=True)
class Crossings:
    """Days whose crossings are wanted, and how many there are at each office.

    Attributes:
        days: Days since 1970, each once.
        travellers, slips, vehicles: Mean number a day, shape (offices,); 0 where none cross.
        calls: Mean number of ships with travellers a day, up to 1, same shape.
    """

    days: Ints
    travellers: Floats
    slips: Floats
    vehicles: Floats
    calls: Floats


def land_gates(around: Surroundings, offices: Offices) -> Bools:
    """Return at which offices residents and vehicles cross a land border."""
    gates: Bools = (offices.role == ROLES.index("CK")) & (around.neighbour >= 0)
    return gates


def crossings_of(around: Surroundings, offices: Offices, scale: float, days: Ints) -> Crossings:
    """Return what crosses on some days in a nation of this scale."""
    at_land = land_gates(around, offices)
    is_crossed = (offices.role == ROLES.index("CK")) & np.isin(offices.transport, (AIR, ROAD))
    is_port = np.isin(offices.old_codes, _CRUISE_PORTS).astype(np.float64)
    travellers = TRAVELLERS_A_DAY * scale
    return Crossings(
        days=days,
        travellers=_shared(
            is_crossed * (offices.import_weight + 0.001), (1 - _BY_SEA_SHARE) * travellers
        )
        + _shared(is_port, _BY_SEA_SHARE * travellers),
        slips=_shared(_evened(at_land, offices), SLIPS_A_DAY * scale),
        vehicles=_shared(_evened(at_land, offices), VEHICLES_A_DAY * scale),
        calls=is_port * _CALLS_A_DAY,
    )


def _evened(is_wanted: Bools, offices: Offices) -> Floats:
    weights: Floats = np.where(is_wanted, np.sqrt(offices.import_weight), 0.0)
    return weights


def _shared(weights: Floats, total: float) -> Floats:
    shared: Floats = weights / weights.sum() * total
    return shared
