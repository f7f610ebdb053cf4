"""Other agencies: whom they fine and plan to inspect, and what the registry tells of firms."""

import datetime as dt

import numpy as np
import pytest

from simulator.actors.kinds import FIRM
from simulator.nation import draw_nation
from simulator.reference.calendar import first_day_of, to_day
from simulator.sources.other_agencies import inspection_plan_columns, other_violation_columns
from simulator.sources.registry_tables import dn_month
from tests.unit.simulator.plain import plain_view

FIRST, LAST = to_day(dt.date(2022, 3, 1)), to_day(dt.date(2025, 3, 31))
MONTH = (2025 - 1970) * 12 + 2


@pytest.fixture(scope="module")
def nation():
    return draw_nation(3, 0.05, (FIRST, LAST - 30, LAST), 0.01, ())


def _told(columns):
    return {name: column.to_pylist() for name, column in columns.items()}


@pytest.fixture(scope="module")
def fined(nation):
    return _told(other_violation_columns(nation, MONTH, plain_view(nation.traders)))


@pytest.fixture(scope="module")
def plans(nation):
    return _told(inspection_plan_columns(nation, MONTH, plain_view(nation.traders)))


def test_fines_of_other_agencies_are_about_firms_that_the_registry_knows(nation, fined) -> None:
    known = {
        code: row for row, code in enumerate(nation.traders.tax_codes)
        if nation.traders.kind[row] == FIRM
    }  # fmt: skip
    assert set(fined["MA_DN"]) <= set(known)
    assert len(set(fined["SO_QD"])) == len(fined["SO_QD"]) > 200
    begins = dt.date(1970, 1, 1) + dt.timedelta(days=first_day_of(MONTH))
    for code, day in zip(fined["MA_DN"], fined["NGAY_QD"], strict=True):
        assert day < begins
        assert to_day(day) > nation.traders.founded_day[known[code]]


def test_who_complies_badly_is_fined_a_little_more_often_by_others(nation, fined) -> None:
    traders = nation.traders
    firms = (traders.kind == FIRM) & (traders.founded_day < FIRST) & (traders.closed_day > LAST)
    counts = {code: fined["MA_DN"].count(code) for code in set(fined["MA_DN"])}
    number = np.array([counts.get(code, 0) for code in traders.tax_codes])[firms]
    order = np.argsort(traders.compliance[firms])
    worse, better = np.array_split(number[order], 2)
    assert 1.05 < worse.mean() / better.mean() < 2.2


def test_a_firm_is_in_one_plan_a_year_at_most(plans) -> None:
    pairs = list(zip(plans["MA_DN"], plans["NAM"], strict=True))
    assert len(set(pairs)) == len(pairs) > 200
    assert set(plans["TRANG_THAI"]) == {"du_kien", "dang_lam", "da_xong", "huy"}


def test_the_state_of_a_plan_is_that_of_the_day(plans) -> None:
    today = dt.date(1970, 1, 1) + dt.timedelta(days=first_day_of(MONTH))
    for state, since, until in zip(
        plans["TRANG_THAI"], plans["TU_NGAY"], plans["DEN_NGAY"], strict=True
    ):
        assert since < until
        if state == "da_xong":
            assert until < today
        elif state == "dang_lam":
            assert since <= today <= until
        elif state == "du_kien":
            assert since > today


def test_firms_tell_of_last_year_once_their_reports_are_in(nation) -> None:
    view = plain_view(nation.traders)
    by_month = {month: _told(dn_month(nation.actors, MONTH + month, view)) for month in (0, 1, 2)}
    sales = [
        dict(zip(told["MA_DN"], told["DOANH_THU_VND"], strict=True)) for told in by_month.values()
    ]
    # Told in whole millions, a figure may be the same twice by chance.
    known = [code for code, value in sales[0].items() if value and value > 10**9]
    assert np.mean([sales[0][code] != sales[1][code] for code in known[:200]]) > 0.98
    assert all(sales[1][code] == sales[2][code] for code in known[:200])
    losses = [value < 0 for value in by_month[0]["LOI_NHUAN_VND"] if value is not None]
    assert 0.1 < np.mean(losses) < 0.4
    assert 0 < np.mean([value == 1 for value in by_month[0]["NIEM_YET"]]) < 0.02
