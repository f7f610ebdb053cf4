"""The working year: weekends, public holidays, the moving Tết, the peak before the year's end."""

from datetime import date, timedelta

import numpy as np

from ingestion.simulator.arrays import Floats, Ints

EPOCH = date(1970, 1, 1)
DAY_SECONDS = 86_400
# First day of the lunar year (customs calendars of the General Department; 2028 on: astronomical).
TET = (
    date(2018, 2, 16), date(2019, 2, 5), date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1),
    date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6),
    date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3),
)  # fmt: skip
PUBLIC_HOLIDAYS = ((1, 1), (4, 30), (5, 1), (9, 2), (9, 3))
YEAR_DAYS = 365.25
DECLARATIONS_A_YEAR = 13_700_000
_WEEKDAY_LOAD = (1.16, 1.2, 1.2, 1.2, 1.25, 0.62, 0.37)
_GROWTH_A_YEAR = 0.06


def to_day(value: date) -> int:
    """Return days since 1970."""
    return (value - EPOCH).days


def to_date(day: int) -> date:
    """Return the date that lies `day` days after 1970-01-01."""
    return EPOCH + timedelta(days=day)


def daily_load(first: date, days: int, scale: float) -> Floats:
    """Return the expected declarations of each day, shape (days,)."""
    base = DECLARATIONS_A_YEAR * scale / YEAR_DAYS
    loads = [base * _day_factor(first + timedelta(days=offset)) for offset in range(days)]
    growth = (1 + _GROWTH_A_YEAR) ** (np.arange(days) / YEAR_DAYS)
    return np.asarray(loads) * growth


def monday_of(days: Ints) -> Ints:
    """Return the Monday on or before each day; 1970-01-01 was a Thursday."""
    return days - (days + 3) % 7


def _day_factor(day: date) -> float:
    if (day.month, day.day) in PUBLIC_HOLIDAYS:
        return 0.25
    return _WEEKDAY_LOAD[day.weekday()] * _tet_factor(day) * _month_factor(day)


def _tet_factor(day: date) -> float:
    for tet in TET:
        offset = (day - tet).days
        if -2 <= offset <= 5:  # noqa: PLR2004 - the nine or ten days on which offices rest
            return 0.12
        if -21 <= offset < -2:  # noqa: PLR2004 - the rush before the holiday
            return 1.18
        if 5 < offset <= 12:  # noqa: PLR2004 - the slow return
            return 0.75
    return 1.0


def _month_factor(day: date) -> float:
    return {11: 1.1, 12: 1.12, 6: 0.97, 7: 0.98}.get(day.month, 1.0)
