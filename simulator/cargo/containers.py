"""Containers of bills: how many and how large, what is in each, which declaration lists it.

Sizes are ISO 6346; how much goes into one is a typical figure.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import CONTAINER, RAIL, RIVER, ROAD
from simulator.cargo import markings
from simulator.cargo.calls import BY_ROAD, Calls, call_numbers
from simulator.cargo.shipments import Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, numbers_within, runs_of
from simulator.kernel.glyphs import fixed
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import HOUR_SECONDS
from simulator.reference.regimes import EXPORT

SIZES = ("22G1", "45G1", "22R1", "45R1")
VNACCS_SIZES = ("22GP", "45GP", "22RT", "45RT")
EMPTY, FULL = "4", "5"
_ROOM_M3_E2 = np.array([3000, 6800, 2600, 6000])
_PAYLOAD_KG_E2 = np.array([2_400_000, 2_600_000, 2_300_000, 2_600_000])
TARE_KG = np.array([2200, 3900, 3000, 4600])
MOST_BOXES, _DECLARATIONS = 60, 100_000_000
_GROUPAGE_BOXES = 8
_BOXED_SHARE = np.zeros(10)
_BOXED_SHARE[[CONTAINER, ROAD, RAIL, RIVER]] = 1.0, 0.25, 0.6, 0.5
_DENSE_KG_M3 = 450
# Boxes of exports that are stuffed in a warehouse of the port; a typical figure.
_STUFFED_SHARE = 0.07
_NEVER = -1


@dataclass(frozen=True, slots=True)
class Containers:
    """Containers of the bills of declarations, ordered by declaration; one position each.

    Attributes:
        owner: Position of the declaration.
        key: Identity of the container on this bill.
        size: Position in SIZES.
        kg_e2: Real gross mass of the goods inside, hundredths of kg.
        is_declared: The declaration lists it; else another declaration of the bill does.
        is_first: No earlier part of the bill lists it.
        stuffed: Local second at which an export's goods are put into it at the port; -1 where they
            come in it.
        numbers, seals: Number and seal as loaded.
    """

    owner: Ints
    key: Keys
    size: Ints
    kg_e2: Ints
    is_declared: Bools
    is_first: Bools
    stuffed: Ints
    numbers: pa.Array
    seals: pa.Array

    def __len__(self) -> int:
        """Return the number of containers."""
        return len(self.owner)


def comes_to_port(key: Keys, departs: Ints) -> Ints:
    """Return the second at which exported boxes come to the port, by their identity on the bill."""
    hours = 6 + keyed.exponential(key, "in before", 18.0)
    entered: Ints = departs - (HOUR_SECONDS * hours).astype(np.int64)
    return entered


def loads_of(
    around: Surroundings, shipments: Shipments, is_groupage: Bools, is_shared: Bools
) -> tuple[Ints, Ints]:
    """Return size and number of containers of each bill; 0 where loose."""
    volume, mass = shipments.bill_m3_e2, shipments.bill_true_kg_e2
    is_dense = mass > _DENSE_KG_M3 * volume
    fits = (volume <= _ROOM_M3_E2[0]) & (mass <= _PAYLOAD_KG_E2[0])
    is_long = ~is_dense & ~(fits & keyed.happens(shipments.bill_key, "short box", 0.75))
    size = is_long + 2 * around.is_cold[shipments.line]
    boxes = np.maximum(-(-volume // _ROOM_M3_E2[size]), -(-mass // _PAYLOAD_KG_E2[size]))
    is_boxed = keyed.happens(shipments.bill_key, "boxed", _BOXED_SHARE[shipments.transport])
    boxes = np.clip(boxes, 1, MOST_BOXES) * (is_boxed & ~is_shared)
    return np.where(is_groupage, 1, size), np.where(is_groupage, 1, boxes)


def draw_containers(
    around: Surroundings,
    shipments: Shipments,
    calls: Calls,
    is_groupage: Bools,
    loads: tuple[Ints, Ints],
) -> Containers:
    """Return the containers of bills.

    Args:
        around: Places and traffic.
        shipments: Declarations of goods that move.
        calls: The call of each one's bill.
        is_groupage: Whether it shares a container with other bills.
        loads: What `loads_of` returned.
    """
    size, boxes = loads
    owner = runs_of(boxes)
    position = numbers_within(boxes)
    bill = shipments.bill_key[owner]
    key = keyed.derive(bill, "container", position)
    common = np.flatnonzero(is_groupage[owner])
    turn = keyed.integers(bill[common], "groupage", 0, _GROUPAGE_BOXES)
    key[common] = keyed.derive(calls.key[owner[common]], "groupage", turn)
    root = keyed.root(around.seed, "seals")
    seals = markings.seal_numbers(root, box_serials(shipments, owner, position))
    shared = call_numbers(calls, owner[common]) * _GROUPAGE_BOXES + turn
    seals[common] = markings.shared_seal_numbers(root, shared)
    weight = 0.85 + 0.3 * keyed.uniform(keyed.derive(bill, "load", position), "load")
    total = np.bincount(owner, weight, minlength=len(shipments))
    kg_e2 = np.rint(shipments.bill_true_kg_e2[owner] * weight / total[owner]).astype(np.int64)
    is_declared, is_first = _declared(shipments, boxes, owner, position)
    return Containers(
        owner=owner,
        key=key,
        size=size[owner],
        kg_e2=kg_e2,
        is_declared=is_declared & ~is_groupage[owner],
        is_first=is_first,
        stuffed=_stuffed(shipments, calls, owner, key),
        numbers=fixed(markings.container_numbers(key)),
        seals=fixed(seals),
    )


def box_serials(shipments: Shipments, owner: Ints, position: Ints | int) -> Ints:
    """Return a number for each box of a bill: no other has it for a hundred million declarations.

    Args:
        shipments: The declarations.
        owner: Declaration of each box.
        position: Which box of its bill; MOST_BOXES for that of the bill in transit beside it.
    """
    serial: Ints = shipments.bill_serial[owner] % _DECLARATIONS * (MOST_BOXES + 1) + position
    return serial


def _stuffed(shipments: Shipments, calls: Calls, owner: Ints, key: Keys) -> Ints:
    """Return when boxes are stuffed: some hours before they come to the quay; never under seal."""
    on_bill = key ^ shipments.bill_key[owner]
    entered = comes_to_port(on_bill, calls.arrived[owner])
    second = (
        entered
        - HOUR_SECONDS
        - (keyed.uniform(on_bill, "stuffed") * 5 * HOUR_SECONDS).astype(np.int64)
    )
    by_port = (shipments.direction[owner] == EXPORT) & (calls.mode[owner] != BY_ROAD)
    by_port &= ~shipments.is_bonded[owner]
    is_stuffed = by_port & keyed.happens(on_bill, "stuffs", _STUFFED_SHARE)
    return np.where(is_stuffed, second, _NEVER)


def _declared(
    shipments: Shipments, boxes: Ints, owner: Ints, position: Ints
) -> tuple[Bools, Bools]:
    """Return whether a declaration lists a container, and is the first part to do so."""
    part, parts, count = shipments.bill_part[owner], shipments.bill_parts[owner], boxes[owner]
    in_turn = position % parts == part
    is_declared = np.where(count >= parts, in_turn, position == part % count)
    return is_declared, is_declared & (part < np.maximum(count, 1))
