"""Through which country, by which means and over which office each habit's goods go.

`transports.csv` has the weights of the transports by class of country and weight of the goods; the
other figures are assumptions too. The totals of countries and of offices are those of the reference
lists, to which the choices are fitted.
"""

import numpy as np

from simulator.actors.fitting import fitted
from simulator.actors.kinds import ROAD
from simulator.actors.provinces import CODES, PARTS, PROVINCES, part_of_department
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.countries import Countries
from simulator.reference.lists import rows_of
from simulator.reference.offices import DEPARTMENTS, ROLES, Offices
from simulator.reference.regimes import EXPORT, IMPORT

TRANSPORTS = (1, 2, 3, 4, 5, 6, 9)
_ROUTES = 9
_ROUTE_OF_TRANSPORT = np.array([0, 0, 1, 2, 3, 6, 7, 0, 0, 8], dtype=np.int64)
# Countries: neighbours by land in the north and in the west, the rest of Asia, far away.
_CHINA, _WEST, _NEAR, _FAR_AWAY = range(4)
LIGHT, USUAL, HEAVY = range(3)
_CLASSES = ("china", "west", "near", "far away")
_GOODS = ("light", "usual", "heavy")
# By cable, by pipe, in the hand; an assumption. What stays in the country: actors/deliveries.py.
_OTHERWISE_SHARE = 0.01
# In the south goods from China come by sea, in the north by land.
_ROAD_FROM_CHINA_BY_PART = np.array([1.3, 0.5, 0.15])
_HOME_AFFINITY, _SAME_COUNTRY_SHARE = 14.0, 0.45
_ROUTE_OF_BORDER = {"CN": 3, "LA": 4, "KH": 5}
# How well an office fits: the trader's own province, part of the country, or elsewhere.
_OWN, _PART, _ELSEWHERE = 30.0, 2.0, 0.04
_INLAND_ELSEWHERE, _INLAND = 0.05, 0.6
_UNFIT = 1e-6


def country_rows(homes: Ints, rows: Floats, weights: Floats) -> Floats:
    """Return shares of countries for traders without and with a home abroad.

    Args:
        homes: Home countries, shape (h,); row 0 of the result is for traders without one.
        rows: Share of trade of each row, shape (h + 1,).
        weights: Share of trade of each country, shape (countries,).

    Returns:
        What `keyed.choose_row` needs, rows of length `countries`.
    """
    affinity = np.ones((len(homes) + 1, len(weights)))
    affinity[np.arange(len(homes)) + 1, homes] = _HOME_AFFINITY
    return keyed.stacked(fitted(affinity, rows, weights))


def country_classes(countries: Countries) -> Ints:
    """Return the class of each country for the choice of transport."""
    in_asia = np.isin(countries.region, (0, 1, 2))
    classes = np.where(in_asia, _NEAR, _FAR_AWAY)
    classes = np.where(countries.by_land, _WEST, classes)
    classes[countries.position("CN")] = _CHINA
    return classes.astype(np.int64)


def _transport_weights() -> Floats:
    """Return weights of TRANSPORTS by class of country and of goods, shape (4, 3, TRANSPORTS)."""
    rows = {
        (row["countries"], row["goods"]): row
        for row in rows_of("transports.csv", "simulator.actors")
    }
    return np.array([
        [[float(rows[of, goods][f"transport_{way}"]) for way in TRANSPORTS] for goods in _GOODS]
        for of in _CLASSES
    ])  # fmt: skip


def _transport_rows(countries: Countries) -> Floats:
    """Return shares of TRANSPORTS by country, weight of goods and part of the nation, stacked."""
    classes = country_classes(countries)
    weights = np.repeat(_transport_weights()[classes][:, :, None, :], 3, axis=2)
    road = TRANSPORTS.index(ROAD)
    weights[classes == _CHINA, :, :, road] *= _ROAD_FROM_CHINA_BY_PART
    position = np.arange(len(countries.codes))
    known = np.stack(
        [countries.has_port(position, np.full(len(position), way)) for way in TRANSPORTS], axis=1
    )
    known[:, -1] = False
    weights *= known[:, None, None, :]
    # Heavy goods of landlocked countries come as they can.
    weights += (weights.sum(axis=3, keepdims=True) == 0) * np.maximum(known, 1e-9)[:, None, None, :]
    return keyed.stacked(weights.reshape(-1, len(TRANSPORTS)))


def draw_transports(
    keys: Keys, country: Ints, heaviness: Ints, part: Ints, countries: Countries
) -> Ints:
    """Return the VNACCS transport code of each habit.

    Args:
        keys: Identities of the habits, shape (m,).
        country: Positions, shape (m,).
        heaviness: LIGHT, USUAL or HEAVY, shape (m,).
        part: Part of the nation, shape (m,).
        countries: All countries.
    """
    row = (country * 3 + heaviness) * 3 + part
    rows = _transport_rows(countries)
    column = keyed.choose_row(keys, "transport", rows, row, len(TRANSPORTS))
    otherwise = keyed.happens(keys, "otherwise", _OTHERWISE_SHARE)
    return np.where(otherwise, TRANSPORTS[-1], np.array(TRANSPORTS)[column])


def _routes(transport: Ints, country: Ints, countries: Countries) -> Ints:
    """Return the sort of office that a transport from a country needs."""
    route = _ROUTE_OF_TRANSPORT[transport]
    of_country = np.full(len(countries.codes), _ROUTE_OF_BORDER["CN"], dtype=np.int64)
    for code in ("LA", "KH"):
        of_country[countries.position(code)] = _ROUTE_OF_BORDER[code]
    return np.where(transport == ROAD, of_country[country], route)


def _office_affinity(offices: Offices) -> Floats:
    """Return how well each office fits, shape (provinces, routes, offices)."""
    departments = [text[:2] for text in offices.department]
    known = [DEPARTMENTS.get(department) for department in departments]
    border = [one.neighbour if one else "" for one in known]
    role = np.array(offices.role)
    inland = (role == ROLES.index("NCK")) & (offices.transport == ROAD)
    team = (role == ROLES.index("DOI")) & (offices.transport == ROAD)
    inland |= team & (np.array(border) == "")
    part = np.array([part_of_department(department) for department in departments])
    by_route = np.full((_ROUTES, len(role)), _UNFIT)
    for position, transport in enumerate(offices.transport):
        route = int(_ROUTE_OF_TRANSPORT[transport])
        if transport == ROAD:
            route = _ROUTE_OF_BORDER.get(border[position], 3)
        by_route[route, position] = 1.0
    by_route[:, inland] = _INLAND
    own = np.array(CODES)[:, None] == np.array(offices.province)[None, :]
    near = PARTS[:, None] == part[None, :]
    elsewhere = np.where(inland, _INLAND_ELSEWHERE * _ELSEWHERE, _ELSEWHERE)
    place = np.where(own, _OWN, np.where(near, np.where(inland, 0.3, _PART), elsewhere))
    affinity: Floats = place[:, None, :] * by_route[None, :, :]
    affinity[:, :, ~offices.handles] = 0.0
    return affinity


def draw_offices(
    keys: Keys, province: Ints, means: tuple[Ints, Ints, Floats], places: tuple[Countries, Offices]
) -> Ints:
    """Return the office of each habit, first imports' then exports' fitted to the offices' totals.

    Args:
        keys: Identities of the habits, shape (n, 2, habits).
        province: Provinces of the traders, shape (n,).
        means: Transport, country and weight of each habit, of the shape of `keys`.
        places: All countries and offices.
    """
    transport, country, weight = means
    countries, offices = places
    affinity = _office_affinity(offices).reshape(len(PROVINCES) * _ROUTES, -1)
    drawn = np.empty(transport.shape, dtype=np.int64)
    for way, totals in ((IMPORT, offices.import_weight), (EXPORT, offices.export_weight)):
        route = _routes(transport[:, way], country[:, way], countries)
        row = (province[:, None] * _ROUTES + route).ravel()
        rows = np.bincount(row, weight[:, way].ravel(), minlength=len(affinity)).astype(np.float64)
        shares = keyed.stacked(fitted(affinity, rows, totals * offices.handles))
        flat = np.ascontiguousarray(keys[:, way]).ravel()
        chosen = keyed.choose_row(flat, "office", shares, row, affinity.shape[1])
        drawn[:, way] = chosen.reshape(transport[:, way].shape)
    return drawn


def draw_countries(
    keys: Keys, home: Ints, rows: tuple[Floats, int], main: Ints | None = None
) -> Ints:
    """Return each habit's country; most often again the trader's main one.

    Args:
        keys: Identities of the habits, shape (m,).
        home: Row of each trader's home in the table, 0 for none, shape (m,).
        rows: What `country_rows` returned, and the number of countries.
        main: The trader's main country, shape (m,); None where it is being drawn.
    """
    stacked, countries = rows
    drawn = keyed.choose_row(keys, "country", stacked, home, countries)
    if main is None:
        return drawn
    return np.where(keyed.happens(keys, "same country", _SAME_COUNTRY_SHARE), main, drawn)
