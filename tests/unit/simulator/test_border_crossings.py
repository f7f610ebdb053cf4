"""What crosses beside declared goods: residents with their quota, vehicles with their terms."""

from collections import defaultdict
from datetime import timedelta

import numpy as np
import pytest

from simulator.cargo import residents
from simulator.cargo.admitted import put_admitted
from simulator.cargo.consignments import consign
from simulator.cargo.crossings import crossings_of
from simulator.cargo.residents import (
    QUOTA_VND,
    honest_slips,
    neighbours,
    numbers_at,
    put_residents,
    taxes,
    vans_of,
)
from simulator.cargo.visits import land_visits
from simulator.kernel.arrays import pick
from simulator.reference.offices import load_offices
from tests.unit.simulator.recording import RecordingOutbox
from tests.unit.simulator.test_cargo import FIRST_DAY, NOT_BROUGHT, declarations

DAYS = np.arange(FIRST_DAY, FIRST_DAY + 20)


def _slips(around, days=DAYS):
    return honest_slips(around, crossings_of(around, load_offices(), 0.05, days))


@pytest.fixture(scope="module")
def slips(around):
    recorded = RecordingOutbox()
    put_residents(recorded, around, _slips(around))
    return recorded.rows("cudan")


def test_a_gate_has_some_hundreds_of_residents_with_papers_of_its_province(around) -> None:
    days = np.arange(FIRST_DAY, FIRST_DAY + 140)
    known = defaultdict(set)
    recorded = RecordingOutbox()
    put_residents(recorded, around, _slips(around, days))
    for row in recorded.rows("cudan"):
        known[row["MA_HQ"]].add(row["SO_GT"])
    assert all(len(paper) == 12 for papers in known.values() for paper in papers)
    assert all(len({paper[:3] for paper in papers}) == 1 for papers in known.values())
    sizes = sorted(map(len, known.values()))
    assert 250 < sizes[-1] < 1_500
    everybody = [paper for papers in known.values() for paper in papers]
    assert len(everybody) == len(set(everybody))


def test_only_what_is_above_the_quota_of_a_day_is_taxed(slips) -> None:
    brought = defaultdict(int)
    tax = defaultdict(int)
    for row in slips:
        assert row["CHIEU"] == "N" or row["THUE"] == 0
        if row["CHIEU"] == "N":
            brought[row["SO_GT"], row["NGAY"]] += row["TRI_GIA"]
            tax[row["SO_GT"], row["NGAY"]] += row["THUE"]
    above = {key for key, value in brought.items() if value > QUOTA_VND}
    assert 0.01 < len(above) / len(brought) < 0.08
    for key, value in tax.items():
        assert (value > 0) == (key in above)
        assert value <= max(brought[key] - QUOTA_VND, 0) * 0.35 + 1


def test_neighbours_share_hired_vans_and_many_fill_the_quota(slips) -> None:
    loads = defaultdict(set)
    for row in slips:
        loads[row["PLATE"], row["NGAY"]].add(row["SO_GT"])
    assert 2 < np.mean([len(papers) for papers in loads.values()]) < 8
    full = np.mean([0.9 * QUOTA_VND < row["TRI_GIA"] <= QUOTA_VND for row in slips])
    assert 0.5 < full < 0.65


def _full_loads_of_who_seldom_fill(around) -> float:
    """Return which share of the loads of four and more is full, in vans that seldom fill theirs."""
    own = _slips(around, np.arange(FIRST_DAY, FIRST_DAY + 60))
    full = (own.value_vnd > 0.9 * QUOTA_VND) & (own.value_vnd <= QUOTA_VND)
    _, van = np.unique(np.stack([own.gate, own.van]), axis=1, return_inverse=True)
    _, load = np.unique(np.stack([van.ravel(), own.day]), axis=1, return_inverse=True)
    van, load = van.ravel(), load.ravel()
    seldom = np.bincount(van, full) / np.bincount(van) < 0.5
    size, filled = np.bincount(load), np.bincount(load, full)
    of_van = np.zeros(len(size), dtype=np.int64)
    of_van[load] = van
    among = (size >= 4) & seldom[of_van]
    assert among.sum() > 100
    return float((filled >= size)[among].mean())


def test_vans_of_every_village_bring_full_loads_that_were_ordered(around, monkeypatch) -> None:
    ordered = _full_loads_of_who_seldom_fill(around)
    monkeypatch.setattr(residents, "_ORDERED_SHARE", 0.0)
    assert 2 * _full_loads_of_who_seldom_fill(around) < ordered < 0.3


def test_a_van_takes_its_village_and_who_lends_a_paper_is_not_in_it_on_the_day(around) -> None:
    own = _slips(around)
    residents = np.full(len(own), 500)
    village = residents // vans_of(residents)
    load, seat = (own.gate, own.day, own.van), numbers_at(own.day, own.gate, own.van)
    come = neighbours(around, load, seat, residents)
    lent = neighbours(around, load, -1 - seat % 4, residents)
    assert (come // village == own.van).all()
    assert (lent // village == own.van).all()
    few = seat + 4 < village
    together = {(*one,) for one in np.stack([*load, come])[:, few].T.tolist()}
    assert len(together) == few.sum() > 100
    assert together.isdisjoint((*one,) for one in np.stack([*load, lent])[:, few].T.tolist())


@pytest.mark.parametrize("scale", [0.002, 0.5])
def test_neighbours_come_by_the_van_however_few_slips_a_gate_has(around, scale) -> None:
    own = honest_slips(around, crossings_of(around, load_offices(), scale, DAYS))
    _, loads = np.unique(
        np.stack([own.gate, own.day, own.second // 1_200]), axis=1, return_counts=True
    )
    sizes = np.bincount(loads)
    assert sizes[3:].sum() > 0.2 * sizes.sum()
    people = np.stack([own.gate, own.day, own.resident])
    assert len(np.unique(people, axis=1).T) > 0.94 * len(own)


def test_slips_made_for_one_day_alone_are_the_same(around) -> None:
    whole = _slips(around)
    day = FIRST_DAY + 7
    alone = _slips(around, np.array([day]))
    of_day = pick(whole, whole.day == day)
    assert len(alone) == len(of_day) > 20
    assert (alone.key == of_day.key).all()
    assert (taxes(alone) == taxes(whole)[whole.day == day]).all()


def test_vehicles_come_back_in_their_term_but_for_some(around) -> None:
    shipments, recorded = declarations(), RecordingOutbox()
    visits = land_visits(around, shipments, consign(around, shipments), NOT_BROUGHT)
    put_admitted(
        recorded, around, shipments, visits, crossings_of(around, load_offices(), 0.2, DAYS)
    )
    first, last = {}, {}
    for row in recorded.rows("ptvt"):
        (first if row["OP"] == "I" else last)[row["SO_TN"]] = row
    assert set(last) < set(first)
    late, open_ones = 0, len(first) - len(last)
    for number, row in last.items():
        began, ended = (row["NGAY_VAO"], row["NGAY_RA"])[:: 1 if row["CHIEU"] == "N" else -1]
        assert began <= ended
        assert row["HAN"] - began == timedelta(days=row["SO_NGAY"])
        assert first[number]["PLATE"] == row["PLATE"]
        late += ended > row["HAN"]
    assert 0 < late < 0.1 * len(last)
    assert 0 < open_ones < 0.1 * len(first)
