"""Approved routes: trips follow them, diverted ones leave them, the list says what holds."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from simulator.cargo.consignments import consign
from simulator.cargo.lorries import vehicles_of
from simulator.cargo.ports import fetching_truck
from simulator.cargo.route_table import TERM_DAYS, route_codes, route_rows
from simulator.cargo.routes import NODES
from simulator.cargo.shipments import Surroundings
from simulator.cargo.trips import bonded_trips
from simulator.reference.calendar import to_day
from simulator.reference.offices import REORGANISED, load_offices
from tests.unit.simulator.test_cargo import declarations, moved

DAYS = (to_day(date(2025, 2, 20)), to_day(date(2025, 3, 31)))
KM = 111.2


def _off_path(around: Surroundings, rows: dict[str, list[dict]]) -> dict[str, float]:
    """Return how far from its route each trip was at most, as a multiple of the corridor."""
    found: dict[str, float] = {}
    routes = around.routes
    codes = route_codes(np.arange(len(routes))).to_pylist()
    by_code = {code: place for place, code in enumerate(codes)}
    told = {}
    for row in rows["vanchuyen"]:
        told[row["SO_VC"]] = by_code.get(row["TUYEN"])
    for row in rows["seal_stream"]:
        route = told[row["vc"]]
        if route is None:
            continue
        point = np.array([float(row["lat"]), float(row["lon"])])
        scale = np.array([KM, KM * np.cos(np.radians(point[0]))])
        start, end = (routes.path[route, part] * scale for part in (slice(-1), slice(1, None)))
        way, here = end - start, point * scale
        part = ((here - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-9)
        nearest = start + np.clip(part, 0, 1)[:, None] * way
        km = np.hypot(*(nearest - here).T).min()
        width = routes.width_km_e1[route] / 10
        found[row["vc"]] = max(found.get(row["vc"], 0.0), km / width)
    return found


@pytest.fixture(scope="module")
def trips(around):
    """How far off their routes honest and diverted trips are, and their slips."""
    honest = declarations(1500, is_bonded=np.ones(1500, dtype=np.bool_))
    diverted = replace(honest, taken_off=0.5 * honest.is_bonded)
    result = []
    for shipments in (honest, diverted):
        outbox = moved(around, shipments)[1]
        rows = {name: outbox.rows(name) for name in ("vanchuyen", "seal_stream")}
        result.append((np.array(list(_off_path(around, rows).values())), rows["vanchuyen"]))
    return result


def test_honest_trips_stay_in_the_corridor_but_for_some_with_a_reason(trips) -> None:
    outside = (trips[0][0] > 1).mean()
    assert 0.02 < outside < 0.12


def test_diverted_trips_leave_it_unless_nobody_heard_of_it(trips) -> None:
    assert 0.85 < (trips[1][0] > 1).mean() < 1


def test_lorries_of_careless_carriers_go_astray_more_often(around) -> None:
    shipments = declarations(20_000, is_bonded=np.ones(20_000, dtype=np.bool_))
    consignments = consign(around, shipments)
    nothing = np.full(20_000, -1)
    trips = bonded_trips(around, shipments, consignments, (nothing, nothing >= 0))
    careless = around.careless[vehicles_of(around.home, fetching_truck(trips.key))]
    low, high = np.quantile(careless, (0.25, 0.75))
    astray = trips.is_off_route | ~trips.has_come
    assert astray[careless >= high].mean() > 1.3 * astray[careless <= low].mean()


def test_most_slips_name_a_route_between_their_offices(around, trips) -> None:
    routes = around.routes
    codes = route_codes(np.arange(len(routes))).to_pylist()
    slips = [row for row in trips[0][1] if row["TUYEN"]]
    assert 0.9 < len(slips) / len(trips[0][1]) < 0.99
    for row in slips:
        route = np.array([codes.index(row["TUYEN"])])
        ends = [
            around.office_codes(end[route], np.array([to_day(row["KH_DI"].date())]))[0].as_py()
            for end in (routes.origin, routes.destination)
        ]
        assert [row["MA_HQ_DI"], row["MA_HQ_DEN"]] == ends
        assert (row["KH_DEN"] - row["KH_DI"]).total_seconds() == routes.hours[route[0]] * 3600


def test_the_list_says_every_route_and_its_new_ends(around) -> None:
    routes = around.routes
    rows = route_rows(routes, around.office_codes, DAYS, REORGANISED).to_pylist()
    new = [row for row in rows if row["_moment"] // 86_400 == DAYS[0]]
    assert len({row["MA_TUYEN"] for row in new}) == len(new) == routes.is_open.sum()
    assert all(row["OP"] == "I" for row in new)
    assert all((row["DEN_NGAY"] - row["TU_NGAY"]).days == TERM_DAYS - 1 for row in rows)
    assert all(len(row["DUONG"].split(";")) == NODES for row in rows)
    assert all(
        set(row["DIEM_DUNG"].split(";")) < set(row["DUONG"].split(";"))
        for row in rows
        if row["DIEM_DUNG"]
    )
    known = set(load_offices().old_codes), set(load_offices().new_codes)
    for row in rows:
        is_late = row["_moment"] // 86_400 >= REORGANISED
        assert {row["MA_HQ_DI"], row["MA_HQ_DEN"]} <= known[is_late]
    assert 0 < sum(row["DEN_NGAY"] < date(2025, 2, 20) for row in new) < 0.02 * len(new)
