"""Makes the places, fleets and traffic this room works with from the reference tables.

Traffic (bills a call, lorries with several declarations) is a typical figure of our own.
"""

import numpy as np
import pyarrow as pa

from simulator.actors.carriers import NEIGHBOURS, Carriers
from simulator.actors.kinds import AIR, RAIL, ROAD
from simulator.cargo.calls import BY_AIR, BY_RAIL, MODES, SEA
from simulator.cargo.routes import draw_routes
from simulator.cargo.shipments import Surroundings
from simulator.kernel.arrays import Floats, Ints
from simulator.reference import offices as office_tables
from simulator.reference.countries import Countries
from simulator.reference.goods import FOOD, Goods
from simulator.reference.offices import DEPARTMENTS, Offices

_BILLS_A_CALL = np.array([90.0, 60.0, 40.0, 1.0])
_MOST_CALLS = 4000
_HUB = "SG"
# Gates of the two provinces that report to the national single window too (an assumption).
_ON_SINGLE_WINDOW = ("13BB", "15BC", "15BE")
_SMALL_ROAD_SHARE, _DECLARATIONS_A_TRUCK = 0.25, 3.0


def settle(
    seed: int,
    daily_bills: float,
    tables: tuple[Goods, Countries, Offices],
    carriers: Carriers,
) -> Surroundings:
    """Return the surroundings of a world.

    Args:
        seed: Seed of the world.
        daily_bills: Mean number of declarations a day in both directions.
        tables: Goods, countries, offices.
        carriers: Whose lorries come, and those of the neighbours.
    """
    goods, countries, offices = tables
    port_codes, port = np.unique(np.array(offices.port_code), return_inverse=True)
    department = np.array([int(code[:2]) for code in offices.old_codes])
    traffic = _traffic(offices) * daily_bills
    neighbour = np.array([_neighbour_of(code[:2]) for code in offices.old_codes])
    at_border = (offices.transport == ROAD) | (offices.platform > 0)
    small = traffic * (offices.transport == ROAD) * _SMALL_ROAD_SHARE / _DECLARATIONS_A_TRUCK
    return Surroundings(
        seed=seed,
        office_codes=lambda office, day: office_tables.codes(offices, office, day),
        office_names=pa.array(offices.names, pa.string()),
        platform=offices.platform,
        on_single_window=np.isin(offices.old_codes, _ON_SINGLE_WINDOW),
        department=department,
        port=port.astype(np.int64),
        port_codes=pa.array(port_codes.tolist(), pa.string()),
        calls=_calls_a_day(offices, port.astype(np.int64), traffic),
        shared_trucks=np.clip(np.rint(small), 1, _MOST_CALLS).astype(np.int64),
        foreign_ports=pa.array(countries.port_codes, pa.string()),
        foreign_places=countries.ports,
        across=_across(countries, neighbour),
        is_cold=goods.kind == FOOD,
        home=carriers.home,
        careless=carriers.failing[carriers.home.carrier],
        partners=carriers.neighbours,
        neighbour=np.where(at_border, neighbour, -1),
        routes=draw_routes(seed, offices, department),
    )


def _neighbour_of(department: str) -> int:
    """Return the position in NEIGHBOURS of who lives across a department's border, -1 for none."""
    known = DEPARTMENTS.get(department)
    return NEIGHBOURS.index(known.neighbour) if known and known.neighbour else -1


def _across(countries: Countries, neighbour: Ints) -> Ints:
    """Return where goods pass on their way from partners without a place of their own."""
    near = np.array([countries.position(code) for code in NEIGHBOURS])[np.maximum(neighbour, 0)]
    by_land: Ints = countries.ports[near, :, 0]
    hub = countries.ports[countries.position(_HUB), :, 0]
    railway = countries.ports[countries.position(NEIGHBOURS[0]), :, 0]
    farther = np.where(hub >= 0, hub, railway)
    return np.where(by_land >= 0, by_land, farther[None, :])


def _traffic(offices: Offices) -> Floats:
    """Return the share of all declarations of each office."""
    weights = (offices.import_weight, offices.export_weight)
    shares: Floats = sum((weight / weight.sum() for weight in weights), np.zeros(1)) / 2
    return shares


def _calls_a_day(offices: Offices, port: Ints, traffic: Floats) -> Ints:
    """Return calls a day by port and mode, at least one; half of the bills arrive."""
    mode = np.full(len(port), SEA)
    mode[offices.transport == AIR] = BY_AIR
    mode[offices.transport == RAIL] = BY_RAIL
    bills = np.zeros((int(port.max()) + 1, len(MODES)))
    np.add.at(bills, (port, mode), traffic)
    calls = np.rint(bills / 2 / _BILLS_A_CALL)
    bounded: Ints = np.clip(calls, 1, _MOST_CALLS).astype(np.int64)
    return bounded
