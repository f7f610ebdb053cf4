"""Lists of passengers that airlines send before they land: the table `passenger_list`.

The list at booking (revision 1) and the one when the doors are closed (2): who did not come is only
on the first, who came at the last minute only on the second. Everybody on the second who is not in
transit crosses at the airport. Shares are typical figures of our own, one in a hundred birth years
is mistyped. Ships with passengers are left out: nobody crosses at the seaports here.
"""

import numpy as np
import pyarrow as pa

from simulator.cargo.shipments import Outbox, Surroundings
from simulator.cargo.travellers import (
    DOCUMENTS,
    NATIONS,
    NO_FLIGHT,
    SEXES,
    Travellers,
    birth_years,
    document_numbers,
    sexes,
)
from simulator.cargo.voyages import Flights, flights
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, constant, numbers_within, pick, whole
from simulator.kernel.glyphs import digits, fixed, gathered, hexes, joined, same, stamps, words
from simulator.kernel.keyed import Keys

_AIRLINES = ("VN", "VJ", "QH", "KE", "OZ", "CX", "CI", "SQ", "TG", "CZ", "MU", "JL", "QR")
_ORIGINS = (
    "KRICN", "CNCAN", "CNPVG", "JPNRT", "TWTPE", "SGSIN", "THBKK", "HKHKG", "MYKUL", "FRCDG",
)  # fmt: skip
_ORIGIN_SHARES = (22, 12, 10, 10, 10, 10, 10, 7, 6, 3)
_ABSENT_SHARE, _LAST_MINUTE_SHARE, _TRANSIT_SHARE, _OTHER_ORIGIN_SHARE = 0.03, 0.02, 0.04, 0.12
_MISTYPED_SHARE = 0.01
_FLIGHT_HOURS, _CLOSED_SECONDS, _BOOKED_SECONDS = (2.0, 9.0), 600, 3 * 3_600


def put_passengers(outbox: Outbox, around: Surroundings, travellers: Travellers) -> None:
    """Hand over the table `passenger_list` for the flights that brought some travellers."""
    arriving = pick(travellers, travellers.turn != NO_FLIGHT)
    if not len(arriving):
        return
    place = (arriving.gate << 40) | (arriving.day << 12) | arriving.turn
    found, flight_of = np.unique(place, return_inverse=True)
    gate, day, turn = found >> 40, (found >> 12) & ((1 << 28) - 1), found & ((1 << 12) - 1)
    flown = flights(around, gate, day, turn)
    person, nation, flight_of, is_transit, is_absent = _aboard(arriving, flown, flight_of)
    told = _persons(flown, (person, nation, flight_of, is_transit))
    late = keyed.happens(person, "last minute", _LAST_MINUTE_SHARE) & ~is_absent
    hours = _FLIGHT_HOURS[0] + np.diff(_FLIGHT_HOURS) * keyed.uniform(flown.line, "hours")
    departed = flown.landed - (hours * 3_600).astype(np.int64)
    for revision, aboard, moment in (
        (1, ~late, departed - _BOOKED_SECONDS),
        (2, ~is_absent, departed + _CLOSED_SECONDS),
    ):
        rows = np.flatnonzero(aboard)
        rows = rows[np.argsort(flight_of[rows], kind="stable")]
        counts = np.bincount(flight_of[rows], minlength=len(found))
        lists = joined("[", gathered(told.take(pa.array(rows)), counts, ","), "]")
        columns = _columns(around, flown, gate, lists) | {"revision": whole(gate * 0 + revision)}
        sent = moment + keyed.integers(flown.key, f"sent {revision}", 0, 300)
        outbox.put("passenger_list", sent, columns, registered=day)


def _aboard(
    arriving: Travellers, flown: Flights, flight_of: Ints
) -> tuple[Keys, Ints, Ints, Bools, Bools]:
    """Return who is on the lists: identity, nation, flight, whether in transit, whether absent.

    Beside those who cross these are passengers in transit and such as booked and did not come.
    """
    crossing = np.bincount(flight_of, minlength=len(flown.key))
    parts = [(arriving.person, arriving.nation, flight_of, False, False)]
    for name, share in (("transit", _TRANSIT_SHARE), ("absent", _ABSENT_SHARE)):
        counts = keyed.poisson(flown.key, name, share * crossing.astype(np.float64))
        flight = np.repeat(np.arange(len(counts)), counts)
        offset = numbers_within(counts)
        person = keyed.derive(flown.key[flight], name, offset)
        nation = keyed.integers(person, "nation", 0, len(NATIONS))
        parts.append((person, nation, flight, name == "transit", name == "absent"))
    sizes = [len(part[0]) for part in parts]
    person, nation, flight = (np.concatenate([part[n] for part in parts]) for n in range(3))
    is_transit, is_absent = (np.repeat([part[n] for part in parts], sizes) for n in (3, 4))
    order = np.argsort(keyed.uniform(person, "place on the list"))
    return person[order], nation[order], flight[order], is_transit[order], is_absent[order]


def _persons(flown: Flights, aboard: tuple[Keys, Ints, Ints, Bools]) -> pa.Array:
    """Return each passenger as a JSON object."""
    person, nation, flight, is_transit = aboard
    typed = keyed.derive(flown.key[flight] ^ person, "typed")
    slip = keyed.happens(typed, "mistyped", _MISTYPED_SHARE) * keyed.integers(typed, "by", 1, 10)
    home = keyed.choose(flown.line, "origin", _ORIGIN_SHARES)[flight]
    other = keyed.choose(person, "first origin", _ORIGIN_SHARES)
    connects = keyed.happens(person, "connects", _OTHER_ORIGIN_SHARE)
    nations = coded(NATIONS, nation).cast(pa.string())
    return joined(
        '{"doc_type":"', DOCUMENTS[0], '","doc_no":"', document_numbers(person),
        '","issuer":"', nations, '","nationality":"', nations,
        '","birth_year":', whole(birth_years(person) + slip).cast(pa.string()),
        ',"sex":"', coded(SEXES, sexes(person)).cast(pa.string()),
        '","origin":"', coded(_ORIGINS, np.where(connects, other, home)).cast(pa.string()),
        '","transit":', whole(is_transit.astype(np.int64)).cast(pa.string()), "}",
    )  # fmt: skip


def _columns(
    around: Surroundings, flown: Flights, gate: Ints, lists: pa.Array
) -> dict[str, pa.Array]:
    airline = words(_AIRLINES, keyed.integers(flown.line, "airline", 0, len(_AIRLINES)))
    number = digits(keyed.integers(flown.line, "flight number", 100, 999), 3)
    return {
        "id": fixed(same("PL", len(gate)), hexes(flown.key)),
        "mode": constant("AIR", len(gate)),
        "voyage": fixed(airline, number),
        "arrival": stamps(flown.landed),
        "port": around.port_codes.take(pa.array(around.port[gate])),
        "persons": lists,
    }
