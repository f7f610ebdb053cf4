"""Approved routes of transport under customs control: their path, corridor, stops and time.

From each office routes go out to a few others, most of them near, and come back the same way. The
published rules (Decree 08/2015, article 43; Circular 38/2015, article 50) have routes approved but
list none: which offices they join, their bends, widths and stops are assumptions.
"""

from dataclasses import dataclass

import numpy as np

from simulator.cargo.geography import place, road_km
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.offices import Offices

NEAR, FAR = 4, 1
PARTNERS = NEAR + FAR
NODES = 9
# Steps of latitude and longitude in a degree, as the file says them.
STEPS = 10_000
_NEAR_OFFICES = 60
_OFFICE_SCATTER, _BEND, _MOST_BEND_KM = 0.16, 0.06, 300.0
_WIDTH_KM_E1 = (10, 31)
_KM_PER_HOUR, _SPARE_HOURS = 33.6, 12
_STOP_FROM_KM, _SECOND_STOP_FROM_KM = 60.0, 200.0


@dataclass(frozen=True, slots=True)
class Routes:
    """Approved routes, one position each.

    Attributes:
        key: Identity.
        origin, destination: Office positions.
        is_open: Both ends register declarations; others are never used.
        path: Latitude and longitude of the nodes, degrees, shape (n, NODES, 2); the way from one
            node to the next is a straight line and takes the same part of the driving time.
        km: Length of the road.
        width_km_e1: How far from the path a vehicle may be, tenths of a km.
        hours: Longest time from departure to arrival.
        stops: Nodes at which a stop is allowed, in the order of the way; -1 for none, which only
            follow others; shape (n, 2).
        outward, inward: The routes from each office and to it, shape (offices, PARTNERS).
    """

    key: Keys
    origin: Ints
    destination: Ints
    is_open: Bools
    path: Floats
    km: Floats
    width_km_e1: Ints
    hours: Ints
    stops: Ints
    outward: Ints
    inward: Ints

    def __len__(self) -> int:
        """Return the number of routes."""
        return len(self.key)


def draw_routes(seed: int, offices: Offices, department: Ints) -> Routes:
    """Return the approved routes of a world.

    Args:
        seed: Seed of the world.
        offices: Where they begin and end.
        department: First two digits of each office's old code, as a number.
    """
    count = len(offices.names)
    office_key = keyed.identities(keyed.root(seed, "offices on the road"), count)
    here = np.rint((place(department) + _scatter(office_key)) * STEPS) / STEPS
    partner = _partners(offices, office_key, here)
    start, end = np.repeat(np.arange(count), PARTNERS), partner.ravel()
    key = keyed.identities(keyed.root(seed, "routes"), len(start))
    out = _paths(key, here[start], here[end])
    path = np.concatenate([out, out[:, ::-1]])
    km = road_km(path)
    twice = np.tile(key, 2)
    place_of = np.arange(len(start)).reshape(count, PARTNERS)
    open_ends = offices.handles[start] & offices.handles[end]
    return Routes(
        key=np.concatenate([key, keyed.derive(key, "way back")]),
        origin=np.concatenate([start, end]),
        destination=np.concatenate([end, start]),
        is_open=np.tile(open_ends, 2),
        path=path,
        km=km,
        width_km_e1=keyed.integers(twice, "width", *_WIDTH_KM_E1),
        hours=np.ceil(km / _KM_PER_HOUR).astype(np.int64) + _SPARE_HOURS,
        stops=np.concatenate([_stops(key, km[: len(start)]), _way_back(key, km[: len(start)])]),
        outward=place_of,
        inward=place_of + len(start),
    )


def _scatter(key: Keys) -> Floats:
    drawn = [keyed.uniform(key, name) - 0.5 for name in ("north", "east")]
    return np.stack(drawn, axis=1) * _OFFICE_SCATTER


def _partners(offices: Offices, key: Keys, here: Floats) -> Ints:
    """Return the other ends of each office's routes, shape (offices, PARTNERS): near ones first."""
    new = np.unique(np.array(offices.new_codes), return_inverse=True)[1]
    north = (here[:, None, 0] - here[None, :, 0]) ** 2
    away = north + (here[:, None, 1] - here[None, :, 1]) ** 2
    # Offices that became one have no route between them.
    away[~np.broadcast_to(offices.handles, away.shape) | (new[:, None] == new)] = np.inf
    by_distance = np.argsort(away, axis=1, kind="stable")
    drawn = [keyed.uniform(key, f"partner {turn}") for turn in range(_NEAR_OFFICES)]
    near = np.argsort(np.stack(drawn, axis=1), axis=1)[:, :NEAR]
    reachable = np.isfinite(away).sum(axis=1)
    beyond = _NEAR_OFFICES + np.floor(
        keyed.uniform(key, "far partner") * (reachable - _NEAR_OFFICES)
    ).astype(np.int64)
    return np.take_along_axis(by_distance, np.hstack([np.sort(near), beyond[:, None]]), axis=1)


def _paths(key: Keys, start: Floats, end: Floats) -> Floats:
    """Return the nodes of each path, which bends once to a side and once to both."""
    way = end - start
    share = np.linspace(0, 1, NODES)
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)
    across = np.stack([-way[:, 1], way[:, 0]], axis=1) / length[:, None]
    reach = _BEND * np.minimum(length, _MOST_BEND_KM / 111)
    once = reach * keyed.normal(key, "bend")
    twice = reach / 2 * keyed.normal(key, "second bend")
    aside = once[:, None] * np.sin(np.pi * share) + twice[:, None] * np.sin(2 * np.pi * share)
    line = start[:, None, :] + way[:, None, :] * share[None, :, None]
    return np.rint((line + aside[:, :, None] * across[:, None, :]) * STEPS) / STEPS


def _stops(key: Keys, km: Floats) -> Ints:
    first = keyed.integers(key, "first stop", 2, NODES // 2 + 1)
    second = keyed.integers(key, "second stop", NODES // 2 + 1, NODES - 1)
    return np.stack(
        [
            np.where(km >= _STOP_FROM_KM, first, -1),
            np.where(km >= _SECOND_STOP_FROM_KM, second, -1),
        ],
        axis=1,
    )


def _way_back(key: Keys, km: Floats) -> Ints:
    """Return the same stops as nodes of the way back."""
    own = _stops(key, km)
    back = np.where(own >= 0, NODES - 1 - own, -1)
    return np.where(own[:, 1:] >= 0, back[:, ::-1], back)


def along(routes: Routes, route: Ints, share: Floats) -> Floats:
    """Return latitude and longitude on routes after a share of the driving time, shape (n, 2)."""
    at = np.clip(share, 0, 1) * (NODES - 1)
    node = np.minimum(at.astype(np.int64), NODES - 2)
    rest = (at - node)[:, None]
    place_on: Floats = routes.path[route, node] * (1 - rest) + routes.path[route, node + 1] * rest
    return place_on
