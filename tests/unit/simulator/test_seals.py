"""Electronic seals: what their alarms are worth in a nation of a few trips a day."""

from dataclasses import replace

import numpy as np

from simulator.cargo.consignments import consign
from simulator.cargo.ports import declaration_numbers
from simulator.cargo.seals import opened_aside
from simulator.cargo.shipments import Surroundings
from simulator.cargo.trips import bonded_trips
from simulator.kernel import keyed
from simulator.kernel.arrays import pick
from tests.unit.simulator.test_cargo import DAY, FIRST_DAY, declarations, moved

# What a nation of scale 0.002 moves under seal in a year, and how much of it is diverted.
TRIPS, DIVERTED_SHARE = 400, 0.006
KM = 111.2


def _false_share(around: Surroundings, year: int) -> float:
    key = keyed.identities(keyed.root(year, "year under seal"), TRIPS)
    day = FIRST_DAY + 365 * year + keyed.integers(key, "day of year", 0, 365)
    registered = day * DAY + 9 * 3600
    diverted = keyed.happens(key, "diverted trip", DIVERTED_SHARE)
    shipments = declarations(
        TRIPS, key=key, registered=registered, cleared=registered + 600,
        opened=np.full(TRIPS, -1), is_bonded=np.ones(TRIPS, dtype=np.bool_),
        taken_off=0.5 * diverted, bill_key=keyed.derive(key, "bill"),
    )  # fmt: skip
    shipments = replace(shipments, bill_registered=registered)
    rows = moved(around, shipments)[1].rows("seal_stream")
    alarms = [row["decl"] for row in rows if row["ev"] == "TAMPER"]
    guilty = set(declaration_numbers(shipments.number[diverted]).to_pylist())
    return sum(number not in guilty for number in alarms) / len(alarms)


def test_most_tamper_events_of_a_small_nation_are_false_in_every_year(around) -> None:
    shares = [_false_share(around, year) for year in range(8)]
    assert min(shares) > 0.75
    assert 0.85 < np.median(shares) < 0.97


def _under_seal(
    around: Surroundings, count: int, taken: float
) -> tuple[dict[str, dict], dict[str, list]]:
    """Return the last row of each slip that left, and what its seal told, in its order."""
    shipments = declarations(count, is_bonded=np.ones(count, dtype=np.bool_))
    shipments = replace(shipments, taken_off=np.full(count, taken), trader=np.arange(count))
    outbox = moved(around, shipments)[1]
    slips = {row["SO_VC"]: row for row in outbox.rows("vanchuyen") if row["TT_DI"]}
    told: dict[str, list] = {number: [] for number in slips}
    for row in sorted(outbox.rows("seal_stream"), key=lambda row: row["n"]):
        told[row["vc"]].append(row)
    return slips, told


def _km_to_destination(around: Surroundings, slip: dict, row: dict) -> float:
    end = around.routes.path[int(slip["TUYEN"][1:]) - 1, -1]
    north, east = float(row["lat"]) - end[0], float(row["lon"]) - end[1]
    return float(np.hypot(north, east * np.cos(np.radians(end[0]))) * KM)


def test_what_is_unloaded_whole_tells_nothing_after_the_place_where_it_is(around) -> None:
    slips, told = _under_seal(around, 1500, 1.0)
    assert not any(row["ev"] == "DETACH" for rows in told.values() for row in rows)
    assert not any(slip["TT_DEN"] for slip in slips.values())
    last = [
        _km_to_destination(around, slips[number], rows[-1])
        for number, rows in told.items()
        if slips[number]["TUYEN"]
    ]
    assert np.quantile(last, 0.03) > 3
    alarmed = [any(row["ev"] in ("OPEN", "TAMPER") for row in rows) for rows in told.values()]
    assert 0.6 < np.mean(alarmed) < 0.95


def test_neither_a_silent_seal_nor_an_arrival_nobody_confirmed_tells_of_diversion(around) -> None:
    slips, told = _under_seal(around, 12_000, 0.0)
    detached = {n: any(row["ev"] == "DETACH" for row in rows) for n, rows in told.items()}
    came = {number: slip["TT_DEN"] is not None for number, slip in slips.items()}
    pairs = [(came[number], detached[number]) for number in slips]
    share = {pair: pairs.count(pair) / len(pairs) for pair in set(pairs)}
    assert 0.01 < share[True, False] < 0.03
    assert 0.004 < share[False, True] < 0.05
    assert share[False, False] > 0.001


def test_a_seal_that_tells_of_its_detaching_does_so_at_the_destination(around) -> None:
    slips, told = _under_seal(around, 600, 0.0)
    for number, rows in told.items():
        if rows[-1]["ev"] == "DETACH" and slips[number]["TUYEN"]:
            assert _km_to_destination(around, slips[number], rows[-1]) < 3


def test_some_honest_firms_open_off_the_road_as_often_as_thieves(around) -> None:
    firms = np.arange(4000)
    honest, thieves = (opened_aside(around, firms, firms < end) for end in (0, 4000))
    often = honest > 0.4
    assert 0.3 < often.mean() < 0.5
    assert np.median(honest[~often]) < 0.15
    assert abs(honest[often].mean() - thieves.mean()) < 0.05
    assert thieves.min() < 0.55
    assert thieves.max() > 0.9


def test_honest_seals_fall_silent_where_the_lorry_stands_off_the_road_and_half_never_arrive(
    around,
) -> None:
    count = 12_000
    shipments = declarations(
        count, is_bonded=np.ones(count, dtype=np.bool_), taken_off=np.zeros(count)
    )
    nothing = np.full(count, -1)
    trips = bonded_trips(around, shipments, consign(around, shipments), (nothing, nothing >= 0))
    trips = pick(trips, trips.leaves)
    stays = trips.is_off_route & (trips.silent_from == trips.rest_at)
    assert 0.04 < stays.sum() / trips.is_off_route.sum() < 0.12
    assert 0.3 < 1 - trips.has_come[stays].mean() < 0.6
    on_road = ~trips.is_off_route & (trips.rest > 3600) & (trips.silent_from < 1)
    assert 0.2 < (trips.silent_from == trips.rest_at)[on_road].mean() < 0.6
