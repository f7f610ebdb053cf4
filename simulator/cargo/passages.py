"""When the goods of bonded trips pass ports and gates: their lorries wait for it, or come to it."""

import numpy as np

from simulator.actors.kinds import ROAD
from simulator.cargo.consignments import Consignments
from simulator.cargo.ports import Boxes, due_out, left_port
from simulator.cargo.shipments import NO_PLATFORM, Shipments, Surroundings
from simulator.cargo.visits import GATE_OUT, Visits
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, pick
from simulator.reference.calendar import MINUTE_SECONDS
from simulator.reference.regimes import IMPORT

# Gates without a platform that weigh: an assumption.
_ROAD_SHARE = 0.45


def let_in(
    around: Surroundings,
    freight: tuple[Shipments, Consignments],
    movers: tuple[Boxes, Visits],
) -> tuple[Ints, Bools]:
    """Return when the last goods of each bonded import are let into the country.

    Returns:
        The second at which the last box has left its port, the last lorry its gate, or the scale of
        a gate without a platform, -1 where none passes any; and whether control keeps some of the
        goods for ever.
    """
    shipments, consignments = freight
    boxes, visits = movers
    last = np.full(len(shipments), -1, dtype=np.int64)
    stays = np.zeros(len(shipments), dtype=np.bool_)
    is_ours = shipments.is_bonded & (shipments.direction == IMPORT)
    own = pick(boxes, is_ours[boxes.owner])
    left, due = left_port(*freight, own), due_out(*freight, own)[0]
    np.maximum.at(last, own.owner, left)
    stays[own.owner[(due >= 0) & (left < 0)]] = True
    lorry = np.repeat(np.arange(len(visits)), visits.declarations)
    mine = is_ours[visits.declaration]
    row, out = visits.declaration[mine], visits.times[lorry[mine], GATE_OUT]
    np.maximum.at(last, row, out)
    stays[row[(out < 0) & (shipments.cleared[row] >= 0)]] = True
    weighed = on_road_scale(around, shipments, consignments, np.full(len(shipments), -1))
    return np.maximum(last, np.where(is_ours, weighed, -1)), stays


def on_road_scale(
    around: Surroundings, shipments: Shipments, consignments: Consignments, brought: Ints
) -> Ints:
    """Return when lorries at gates without a platform are weighed; -1 where they are not.

    Args:
        around: Places.
        shipments: The declarations.
        consignments: Their carriage.
        brought: When a bonded trip has brought each declaration's goods, -1 for never.
    """
    here = (shipments.transport == ROAD) & (around.platform[shipments.office] == NO_PLATFORM)
    here &= keyed.happens(shipments.key, "on the scale", _ROAD_SHARE)
    wait = keyed.integers(shipments.key, "weighed after", 10, 90) * MINUTE_SECONDS
    is_sealed = shipments.comes_under_seal
    there = np.maximum(consignments.arrived, np.where(is_sealed, brought, -1))
    second = there + wait
    since = shipments.held_from
    goes = here & (shipments.cleared >= 0) & ~(is_sealed & (brought < 0))
    goes &= (since < 0) | (shipments.held_until >= 0) | (second < since)
    return np.where(goes, second, -1)
