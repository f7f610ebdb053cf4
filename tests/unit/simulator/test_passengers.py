"""Passenger lists and who crosses at the airports and seaports agree."""

import json
from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pytest

from simulator.cargo.consignments import consign
from simulator.cargo.crossings import crossings_of
from simulator.cargo.passengers import put_passengers
from simulator.cargo.persons import put_persons
from simulator.cargo.travellers import draw_travellers
from simulator.cargo.visits import land_visits
from simulator.kernel.arrays import pick
from simulator.reference.offices import load_offices
from tests.unit.simulator.recording import RecordingOutbox
from tests.unit.simulator.test_cargo import FIRST_DAY, declarations


@pytest.fixture(scope="module")
def outbox(around):
    days = np.arange(FIRST_DAY, FIRST_DAY + 7)
    travellers = draw_travellers(around, crossings_of(around, load_offices(), 0.02, days))
    nothing = pick(declarations(5), np.array([], dtype=np.int64))
    visits = land_visits(around, nothing, consign(around, nothing), nothing.cleared)
    recorded = RecordingOutbox()
    put_passengers(recorded, around, travellers)
    put_persons(recorded, around, nothing, visits, travellers)
    return recorded


@pytest.fixture(scope="module")
def lists(outbox):
    """Return each flight's lists by revision."""
    found = defaultdict(dict)
    for row in outbox.rows("passenger_list"):
        found[row["id"]][row["revision"]] = row | {"persons": json.loads(row["persons"])}
    return found


def test_every_flight_has_two_lists_sent_before_it_lands(lists) -> None:
    assert len(lists) > 10
    for revisions in lists.values():
        assert set(revisions) == {1, 2}
        landed = datetime.fromisoformat(revisions[1]["arrival"]).timestamp() + 7 * 3600
        assert revisions[1]["_moment"] < revisions[2]["_moment"] < landed


def test_who_is_on_the_last_list_crosses_soon_after_landing(outbox, lists) -> None:
    crossed = {row["doc_no"]: row for row in outbox.rows("persons") if row["direction"] == "IN"}
    people, mistyped = 0, 0
    for revisions in lists.values():
        landed = datetime.fromisoformat(revisions[2]["arrival"])
        for one in revisions[2]["persons"]:
            if one["transit"]:
                assert one["doc_no"] not in crossed
                continue
            seen = crossed[one["doc_no"]]
            after = datetime.fromisoformat(seen["ts"]) - landed
            assert timedelta(0) < after < timedelta(hours=2)
            assert (seen["nationality"], seen["sex"]) == (one["nationality"], one["sex"])
            people += 1
            mistyped += seen["birth_year"] != one["birth_year"]
    assert people > 300
    assert 0 < mistyped < 0.03 * people


def test_lists_change_between_booking_and_departure(lists) -> None:
    before, after = (
        {(name, one["doc_no"]) for name, told in lists.items() for one in told[turn]["persons"]}
        for turn in (1, 2)
    )
    assert 0 < len(before - after) < 0.06 * len(before)
    assert 0 < len(after - before) < 0.05 * len(after)


def test_a_ship_calls_at_some_seaports_on_some_days(lists) -> None:
    last = [told[2] for told in lists.values()]
    ports = {mode: {one["port"] for one in last if one["mode"] == mode} for mode in ("AIR", "SEA")}
    calls = [one for one in last if one["mode"] == "SEA"]
    assert 0 < len(ports["SEA"]) <= len(calls) < 5 * 7
    assert ports["AIR"] & ports["SEA"] <= {"VNDAD"}
    assert {one["voyage"][:2] for one in calls} <= {"RC", "CC", "HA", "GC", "CO"}
