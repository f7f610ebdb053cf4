"""Lists of passengers that airlines and ships send before they land: the table `passenger_list`.

The list at booking (revision 1) and the one when the doors are closed (2): who did not come is only
on the first, who came at the last minute only on the second. Everybody on the second who is not in
transit crosses where they land. Shares are typical figures of our own, one in a hundred birth years
is mistyped.
"""

import numpy as np
import pyarrow as pa

from simulator.cargo.shipments import Outbox, Surroundings
from simulator.cargo.travellers import (
    DOCUMENTS,
    NATIONS,
    NOT_CARRIED,
    SEXES,
    Travellers,
    birth_years,
    document_numbers,
    sexes,
)
from simulator.cargo.voyages import Voyages, voyages
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, numbers_within, pick, runs_of, whole
from simulator.kernel.glyphs import digits, fixed, gathered, hexes, joined, same, stamps, words
from simulator.kernel.keyed import Keys

_MODES = ("AIR", "SEA")
_AIR, _SEA = range(2)
# Airlines, then lines of ships; places they come from, each with its share by air and by sea.
_LINES = (
    "VN", "VJ", "QH", "KE", "OZ", "CX", "CI", "SQ", "TG", "CZ", "MU", "JL", "QR",
    "RC", "CC", "HA", "GC", "CO",
)  # fmt: skip
_LINES_BY_AIR = 13
_ORIGINS = (
    "KRICN", "CNCAN", "CNPVG", "JPNRT", "TWTPE", "SGSIN", "THBKK", "HKHKG", "MYKUL", "FRCDG",
    "THLCH", "TWKEL", "CNSHA",
)  # fmt: skip
_ORIGIN_SHARES = (
    (22, 12, 10, 10, 10, 10, 10, 7, 6, 3, 0, 0, 0),
    (0, 0, 0, 0, 0, 35, 0, 35, 0, 0, 15, 10, 5),
)
_ABSENT_SHARE, _LAST_MINUTE_SHARE, _TRANSIT_SHARE, _OTHER_ORIGIN_SHARE = 0.03, 0.02, 0.04, 0.12
_MISTYPED_SHARE = 0.01
_HOURS = np.array([(2.0, 9.0), (14.0, 60.0)])
_CLOSED_SECONDS, _BOOKED_SECONDS = 600, 3 * 3_600


def put_passengers(outbox: Outbox, around: Surroundings, travellers: Travellers) -> None:
    """Hand over the table `passenger_list` for flights and ships that brought some travellers."""
    arriving = pick(travellers, travellers.turn != NOT_CARRIED)
    if not len(arriving):
        return
    place = (arriving.gate << 40) | (arriving.day << 12) | arriving.turn
    found, first, voyage_of = np.unique(place, return_index=True, return_inverse=True)
    gate, day, turn = found >> 40, (found >> 12) & ((1 << 28) - 1), found & ((1 << 12) - 1)
    made, mode = voyages(around, gate, day, turn), np.where(arriving.by_ship[first], _SEA, _AIR)
    person, nation, voyage_of, is_transit, is_absent = _aboard(arriving, made, voyage_of)
    told = _persons(made, mode, (person, nation, voyage_of, is_transit))
    late = keyed.happens(person, "last minute", _LAST_MINUTE_SHARE) & ~is_absent
    shortest, longest = _HOURS[mode].T
    hours = shortest + (longest - shortest) * keyed.uniform(made.line, "hours")
    departed = made.landed - (hours * 3_600).astype(np.int64)
    for revision, aboard, moment in (
        (1, ~late, departed - _BOOKED_SECONDS),
        (2, ~is_absent, departed + _CLOSED_SECONDS),
    ):
        rows = np.flatnonzero(aboard)
        rows = rows[np.argsort(voyage_of[rows], kind="stable")]
        counts = np.bincount(voyage_of[rows], minlength=len(found))
        columns = _columns(around, made, gate, mode) | {
            "persons": joined("[", gathered(told.take(pa.array(rows)), counts, ","), "]"),
            "revision": whole(gate * 0 + revision),
        }
        sent = moment + keyed.integers(made.key, f"sent {revision}", 0, 300)
        outbox.put("passenger_list", sent, columns, registered=day)


def _aboard(
    arriving: Travellers, made: Voyages, voyage_of: Ints
) -> tuple[Keys, Ints, Ints, Bools, Bools]:
    """Return who is on the lists: identity, nation, voyage, whether in transit, whether absent.

    Beside those who cross these are passengers in transit and such as booked and did not come.
    """
    crossing = np.bincount(voyage_of, minlength=len(made.key))
    parts = [(arriving.person, arriving.nation, voyage_of, False, False)]
    for name, share in (("transit", _TRANSIT_SHARE), ("absent", _ABSENT_SHARE)):
        counts = keyed.poisson(made.key, name, share * crossing.astype(np.float64))
        voyage = runs_of(counts)
        offset = numbers_within(counts)
        person = keyed.derive(made.key[voyage], name, offset)
        nation = keyed.integers(person, "nation", 0, len(NATIONS))
        parts.append((person, nation, voyage, name == "transit", name == "absent"))
    sizes = [len(part[0]) for part in parts]
    person, nation, voyage = (np.concatenate([part[n] for part in parts]) for n in range(3))
    is_transit, is_absent = (np.repeat([part[n] for part in parts], sizes) for n in (3, 4))
    order = np.argsort(keyed.uniform(person, "place on the list"))
    return person[order], nation[order], voyage[order], is_transit[order], is_absent[order]


def _persons(made: Voyages, mode: Ints, aboard: tuple[Keys, Ints, Ints, Bools]) -> pa.Array:
    """Return each passenger as a JSON object."""
    person, nation, voyage, is_transit = aboard
    typed = keyed.derive(made.key[voyage] ^ person, "typed")
    slip = keyed.happens(typed, "mistyped", _MISTYPED_SHARE) * keyed.integers(typed, "by", 1, 10)
    by_air, by_sea = (keyed.choose(made.line, "origin", shares) for shares in _ORIGIN_SHARES)
    home = np.where(mode == _AIR, by_air, by_sea)[voyage]
    other = keyed.choose(person, "first origin", _ORIGIN_SHARES[_AIR])
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


def _columns(around: Surroundings, made: Voyages, gate: Ints, mode: Ints) -> dict[str, pa.Array]:
    by_air = keyed.integers(made.line, "airline", 0, _LINES_BY_AIR)
    by_sea = keyed.integers(made.line, "line of ships", _LINES_BY_AIR, len(_LINES))
    number = digits(keyed.integers(made.line, "flight number", 100, 999), 3)
    return {
        "id": fixed(same("PL", len(gate)), hexes(made.key)),
        "mode": coded(_MODES, mode),
        "voyage": fixed(words(_LINES, np.where(mode == _AIR, by_air, by_sea)), number),
        "arrival": stamps(made.landed),
        "port": around.port_codes.take(pa.array(around.port[gate])),
    }
