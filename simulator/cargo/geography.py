"""Where customs departments lie: one point each, and the roads between them."""

from functools import cache

import numpy as np

from simulator.kernel.arrays import Floats, Ints
from simulator.reference.offices import DEPARTMENTS

# Where a department is not listed: the middle of the country.
_ELSEWHERE = (16.0, 107.0)
_CODES = 100
_KM_PER_DEGREE = 111.2
# Roads wind between the points of a path; a typical figure.
_ROAD_FACTOR, _LEAST_KM = 1.25, 12.0


@cache
def _points() -> Floats:
    points = np.tile(np.array(_ELSEWHERE), (_CODES, 1))
    for one in DEPARTMENTS.values():
        points[int(one.code)] = one.latitude, one.longitude
    return points


def place(department: Ints) -> Floats:
    """Return latitude and longitude of departments, shape (n, 2), degrees."""
    return _points()[department]


def road_km(path: Floats) -> Floats:
    """Return the length of roads along paths of shape (n, nodes, 2), km, at least 12."""
    step = np.diff(path, axis=1)
    north = step[:, :, 0] * _KM_PER_DEGREE
    east = step[:, :, 1] * _KM_PER_DEGREE * np.cos(np.radians(path[:, :-1, 0]))
    length = np.hypot(north, east).sum(axis=1) * _ROAD_FACTOR
    km: Floats = np.maximum(length, _LEAST_KM)
    return km
