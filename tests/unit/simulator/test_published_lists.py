"""What others publish in short lists: commodity groups, limits of the laws."""

from collections import Counter
from datetime import date

import numpy as np

from simulator.reference.calendar import to_day
from simulator.reference.dated_rows import Period
from simulator.reference.goods import load_goods
from simulator.reference.published_lists import group_table, limitation_table
from simulator.revenue.entries import late_interest

NOW = Period(to_day(date(2025, 1, 1)), to_day(date(2025, 12, 31)))


def test_a_tariff_line_is_in_one_commodity_group_at_most() -> None:
    codes = [row["MA_HS"] for row in group_table(NOW).to_pylist()]
    found = Counter(sum(line.startswith(code) for code in codes) for line in load_goods().codes)
    assert set(found) == {0, 1}
    assert found[1] > 2 * found[0]


def test_groups_that_hold_on_no_day_of_the_period_are_left_out() -> None:
    before = Period(to_day(date(2021, 1, 1)), to_day(date(2021, 12, 31)))
    ended = {row["MA_HS"] for row in group_table(before).to_pylist()}
    assert "851712" in ended
    assert "851712" not in {row["MA_HS"] for row in group_table(NOW).to_pylist()}


def test_the_ledger_charges_the_late_interest_that_is_published_for_each_day() -> None:
    # Two days at 0.05 %, then three at 0.03 %.
    since, until = (np.array([to_day(date(2016, *day))]) for day in ((6, 28), (7, 3)))
    assert late_interest(np.array([10_000_000]), since, until).tolist() == [19_000]
    whole = Period(to_day(date(2016, 1, 1)), to_day(date(2016, 12, 31)))
    rates = [row for row in limitation_table(whole).to_pylist() if row["MA"] == "CHAM_NOP"]
    assert [row["GIA_TRI"] for row in rates] == ["0.05", "0.03"]
    assert {row["DON_VI"] for row in rates} == {"PCT_NGAY"}
