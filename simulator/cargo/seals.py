"""Events of electronic seals on trips under customs control: the table `seal_stream`.

Seals tell position every 20 to 30 minutes. Most alarms of tampering come from bad batteries and
rough roads; clocks drift; where there is no network the events come later, in a heap, or not at
all. A seal may fall silent on the way, and is detached all the same without telling it; that of a
trip which is unloaded whole tells nothing after the place where it is.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.cargo.consignments import Consignments
from simulator.cargo.ports import declaration_numbers
from simulator.cargo.routes import Routes, along
from simulator.cargo.seal_batteries import is_weak, seal_keys
from simulator.cargo.shipments import Outbox, Shipments, Surroundings
from simulator.cargo.trips import (
    LONG_REST,
    Trips,
    seal_names,
    slip_numbers,
    trip_boxes,
    trip_plates,
    yard_keys,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import (
    Bools,
    Floats,
    Ints,
    coded,
    decimals,
    group_starts,
    numbers_within,
    runs_of,
    whole,
)
from simulator.kernel.glyphs import DAY_SECONDS, spread, stamps
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import MINUTE_SECONDS

EVENTS = ("ATTACH", "POS", "STOP", "OPEN", "TAMPER", "LOWBAT", "DETACH")
ATTACH, POS, STOP, OPEN, TAMPER, LOWBAT, DETACH = range(7)
_BETWEEN_SECONDS = 1500
_MOST_POSITIONS = 150
# Together about one false alarm in eleven trips; goods are taken off one in two hundred. All are
# assumptions.
_FALSE_ALARMS = 1.3
_ROUGH_ROAD_SHARE, _CHECKED_SHARE = 0.02, 0.012
# Who stands is opened too: a breakdown, a market control, another lorry. Off the road some firms
# change lorries by habit, the others hardly ever open; who takes goods off opens like the former.
_OPENED_SHARE, _OPENED_ASIDE = 0.03, 0.08
_CHANGES_LORRIES, _OPENED_BY_HABIT = 0.4, (0.5, 1.0)
_LOST_SHARE, _GAP_SHARE, _GAP_WIDTH, _SENT_LATER_SHARE = 0.02, 0.18, 0.22, 0.6
_DETOUR_WIDTH, _LEAST_WIDTH, _MOST_WIDTH, _KM_PER_DEGREE = 0.08, 0.02, 0.3, 111.0
_DRIFT_SECONDS, _WRONG_ZONE_SHARE, _ZONE_SECONDS = 25.0, 0.008, 7 * 3600
# The counter of a seal starts with its life, 2016-01-01, and grows with the minutes.
_BORN = 16_801 * DAY_SECONDS


@dataclass(frozen=True, slots=True)
class _Signals:
    """Events of trips, one position each.

    Attributes:
        trip: Position of the trip.
        kind: Position in EVENTS.
        share: Share of the driving time passed.
        second: Real second.
    """

    trip: Ints
    kind: Ints
    share: Floats
    second: Ints


def put_seal_events(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    trips: Trips,
) -> None:
    """Hand over the table `seal_stream`."""
    if not len(trips):
        return
    opened = opened_aside(around, shipments.trader[trips.declaration], trips.diverted)
    signals, count = _signals(trips, opened)
    trip, key = signals.trip, keyed.derive(trips.key[signals.trip], "signal", count)
    kept, sent = _network(trips, signals, key)
    drift = _drift(trips)[trip]
    north, east = _positions(around.routes, trips, signals, key)
    stands = (signals.share == trips.rest_at[trip]) | keyed.happens(key, "in traffic", 0.06)
    moving = (signals.kind == POS) & ~stands
    speed = np.clip(np.rint(52 + 14 * keyed.normal(key, "speed now")), 3, 92).astype(np.int64)
    boxes, box_counts = trip_boxes(consignments, trips)
    has_box, first = box_counts > 0, group_starts(box_counts)
    columns = {
        "seal": spread(seal_names(trips), trip),
        "n": whole((trips.left[trip] - _BORN) // MINUTE_SECONDS + count),
        "ts": stamps(signals.second + drift),
        "rx": stamps(sent),
        "ev": coded(EVENTS, signals.kind),
        "lat": decimals(north, 5),
        "lon": decimals(east, 5),
        "kmh": whole(speed * moving),
        "bat": whole(_battery(trips, signals, key)),
        "decl": spread(declaration_numbers(shipments.number[trips.declaration]), trip),
        "vc": spread(slip_numbers(shipments, trips), trip),
        "plate": spread(trip_plates(around, trips), trip),
        "cont": spread(boxes, np.where(has_box, first, 0)[trip], ~has_box[trip]),
    }
    rows = pa.array(np.flatnonzero(kept))
    told = {name: column.take(rows) for name, column in columns.items()}
    day = shipments.day[trips.declaration][trip[kept]]
    outbox.put("seal_stream", sent[kept], told, registered=day)


def _drift(trips: Trips) -> Ints:
    """Return by how many seconds each seal's clock is wrong."""
    seal = seal_keys(trips.seal)
    drift = np.rint(_DRIFT_SECONDS * keyed.normal(seal, "drift")).astype(np.int64)
    return drift - _ZONE_SECONDS * keyed.happens(seal, "wrong zone", _WRONG_ZONE_SHARE)


def opened_aside(around: Surroundings, trader: Ints, diverted: Bools) -> Floats:
    """Return how often a seal is opened where its trip stands off the road, by its firm."""
    own = yard_keys(around, trader)
    often = keyed.happens(own, "changes lorries", _CHANGES_LORRIES)
    low, high = _OPENED_BY_HABIT
    habit, lifts = (low + (high - low) * keyed.uniform(own, name) for name in ("opens", "lifts"))
    return np.where(diverted, lifts, np.where(often, habit, _OPENED_ASIDE))


def _signals(trips: Trips, opened: Floats) -> tuple[_Signals, Ints]:
    """Return all events in the order of each trip, and their number within it."""
    regular, incidents = _regular(trips), _incidents(trips, opened)
    special = [_special(trips, kind, share, happens) for kind, share, happens in incidents]
    trip = np.concatenate([regular.trip, *(one.trip for one in special)])
    kind = np.concatenate([regular.kind, *(one.kind for one in special)])
    share = np.concatenate([regular.share, *(one.share for one in special)])
    second = np.concatenate([regular.second, *(one.second for one in special)])
    told = np.flatnonzero(share <= trips.silent_from[trip])
    order = told[np.lexsort((kind[told], second[told], trip[told]))]
    counts = np.bincount(trip[told], minlength=len(trips))
    signals = _Signals(trip[order], kind[order], share[order], second[order])
    return signals, numbers_within(counts)


def _when(trips: Trips, trip: Ints, share: Floats) -> Ints:
    """Return the second at which a share of the driving is done; the long stop comes between."""
    driving = (trips.came - trips.left - trips.rest)[trip]
    rests = trips.rest[trip] * (share > trips.rest_at[trip])
    second: Ints = trips.left[trip] + (driving * share).astype(np.int64) + rests
    return second


def _regular(trips: Trips) -> _Signals:
    """Return attaching, positions and detaching."""
    driving = trips.came - trips.left - trips.rest
    moving = np.clip(driving // _BETWEEN_SECONDS, 1, _MOST_POSITIONS)
    standing = np.minimum(trips.rest // _BETWEEN_SECONDS, 40)
    counts = moving + standing + 2
    trip = runs_of(counts)
    number = numbers_within(counts)
    last, on_way = number == counts[trip] - 1, number <= moving[trip]
    key = keyed.derive(trips.key[trip], "position", number)
    jitter = 0.9 * keyed.uniform(key, "jitter")
    share = np.where(on_way, (number - 1 + jitter) / moving[trip], trips.rest_at[trip])
    share = np.where(number == 0, 0.0, np.where(last, 1.0, share))
    second = _when(trips, trip, share)
    waited = (number - moving[trip] - 1 + jitter) / np.maximum(standing[trip], 1)
    waits = ~on_way & ~last
    second = second + np.where(waits, waited * trips.rest[trip], 0).astype(np.int64)
    before = (300 + 900 * keyed.uniform(key, "sealed before")).astype(np.int64)
    second = np.where(number == 0, trips.left[trip] - before, second)
    second = np.where(last, trips.came[trip] + before, second)
    kind = np.where(number == 0, ATTACH, np.where(last, DETACH, POS))
    return _Signals(trip, kind, share, second)


def _incidents(trips: Trips, often: Floats) -> list[tuple[int, Floats, Ints]]:
    """Return kinds of incidents with the share of the way and how often they happen.

    Args:
        trips: The trips.
        often: How often the seal of each is opened where it stands off the road.
    """
    key, weak = trips.key, is_weak(trips.seal, trips.left)
    rests = trips.rest > LONG_REST
    shaken = keyed.happens(key, "rough road", _ROUGH_ROAD_SHARE)
    shares = np.where(trips.is_off_route, often, _OPENED_SHARE)
    opened = keyed.happens(key, "opened where it stands", shares) & rests
    faults = keyed.poisson(key, "false alarms", _FALSE_ALARMS) * weak
    anywhere = keyed.uniform(key, "fault at")
    return [
        (STOP, trips.rest_at, rests * 1),
        (STOP, 0.1 + 0.8 * keyed.uniform(key, "short stop"), keyed.integers(key, "stops", 0, 3)),
        (TAMPER, trips.rest_at, opened * 1),
        (TAMPER, anywhere, faults + shaken),
        (OPEN, trips.rest_at, (opened & keyed.happens(key, "open told", 0.5)) * 1),
        (OPEN, anywhere, keyed.happens(key, "checked", _CHECKED_SHARE) * 1),
        (LOWBAT, anywhere, (weak & keyed.happens(key, "low told", 0.85)) * 1),
    ]


def _special(trips: Trips, kind: int, share: Floats, counts: Ints) -> _Signals:
    trip = runs_of(counts)
    number = numbers_within(counts)
    key = keyed.derive(trips.key[trip], f"incident {kind}", number)
    at = np.minimum(share[trip] + number * 0.13, 0.99)
    waited = trips.rest[trip] * (at >= trips.rest_at[trip]) * (at == trips.rest_at[trip])
    inside = (0.1 + 0.6 * keyed.uniform(key, "inside the stop")) * (0.02 if kind == STOP else 1.0)
    second = _when(trips, trip, at) + (inside * waited).astype(np.int64)
    spread_out = (keyed.uniform(key, "seconds after") * 240).astype(np.int64)
    return _Signals(trip, np.full(len(trip), kind), at, second + spread_out)


def _network(trips: Trips, signals: _Signals, key: Keys) -> tuple[Bools, Ints]:
    """Return which events ever arrive, and when the server gets them."""
    trip = signals.trip
    begins = keyed.uniform(trips.key, "gap at") * (1 - _GAP_WIDTH)
    ends = begins + _GAP_WIDTH * keyed.uniform(trips.key, "gap width")
    has_gap = keyed.happens(trips.key, "gap", _GAP_SHARE)
    inside = has_gap[trip] & (signals.share > begins[trip]) & (signals.share < ends[trip])
    kept_for_later = keyed.happens(trips.key, "sent later", _SENT_LATER_SHARE)[trip]
    ended = signals.kind == DETACH
    begun = signals.kind == ATTACH
    lost = (inside & ~kept_for_later) | keyed.happens(key, "lost", _LOST_SHARE)
    late = _when(trips, np.arange(len(trips)), ends)[trip]
    heap = (keyed.uniform(key, "in the heap") * 240).astype(np.int64)
    received = np.where(inside, np.maximum(late, signals.second) + heap, signals.second)
    delay = keyed.exponential(key, "on the air", 9.0)
    return ~lost | ended | begun, received + 1 + delay.astype(np.int64)


def _positions(routes: Routes, trips: Trips, signals: _Signals, key: Keys) -> tuple[Ints, Ints]:
    """Return latitude and longitude, hundred-thousandths of a degree.

    They lie on the route, but for a stop away from it, the way there and back, and a detour.
    """
    trip, share = signals.trip, signals.share
    aside = _aside(trips)[:, trip, None] * _leaving(trips, trip, share)[:, :, None]
    read = np.stack([0.0004 * keyed.normal(key, name) for name in ("north", "east")], axis=1)
    turn = 2 * np.pi * keyed.uniform(trips.key, "leaves to")[trip]
    to = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    place = along(routes, trips.route[trip], share) + aside.sum(axis=0) * to + read
    shown = np.rint(place * 100_000).astype(np.int64)
    return shown[:, 0], shown[:, 1]


def _aside(trips: Trips) -> Floats:
    """Return how far each trip's stop and detour lie from the route, degrees, shape (2, n)."""
    away = 0.05 + 0.15 * keyed.uniform(trips.key, "away")
    detour = 0.03 + 0.07 * keyed.uniform(trips.key, "detour by")
    return np.stack([away * trips.is_off_route, detour * trips.has_detour])


def _leaving(trips: Trips, trip: Ints, share: Floats) -> Floats:
    """Return which part of the way aside each signal is, for stop and detour, shape (2, n)."""
    width = np.clip(_aside(trips)[0] * _KM_PER_DEGREE / trips.km, _LEAST_WIDTH, _MOST_WIDTH)
    detour_at = 0.15 + 0.7 * keyed.uniform(trips.key, "detour at")
    from_stop = np.abs(share - trips.rest_at[trip]) / width[trip]
    from_detour = np.abs(share - detour_at[trip]) / _DETOUR_WIDTH
    part: Floats = np.maximum(1 - np.stack([from_stop, from_detour]), 0)
    return part


def _battery(trips: Trips, signals: _Signals, key: Keys) -> Ints:
    """Return the charge, percent."""
    full = np.where(is_weak(trips.seal, trips.left), 34, 100) - keyed.integers(
        trips.key, "charge", 0, 30
    )
    used = signals.share * np.minimum(trips.km / 60, 25)[signals.trip]
    left = full[signals.trip] - used - 2 * keyed.uniform(key, "charge read")
    charge: Ints = np.clip(np.rint(left), 1, 100).astype(np.int64)
    return charge
