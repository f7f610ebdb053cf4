"""Travellers at the land gates, airports and seaports: who crosses when, by which flight or ship.

Four of ten at land gates cross often and show the same document. Who lands crosses within an hour
and a quarter of the landing; who leaves by ship does so when it is there. `nations.csv` has their
nationalities by land and by air; who comes by sea is taken for one who flies.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.cargo.crossings import INWARD, Crossings
from simulator.cargo.shipments import Surroundings
from simulator.cargo.voyages import flights_a_day, voyages
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, numbers_within, runs_of
from simulator.kernel.glyphs import DAY_SECONDS, digits, fixed, words
from simulator.kernel.keyed import Keys
from simulator.reference.lists import rows_of

DOCUMENTS = ("P", "B", "C")
SEXES = ("M", "F", "U")
_ROWS = rows_of("nations.csv", "simulator.cargo")
NATIONS = tuple(row["code"] for row in _ROWS)
_LAND_SHARES, _AIR_SHARES = ([float(row[way]) for row in _ROWS] for way in ("land", "air"))
# Share of regulars, and shares of SEXES: assumptions.
_REGULAR_SHARE, _REGULARS_A_DAY = 0.4, 6
_SEX_SHARES = (0.52, 0.475, 0.005)
_FIRST_BIRTH, _BIRTH_YEARS = 1952, 54
_OPEN_SECONDS, _OPENS = 15 * 3600, 6 * 3600
_LEAVES_AFTER, _LEAVING = 900, 3600
_LETTERS = tuple("BCEGHKNP")
NOT_CARRIED = -1


@dataclass(frozen=True, slots=True)
class Travellers:
    """Crossings of travellers, one position each.

    Attributes:
        key: Identity of the crossing; person: of who crosses.
        gate: Office position; day: since 1970; second: local.
        direction: INWARD or OUTWARD.
        turn: Which flight or ship of the place and day brought them; NOT_CARRIED by land and
            outward.
        by_ship: Whether it is at a seaport.
        nation, document: Positions in NATIONS and DOCUMENTS.
    """

    key: Keys
    person: Keys
    gate: Ints
    day: Ints
    second: Ints
    direction: Ints
    turn: Ints
    by_ship: Bools
    nation: Ints
    document: Ints

    def __len__(self) -> int:
        """Return the number of crossings."""
        return len(self.key)


def draw_travellers(around: Surroundings, crossings: Crossings) -> Travellers:
    """Return everybody who crosses without a lorry on some days."""
    days, travellers = crossings.days, crossings.travellers
    gates = np.flatnonzero(travellers > 0)
    gate, day = np.tile(gates, len(days)), np.repeat(days, len(gates))
    place = keyed.derive(keyed.root(around.seed, "travellers"), "gate and day", gate << 20 | day)
    calls = crossings.calls[gate]
    comes = (calls == 0) | keyed.happens(place, "ship calls", calls)
    mean = travellers[gate] / np.where(calls > 0, calls, 1.0)
    counts = np.where(comes, keyed.poisson(place, "travellers", mean), 0)
    row = runs_of(counts)
    offset = numbers_within(counts)
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
    direction = keyed.integers(key, "direction", 0, 2)
    lands = ~is_land & (direction == INWARD)
    turn = keyed.integers(key, "flight", 0, flights_a_day(travellers)[gate])
    by_ship = calls[row] > 0
    turn = np.where(by_ship, 0, turn)
    arrived = voyages(around, gate, day, turn).landed
    wait = keyed.uniform(key, "second")
    by_day = day * DAY_SECONDS + _OPENS + (wait * _OPEN_SECONDS).astype(np.int64)
    by_flight = arrived + _LEAVES_AFTER + (wait * _LEAVING).astype(np.int64)
    rest = np.maximum((day + 1) * DAY_SECONDS - 1 - arrived, 0)
    by_day = np.where(by_ship, arrived + (wait * rest).astype(np.int64), by_day)
    return Travellers(
        key=key,
        person=person,
        gate=gate,
        day=day,
        second=np.where(lands, by_flight, by_day),
        direction=direction,
        turn=np.where(lands, turn, NOT_CARRIED),
        by_ship=by_ship,
        nation=nation,
        document=np.where(is_land & (nation <= 1), keyed.choose(person, "kind", (3, 6, 1)), 0),
    )


def document_numbers(person: Keys) -> pa.Array:
    """Return the number of the document that each traveller shows."""
    letter = words(_LETTERS, keyed.integers(person, "letter", 0, len(_LETTERS)))
    return fixed(letter, digits(keyed.integers(person, "document", 0, 10**8), 8))


def birth_years(person: Keys) -> Ints:
    """Return the year in which each traveller was born."""
    return _FIRST_BIRTH + keyed.integers(person, "born", 0, _BIRTH_YEARS)


def sexes(person: Keys) -> Ints:
    """Return the position of each traveller's sex in SEXES."""
    return keyed.choose(person, "sex", _SEX_SHARES)
