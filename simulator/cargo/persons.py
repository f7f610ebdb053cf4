"""People who cross: drivers of lorries and travellers, the table `persons`.

Drivers come with their visits; travellers are drawn by day and gate. Four of ten at land gates
cross often and show the same document. How many travel is the caller's figure.
"""

import numpy as np
import pyarrow as pa

from simulator.cargo.lorries import border_plates, drivers_of, is_foreign_truck
from simulator.cargo.shipments import Outbox, Shipments, Surroundings
from simulator.cargo.visits import GATE_IN, GATE_OUT, Visits
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, coded, whole
from simulator.kernel.glyphs import (
    DAY_SECONDS,
    digits,
    fixed,
    hexes,
    merged,
    same,
    spread,
    stamps,
    words,
)
from simulator.kernel.keyed import Keys

_DIRECTIONS = ("IN", "OUT")
_DOCUMENTS = ("P", "B", "C")
_SEXES = ("M", "F", "U")
NATIONS = ("VN", "CN", "KR", "JP", "US", "TW", "MY", "TH", "LA", "KH", "AU", "GB", "FR", "DE", "IN")
_LAND_SHARES = (46, 44, 1, 0.5, 0.6, 0.6, 0.4, 1, 2.5, 2.2, 0.3, 0.3, 0.2, 0.2, 0.2)
_AIR_SHARES = (44, 14, 15, 3.5, 4, 5, 2.5, 2, 0.3, 0.7, 2, 1.3, 1.2, 1, 1.5)
_REGULAR_SHARE, _REGULARS_A_DAY = 0.4, 6
_TRAVELLER_SEXES, _DRIVER_SEXES = (0.52, 0.475, 0.005), (0.97, 0.028, 0.002)
_FIRST_BIRTH, _BIRTH_YEARS = 1952, 54
_OPEN_SECONDS, _OPENS = 15 * 3600, 6 * 3600
_LETTERS = tuple("BCEGHKNP")


def put_persons(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    visits: Visits,
    travel: tuple[Ints, Floats],
) -> None:
    """Hand over the table `persons` for some days.

    Args:
        outbox: Where rows go.
        around: Places and people.
        shipments: Declarations registered on these days.
        visits: Visits of their lorries.
        travel: Days since 1970 whose travellers are wanted, each once, and their mean number a
            day at each office, shape (offices,); 0 where none cross.
    """
    _put_travellers(outbox, around, *travel)
    _put_drivers(outbox, around, shipments, visits)


def _put_travellers(outbox: Outbox, around: Surroundings, days: Ints, travellers: Floats) -> None:
    gates = np.flatnonzero(travellers > 0)
    gate, day = np.tile(gates, len(days)), np.repeat(days, len(gates))
    place = keyed.derive(keyed.root(around.seed, "travellers"), "gate and day", gate << 20 | day)
    counts = keyed.poisson(place, "travellers", travellers[gate])
    if not counts.sum():
        return
    row = np.repeat(np.arange(len(gate)), counts)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    key = keyed.derive(place[row], "traveller", offset)
    gate, day = gate[row], day[row]
    is_land = around.neighbour[gate] >= 0
    pool = (np.maximum(travellers[gate], 1) * _REGULARS_A_DAY).astype(np.int64)
    regular = (keyed.uniform(key, "which regular") * pool).astype(np.int64)
    regulars = keyed.root(around.seed, "regular travellers")
    is_regular = is_land & keyed.happens(key, "regular", _REGULAR_SHARE)
    person = np.where(is_regular, keyed.derive(regulars, "regular", gate << 24 | regular), key)
    nation = np.where(
        is_land,
        keyed.choose(person, "nation", _LAND_SHARES),
        keyed.choose(person, "nation", _AIR_SHARES),
    )
    wait = keyed.uniform(key, "second")
    second = day * DAY_SECONDS + _OPENS + (wait * _OPEN_SECONDS).astype(np.int64)
    document = np.where(is_land & (nation <= 1), keyed.choose(person, "kind", (3, 6, 1)), 0)
    columns = _columns(around, key, gate, second) | {
        "direction": coded(_DIRECTIONS, keyed.integers(key, "direction", 0, 2)),
        "doc_type": coded(_DOCUMENTS, document),
        "doc_no": fixed(
            words(_LETTERS, keyed.integers(person, "letter", 0, len(_LETTERS))),
            digits(keyed.integers(person, "document", 0, 10**8), 8),
        ),
        "nationality": coded(NATIONS, nation),
        "birth_year": whole(_FIRST_BIRTH + keyed.integers(person, "born", 0, _BIRTH_YEARS)),
        "sex": coded(_SEXES, keyed.choose(person, "sex", _TRAVELLER_SEXES)),
        "vehicle": pa.nulls(len(key), pa.string()),
    }
    moment = second + keyed.integers(key, "sent after", 5, 900)
    outbox.put("persons", moment, columns, registered=day)


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
        "doc_type": coded(_DOCUMENTS, np.where(foreign, 1, 0)),
        "doc_no": merged(len(row), pieces),
        "nationality": coded([fleet.country for fleet in fleets], nation),
        "birth_year": whole(born),
        "sex": coded(_SEXES, keyed.choose(persons, "sex", _DRIVER_SEXES)),
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
