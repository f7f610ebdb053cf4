"""Transport under customs control: trips between offices, and the table `vanchuyen`.

A trip is applied for (OLA), leaves (BOA) and arrives (BIA); its number follows from the
declaration's. It leaves when its goods may (cleared, or released before), control has looked at
them and an import has passed its port or gate; a plan that does not hold till then is told anew
with the departure. What is cancelled never leaves.
It follows an approved route. Honest trips are late, rest long (most at a stop of the route, some
away from it, those of some firms at a yard of theirs), go round a closed road, or are never closed
in the system, more of them with carriers that comply less or where the seal had fallen silent. Off
the road some break down or change lorries, their seal tells nothing more, and half are never
closed. A diverted one stops for hours off the route and arrives lighter, or not at all.
Rates and speeds are typical figures of our own.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.cargo.calls import BY_ROAD
from simulator.cargo.consignments import Consignments
from simulator.cargo.lorries import plates_of, vehicles_of
from simulator.cargo.ports import DISCHARGE_HOURS, declaration_numbers, fetching_truck
from simulator.cargo.route_table import route_codes
from simulator.cargo.routes import NODES, Routes
from simulator.cargo.seal_batteries import is_weak
from simulator.cargo.shipments import Outbox, Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, coded, moments, numbers_within, pick
from simulator.kernel.glyphs import DAY_SECONDS, digits, fixed, gathered, same
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import HOUR_SECONDS, MINUTE_SECONDS
from simulator.reference.regimes import IMPORT

KINDS = ("NR", "EA", "QU", "KR", "KS", "PT", "CT")
_KIND_SHARES = (60, 3, 3, 12, 10, 9, 3)
PURPOSES = ("SHI", "FAC", "CIS", "FTZ", "SRE")
_PURPOSE_SHARES = (30, 25, 20, 10, 15)
_KM_PER_HOUR, _SPEED_SPREAD = 42.0, 0.12
_REST_SHARE, _REST_HOURS = 0.22, 2.6
_AT_STOP_SHARE, _OFF_ROAD_SHARE, _DETOUR_SHARE, _UNTOLD_SHARE = 0.7, 0.3, 0.04, 0.04
# From somewhere on a seal tells nothing any more, its modem lost or its battery dead: with good and
# with weak batteries; of those that rest long, so many where they stand. Where nobody sees it come,
# arrival is confirmed less often.
_SILENT_SHARES, _SILENT_STANDING = (0.012, 0.25), 0.4
_OPEN_SHARE, _OPEN_IF_SILENT = 0.007, 0.1
# Of honest stops off the road, those at which the trip under seal ends: a breakdown, another lorry.
_STRANDED_SHARE, _OPEN_IF_STRANDED = 0.07, 0.5
LONG_REST = 20 * MINUTE_SECONDS
_DIVERSION_HOURS = (1.5, 6.0)
# Some firms have a yard off the road, at which most of their trips stop as long.
_YARD_SHARE, _AT_YARD_SHARE = 0.12, 0.6
_NEAR_SHARES, _FAR_SHARE = (0.34, 0.22, 0.17, 0.12), 0.15
# A seal is used again after so many days, of another range where the trip ends too late for that.
_SEAL_DAYS, _LATE_SEAL_DAYS = 12, 90
_SEALS_A_DAY = 10_000
_SEAL_FIRST, _LATE_SEAL_FIRST = 700_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Trips:
    """Trips under customs control, one position each.

    Attributes:
        key: Identity.
        declaration: Position of the declaration.
        seal: Number of the electronic seal.
        route: Position in the routes; origin, destination: its office positions.
        asked: Second of the application.
        first_start: Planned start as applied for; planned_start: as it was in the end.
        leaves: It may leave; what follows is of no meaning where it never does.
        left, came: Real seconds; `has_come` is false where arrival was never reported.
        km: Length of the road.
        rest, rest_at: Seconds of the longest stop, and the share of the way at which it is.
        is_off_route: The stop is away from the road; has_detour: the vehicle goes round something.
        taken: Share of the goods taken off; somebody opens the seal for it. Where it is 1 the trip
            ends where it stops, and `came` is when it should have come.
        silent_from: Share of the way after which its seal tells nothing; 1 where it tells all.
    """

    key: Keys
    declaration: Ints
    seal: Ints
    route: Ints
    origin: Ints
    destination: Ints
    asked: Ints
    first_start: Ints
    planned_start: Ints
    planned_end: Ints
    leaves: Bools
    left: Ints
    came: Ints
    has_come: Bools
    km: Floats
    rest: Ints
    rest_at: Floats
    is_off_route: Bools
    has_detour: Bools
    taken: Floats
    silent_from: Floats

    @property
    def diverted(self) -> Bools:
        """Whether goods are taken off."""
        taken: Bools = self.taken > 0
        return taken

    def __len__(self) -> int:
        """Return the number of trips."""
        return len(self.key)


def brought_under_seal(
    around: Surroundings, shipments: Shipments, consignments: Consignments
) -> Ints:
    """Return when a bonded trip has brought each export to its port or gate; -1 where none does."""
    nothing = np.full(len(shipments), -1, dtype=np.int64)
    trips = bonded_trips(around, shipments, consignments, (nothing, nothing >= 0))
    going = pick(trips, trips.leaves & shipments.comes_under_seal[trips.declaration])
    nothing[going.declaration] = going.came
    return nothing


def bonded_trips(
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    let_in: tuple[Ints, Bools],
) -> Trips:
    """Return the trips of declarations under customs control; days must be given whole.

    Args:
        around: Places, routes and fleets.
        shipments: The declarations.
        consignments: Their carriage.
        let_in: What `passages.let_in` returned; exports wait for nothing of it.
    """
    rows = np.flatnonzero(shipments.is_bonded)
    key = keyed.derive(shipments.key[rows], "trip")
    routes = around.routes
    route = _routes(routes, shipments, rows, key)
    km = routes.km[route]
    waits = keyed.exponential(key, "leaves after", 7.0 * HOUR_SECONDS).astype(np.int64)
    asked, expected, ready, leaves = _departures((shipments, consignments), let_in, rows, waits)
    left = ready + waits
    speed = _KM_PER_HOUR * np.exp(_SPEED_SPREAD * keyed.normal(key, "speed"))
    taken = shipments.taken_off[rows]
    careless = around.careless[vehicles_of(around.home, fetching_truck(key))]
    aside = (taken > 0) | _at_yard(around, shipments.trader[rows], key)
    rest, rest_at, off = _rests(routes.stops[route], aside, careless, key)
    came = left + (km / speed * HOUR_SECONDS).astype(np.int64) + rest
    seal = _seals(shipments.registered[rows] // DAY_SECONDS, came, key)
    stop = rest, rest_at, off
    silent_from, open_share = _silences(is_weak(seal, left), stop, taken, careless, key)
    start, hours = _plan_for(ready), routes.hours[route] * HOUR_SECONDS
    return Trips(
        key=key,
        declaration=rows,
        seal=seal,
        route=route,
        origin=routes.origin[route],
        destination=routes.destination[route],
        asked=asked,
        first_start=_plan_for(expected),
        planned_start=start,
        planned_end=start + hours,
        leaves=leaves,
        left=left,
        came=came,
        has_come=~keyed.happens(key, "never closed", open_share) & (taken < 1),
        km=km,
        rest=rest,
        rest_at=rest_at,
        is_off_route=off,
        has_detour=keyed.happens(key, "goes round", _DETOUR_SHARE),
        taken=taken,
        silent_from=silent_from,
    )


def _plan_for(ready: Ints) -> Ints:
    """Return the planned start of what is ready at a second: two hours after its full hour."""
    return ready // HOUR_SECONDS * HOUR_SECONDS + 2 * HOUR_SECONDS


def _departures(
    freight: tuple[Shipments, Consignments],
    let_in: tuple[Ints, Bools],
    rows: Ints,
    waits: Ints,
) -> tuple[Ints, Ints, Ints, Bools]:
    """Return when trips are asked for, expected ready, and ready; and whether they ever leave.

    Control does not hold what is being weighed and sealed, in the last hour before it leaves.

    Args:
        freight: The declarations and their carriage.
        let_in: When the last goods of each import are in the country, and whether some never are.
        rows: Position of the declaration of each trip.
        waits: How long each lorry leaves after it is ready, seconds.
    """
    shipments, consignments = freight
    asked = shipments.registered[rows] + 600
    lands = np.where(consignments.calls.mode[rows] == BY_ROAD, 0.0, DISCHARGE_HOURS[1])
    arrived = consignments.arrived[rows] + (lands * HOUR_SECONDS).astype(np.int64)
    # Imports must have come; of exports it says when the ship leaves.
    arrived = np.where(shipments.direction[rows] == IMPORT, arrived, asked)
    expected = np.maximum(asked, arrived) + HOUR_SECONDS
    cleared = shipments.cleared[rows]
    ready = np.maximum(expected, np.maximum(cleared, let_in[0][rows]))
    since, until = shipments.held_from[rows], shipments.held_until[rows]
    is_held = (since >= 0) & (since + HOUR_SECONDS <= ready + waits)
    leaves = (cleared >= 0) & ~(is_held & (until < 0)) & ~let_in[1][rows]
    return asked, expected, np.where(is_held, np.maximum(ready, until), ready), leaves


def _routes(routes: Routes, shipments: Shipments, rows: Ints, key: Keys) -> Ints:
    """Return the route of each trip: from the declaration's office, for exports to it."""
    office = shipments.office[rows]
    turn = keyed.choose(key, "route", (*_NEAR_SHARES, _FAR_SHARE))
    imported = shipments.direction[rows] == IMPORT
    return np.where(imported, routes.outward[office, turn], routes.inward[office, turn])


def yard_keys(around: Surroundings, trader: Ints) -> Keys:
    """Return the identity of each firm's yard."""
    return keyed.derive(keyed.root(around.seed, "yards"), "trader", trader)


def _at_yard(around: Surroundings, trader: Ints, key: Keys) -> Bools:
    """Return which trips stop at a yard of their firm."""
    own = yard_keys(around, trader)
    has_yard = keyed.happens(own, "has a yard", _YARD_SHARE)
    return has_yard & keyed.happens(key, "at the yard", _AT_YARD_SHARE)


def _rests(stops: Ints, aside: Bools, careless: Floats, key: Keys) -> tuple[Ints, Floats, Bools]:
    """Return the longest stop of each trip, where it is and whether that is away from the road.

    Args:
        stops: Nodes of each route where a stop is allowed, -1 for none, shape (n, 2).
        aside: Trips that leave their route, to be unloaded or for a yard.
        careless: How many times as often as usual each driver rests, and off the road.
        key: Identities of the trips.
    """
    low, high = _DIVERSION_HOURS
    hours = low + (high - low) * keyed.uniform(key, "diversion")
    pauses = keyed.happens(key, "rests", _REST_SHARE * careless)
    honest = keyed.exponential(key, "rest", _REST_HOURS) * pauses
    rest = np.where(aside, np.maximum(hours, honest), honest)
    which = keyed.integers(key, "which stop", 0, 1 + (stops[:, 1] >= 0))
    node = np.take_along_axis(stops, which[:, None], axis=1)[:, 0]
    at_stop = ~aside & (node >= 0) & keyed.happens(key, "rests at a stop", _AT_STOP_SHARE)
    anywhere = 0.2 + 0.6 * keyed.uniform(key, "rest at")
    away = pauses & ~at_stop & keyed.happens(key, "rests off the road", _OFF_ROAD_SHARE * careless)
    place = np.where(at_stop, node / (NODES - 1), anywhere)
    return (rest * HOUR_SECONDS).astype(np.int64), place, aside | away


def _silences(
    weak: Bools, stop: tuple[Ints, Floats, Bools], taken: Floats, careless: Floats, key: Keys
) -> tuple[Floats, Floats]:
    """Return from where on each seal is silent, and how often a trip that comes is never closed.

    Args:
        weak: The seal's battery is bad.
        stop: What `_rests` returned.
        taken: Share of the goods taken off.
        careless: How many times as often as usual each driver's trips are never closed.
        key: Identities of the trips.
    """
    rest, rest_at, off = stop
    stands = rest > LONG_REST
    dies = keyed.happens(key, "seal falls silent", np.where(weak, *_SILENT_SHARES[::-1]))
    is_stranded = keyed.happens(key, "stranded", _STRANDED_SHARE) & stands & off & (taken <= 0)
    stays = dies & stands & keyed.happens(key, "silent where it stands", _SILENT_STANDING)
    silent_from = np.where(dies, 0.05 + 0.9 * keyed.uniform(key, "silent from"), 1.0)
    silent_from = np.where(stays | is_stranded, rest_at, silent_from)
    silent_from = np.where(taken < 1, silent_from, np.minimum(silent_from, rest_at))
    open_share = np.where(dies, _OPEN_IF_SILENT, _OPEN_SHARE) * careless
    return silent_from, np.where(is_stranded, _OPEN_IF_STRANDED, open_share)


def _seals(day: Ints, came: Ints, key: Keys) -> Ints:
    """Return a seal for each trip, which no other has before it has come.

    The seals of a day are handed out by the order of keys, so a whole day must be given.

    Args:
        day: Day of registration.
        came: Second of arrival.
        key: Identities of the trips.
    """
    order = np.lexsort((key, day))
    _, counts = np.unique(day, return_counts=True)
    rank = np.empty(len(day), dtype=np.int64)
    rank[order] = numbers_within(counts)
    is_late = came >= (day + _SEAL_DAYS - 1) * DAY_SECONDS
    cycle = np.where(is_late, _LATE_SEAL_DAYS, _SEAL_DAYS)
    first = np.where(is_late, _LATE_SEAL_FIRST, _SEAL_FIRST)
    return first + rank % _SEALS_A_DAY * cycle + day % cycle


def seal_names(trips: Trips) -> pa.Array:
    """Return the electronic seal's number as text."""
    return fixed(same("ES", len(trips)), digits(trips.seal, 7))


def slip_numbers(shipments: Shipments, trips: Trips) -> pa.Array:
    """Return SO_VC, 12 digits."""
    return fixed(same("5", len(trips)), digits(shipments.number[trips.declaration], 11))


def trip_plates(around: Surroundings, trips: Trips) -> pa.Array:
    """Return the lorry of each trip."""
    return plates_of(around.home, fetching_truck(trips.key))


def trip_boxes(consignments: Consignments, trips: Trips) -> tuple[pa.Array, Ints]:
    """Return the declared containers of trips, trip after trip, and how many each has."""
    own = consignments.containers
    is_ours = np.zeros(len(consignments), dtype=np.bool_)
    is_ours[trips.declaration] = True
    rows = np.flatnonzero(is_ours[own.owner] & own.is_declared)
    counts = np.bincount(own.owner[rows], minlength=len(consignments))[trips.declaration]
    return own.numbers.take(pa.array(rows)), counts


def put_slips(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    trips: Trips,
) -> None:
    """Hand over the table `vanchuyen`: the slip when asked for, at departure and at arrival."""
    if not len(trips):
        return
    columns = _slip_columns(around, shipments, consignments, trips)
    known = np.concatenate([trips.asked, trips.left, trips.came])
    stage = np.repeat(np.arange(3), len(trips))
    row = np.tile(np.arange(len(trips)), 3)
    ends = np.where(trips.leaves, 1 + trips.has_come, 0)
    kept = np.flatnonzero(stage <= ends[row])
    stage, row, known = stage[kept], row[kept], known[kept]
    taken = pa.array(row)
    told = {name: column.take(taken) for name, column in columns.items()}
    start = np.where(stage < 1, trips.first_start[row], trips.planned_start[row])
    told["KH_DI"] = moments(start)
    told["KH_DEN"] = moments(start + (trips.planned_end - trips.planned_start)[row])
    told["SEALS"] = seal_names(trips).take(pa.array(row, mask=stage < 1))
    told["TT_DI"] = moments(trips.left[row], stage < 1)
    told["TT_DEN"] = moments(trips.came[row], stage < 2)  # noqa: PLR2004
    key = keyed.derive(trips.key[row], "slip", stage)
    delay = keyed.exponential(key, "entered after", 900.0).astype(np.int64)
    moment, operation = known + delay * (stage > 0), coded(("I", "U"), (stage > 0) * 1)
    day = shipments.day[trips.declaration[row]]
    outbox.put("vanchuyen", moment, told, operation, registered=day)


def _slip_columns(
    around: Surroundings, shipments: Shipments, consignments: Consignments, trips: Trips
) -> dict[str, pa.Array]:
    day = trips.asked // DAY_SECONDS
    boxes = gathered(*trip_boxes(consignments, trips), ";")
    boxes = pc.if_else(pc.equal(boxes, ""), pa.scalar(None, pa.string()), boxes)
    return {
        "SO_VC": slip_numbers(shipments, trips),
        "LOAI": coded(KINDS, keyed.choose(trips.key, "slip kind", _KIND_SHARES)),
        "MUC_DICH": coded(PURPOSES, keyed.choose(trips.key, "purpose", _PURPOSE_SHARES)),
        "MA_HQ_DI": around.office_codes(trips.origin, day),
        "MA_HQ_DEN": around.office_codes(trips.destination, day),
        "PLATE": trip_plates(around, trips),
        "CONTAINERS": boxes,
        "SO_TK": declaration_numbers(shipments.number[trips.declaration]),
        "TUYEN": route_codes(trips.route, keyed.happens(trips.key, "untold", _UNTOLD_SHARE)),
    }
