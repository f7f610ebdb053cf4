"""People who cross: drivers of lorries and travellers, the table `persons`.

Drivers come with their visits; travellers are drawn by day and gate.
"""

import numpy as np
import pyarrow as pa

from simulator.cargo.lorries import border_plates, drivers_of, is_foreign_truck
from simulator.cargo.shipments import Outbox, Shipments, Surroundings
from simulator.cargo.travellers import (
    DOCUMENTS,
    NATIONS,
    SEXES,
    Travellers,
    birth_years,
    document_numbers,
    sexes,
)
from simulator.cargo.visits import GATE_IN, GATE_OUT, Visits
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, whole
from simulator.kernel.glyphs import fixed, hexes, merged, same, spread, stamps
from simulator.kernel.keyed import Keys

_DIRECTIONS = ("IN", "OUT")
# An assumption.
_DRIVER_SEXES = (0.97, 0.028, 0.002)


def put_persons(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    visits: Visits,
    travellers: Travellers,
) -> None:
    """Hand over the table `persons` for some days.

    Args:
        outbox: Where rows go.
        around: Places and people.
        shipments: Declarations registered on these days.
        visits: Visits of their lorries.
        travellers: Who crosses without a lorry on these days.
    """
    _put_travellers(outbox, around, travellers)
    _put_drivers(outbox, around, shipments, visits)


def _put_travellers(outbox: Outbox, around: Surroundings, travellers: Travellers) -> None:
    if not len(travellers):
        return
    key, person = travellers.key, travellers.person
    columns = _columns(around, key, travellers.gate, travellers.second) | {
        "direction": coded(_DIRECTIONS, travellers.direction),
        "doc_type": coded(DOCUMENTS, travellers.document),
        "doc_no": document_numbers(person),
        "nationality": coded(NATIONS, travellers.nation),
        "birth_year": whole(birth_years(person)),
        "sex": coded(SEXES, sexes(person)),
        "vehicle": pa.nulls(len(key), pa.string()),
    }
    moment = travellers.second + keyed.integers(key, "sent after", 5, 900)
    outbox.put("persons", moment, columns, registered=travellers.day)


def _put_drivers(
    outbox: Outbox, around: Surroundings, shipments: Shipments, visits: Visits
) -> None:
    enters, leaves = visits.times[:, GATE_IN] >= 0, visits.times[:, GATE_OUT] >= 0
    row = np.concatenate([np.flatnonzero(enters), np.flatnonzero(leaves)])
    if not len(row):
        return
    is_out = np.arange(len(row)) >= int(enters.sum())
    truck, office = visits.truck[row], visits.office[row]
    second = visits.times[row, np.where(is_out, GATE_OUT, GATE_IN)]
    key = keyed.derive(visits.key[row], "driver crosses", is_out.astype(np.int64))
    direction = visits.direction[row]
    foreign = is_foreign_truck(truck, direction)
    fleets = (around.home, *around.partners)
    nation = np.where(foreign, np.maximum(around.neighbour[office], 0) + 1, 0)
    pieces, persons, born = [], np.zeros(len(row), dtype=np.uint64), np.zeros_like(row)
    for number, fleet in enumerate(fleets):
        rows = np.flatnonzero(nation == number)
        chosen = drivers_of(fleet, truck[rows])
        persons[rows] = keyed.derive(np.uint64(number), "driver", chosen)
        born[rows] = fleet.birth_year[chosen]
        pieces.append((rows, fleet.documents.take(pa.array(chosen))))
    columns = _columns(around, key, office, second) | {
        "direction": coded(_DIRECTIONS, _way(foreign, is_out)),
        "doc_type": coded(DOCUMENTS, np.where(foreign, 1, 0)),
        "doc_no": merged(len(row), pieces),
        "nationality": coded([fleet.country for fleet in fleets], nation),
        "birth_year": whole(born),
        "sex": coded(SEXES, keyed.choose(persons, "sex", _DRIVER_SEXES)),
        "vehicle": border_plates(around, truck, office, direction),
    }
    moment = second + keyed.integers(key, "sent after", 5, 900)
    outbox.put("persons", moment, columns, registered=shipments.day[visits.first[row]])


def _way(foreign: Bools, is_out: Bools) -> Ints:
    """Return 0 for into the country: a foreign driver comes in, one of ours goes out first."""
    return np.where(foreign, is_out, ~is_out).astype(np.int64)


def _columns(around: Surroundings, key: Keys, gate: Ints, second: Ints) -> dict[str, pa.Array]:
    return {
        "id": fixed(same("PX", len(key)), hexes(key)),
        "ts": stamps(second),
        "gate": spread(around.office_names, gate),
    }
