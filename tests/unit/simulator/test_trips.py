"""Trips under customs control: they wait for control, and their papers say when they may go."""

import json
from dataclasses import replace

import numpy as np
import pytest

from simulator.cargo.consignments import consign
from simulator.cargo.passages import let_in, on_road_scale
from simulator.cargo.ports import boxes_at_ports
from simulator.cargo.shipments import Shipments, Surroundings
from simulator.cargo.trips import Trips, bonded_trips, brought_under_seal
from simulator.cargo.visits import GATE_OUT, Visits, land_visits
from simulator.control.lifecycle import NEVER
from simulator.kernel.arrays import pick
from simulator.reference.calendar import HOUR_SECONDS
from simulator.reference.regimes import IMPORT
from tests.unit.simulator.test_cargo import DAY, declarations, moved

COUNT = 3000


def trips_and_visits(around: Surroundings, shipments: Shipments) -> tuple[Trips, Visits]:
    freight = shipments, consign(around, shipments)
    visits = land_visits(around, *freight, brought_under_seal(around, *freight))
    passed = let_in(around, freight, (boxes_at_ports(*freight), visits))
    return bonded_trips(around, *freight, passed), visits


def _under_seal(**changes) -> Shipments:
    return declarations(COUNT, is_bonded=np.ones(COUNT, dtype=np.bool_), **changes)


def _trips(around: Surroundings, shipments: Shipments) -> Trips:
    return trips_and_visits(around, shipments)[0]


@pytest.fixture(scope="module")
def trips(around):
    shipments = _under_seal()
    return shipments, _trips(around, shipments)


def test_no_lorry_leaves_before_its_goods_may_and_control_has_ended(trips) -> None:
    shipments, drawn = trips
    going = pick(drawn, drawn.leaves)
    own = pick(shipments, going.declaration)
    checked = (own.opened >= 0) | own.is_scanned
    assert 100 < checked.sum() < len(going) / 2
    ends = np.maximum(own.held_until, own.scanned_until)
    assert (going.left > np.maximum(own.cleared, ends)).all()


def test_a_plan_that_control_overtakes_is_made_anew_and_lasts_as_long_as_the_route(
    around, trips
) -> None:
    _, drawn = trips
    hours = around.routes.hours[drawn.route]
    assert (drawn.planned_end - drawn.planned_start == hours * HOUR_SECONDS).all()
    waits = drawn.planned_start > drawn.first_start
    assert (drawn.planned_start >= drawn.first_start).all()
    assert 0.1 < waits.mean() < 0.9
    slips = moved(around, _under_seal())[1].rows("vanchuyen")
    of_route = dict(zip(drawn.route.tolist(), hours.tolist(), strict=True))
    for row in slips:
        if row["TUYEN"]:
            planned = (row["KH_DEN"] - row["KH_DI"]).total_seconds() / HOUR_SECONDS
            assert planned == of_route[int(row["TUYEN"][1:]) - 1]


def test_what_is_cancelled_is_asked_for_and_never_goes(around) -> None:
    shipments = _under_seal()
    outbox = moved(around, shipments)[1]
    ended = {f"{number}0" for number in shipments.number[shipments.cleared < 0].tolist()}
    rows = [row for row in outbox.rows("vanchuyen") if row["SO_TK"] in ended]
    assert {row["SO_TK"] for row in rows} == ended
    assert len(rows) == len(ended)
    assert all(row["TT_DI"] is None and row["TT_DEN"] is None for row in rows)
    assert not [row for row in outbox.rows("seal_stream") if row["decl"] in ended]
    gone = [row for row in outbox.rows("port_message") if row["kind"] == "GATE_OUT"]
    assert gone
    assert not ended & {row["decl"] for row in gone}


def test_what_is_refused_has_no_slip(block) -> None:
    refused = block.decisions.is_refused
    assert refused.any()
    assert not (block.shipments.is_bonded & refused).any()


def test_control_holds_the_goods_of_a_block_from_the_start_until_the_last_look(block) -> None:
    shipments = block.shipments
    held = shipments.held_from >= 0
    assert (held == ((shipments.opened >= 0) | shipments.is_scanned)).all()
    assert (shipments.held_from <= shipments.registered)[held].all()
    assert (shipments.held_until >= np.maximum(shipments.opened, shipments.scanned_until))[
        held
    ].all()
    cleared = held & (shipments.cleared != NEVER)
    assert (shipments.held_until < shipments.cleared)[cleared].all()


def test_control_that_comes_later_holds_only_what_has_not_left(around) -> None:
    shipments = _under_seal(held_from=np.full(COUNT, -1))
    before = _trips(around, shipments)
    now = int(np.median(before.left))
    since = np.full(COUNT, now)
    until = np.where(np.arange(COUNT) % 2 == 0, now + 90_000, -1)
    held = replace(shipments, held_from=since, held_until=until)
    after = _trips(around, held)
    gone = before.leaves & (before.left < now)
    kept = after.leaves & before.leaves
    assert gone.sum() > COUNT / 4
    assert (after.left == before.left)[gone].all()
    assert after.leaves[gone].all()
    still = before.leaves & (before.left >= now + HOUR_SECONDS)
    assert not after.leaves[still & (until < 0)].any()
    assert (after.left > until)[still & kept].all()


def test_a_lorry_leaves_with_boxes_that_a_port_let_go(around) -> None:
    outbox = moved(around, _under_seal())[1]
    left = {row["SO_TK"]: row["TT_DI"] for row in outbox.rows("vanchuyen") if row["TT_DI"]}
    out = [row for row in outbox.rows("port_message") if row["kind"] == "GATE_OUT"]
    assert len(out) > COUNT / 4
    assert all(row["ts"][:19].replace("T", " ") < str(left[row["decl"]]) for row in out)


def test_a_seal_is_on_one_trip_at_a_time(around) -> None:
    slow = _under_seal(held_from=np.zeros(COUNT, dtype=np.int64))
    until = slow.registered + 20 * DAY * (np.arange(COUNT) % 3 == 0)
    drawn = _trips(around, replace(slow, held_until=until))
    drawn = pick(drawn, drawn.leaves)
    order = np.lexsort((drawn.left, drawn.seal))
    seal, left, came = drawn.seal[order], drawn.left[order], drawn.came[order]
    again = seal[1:] == seal[:-1]
    assert (left[1:] > came[:-1])[again].all()
    assert (drawn.seal >= 1_000_000).mean() > 0.2


def test_a_seal_is_told_when_it_is_fitted(around) -> None:
    rows = moved(around, _under_seal())[1].rows("vanchuyen")
    assert all((row["SEALS"] is None) == (row["TT_DI"] is None) for row in rows)


def _passages(around: Surroundings, shipments: Shipments) -> list[tuple[str, str, str, str, str]]:
    """Return what ports and Lạng Sơn's gates told: declaration, kind, second, seal and table."""
    outbox = moved(around, shipments)[1]
    told = [
        (row["decl"], row["kind"], row["ts"][:19].replace("T", " "), row["seal"], "port")
        for row in outbox.rows("port_message")
        if row["decl"]
    ]
    for row in outbox.rows("lang_son_gate"):
        second = str(np.datetime64(row["ts"] // 1000 + 7 * HOUR_SECONDS, "s")).replace("T", " ")
        told += [
            (number, row["type"], second, row["seals"], "gate")
            for number in json.loads(row["declarations"])
        ]
    return sorted(told, key=str)


def test_no_seal_differs_before_a_trip_on_which_it_is_opened(around) -> None:
    honest, guilty = (_under_seal(taken_off=np.full(COUNT, taken)) for taken in (0.0, 0.5))
    imported = {f"{number}0" for number in honest.number[honest.direction == IMPORT].tolist()}
    left = {row["SO_TK"]: row["TT_DI"] for row in moved(around, honest)[1].rows("vanchuyen")}
    before = [
        [row for row in _passages(around, shipments) if row[0] in imported and left[row[0]]]
        for shipments in (honest, guilty)
    ]
    assert before[0] == before[1]
    assert {row[4] for row in before[0]} == {"port", "gate"}
    assert all(second < str(left[number]) for number, _, second, _, _ in before[0])


IN_ADVANCE = ("PRE_DECLARED", "CLEARED", "CANCELLED")


def test_an_export_under_seal_comes_to_port_and_gate_after_its_trip(around) -> None:
    shipments = _under_seal()
    exported = {f"{number}0" for number in shipments.number[shipments.direction != IMPORT].tolist()}
    trips = _trips(around, shipments)
    going = pick(trips, trips.leaves)
    came = np.datetime_as_string(going.came.astype("datetime64[s]"))
    numbers = (shipments.number[going.declaration] * 10).astype(str)
    came_of = {number: text.replace("T", " ") for number, text in zip(numbers, came, strict=True)}
    told = [row for row in _passages(around, shipments) if row[0] in exported]
    there = [row for row in told if row[1] not in IN_ADVANCE]
    assert {row[4] for row in there} == {"port", "gate"}
    assert len(there) > COUNT / 4
    assert all(second > came_of[number] for number, _, second, _, _ in there)
    assert {row[1] for row in told if row[0] not in came_of} == {"PRE_DECLARED", "CANCELLED"}


def test_a_scale_weighs_an_export_under_seal_after_its_trip(around) -> None:
    shipments = _under_seal(direction=np.ones(COUNT, dtype=np.int64))
    trips = _trips(around, shipments)
    going = pick(trips, trips.leaves)
    outbox = moved(around, shipments)[1]
    brought = brought_under_seal(around, shipments, consign(around, shipments))
    assert (brought[going.declaration] == going.came).all()
    assert (brought >= 0).sum() == len(going)
    scale = on_road_scale(around, shipments, consign(around, shipments), brought)
    assert (scale[scale >= 0] > brought[scale >= 0]).all()
    assert (scale >= 0).sum() > 20
    assert outbox.rows("weighbridge")


def test_an_import_sets_out_when_its_gate_has_let_all_of_it_go(around) -> None:
    trips, visits = trips_and_visits(around, _under_seal(direction=np.zeros(COUNT, np.int64)))
    left = np.full(COUNT, np.iinfo(np.int64).max)
    left[trips.declaration[trips.leaves]] = trips.left[trips.leaves]
    last = np.repeat(visits.times.max(axis=1), visits.declarations)
    goes = np.repeat(visits.times[:, GATE_OUT] >= 0, visits.declarations)
    assert goes.sum() > 100
    assert (last < left[visits.declaration])[goes].all()
