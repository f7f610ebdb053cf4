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


def test_the_published_late_interest_is_what_the_ledger_charges() -> None:
    (rate,) = [row for row in limitation_table(NOW).to_pylist() if row["MA"] == "CHAM_NOP"]
    amount, day = np.array([10_000_000]), np.array([0])
    charged = late_interest(amount, day, day + 7)
    assert charged.tolist() == [round(10_000_000 * 7 * float(rate["GIA_TRI"]) / 100)]
    assert rate["DON_VI"] == "PCT_NGAY"
