"""Calendar, exchange rates, offices and countries: what everyone in the nation shares."""

import datetime as dt
import math
from collections import defaultdict

import numpy as np
import pytest

from simulator.reference import calendar
from simulator.reference.calendar import to_date, to_day
from simulator.reference.countries import load_countries
from simulator.reference.exchange import CURRENCIES, VND, WHOLE_CURRENCIES, draw_rates
from simulator.reference.offices import REORGANISED, ROLES, codes, load_offices
from tests.unit.simulator.plain import is_working

OFFICES, COUNTRIES = load_offices(), load_countries()


def days_of(year):
    return np.arange(to_day(dt.date(year, 1, 1)), to_day(dt.date(year + 1, 1, 1)))


def new_moon(number):
    """Local time (UTC+7) of a new moon counted from January 2000 (Meeus, main terms)."""
    century = number / 1236.85
    day = 2451550.09766 + 29.530588861 * number + 0.00015437 * century**2
    sun = math.radians(2.5534 + 29.1053567 * number)
    moon = math.radians(201.5643 + 385.81693528 * number)
    node = math.radians(160.7108 + 390.67050284 * number)
    ellipse = 1 - 0.002516 * century
    day += -0.4072 * math.sin(moon) + 0.17241 * ellipse * math.sin(sun)
    day += 0.01608 * math.sin(2 * moon) + 0.01039 * math.sin(2 * node)
    day += 0.00739 * ellipse * math.sin(moon - sun) - 0.00514 * ellipse * math.sin(moon + sun)
    noon = dt.datetime(2000, 1, 1, 12, tzinfo=dt.UTC)  # Julian day 2451545
    moon_time = noon + dt.timedelta(days=day - 2451545.0, seconds=-70)
    return moon_time.astimezone(dt.timezone(dt.timedelta(hours=7)))


def lunar_new_year(year):
    """The new moon between 21 January and 20 February; the later one where there are two."""
    start = round((year - 2000) * 12.3685) - 1
    moons = [new_moon(number) for number in range(start, start + 5)]
    return start, max(
        moon.date() for moon in moons
        if moon.year == year and (1, 21) <= (moon.month, moon.day) <= (2, 20)
        and not (year == 2023 and moon.month == 2)  # the second month was doubled that year
    )  # fmt: skip


@pytest.mark.parametrize("year", range(2016, 2037))
def test_tet_is_the_day_of_a_new_moon_and_the_kings_day_lies_in_april(year):
    assert calendar.tet_of(year) == lunar_new_year(year)[1]
    kings = [day for day, name in calendar.holidays(year).items() if name == calendar.KINGS_NAME]
    assert len(kings) == 1
    moons = [new_moon(lunar_new_year(year)[0] + number).date() for number in range(8)]
    assert kings[0] - dt.timedelta(days=9) in moons
    assert dt.date(year, 4, 1) <= kings[0] <= dt.date(year, 4, 30)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2023-01-20", "2023-01-26"), ("2024-02-08", "2024-02-14"), ("2025-01-25", "2025-02-02"),
     ("2026-02-14", "2026-02-22"), ("2025-08-30", "2025-09-02"), ("2024-08-31", "2024-09-03")],
)  # fmt: skip
def test_published_breaks_are_not_worked_and_the_days_round_them_are(first, last):
    first, last = (to_day(dt.date.fromisoformat(day)) for day in (first, last))
    assert not is_working(np.arange(first, last + 1)).any()
    assert int(calendar.next_working(np.array([first]))[0]) == last + 1


def test_a_holiday_on_a_weekend_is_made_up():
    assert not is_working(np.array([to_day(dt.date(2026, 4, 27))]))[0]
    assert not is_working(np.array([to_day(dt.date(2023, 9, 4))]))[0]


@pytest.mark.parametrize("year", range(2018, 2036))
def test_the_load_of_a_year_is_that_of_its_days(year):
    days = days_of(year)
    load = calendar.load_factor(days)
    assert load.mean() == pytest.approx(1, abs=0.01)
    tet = to_day(calendar.tet_of(year)) - days[0]
    assert load[tet - 2 : tet + 5].max() < 0.2
    assert load[tet - 21 : tet - 7].mean() > load[tet + 8 : tet + 22].mean()
    weekday = (days + 3) % 7
    working = is_working(days)
    assert load[weekday >= 5].mean() < 0.6 * load[working].mean()
    month = calendar.year_month(days) % 12
    assert load[working & (month >= 10)].mean() > 1.05 * load[working & (month < 10)].mean()


def test_months_and_mondays_are_counted_from_1970():
    day = np.array([to_day(dt.date(2025, 3, 1))])
    assert calendar.year_month(day).tolist() == [55 * 12 + 2]
    assert to_date(int(calendar.monday_of(day)[0])) == dt.date(2025, 2, 24)


def test_a_day_outside_the_calendar_is_refused():
    with pytest.raises(ValueError, match="the years"):
        calendar.next_working(np.array([to_day(dt.date(2050, 1, 1))]))
    with pytest.raises(ValueError, match="known from"):
        draw_rates(1, to_day(dt.date(2050, 1, 1)), to_day(dt.date(2050, 2, 1)))


def test_rates_hold_from_monday_to_sunday_and_do_not_depend_on_the_period():
    first, last = to_day(dt.date(2024, 1, 1)), to_day(dt.date(2025, 12, 31))
    rates, shorter = draw_rates(5, first, last), draw_rates(5, first + 300, last)
    days = np.arange(first, last + 1)
    for currency in range(len(CURRENCIES)):
        found = rates.on(days, np.full(len(days), currency))
        assert (found == shorter.on(days, np.full(len(days), currency))).all()
        changes = days[1:][np.diff(found) != 0]
        assert ((changes + 3) % 7 == 0).all()
    usd = rates.on(days, np.zeros(len(days), dtype=np.int64))
    assert 2_350_000 < usd.min() < usd.max() < 2_800_000
    assert (draw_rates(6, first, last).centi_vnd != rates.centi_vnd).any()


def test_the_dong_has_no_smaller_unit():
    assert VND in WHOLE_CURRENCIES


def test_one_office_in_ten_handles_nearly_nine_declarations_in_ten():
    weight = (OFFICES.import_weight + OFFICES.export_weight)[OFFICES.handles]
    later = defaultdict(float)
    both = OFFICES.import_weight + OFFICES.export_weight
    for code, one in zip(OFFICES.new_codes, both, strict=True):
        later[code] += one
    for shares in (weight, np.array([one for one in later.values() if one > 0])):
        top = np.sort(shares)[::-1][: round(len(shares) / 10)]
        assert 0.85 < top.sum() / shares.sum() < 0.92


def test_an_office_has_another_code_and_parent_since_the_reorganisation():
    office = np.array([OFFICES.position("02CI")] * 2)
    found = codes(OFFICES, office, np.array([REORGANISED - 1, REORGANISED])).to_pylist()
    assert found[0] == "02CI"
    assert found[1] not in OFFICES.old_codes
    # Several offices became one; only the test entry kept its code.
    assert len(set(OFFICES.new_codes)) < len(OFFICES.new_codes)
    assert set(OFFICES.new_codes) & set(OFFICES.old_codes) == {"88AB"}
    idle = [ROLES[role] for role in OFFICES.role[~OFFICES.handles].tolist()]
    assert set(idle) == {"TEST", "KTSTQ"}
    assert not OFFICES.import_weight[~OFFICES.handles].any()


def test_goods_leave_a_country_only_by_the_ways_it_has():
    china, japan = COUNTRIES.position("CN"), COUNTRIES.position("JP")
    country, transport = np.array([china, japan, japan]), np.array([4, 4, 1])
    assert COUNTRIES.has_port(country, transport).tolist() == [True, False, True]
    places = COUNTRIES.port(country, transport, np.array([5, 0, 2]))
    assert COUNTRIES.port_codes[places[0]].startswith("CN")
    assert places[1] == -1
    assert COUNTRIES.by_land[china]
    assert not COUNTRIES.by_land[japan]
