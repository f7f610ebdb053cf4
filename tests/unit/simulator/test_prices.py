"""Price levels: known events show, the nation's own are its secret, any window gives the same."""

from datetime import date

import numpy as np
import pytest

from simulator.reference.calendar import to_day
from simulator.reference.countries import load_countries
from simulator.reference.goods import load_goods
from simulator.reference.prices import draw_shocks, log_level

GOODS, COUNTRIES = load_goods(), load_countries()
FIRST, LAST = to_day(date(2021, 1, 1)), to_day(date(2025, 12, 31))
SHOCKS = draw_shocks(7, GOODS, COUNTRIES, FIRST, LAST)


def levels(shocks, line, day, origin=-1):
    days = np.atleast_1d(day)
    rows = np.full(len(days), line)
    return log_level(GOODS, COUNTRIES, shocks, rows, np.full(len(days), origin), days)


def heading(code):
    return next(line for line, known in enumerate(GOODS.codes) if known.startswith(code))


def test_the_level_is_near_the_list_price_at_the_base():
    lines = np.arange(len(GOODS))
    day = np.full(len(lines), to_day(date(2024, 1, 3)))
    level = log_level(GOODS, COUNTRIES, SHOCKS, lines, np.full(len(lines), -1), day)
    assert np.median(np.abs(level - GOODS.log_price)) < 0.1


def test_fuel_rises_in_2022():
    line = heading("271019")
    before, after = levels(SHOCKS, line, [to_day(date(2022, 2, 1)), to_day(date(2022, 5, 15))])
    assert after - before > 0.25


def test_a_window_of_days_does_not_change_a_day():
    day = np.arange(FIRST + 800, FIRST + 830)
    short = draw_shocks(7, GOODS, COUNTRIES, int(day[0]), int(day[-1]))
    for line in range(0, len(GOODS), 97):
        assert (levels(short, line, day, 3) == levels(SHOCKS, line, day, 3)).all()


def test_another_seed_has_other_shocks():
    other = draw_shocks(8, GOODS, COUNTRIES, FIRST, LAST)
    apart = np.abs(other.by_week - SHOCKS.by_week)
    assert apart.mean() > 0.02
    assert apart.max() > 0.2


def test_prices_move_by_the_week_and_season():
    line = heading("081060")
    day = np.arange(FIRST, FIRST + 365)
    level = levels(SHOCKS, line, day)
    assert np.ptp(level) > GOODS.season_amplitude[line]
    assert np.abs(np.diff(level)).max() < 0.2


def test_a_dear_country_is_dearer_for_consumer_goods_than_for_fuel():
    japan = COUNTRIES.codes.index("JP")
    gap = SHOCKS.by_origin[:, japan]
    assert gap[GOODS.kind == 0].mean() == pytest.approx(COUNTRIES.log_price[japan], abs=0.03)
    assert abs(gap[GOODS.kind == 6].mean()) < 0.1
