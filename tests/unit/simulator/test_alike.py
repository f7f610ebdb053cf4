"""Who comes after a closed firm is registered, numbered and named like any other new firm."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from simulator.actors.identifiers import scattered
from simulator.actors.kinds import FIRM
from simulator.chronicle.living import live_through
from simulator.exchange.intelligence import intelligence
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import draw_nation
from simulator.reference.calendar import DAY_SECONDS, to_day, year_month
from simulator.revenue.guarantees import ONE_YEAR, general_guarantees
from simulator.sources.registry_rows import view_of

FIRST = to_day(dt.date(2024, 6, 1))
WRITTEN, LAST = FIRST + 60, FIRST + 280
REBORN = WRITTEN + 40


@pytest.fixture(scope="module")
def nation():
    return draw_nation(7, 0.03, (FIRST, WRITTEN, LAST), 0.01, MECHANISMS)


@pytest.fixture(scope="module")
def chronicle(nation):
    return live_through(nation)


@pytest.fixture(scope="module")
def states(nation, chronicle):
    """All that may be re-born are."""
    before = np.flatnonzero(nation.traders.successor >= 0)
    reborn = chronicle.states.reborn_day.copy()
    reborn[before] = REBORN + np.arange(len(before)) % 60
    return replace(chronicle.states, reborn_day=reborn)


def _months(days):
    return days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")


def test_a_firm_is_registered_as_long_before_its_trade_as_its_successor_is(nation, states):
    traders, view = nation.traders, view_of(nation, states)
    heirs = np.flatnonzero(~traders.is_ordinary)
    new = np.flatnonzero(traders.is_ordinary & (traders.founded_day > FIRST))
    # An ordinary firm may trade from the first day of the month in which it opens.
    opens = _months(traders.founded_day[new]).astype(np.int64)
    waits = states.reborn_day[traders.predecessor[heirs]] - view.lives.founded_day[heirs]
    usual = opens - view.lives.founded_day[new]
    assert len(heirs) > 30
    assert min(waits.min(), usual.min()) > 0
    for share in (0.1, 0.5, 0.9):
        assert abs(np.quantile(waits, share) - np.quantile(usual, share)) < 8


def test_a_successor_gets_its_guarantee_as_any_new_firm_does(nation, states):
    traders, view = nation.traders, view_of(nation, states)
    given = general_guarantees(nation, states, np.arange(WRITTEN, LAST + 1))
    day = given.known // DAY_SECONDS
    wait = day - view.lives.founded_day[given.trader]
    young = (given.kind == ONE_YEAR) & (view.lives.founded_day[given.trader] > WRITTEN)
    young &= traders.kind[given.trader] == FIRM
    young &= given.first_day <= view.lives.founded_day[given.trader]
    heir = ~traders.is_ordinary[given.trader]
    ours, theirs = wait[young & heir], wait[young & ~heir]
    assert min(len(ours), len(theirs)) > 20
    assert abs(np.median(ours) - np.median(theirs)) < 10
    assert {min(ours) > 30, min(theirs) > 30} == {True}


def test_serials_are_a_permutation_that_only_the_seed_knows():
    every = np.arange(1_000_000)
    one, other = scattered(3, every), scattered(4, every)
    assert np.array_equal(np.sort(one), every)
    assert (one == other).mean() < 0.001
    steps = np.diff(one[:2_000]) % 1_000_000
    assert len(np.unique(steps)) > 1_900


def test_intelligence_names_nobody_who_is_not_there_yet(nation, chronicle):
    busy = replace(nation, scale=3.0)
    moment, columns = intelligence(busy, chronicle, np.arange(WRITTEN, LAST + 1))
    codes = {code: place for place, code in enumerate(nation.traders.tax_codes)}
    kinds, values = (columns[f"subject.{name}"].to_pylist() for name in ("type", "value"))
    rows = [row for row, kind in enumerate(kinds) if kind == "TRADER"]
    trader = np.array([codes[values[row]] for row in rows])
    month = year_month(moment[rows] // DAY_SECONDS)
    assert len(rows) > 300
    assert nation.traders.is_ordinary[trader].all()
    assert (year_month(nation.traders.founded_day[trader]) <= month + 1).all()
