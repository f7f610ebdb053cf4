"""Five years hold a demand shock, a new agreement, a tariff change and the new offices, dated."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from simulator.arguments import SimulationArguments
from simulator.chronicle.life import planned_states
from simulator.kernel.arrays import Floats, Ints
from simulator.nation import Nation
from simulator.reference.agreements import SCHEDULES
from simulator.reference.calendar import to_date, to_day
from simulator.reference.files import Reference, reference_tables
from simulator.reference.offices import REORGANISED, codes
from simulator.reference.regimes import EXPORT
from simulator.setting import make_clock
from simulator.trade.batch import Batch, declare
from simulator.trade.deals import draw_deals
from simulator.trade.roster import draw_roster, no_follow_ups
from simulator.world import nation_of

FIVE_YEARS = 1_826
BEGINNINGS = (date(2022, 1, 1), date(2025, 1, 1))
ORDERS_FALL, AHEAD, TARIFF_THERE = date(2022, 10, 1), date(2025, 4, 10), date(2025, 8, 7)
EMIRATES_SINCE, CARS_FALL = date(2026, 2, 3), date(2025, 3, 31)


@pytest.fixture(scope="module", params=BEGINNINGS, ids=lambda first: str(first.year))
def nation(request) -> Nation:
    return nation_of(
        SimulationArguments(
            out=Path(), first_date=request.param, days=FIVE_YEARS, scale=0.001, seed=9
        )
    )


@pytest.fixture(scope="module")
def tables(nation):
    reference = Reference(
        nation.goods, nation.countries, nation.offices, nation.tariff, nation.rates
    )
    return reference_tables(reference, nation.first_day, nation.last_day)


def busy(nation: Nation, a_day: int) -> Nation:
    """Return the nation with so many declarations a day, for samples that tell something."""
    loads = np.full(len(nation.clock.loads), float(a_day))
    return replace(nation, clock=make_clock(nation.seed, nation.first_day, loads))


def to_the_states(nation: Nation, day: date) -> float:
    """Return which share of a day's exports, of many, goes to the United States."""
    many = busy(nation, 60_000)
    roster = draw_roster(many.clock, np.array([to_day(day)]), no_follow_ups())
    deals = draw_deals(many, planned_states(many), roster)
    states = deals.country == nation.countries.codes.index("US")
    return float(states[deals.direction == EXPORT].mean())


def load_on(nation: Nation, *days: date) -> Floats:
    """Return the nation's trade on some days against what it would be without moves of demand."""
    return nation.demand.of_nation(np.array([to_day(day) for day in days]))


def declared(nation: Nation, day: date, a_day: int) -> tuple[Batch, Ints]:
    many = busy(nation, a_day)
    roster = draw_roster(many.clock, np.array([to_day(day)]), no_follow_ups())
    batch = declare(many, planned_states(many), roster)
    return batch, batch.declared.schedule


def test_shipments_to_the_states_rise_ahead_of_a_tariff_and_fall_after_it(nation):
    before, ahead, after = (
        to_the_states(nation, day)
        for day in (date(2025, 4, 9), date(2025, 6, 11), date(2025, 10, 15))
    )
    assert ahead > 1.1 * before
    assert after < 0.97 * before
    usual, high, low = load_on(nation, AHEAD, date(2025, 6, 11), date(2025, 10, 15))
    assert high > usual + 0.02
    assert low < usual


def test_a_nation_of_2022_sees_orders_fall(nation):
    if to_day(ORDERS_FALL) < nation.first_day:
        pytest.skip("orders fell before it began")
    usual, low, again = load_on(nation, ORDERS_FALL, date(2023, 2, 1), date(2024, 12, 1))
    assert low < 0.9 * usual
    assert low < again < usual


def test_the_agreement_with_the_emirates_is_used_from_its_first_day_on(nation):
    batch, schedule = declared(nation, date(2026, 2, 2), 4_000)
    emirates, own = nation.countries.codes.index("AE"), SCHEDULES.index("B29")
    assert (batch.declared.origin == emirates).sum() > 5
    assert not (schedule == own).any()
    batch, schedule = declared(nation, EMIRATES_SINCE, 4_000)
    used = schedule == own
    assert used.any()
    assert (batch.declared.origin[used] == emirates).all()


@pytest.mark.parametrize(
    ("code", "group", "since"),
    [("B29", None, EMIRATES_SINCE), ("B27", "RCEP_KR", date(2022, 2, 1))],
)
def test_an_agreement_lowers_duties_year_by_year(nation, tables, code, group, since):
    rows = tables["bieuthue"].filter(pc.equal(tables["bieuthue"]["MA_BIEU_THUE"], code))
    own = rows.filter(pc.equal(pc.fill_null(rows["MA_NHOM_NUOC"], ""), group or ""))
    begins = set(own["TU_NGAY"].to_pylist())
    years = range(since.year + 1, to_date(nation.last_day).year + 1)
    steps = {f"{year}-01-01" for year in years if to_day(date(year, 1, 1)) >= nation.first_day}
    assert steps <= begins
    assert min(begins) == since.isoformat()


def test_cars_bear_less_duty_since_a_change_of_the_tariff(tables):
    cars = pc.and_(
        pc.starts_with(tables["bieuthue"]["MA_HS"], "870323"),
        pc.equal(tables["bieuthue"]["MA_BIEU_THUE"], "B01"),
    )
    rows = tables["bieuthue"].filter(cars).sort_by("TU_NGAY").to_pylist()
    new = [row for row in rows if row["TU_NGAY"] == CARS_FALL.isoformat()]
    old = [row for row in rows if row["DEN_NGAY"] == "2025-03-30"]
    assert new
    assert {row["THUE_SUAT"] for row in new} == {"50%"}
    assert all(float(row["THUE_SUAT"].strip("%")) > 50 for row in old)


def test_offices_have_their_new_codes_since_the_reorganisation(nation, tables):
    office = np.flatnonzero(nation.offices.handles)[:50]
    before, after = (
        codes(nation.offices, office, np.full(len(office), REORGANISED - early)).to_pylist()
        for early in (1, 0)
    )
    assert not set(before) & set(after)
    hq = {row["MA_HQ"]: row for row in tables["hq"].to_pylist()}
    for old, new in zip(before, after, strict=True):
        assert hq[old]["MA_MOI"] == new
        assert hq[old]["DEN_NGAY"] == "2025-02-28"
        assert hq[new]["TU_NGAY"] == "2025-03-01"
