"""Scales at gates, ports and along bonded trips: the table `weighbridge`.

A scale reads the real mass with a small error; the empty mass is typed from the vehicle's papers
and is at times wrong by hundreds of kilograms. Shares and errors are typical figures of our own.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.cargo.consignments import Consignments
from simulator.cargo.gate_cards import weighed_kg
from simulator.cargo.lorries import border_plates, plates_of
from simulator.cargo.passages import on_road_scale
from simulator.cargo.ports import EXIT_SECONDS, Boxes, entered_port, fetching_truck, left_port
from simulator.cargo.shipments import Outbox, Shipments, Surroundings
from simulator.cargo.trips import Trips, trip_boxes, trip_plates
from simulator.cargo.visits import WEIGHED, Visits
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, group_starts, moments, whole
from simulator.kernel.glyphs import digits, fixed, hexes, same, spread
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import to_steps
from simulator.reference.calendar import MINUTE_SECONDS
from simulator.reference.regimes import IMPORT

_PORT_SHARE, _TRIP_SHARE = 0.3, 0.45
_ERROR, _STEP_KG = 0.003, 20
_LORRY_KG, _LORRY_SPREAD_KG, _BOX_KG = 14_200, 900.0, 3400
_WRONG_TARE_SHARE, _WRONG_TARE_KG = 0.03, 700.0


@dataclass(frozen=True, slots=True)
class _Weighings:
    """Laden lorries on scales, one position each."""

    key: Keys
    day: Ints
    office: Ints
    second: Ints
    goods_kg: Floats
    tare_kg: Ints
    plate: pa.Array
    container: pa.Array


def put_weighings(
    outbox: Outbox,
    around: Surroundings,
    freight: tuple[Shipments, Consignments],
    movers: tuple[Boxes, Visits, Trips, Ints],
) -> None:
    """Hand over the table `weighbridge`.

    Args:
        outbox: Where rows go.
        around: Places and fleets.
        freight: The declarations and their carriage.
        movers: What passes ports and gates, trips that leave, and when they brought exports there.
    """
    boxes, visits, trips, brought = movers
    parts = [
        _at_gates(around, freight, visits),
        _at_ports(around, freight, boxes, brought),
        _at_other_gates(around, freight, brought),
        _on_trips(around, freight, trips, is_end=False),
        _on_trips(around, freight, trips, is_end=True),
    ]
    key = np.concatenate([part.key for part in parts])
    if not len(key):
        return
    office = np.concatenate([part.office for part in parts])
    second = np.concatenate([part.second for part in parts])
    goods = np.concatenate([part.goods_kg for part in parts])
    tare = np.concatenate([part.tare_kg for part in parts])
    error = _ERROR * keyed.normal(key, "scale")
    error[: len(parts[0].key)] = 0.0  # what gates tell has been read from the scale before
    gross = to_steps((goods + tare) * (1.0 + error), _STEP_KG)
    wrong = keyed.happens(key, "wrong tare", _WRONG_TARE_SHARE)
    typed = to_steps(tare + wrong * _WRONG_TARE_KG * keyed.normal(key, "tare typed"), _STEP_KG)
    delay = keyed.exponential(key, "sent after", 200.0).astype(np.int64)
    columns = {
        "SITE": spread(_sites(around), office * 2 + keyed.integers(key, "scale number", 0, 2)),
        "TICKET": fixed(hexes(key, 12)),
        "PLATE": pa.concat_arrays([part.plate for part in parts]),
        "CONTAINER": pa.concat_arrays([part.container for part in parts]),
        "GROSS_KG": whole(gross),
        "TARE_KG": whole(typed),
        "NET_KG": whole(gross - typed),
        "TS": moments(second),
    }
    day = np.concatenate([part.day for part in parts])
    outbox.put("weighbridge", second + 30 + delay, columns, registered=day)


def _sites(around: Surroundings) -> pa.Array:
    """Return two scales for each office."""
    ports = around.port_codes.take(pa.array(np.repeat(around.port, 2)))
    count = len(around.port)
    numbers = fixed(
        same("W", 2 * count), digits(np.repeat(np.arange(count), 2), 3),
        digits(np.tile(np.arange(1, 3), count), 1),
    )  # fmt: skip
    return pc.binary_join_element_wise(ports, numbers, "-")


def _lorry_kg(key: Keys) -> Ints:
    drawn = _LORRY_KG + _LORRY_SPREAD_KG * np.clip(keyed.normal(key, "empty lorry"), -3, 3)
    return np.rint(drawn).astype(np.int64)


def _container_of(consignments: Consignments, position: Ints) -> pa.Array:
    return consignments.containers.numbers.take(pa.array(position, mask=position < 0))


def _at_gates(
    around: Surroundings, freight: tuple[Shipments, Consignments], visits: Visits
) -> _Weighings:
    shipments, consignments = freight
    rows = np.flatnonzero(visits.times[:, WEIGHED] >= 0)
    office, direction = visits.office[rows], visits.direction[rows]
    # The same reading as in the gate's own event; the scale's error is inside it.
    goods = (weighed_kg(visits) - visits.tare_kg)[rows].astype(np.float64)
    return _Weighings(
        key=keyed.derive(visits.key[rows], "weighing"),
        day=shipments.day[visits.first[rows]],
        office=office,
        second=visits.times[rows, WEIGHED],
        goods_kg=goods,
        tare_kg=visits.tare_kg[rows],
        plate=border_plates(around, visits.truck[rows], office, direction),
        container=_container_of(consignments, visits.container[rows]),
    )


def _at_ports(
    around: Surroundings, freight: tuple[Shipments, Consignments], boxes: Boxes, brought: Ints
) -> _Weighings:
    shipments, consignments = freight
    left = left_port(shipments, consignments, boxes)
    imported = shipments.direction[boxes.owner] == IMPORT
    entered = entered_port(shipments, consignments, boxes, brought)
    second = np.where(imported, left - EXIT_SECONDS, entered)
    passes = np.where(imported, left >= 0, boxes.is_moved & (entered >= 0))
    rows = np.flatnonzero(passes & keyed.happens(boxes.key, "on the scale", _PORT_SHARE))
    key = keyed.derive(boxes.key[rows], "weighing")
    truck = fetching_truck(boxes.key[rows])
    return _Weighings(
        key=key,
        day=shipments.day[boxes.owner[rows]],
        office=shipments.office[boxes.owner[rows]],
        second=second[rows],
        goods_kg=boxes.kg_e2[rows] / 100,
        tare_kg=boxes.tare_kg[rows] + _lorry_kg(truck),
        plate=plates_of(around.home, truck),
        container=_container_of(consignments, boxes.container[rows]),
    )


def _at_other_gates(
    around: Surroundings, freight: tuple[Shipments, Consignments], brought: Ints
) -> _Weighings:
    shipments, consignments = freight
    second = on_road_scale(around, shipments, consignments, brought)
    rows = np.flatnonzero(second >= 0)
    truck = consignments.truck[rows]
    office = shipments.office[rows]
    return _Weighings(
        key=keyed.derive(shipments.key[rows], "weighing"),
        day=shipments.day[rows],
        office=office,
        second=second[rows],
        goods_kg=shipments.true_gross_kg_e2[rows] / 100,
        tare_kg=_lorry_kg(truck),
        plate=border_plates(around, truck, office, shipments.direction[rows]),
        container=pa.nulls(len(rows), pa.string()),
    )


def _on_trips(
    around: Surroundings, freight: tuple[Shipments, Consignments], trips: Trips, *, is_end: bool
) -> _Weighings:
    """Return weighings where trips start or end: the first box, or all loose goods."""
    shipments, consignments = freight
    name = "weighed at the end" if is_end else "weighed at the start"
    happens = keyed.happens(trips.key, name, _TRIP_SHARE)
    rows = np.flatnonzero(happens & trips.has_come) if is_end else np.flatnonzero(happens)
    boxes, counts = trip_boxes(consignments, trips)
    first = group_starts(counts)
    whole_kg = shipments.true_gross_kg_e2[trips.declaration] / 100
    goods = whole_kg / np.maximum(counts, 1)
    kept = 1.0 - trips.taken * is_end
    wait = keyed.integers(trips.key, f"{name}, minute", 5, 60)[rows] * MINUTE_SECONDS
    second = trips.came[rows] + wait if is_end else trips.left[rows] - wait
    loose = counts[rows] == 0
    return _Weighings(
        key=keyed.derive(trips.key[rows], name),
        day=shipments.day[trips.declaration[rows]],
        office=(trips.destination if is_end else trips.origin)[rows],
        second=second,
        goods_kg=(goods * kept)[rows],
        tare_kg=_lorry_kg(fetching_truck(trips.key[rows])) + np.where(loose, 0, _BOX_KG),
        plate=trip_plates(around, trips).take(pa.array(rows)),
        container=boxes.take(pa.array(np.where(loose, 0, first[rows]), mask=loose)),
    )
