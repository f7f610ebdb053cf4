"""Messages of ports and warehouses: discharged, in, out, stuffed, stripped, transferred.

Goods leave only when control lets them. About half of
the gates weigh; what they say is the real mass in the box with the box. Waiting times and rates
are typical figures of our own.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.cargo import markings
from simulator.cargo.calls import BY_ROAD
from simulator.cargo.consignments import Consignments
from simulator.cargo.containers import TARE_KG, comes_to_port
from simulator.cargo.lorries import plates_of
from simulator.cargo.shipments import Outbox, Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, join, whole
from simulator.kernel.glyphs import digits, fixed, hexes, merged, same, spread, stamps
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least
from simulator.reference.calendar import HOUR_SECONDS, MINUTE_SECONDS
from simulator.reference.regimes import IMPORT

KINDS = ("DISCHARGE", "GATE_IN", "GATE_OUT", "STUFF", "STRIP", "TRANSFER")
DISCHARGE, GATE_IN, GATE_OUT, STUFF, STRIP, TRANSFER = range(6)
DISCHARGE_HOURS = (1.5, 20.0)
_TRANSFER_HOURS, _FETCH_HOURS = 10.0, 9.0
# From the scale at the exit until it is out, at least; mean wait of a lorry at the entry.
EXIT_SECONDS, _ENTRY_SECONDS = 600, 1_500.0
_STRIP_SHARE, _TRANSFER_SHARE = 0.04, 0.05
_WEIGHED_SHARE, _WEIGHING_ERROR, _WEIGHING_STEP_KG = 0.5, 0.004, 10
_OTHER_SEAL_SHARE = 0.008
_SLOW_SHARE, _SLOW_SECONDS = 0.03, 20_000.0


@dataclass(frozen=True, slots=True)
class Boxes:
    """Things that pass a port or warehouse: containers, or loose goods as a whole.

    Attributes:
        key: Identity for draws.
        owner: Position of the declaration.
        container: Position in the containers of the consignments; -1 for loose goods.
        is_moved: Its declaration is the one that moves it.
        kg_e2, tare_kg: Real gross mass of the goods, and of the box.
    """

    key: Keys
    owner: Ints
    container: Ints
    is_moved: Bools
    kg_e2: Ints
    tare_kg: Ints


@dataclass(frozen=True, slots=True)
class _Messages:
    box: Ints
    kind: Ints
    second: Ints


def boxes_at_ports(shipments: Shipments, consignments: Consignments) -> Boxes:
    """Return what passes ports and warehouses; lorries at land gates are not among it."""
    own, mode = consignments.containers, consignments.calls.mode
    stays = (mode >= 0) & (mode != BY_ROAD)
    wanted = np.flatnonzero(stays[own.owner])
    boxed = Boxes(
        key=own.key[wanted] ^ shipments.bill_key[own.owner[wanted]],
        owner=own.owner[wanted],
        container=wanted,
        is_moved=own.is_first[wanted],
        kg_e2=own.kg_e2[wanted],
        tare_kg=TARE_KG[own.size[wanted]],
    )
    loose = np.flatnonzero(stays & (consignments.boxes == 0))
    return join(
        [
            boxed,
            Boxes(
                key=keyed.derive(shipments.key[loose], "loose"),
                owner=loose,
                container=np.full(len(loose), -1),
                is_moved=np.ones(len(loose), dtype=np.bool_),
                kg_e2=shipments.true_gross_kg_e2[loose],
                tare_kg=np.zeros(len(loose), dtype=np.int64),
            ),
        ]
    )


def left_port(shipments: Shipments, consignments: Consignments, boxes: Boxes) -> Ints:
    """Return the second at which imported boxes leave the port; -1 where they do not.

    Control keeps what has not left, but for what is on the scale at the exit.
    """
    due, wait = due_out(shipments, consignments, boxes)
    since, until = shipments.held_from[boxes.owner], shipments.held_until[boxes.owner]
    is_held = (due >= 0) & (since >= 0) & (since + EXIT_SECONDS <= due)
    later = np.where(until < 0, -1, np.maximum(due, until + EXIT_SECONDS + wait))
    return np.where(is_held, later, due)


def due_out(shipments: Shipments, consignments: Consignments, boxes: Boxes) -> tuple[Ints, Ints]:
    """Return when imported boxes would leave, whatever control keeps, and how long they wait."""
    owner = boxes.owner
    free = shipments.cleared[owner]
    ready = np.maximum(free, consignments.arrived[owner] + int(DISCHARGE_HOURS[1] * HOUR_SECONDS))
    ready = np.maximum(ready, shipments.opened[owner] + HOUR_SECONDS)
    wait = keyed.exponential(boxes.key, "fetched after", _FETCH_HOURS * HOUR_SECONDS)
    goes = (free >= 0) & boxes.is_moved & (shipments.direction[owner] == IMPORT)
    waits = wait.astype(np.int64)
    return np.where(goes, ready + EXIT_SECONDS + waits, -1), waits


def entered_port(
    shipments: Shipments, consignments: Consignments, boxes: Boxes, brought: Ints
) -> Ints:
    """Return the second at which exported boxes come to the port; -1 where they never do.

    What comes under seal and too late for its ship waits for another; nobody tells of that.

    Args:
        shipments: The declarations.
        consignments: Their carriage.
        boxes: What passes ports.
        brought: When a bonded trip has brought each declaration's goods, -1 for never.
    """
    owner = boxes.owner
    comes = comes_to_port(boxes.key, consignments.arrived[owner])
    waits = keyed.exponential(boxes.key, "at the gate", _ENTRY_SECONDS).astype(np.int64)
    last = brought[owner]
    sealed = np.where(last < 0, -1, np.maximum(comes, last + MINUTE_SECONDS + waits))
    return np.where(shipments.comes_under_seal[owner], sealed, comes)


def put_port_messages(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    boxes: Boxes,
    brought: Ints,
) -> None:
    """Hand over the table `port_message`; `brought` as for `entered_port`."""
    messages = _messages(shipments, consignments, boxes, brought)
    if not len(messages.box):
        return
    box, kind = messages.box, messages.kind
    owner = boxes.owner[box]
    own = keyed.derive(boxes.key[box], "declaration", shipments.number[owner])
    key = keyed.derive(own, "port message", kind)
    moves = (kind == GATE_IN) | (kind == GATE_OUT)
    columns = {
        "id": fixed(same("PM", len(key)), hexes(key)),
        "ts": stamps(messages.second),
        "site": spread(_sites(around), shipments.office[owner]),
        "kind": coded(KINDS, kind),
        "container": _container(consignments, boxes, box),
        "seal": _seals(shipments, consignments, boxes, messages),
        "plate": _plates(around, boxes, box, moves),
        "decl": declaration_numbers(shipments.number[owner], kind == DISCHARGE),
        "gross_kg": _gross(boxes, box, key, moves),
    }
    slow = keyed.happens(key, "slow", _SLOW_SHARE)
    delay = keyed.exponential(key, "sent after", np.where(slow, _SLOW_SECONDS, 40.0))
    moment = messages.second + delay.astype(np.int64)
    outbox.put("port_message", moment, columns, registered=shipments.day[owner])


def declaration_numbers(number: Ints, mask: Bools | None = None) -> pa.Array:
    """Return SO_TK of first versions, as others type it: 12 digits; null where `mask` is true."""
    shown = fixed(digits(number * 10, 12))
    if mask is None:
        return shown
    return pc.if_else(pa.array(mask), pa.scalar(None, pa.string()), shown)


def _messages(
    shipments: Shipments, consignments: Consignments, boxes: Boxes, brought: Ints
) -> _Messages:
    owner, key = boxes.owner, boxes.key
    arrived = consignments.arrived[owner]
    imported, is_boxed = shipments.direction[owner] == IMPORT, boxes.container >= 0
    low, high = DISCHARGE_HOURS
    wait = (low + (high - low) * keyed.uniform(key, "discharged after")) * HOUR_SECONDS
    landed = arrived + wait.astype(np.int64)
    out = left_port(shipments, consignments, boxes)
    # What happens before the exit was told before control kept the goods.
    due, _ = due_out(shipments, consignments, boxes)
    hours = keyed.exponential(key, "transferred after", _TRANSFER_HOURS)
    moved = landed + HOUR_SECONDS + (hours * HOUR_SECONDS).astype(np.int64)
    before = 0.1 + 0.8 * keyed.uniform(key, "before the end")
    stripped = landed + (before * (due - landed)).astype(np.int64)
    entered = entered_port(shipments, consignments, boxes, brought)
    stuffed = np.full(len(key), -1, dtype=np.int64)
    stuffed[is_boxed] = consignments.containers.stuffed[boxes.container[is_boxed]]
    first = is_boxed & shipments.leads[owner] & imported
    exported = ~imported & boxes.is_moved & (entered >= 0)
    transferred = first & keyed.happens(key, "transferred", _TRANSFER_SHARE)
    in_warehouse = consignments.is_groupage[owner] | keyed.happens(key, "stripped", _STRIP_SHARE)
    cases = (
        (DISCHARGE, first, landed),
        (TRANSFER, transferred & ((due < 0) | (moved < due)), moved),
        (STRIP, (due >= 0) & is_boxed & in_warehouse, stripped),
        (GATE_OUT, out >= 0, out),
        (STUFF, exported & (stuffed >= 0), stuffed),
        (GATE_IN, exported, entered),
    )
    chosen = [np.flatnonzero(where) for _, where, _ in cases]
    return _Messages(
        box=np.concatenate(chosen),
        kind=np.repeat([kind for kind, _, _ in cases], [len(rows) for rows in chosen]),
        second=np.concatenate(
            [second[rows] for (_, _, second), rows in zip(cases, chosen, strict=True)]
        ),
    )


def _sites(around: Surroundings) -> pa.Array:
    """Return a site code for each office: its port and department."""
    ports = around.port_codes.take(pa.array(around.port))
    return pc.binary_join_element_wise(ports, fixed(digits(around.department, 2)), "-")


def _container(consignments: Consignments, boxes: Boxes, box: Ints) -> pa.Array:
    position = boxes.container[box]
    return consignments.containers.numbers.take(pa.array(position, mask=position < 0))


def _seals(
    shipments: Shipments, consignments: Consignments, boxes: Boxes, messages: _Messages
) -> pa.Array:
    """Return the seal that is read: another one after an opening, at times for no reason."""
    box, owner = messages.box, boxes.owner[messages.box]
    key = keyed.derive(boxes.key[box], "seal read", messages.kind)
    was_opened = (messages.kind == GATE_OUT) & (shipments.opened[owner] >= 0)
    # What is taken off on a bonded trip is so after the port: nobody has touched a seal here.
    is_other = keyed.happens(key, "other", _OTHER_SEAL_SHARE) & (messages.kind != DISCHARGE)
    is_other |= was_opened
    position = boxes.container[box]
    loose = (position < 0) | (messages.kind == STRIP)
    loaded = np.flatnonzero(~loose & ~is_other)
    other = np.flatnonzero(~loose & is_other)
    new = keyed.derive(boxes.key[box[other]], "new seal")
    return merged(
        len(box),
        [
            (loaded, consignments.containers.seals.take(pa.array(position[loaded]))),
            (other, fixed(markings.other_seal_numbers(new))),
        ],
    )


def _plates(around: Surroundings, boxes: Boxes, box: Ints, moves: Bools) -> pa.Array:
    rows = np.flatnonzero(moves)
    return merged(len(box), [(rows, plates_of(around.home, fetching_truck(boxes.key[box[rows]])))])


def fetching_truck(keys: Keys) -> Keys:
    """Return the key of the lorry that fetches or brings each box."""
    return keyed.derive(keys, "fetching truck")


def _gross(boxes: Boxes, box: Ints, key: Keys, moves: Bools) -> pa.Array:
    error = 1.0 + _WEIGHING_ERROR * keyed.normal(key, "port scale")
    kg = (boxes.kg_e2[box] / 100 + boxes.tare_kg[box]) * error
    step = np.where(kg < 100 * _WEIGHING_STEP_KG, 1, _WEIGHING_STEP_KG)
    weighed = moves & keyed.happens(key, "weighed", _WEIGHED_SHARE)
    return whole(one_at_least(kg, step), ~weighed)
