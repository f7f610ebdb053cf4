"""Vehicles that cross for a time: the table `ptvt`, one slip for the way there and back.

Lorries of the neighbours with declared goods at the gates with a platform, those of this country
that bring exports across, and cars, coaches and lorries beside them, drawn by day and gate. A slip
runs some days, up to 30 for travel; some come back late and a few never do. Terms (after Decree
08/2015, articles 73 to 78), shares and lengths of stay are assumptions.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.names import foreign_person_names, person_names
from simulator.actors.standing import HOMES
from simulator.cargo.crossings import INWARD, OUTWARD, Crossings
from simulator.cargo.gate_cards import visit_cards
from simulator.cargo.lorries import vehicle_kinds
from simulator.cargo.shipments import Outbox, Shipments, Surroundings
from simulator.cargo.visits import CANCELLED, GATE_IN, GATE_OUT, Visits
from simulator.kernel import keyed
from simulator.kernel.arrays import (
    Bools,
    Ints,
    coded,
    constant,
    dates,
    numbers_within,
    runs_of,
    whole,
)
from simulator.kernel.glyphs import DAY_SECONDS, digits, fixed, hexes, joined, merged, same
from simulator.kernel.keyed import Keys

KINDS = ("XE_DAU_KEO", "XE_TAI", "XE_TAI_LANH", "XE_CON", "XE_KHACH")
_FIRST_OF_TRAVEL = 1
_WAYS = ("N", "X")
_LORRY_TERMS = (1, 2, 3, 5, 7)
_LORRY_TERM_SHARES = (30, 25, 20, 15, 10)
_TRAVEL_TERMS, _TRAVEL_TERM_SHARES = (3, 7, 15, 30), (20, 25, 25, 30)
_OUTWARD_SHARE, _LATE_SHARE, _LATE_DAYS, _NEVER_SHARE, _ELSEWHERE_SHARE = 0.4, 0.04, 9.0, 0.005, 0.2
_OPENS, _OPEN_SECONDS = 6 * 3_600, 15 * 3_600
_PLATES = {
    "VN": ("11A", "12A", "14A", "24A", "70A", "73A"),
    "CN": ("桂A", "桂F", "云A", "云G", "粤B", "湘A"),
    "LA": ("UN0", "KV0", "SV0", "VT0", "CS0", "AT0"),
    "KH": ("2A0", "2B0", "2C0", "2D0", "2E0", "2F0"),
}
NEVER = -1


@dataclass(frozen=True, slots=True)
class _Slips:
    """Slips, one position each.

    Attributes:
        key: Identity.
        way: INWARD for vehicles of a neighbour, OUTWARD for our own.
        kind: Position in KINDS.
        term: Days allowed.
        began, ended: Local second at which it crosses and comes back; NEVER where it does not.
        gate, back: Office position of both.
        registered: Day of the block that brings it.
        plate, country, driver: Text.
    """

    key: Keys
    way: Ints
    kind: Ints
    term: Ints
    began: Ints
    ended: Ints
    gate: Ints
    back: Ints
    registered: Ints
    plate: pa.Array
    country: pa.Array
    driver: pa.Array


def put_admitted(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    visits: Visits,
    crossings: Crossings,
) -> None:
    """Hand over the table `ptvt` for some days."""
    for slips in (_of_lorries(around, shipments, visits), _of_travel(around, crossings)):
        if not len(slips.key):
            continue
        columns = _columns(around, slips)
        outbox.put("ptvt", slips.began, columns, constant("I", len(slips.key)), slips.registered)
        rows = np.flatnonzero(slips.ended != NEVER)
        taken = pa.array(rows)
        told = {name: column.take(taken) for name, column in columns.items()}
        told |= _end(around, slips, rows)
        again = constant("U", len(rows))
        outbox.put("ptvt", slips.ended[rows], told, again, slips.registered[rows])


def _of_lorries(around: Surroundings, shipments: Shipments, visits: Visits) -> _Slips:
    """Return the slips of lorries with declared goods: those that get in, until they are out."""
    rows = np.flatnonzero(visits.times[:, GATE_IN] != NEVER)
    cards, taken = visit_cards(around, visits), pa.array(rows)
    key = keyed.derive(visits.key[rows], "slip")
    out = np.maximum(visits.times[rows, GATE_OUT], visits.times[rows, CANCELLED])
    term = keyed.choose(key, "term", _LORRY_TERM_SHARES)
    return _Slips(
        key=key,
        way=np.where(cards.is_foreign[rows], INWARD, OUTWARD),
        kind=vehicle_kinds(visits.truck[rows]),
        term=np.array(_LORRY_TERMS)[term],
        began=visits.times[rows, GATE_IN],
        ended=out,
        gate=visits.office[rows],
        back=visits.office[rows],
        registered=shipments.day[visits.first[rows]] if len(rows) else rows,
        plate=cards.plate.take(taken),
        country=cards.country.take(taken),
        driver=cards.driver.take(taken),
    )


def _of_travel(around: Surroundings, crossings: Crossings) -> _Slips:
    """Return the slips of cars, coaches and lorries that come without declared goods."""
    gates = np.flatnonzero(crossings.vehicles > 0)
    gate = np.tile(gates, len(crossings.days))
    day = np.repeat(crossings.days, len(gates))
    place = keyed.derive(keyed.root(around.seed, "vehicles"), "gate and day", gate << 20 | day)
    counts = keyed.poisson(place, "vehicles", crossings.vehicles[gate])
    row = runs_of(counts)
    offset = numbers_within(counts)
    key, gate, day = keyed.derive(place[row], "vehicle", offset), gate[row], day[row]
    way = keyed.happens(key, "outward", _OUTWARD_SHARE).astype(np.int64)
    term = np.array(_TRAVEL_TERMS)[keyed.choose(key, "term", _TRAVEL_TERM_SHARES)]
    began = day * DAY_SECONDS + _OPENS + keyed.integers(key, "second", 0, _OPEN_SECONDS)
    country = np.where(way == INWARD, around.neighbour[gate] + 1, 0)
    return _Slips(
        key=key,
        way=way,
        kind=_FIRST_OF_TRAVEL + keyed.choose(key, "vehicle kind", (15, 5, 55, 25)),
        term=term,
        began=began,
        ended=_returns(key, began, term),
        gate=gate,
        back=_other_gates(around, key, gate, gates),
        registered=day,
        plate=_plates(key, country),
        country=coded(tuple(_PLATES), country),
        driver=_drivers(key, country),
    )


def _returns(key: Keys, began: Ints, term: Ints) -> Ints:
    """Return when each vehicle is back: most well in time, a few late, hardly any never."""
    stay = term * keyed.uniform(key, "stay") * keyed.uniform(key, "of it")
    is_late = keyed.happens(key, "late", _LATE_SHARE)
    over = term + 1 + keyed.exponential(key, "late by", _LATE_DAYS)
    days = np.where(is_late, over, np.minimum(stay, np.maximum(term - 1, 0))).astype(np.int64)
    day = began // DAY_SECONDS + days
    second = keyed.integers(key, "back at", 0, _OPEN_SECONDS)
    back = np.where(days == 0, began + second // 2, day * DAY_SECONDS + _OPENS + second)
    return np.where(keyed.happens(key, "never", _NEVER_SHARE), NEVER, back)


def _other_gates(around: Surroundings, key: Keys, gate: Ints, gates: Ints) -> Ints:
    """Return over which gate each vehicle comes back: mostly the same, else one to that country."""
    drawn = gates[keyed.integers(key, "other gate", 0, len(gates))]
    fits = around.neighbour[drawn] == around.neighbour[gate]
    moves = fits & keyed.happens(key, "elsewhere", _ELSEWHERE_SHARE)
    return np.where(moves, drawn, gate)


def _plates(key: Keys, country: Ints) -> pa.Array:
    heads = [head for own in _PLATES.values() for head in own]
    turn = keyed.integers(key, "head", 0, len(_PLATES["VN"]))
    head = coded(heads, country * len(_PLATES["VN"]) + turn).cast(pa.string())
    return joined(head, fixed(digits(keyed.integers(key, "plate", 0, 100_000), 5)))


def _drivers(key: Keys, country: Ints) -> pa.Array:
    """Return the driver's name: one of our own as here, one of a neighbour in capitals."""
    own, others = np.flatnonzero(country == 0), np.flatnonzero(country)
    no_woman = np.zeros(len(own), dtype=np.bool_)
    style = np.where(country[others] == 1, HOMES.index("CN"), HOMES.index("TH"))
    foreign = foreign_person_names(key[others], style)
    return merged(len(key), [(own, person_names(key[own], no_woman)), (others, foreign)])


def _columns(around: Surroundings, slips: _Slips) -> dict[str, pa.Array]:
    day, is_out = slips.began // DAY_SECONDS, slips.way == OUTWARD
    crossed = around.office_codes(slips.gate, day).cast(pa.string())
    return {
        "SO_TN": fixed(same("TN", len(day)), hexes(slips.key, 14)),
        "PLATE": slips.plate,
        "NUOC": slips.country,
        "LOAI": coded(KINDS, slips.kind),
        "CHIEU": coded(_WAYS, slips.way),
        "NGAY_VAO": dates(day, is_out),
        "SO_NGAY": whole(slips.term),
        "HAN": dates(day + slips.term),
        "NGAY_RA": dates(day, ~is_out),
        "MA_HQ_VAO": _where(crossed, ~is_out),
        "MA_HQ_RA": _where(crossed, is_out),
        "LAI_XE": slips.driver,
    }


def _end(around: Surroundings, slips: _Slips, rows: Ints) -> dict[str, pa.Array]:
    """Return what the second crossing adds to some slips: its day and office."""
    began, ended = slips.began[rows] // DAY_SECONDS, slips.ended[rows] // DAY_SECONDS
    is_out = slips.way[rows] == OUTWARD
    first = around.office_codes(slips.gate[rows], began).cast(pa.string())
    second = around.office_codes(slips.back[rows], ended).cast(pa.string())
    return {
        "NGAY_VAO": dates(np.where(is_out, ended, began)),
        "NGAY_RA": dates(np.where(is_out, began, ended)),
        "MA_HQ_VAO": pc.if_else(pa.array(is_out), second, first),
        "MA_HQ_RA": pc.if_else(pa.array(is_out), first, second),
    }


def _where(texts: pa.Array, is_told: Bools) -> pa.Array:
    return pc.if_else(pa.array(is_told), texts, pa.scalar(None, pa.string()))
