"""Where customs departments lie: one point each, from public geography, to a tenth of a degree."""

from functools import cache

import numpy as np

from simulator.kernel.arrays import Floats, Ints

# Old department code (first two digits): latitude, longitude.
_POINTS = {
    1: (21.0, 105.8), 2: (10.8, 106.7), 3: (20.9, 106.7), 10: (22.8, 105.0), 11: (22.7, 106.3),
    12: (21.4, 103.0), 13: (22.5, 104.0), 15: (21.9, 106.7), 18: (21.2, 106.1), 20: (21.0, 107.1),
    27: (19.8, 105.8), 28: (20.4, 106.0), 29: (18.7, 105.7), 30: (18.3, 105.9), 31: (17.5, 106.6),
    32: (16.8, 107.1), 33: (16.5, 107.6), 34: (16.1, 108.2), 35: (15.1, 108.8), 37: (13.8, 109.2),
    38: (14.0, 108.0), 40: (12.7, 108.0), 41: (12.2, 109.2), 43: (11.0, 106.7), 45: (11.3, 106.1),
    47: (10.9, 106.8), 48: (10.5, 106.4), 49: (10.5, 105.6), 50: (10.5, 105.1), 51: (10.5, 107.1),
    53: (10.4, 104.5), 54: (10.0, 105.8), 59: (9.2, 105.2), 60: (15.6, 108.5), 61: (11.5, 106.9),
}  # fmt: skip
_ELSEWHERE = (16.0, 107.0)
_DEPARTMENTS = 100
_KM_PER_DEGREE = 111.2
# Roads wind between the points of a path; a typical figure.
_ROAD_FACTOR, _LEAST_KM = 1.25, 12.0


@cache
def _points() -> Floats:
    points = np.tile(np.array(_ELSEWHERE), (_DEPARTMENTS, 1))
    for department, point in _POINTS.items():
        points[department] = point
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
