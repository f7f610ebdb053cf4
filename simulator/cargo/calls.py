"""Calls of ships, flights, trains and lorries: which there are and what each is, by key.

A call is the k-th of its mode at a port on a day; a bill is assigned to one by its own key, so all
bills of a call agree on ship, voyage and second of arrival without anybody listing them. Tramp
ships come for one bill; a lorry is its own call. Delays are typical figures of our own.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.kinds import BULK_SHIP, ROAD
from simulator.cargo.markings import ship_numbers
from simulator.cargo.shipments import Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.glyphs import DAY_SECONDS, digits, fixed, hexes, joined, words
from simulator.kernel.keyed import Keys
from simulator.reference.regimes import EXPORT

SEA, BY_AIR, BY_RAIL, BY_ROAD = range(4)
MODES = ("SEA", "AIR", "RAIL", "ROAD")
_MODE = np.array([-1, BY_AIR, SEA, SEA, BY_ROAD, BY_RAIL, SEA, -1, -1, -1])
# By VNACCS transport: share of bills declared before arrival, mean days before and after it,
# mean days from an export declaration to departure.
_EARLY_SHARE = np.array([0, 0.12, 0.25, 0.2, 0.45, 0.3, 0.3, 0, 0, 0])
_EARLY_DAYS = np.array([0, 0.3, 1.2, 1.5, 0.4, 1.0, 0.6, 0, 0, 0])
_LATE_DAYS = np.array([0, 0.9, 2.4, 2.0, 0.35, 1.2, 1.5, 0, 0, 0])
_LEAVING_DAYS = np.array([0, 0.6, 2.0, 1.5, 0.3, 1.0, 0.9, 0, 0, 0])
_LONGEST_DAYS = 28.0
_LAND_HOURS = (6.5, 19.5)
_TURNS = 4096
_CALL_DAYS, _MOST_PORTS, _MOST_CALLS = 730, 128, 128
_DAYS = 1 << 17
_NAMES = (
    "PACIFIC", "ASIAN", "GOLDEN", "NORTHERN", "SOUTHERN", "ORIENT", "CORAL", "JADE", "SILVER",
    "EASTERN", "HARBOUR", "LOTUS", "AMBER", "GRAND", "LUCKY", "MEKONG", "TONKIN", "CELTIC",
    "NORDIC", "IBERIAN", "SUNRISE", "CRYSTAL", "TROPIC", "ROYAL",
)  # fmt: skip
_SECOND_NAMES = (
    "STAR", "BRIDGE", "TRADER", "EXPRESS", "GLORY", "VENTURE", "PIONEER", "CARRIER", "HORIZON",
    "SPIRIT", "HOPE", "WAVE", "LEADER", "PEARL", "DRAGON", "ISLAND", "CROWN", "HARMONY", "FORTUNE",
    "VOYAGER", "PRIDE", "SKY", "DAWN", "UNITY", "BREEZE",
)  # fmt: skip
_CARRIERS = (
    "VN", "VJ", "QH", "KE", "OZ", "CX", "CI", "BR", "SQ", "TG", "MH", "CZ", "CA", "MU", "JL", "NH",
    "QR", "EK", "LH", "CV", "5X", "FX", "KZ", "TK",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calls:
    """The call of each bill, one position each.

    Attributes:
        key: Identity of the call.
        mode: Position in MODES; -1 where nothing comes or goes.
        port: Position in the ports of this country.
        turn: Which one of its mode, port and day; -1 for one of its own.
        arrived: Local second of arrival (exports: of departure); -1 without a call.
    """

    key: Keys
    mode: Ints
    port: Ints
    turn: Ints
    arrived: Ints


@dataclass(frozen=True, slots=True)
class Bills:
    """What the calls of bills depend on, before anything is weighed; fields as in Shipments."""

    bill_key: Keys
    bill_registered: Ints
    office: Ints
    direction: Ints
    transport: Ints


def call_numbers(calls: Calls, rows: Ints) -> Ints:
    """Return a number for each call that many bills share, for two years its own.

    Ports and calls a day are fewer than 128 each, also at scale 1.
    """
    day = calls.arrived[rows] // DAY_SECONDS % _CALL_DAYS
    number: Ints = (day * _MOST_PORTS + calls.port[rows]) * _MOST_CALLS + calls.turn[rows]
    return number


def truck_keys(around: Surroundings, shipments: Shipments | Bills, is_small: Bools) -> Keys:
    """Return the key of the (first) lorry of each bill; small ones of a day may share one."""
    day = shipments.bill_registered // DAY_SECONDS
    slots = around.shared_trucks[shipments.office]
    turn = (keyed.uniform(shipments.bill_key, "shared truck") * slots).astype(np.int64)
    place = (shipments.office * 2 + shipments.direction) * _DAYS + day
    shared = keyed.derive(keyed.root(around.seed, "shared trucks"), "truck", place * _TURNS + turn)
    return np.where(is_small, shared, keyed.derive(shipments.bill_key, "truck"))


def assign_calls(
    around: Surroundings, shipments: Shipments | Bills, truck: Keys, is_tramp: Bools
) -> Calls:
    """Return the call of each declaration's bill; a function of the bill alone."""
    mode = _MODE[shipments.transport]
    is_road = shipments.transport == ROAD
    mover = np.where(is_road, truck, shipments.bill_key)
    day = _arrival_day(shipments, mover, is_road)
    port = around.port[shipments.office]
    is_own = is_road | is_tramp
    turns = around.calls[port, np.maximum(mode, 0)]
    turn = (keyed.uniform(shipments.bill_key, "call") * turns).astype(np.int64)
    number = ((port * len(MODES) + mode) * _DAYS + day) * _TURNS + turn
    common = keyed.derive(keyed.root(around.seed, "calls"), "call", number)
    key = np.where(is_own, keyed.derive(mover, "own call", day), common)
    second = _second_of_day(key, is_road)
    return Calls(
        key=key,
        mode=mode,
        port=port,
        turn=np.where(is_own, -1, turn),
        arrived=np.where(mode >= 0, day * DAY_SECONDS + second, -1),
    )


def latest_arrivals(around: Surroundings, bills: Bills) -> Ints:
    """Return when goods have come at the latest, whatever they weigh; -1 where nothing moves.

    Light goods may share a lorry and bulk may have a ship of its own, so both are tried.
    """
    ways = []
    for is_so in (False, True):
        flags = np.full(len(bills.bill_key), is_so)
        is_alone = flags & (bills.transport == BULK_SHIP)
        ways.append(assign_calls(around, bills, truck_keys(around, bills, flags), is_alone).arrived)
    return np.maximum(*ways)


def _arrival_day(shipments: Shipments | Bills, mover: Keys, is_road: Bools) -> Ints:
    transport = shipments.transport
    is_early = keyed.happens(mover, "declared early", _EARLY_SHARE[transport])
    before = keyed.exponential(mover, "days to arrival", _EARLY_DAYS[transport])
    after = keyed.exponential(mover, "days since arrival", _LATE_DAYS[transport])
    leaves = keyed.exponential(mover, "days to departure", _LEAVING_DAYS[transport])
    later: Floats = np.where(is_early, before, -after)
    later = np.where(shipments.direction == EXPORT, leaves, later)
    later = np.clip(later, -_LONGEST_DAYS, _LONGEST_DAYS)
    # Bills that share a lorry must agree, so a lorry counts from the day's noon.
    noon = shipments.bill_registered // DAY_SECONDS * DAY_SECONDS + DAY_SECONDS // 2
    base = np.where(is_road, noon, shipments.bill_registered)
    day: Ints = (base + np.rint(later * DAY_SECONDS).astype(np.int64)) // DAY_SECONDS
    return day


def _second_of_day(key: Keys, is_road: Bools) -> Ints:
    drawn = keyed.uniform(key, "second of day")
    opens, closes = (hour * 3600 for hour in _LAND_HOURS)
    second = np.where(is_road, opens + drawn * (closes - opens), drawn * DAY_SECONDS)
    return second.astype(np.int64)


def is_tramp(shipments: Shipments | Bills, is_groupage: Bools) -> Bools:
    """Return whether a ship comes for this bill alone: bulk that is no groupage."""
    alone: Bools = (shipments.transport == BULK_SHIP) & ~is_groupage
    return alone


@cache
def ship_names() -> tuple[pa.Array, pa.Array]:
    """Return names and IMO numbers of the ships that call."""
    names = [f"{first} {second}" for first in _NAMES for second in _SECOND_NAMES]
    serials = 900_000 + np.arange(len(names), dtype=np.int64) * 97
    return pa.array(names, pa.string()), fixed(ship_numbers(serials))


@dataclass(frozen=True, slots=True)
class Means:
    """What comes, as text of equal length: name, number and voyage of ship, flight or train."""

    name: pa.Array
    id: pa.Array
    voyage: pa.Array


def ships(calls: Calls, rows: Ints) -> Means:
    """Return ship, IMO number and voyage of these calls."""
    key = calls.key[rows]
    names, numbers = ship_names()
    ship = pa.array(keyed.integers(key, "ship", 0, len(names)))
    voyage = digits(keyed.integers(key, "voyage", 1, 999), 3)
    bound = words(("E", "W", "N", "S"), keyed.integers(key, "bound", 0, 4))
    return Means(names.take(ship), numbers.take(ship), fixed(voyage, bound))


def flights(around: Surroundings, calls: Calls, rows: Ints) -> Means:
    """Return flight and aircraft of these calls; a flight keeps its number from day to day."""
    route = calls.port[rows] * _TURNS + calls.turn[rows]
    line = keyed.derive(keyed.root(around.seed, "flights"), "flight", route)
    carrier = words(_CARRIERS, keyed.integers(line, "carrier", 0, len(_CARRIERS)))
    flight = fixed(carrier, digits(keyed.integers(line, "flight", 100, 999), 3))
    return Means(flight, joined("B-", fixed(hexes(calls.key[rows], 4))), flight)


def trains(calls: Calls, rows: Ints) -> Means:
    """Return the train of these calls."""
    serial = keyed.integers(calls.key[rows], "train", 10_000, 99_999)
    train = pc.binary_join_element_wise("T", fixed(digits(serial, 5)), "")
    return Means(train, train, train)
