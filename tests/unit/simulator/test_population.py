"""How many traders there are, and that they are there from the beginning."""

import datetime as dt

import numpy as np
import pytest

from simulator.actors.kinds import FAR
from simulator.actors.traders import Traders, draw_traders
from simulator.nation import draw_nation
from simulator.reference.calendar import to_day, year_month
from simulator.reference.countries import load_countries
from simulator.reference.goods import load_goods
from simulator.reference.offices import load_offices
from simulator.sources.registry_tables import SUSPENDED, dn_month, statuses
from tests.unit.simulator.plain import plain_view

START = to_day(dt.date(2024, 1, 15))
COUNT, FOUR_WEEKS = 1_500, 28
PLACES = (load_goods(), load_countries(), load_offices())


def _drawn(days: int) -> Traders:
    return draw_traders(5, COUNT, (START, START + days - 1), *PLACES)


@pytest.mark.parametrize(("warmup", "days"), [(0, 30), (365, 40), (365, 800)])
def test_the_first_snapshot_of_a_small_nation_lists_at_least_1500(warmup, days) -> None:
    nation = draw_nation(4, 0.002, (START - warmup, START, START + days - 1), 0.01, ())
    month = int(year_month(np.array([START]))[0])
    listed = dn_month(nation.actors, month, plain_view(nation.traders))
    assert COUNT <= len(listed["MA_DN"]) < 1.2 * COUNT


def test_newcomers_come_on_top_at_the_stated_rate_and_a_longer_run_only_adds_some() -> None:
    short, long = _drawn(366), _drawn(3 * 366)
    for traders, years in ((short, 1), (long, 3)):
        own = traders.founded_day[traders.is_ordinary]
        assert (own < START).sum() == COUNT
        assert (own >= START).sum() == pytest.approx(0.12 * COUNT * years, rel=0.02)
        assert own.max() < START + years * 366
        assert (traders.founded_day[~traders.is_ordinary] == FAR).all()
    held = int(short.is_ordinary.sum())
    assert np.array_equal(short.key[:held], long.key[:held])
    assert np.array_equal(short.founded_day[:held], long.founded_day[:held])
    assert short.key[held] == long.key[long.is_ordinary.sum()]


def test_every_year_as_many_come_as_the_year_before() -> None:
    came = _drawn(4 * 366)
    year = (came.founded_day[came.is_ordinary & (came.founded_day >= START)] - START) // 366
    counts = np.bincount(year, minlength=4)
    assert counts.max() - counts.min() < 10


def test_who_is_suspended_trades_on_for_four_weeks_at_most() -> None:
    traders = _drawn(2 * 366)
    awake = 0
    for day in range(START, START + 2 * 366, 30):
        status, since = statuses(traders.key, plain_view(traders), day)
        rests = ((traders.rest_from <= day) & (day < traders.rest_until)).any(axis=1)
        closes = (status == SUSPENDED) & ~rests
        awake += closes.sum()
        assert (traders.closed_day[closes] - since[closes] <= FOUR_WEEKS).all()
    assert awake > 0
