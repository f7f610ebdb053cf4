"""The working year: weekends, public holidays, the moving Tết, the peak before the year's end.

Holidays follow the Labour Code (Law 45/2019/QH14, article 112; holidays on a weekend are made up on
the next working day, article 111). `lunar_years.csv` has the first day of each lunar
year (that of the new moon at UTC+7; in 2030 a day before China's) and the tenth day of its third
month (2023 had a leap month before it). `loads.csv` has the load by weekday (1 is Monday), month,
holiday and days from Tết, in the order in which they are laid one over the other.
"""

from datetime import date, timedelta
from functools import cache

import numpy as np

from simulator.kernel import glyphs
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.reference.lists import rows_of

EPOCH = date(1970, 1, 1)
DAY_SECONDS = glyphs.DAY_SECONDS
MINUTE_SECONDS, HOUR_SECONDS = 60, 3_600
YEAR_DAYS = 365.25
# Offices work from 8 to 17.
OFFICE_OPENS, OFFICE_CLOSES = 8 * 3_600, 17 * 3_600
OFFICE_SECONDS = OFFICE_CLOSES - OFFICE_OPENS
_LUNAR_YEARS = {int(row["year"]): row for row in rows_of("lunar_years.csv")}
TET = tuple(date.fromisoformat(row["first_day"]) for row in _LUNAR_YEARS.values())
FIRST_YEAR, LAST_YEAR = min(_LUNAR_YEARS), max(_LUNAR_YEARS)
_TET_REST = range(-2, 5)
WEEK_DAYS = 7
_SATURDAY = 5
_SECOND_NATIONAL_DAY_SINCE = 2021
_NATIONAL_DAY_NEIGHBOUR_AFTER = (0, 3, 6)  # Monday, Thursday, Sunday: the day after; else before

TET_NAME, KINGS_NAME, NATIONAL_NAME = "Tết Nguyên đán", "Giỗ Tổ Hùng Vương", "Quốc khánh"
_FIXED = [
    (int(row["month"]), int(row["day"]), row["name"]) for row in rows_of("fixed_holidays.csv")
]
_MADE_UP = "Nghỉ bù"

_FIRST_DAY = (date(FIRST_YEAR, 1, 1) - EPOCH).days
_LAST_DAY = (date(LAST_YEAR, 12, 31) - EPOCH).days
_LOADS = rows_of("loads.csv")
# What takes the place of the load of weekday and month; all else multiplies it.
_INSTEAD = ("holiday", "tet rest")


def to_day(value: date) -> int:
    """Return days since 1970."""
    return (value - EPOCH).days


def to_date(day: int) -> date:
    """Return the date that lies `day` days after 1970-01-01."""
    return EPOCH + timedelta(days=day)


def monday_of(day: Ints) -> Ints:
    """Return the Monday on or before each day; 1970-01-01 was a Thursday."""
    return day - (day + 3) % WEEK_DAYS


def year_month(day: Ints) -> Ints:
    """Return months since January 1970 of each day."""
    months: Ints = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def year_of(day: Ints) -> Ints:
    """Return the calendar year of each day, such as 2025."""
    years: Ints = 1970 + day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    return years


def new_year(year: Ints) -> Ints:
    """Return the first day of each calendar year, days since 1970."""
    days: Ints = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    return days


def tet_of(year: int) -> date:
    """Return the first day of the lunar year that begins in `year`."""
    return TET[year - FIRST_YEAR]


@cache
def holidays(year: int) -> dict[date, str]:
    """Return the public holidays of a year and their names, made-up days included, by date."""
    tet = tet_of(year)
    found = {date(year, month, day): name for month, day, name in _FIXED}
    found |= {tet + timedelta(days=offset): TET_NAME for offset in _TET_REST}
    found[date.fromisoformat(_LUNAR_YEARS[year]["kings_day"])] = KINGS_NAME
    national = date(year, 9, 2)
    found[national] = NATIONAL_NAME
    if year >= _SECOND_NATIONAL_DAY_SINCE:
        is_after = national.weekday() in _NATIONAL_DAY_NEIGHBOUR_AFTER
        found[national + timedelta(days=1 if is_after else -1)] = NATIONAL_NAME
    for day in sorted(found):
        if day.weekday() >= _SATURDAY and found[day] != TET_NAME:
            made_up = day
            while made_up.weekday() >= _SATURDAY or made_up in found:
                made_up += timedelta(days=1)
            found[made_up] = _MADE_UP
    return dict(sorted(found.items()))


def next_working(day: Ints) -> Ints:
    """Return each day itself if it is neither on a weekend nor a holiday, else the next such day.

    Raises:
        ValueError: A day lies outside the years of the calendar.
    """
    table: Ints = _next_working_days()[_offsets(day)]
    return table


def load_factor(day: Ints) -> Floats:
    """Return the load of each day beside an average day of its calendar year.

    Args:
        day: Days since 1970, shape (n,).

    Returns:
        Factors of mean 1 over each calendar year, shape (n,).
    """
    factor: Floats = _loads()[_offsets(day)]
    return factor


def _offsets(day: Ints) -> Ints:
    offset = np.asarray(day) - _FIRST_DAY
    if offset.size and (offset.min() < 0 or offset.max() > _LAST_DAY - _FIRST_DAY):
        message = f"the calendar knows the years {FIRST_YEAR} to {LAST_YEAR} only"
        raise ValueError(message)
    return offset


def _all_days() -> Ints:
    return np.arange(_FIRST_DAY, _LAST_DAY + 1, dtype=np.int64)


@cache
def _holiday_days() -> Bools:
    """Return for each day of the calendar whether it is a public holiday."""
    known = [to_day(day) for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in holidays(year)]
    return np.isin(_all_days(), known)


@cache
def _working_days() -> Bools:
    weekday = (_all_days() + 3) % WEEK_DAYS
    working: Bools = (weekday < _SATURDAY) & ~_holiday_days()
    return working


@cache
def _next_working_days() -> Ints:
    days = _all_days()
    last = np.iinfo(np.int64).max
    following = np.minimum.accumulate(np.where(_working_days(), days, last)[::-1])[::-1]
    return np.where(following == last, days, following)


@cache
def _loads() -> Floats:
    """Return factors by day, shape (days,), of mean 1 over each year."""
    days = _all_days()
    month = year_month(days)
    from_tet = days[:, None] - np.array([to_day(tet) for tet in TET])
    places = {
        "weekday": (days[:, None] + 3) % WEEK_DAYS + 1,
        "month": month[:, None] % 12 + 1,
        "holiday": _holiday_days()[:, None],
        "tet": from_tet,
        "tet rest": from_tet,
    }
    load: Floats = np.ones(len(days))
    for row in _LOADS:
        place = places[row["of"]]
        there = ((place >= int(row["first"])) & (place <= int(row["last"]))).any(axis=1)
        before = 1.0 if row["of"] in _INSTEAD else load[there]
        load[there] = before * float(row["load"])
    year = month // 12
    for one in np.unique(year):
        load[year == one] /= load[year == one].mean()
    return load


def first_day_of(month: int) -> int:
    """Return the first day (since 1970-01-01) of a month (since 1970-01)."""
    return int(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64))


def last_day_of(year: int) -> int:
    """Return the last day of a calendar year, days since 1970."""
    return int(np.datetime64(f"{year}-12-31", "D").astype(int))
