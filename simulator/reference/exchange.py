"""Official exchange rates: one a week and currency, from Monday to Sunday.

The rule (Decree 08/2015/ND-CP, article 21, as amended): the rate of the week before holds for all
declarations registered from Monday to Sunday. Levels are typical figures of our own: the dollar
follows the level of each year, every other currency wanders round its usual price in dollars.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.reference.calendar import FIRST_YEAR, LAST_YEAR, monday_of, to_day

CURRENCIES = (
    "USD", "EUR", "JPY", "KRW", "CNY", "GBP", "AUD", "SGD", "THB", "TWD", "HKD", "MYR", "INR",
    "CAD", "CHF", "SEK", "NZD", "RUB", "VND",
)  # fmt: skip
# Amounts of these are written without decimals.
WHOLE_CURRENCIES = (2, 3, 18)
VND = 18
# Usual price of one unit in dollars, and by how much of it a week moves.
_USD_PER_UNIT = (
    1.0, 1.12, 0.0074, 0.00078, 0.142, 1.28, 0.69, 0.74, 0.0295, 0.0325, 0.1283, 0.228, 0.0123,
    0.74, 1.12, 0.1, 0.63, 0.0125, 0.0,
)  # fmt: skip
_WEEKLY_MOVE = (
    0.0016, 0.0095, 0.0105, 0.0085, 0.0045, 0.0105, 0.0125, 0.0055, 0.007, 0.0055, 0.0008, 0.0065,
    0.0055, 0.0085, 0.0095, 0.0115, 0.0125, 0.022, 0.0,
)  # fmt: skip
# Dong per dollar at the start of each year from FIRST_YEAR; later years go on rising slowly.
_USD_BY_YEAR = (
    21_090, 21_340, 22_450, 22_700, 22_680, 23_150, 23_130, 23_050, 22_780, 23_550, 24_220, 25_330,
    26_090, 26_450,
)  # fmt: skip
_LATER_RISE = 1.012
_PULL = 0.985
_CENTI = 100


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """Rates by week and currency.

    Attributes:
        mondays: First days of the weeks (days since 1970), shape (n_weeks,).
        centi_vnd: Hundredths of VND per unit, shape (n_weeks, n_currencies).
    """

    mondays: Ints
    centi_vnd: Ints

    def on(self, day: Ints, currency: Ints) -> Ints:
        """Return hundredths of VND per unit of `currency` for registrations on `day`.

        Raises:
            IndexError: A day lies after the last week.
        """
        week = (np.asarray(day) - self.mondays[0]) // 7
        rates: Ints = self.centi_vnd.ravel()[week * len(CURRENCIES) + currency]
        return rates


def draw_rates(seed: int, first_day: int, last_day: int) -> ExchangeRates:
    """Return the rates of every week of the calendar; a week's rates depend on the seed alone.

    Raises:
        ValueError: The period lies outside the calendar.
    """
    ends = monday_of(
        np.array([to_day(date(FIRST_YEAR, 1, 6)), to_day(date(LAST_YEAR, 12, 31))], dtype=np.int64)
    )
    if first_day < ends[0] or last_day >= ends[1] + 7:
        message = f"rates are known from {FIRST_YEAR} to {LAST_YEAR} only"
        raise ValueError(message)
    mondays = np.arange(ends[0], ends[1] + 1, 7, dtype=np.int64)
    dollar = _dollar_levels(mondays)
    levels = dollar[:, None] * np.asarray(_USD_PER_UNIT) * _CENTI
    rates = np.rint(levels * np.exp(_wander(seed, len(mondays)))).astype(np.int64)
    rates[:, VND] = _CENTI
    return ExchangeRates(mondays, np.maximum(rates, 1))


def _dollar_levels(mondays: Ints) -> Floats:
    """Return the usual dong per dollar of each week, a straight line between years."""
    known = len(_USD_BY_YEAR)
    years = np.arange(FIRST_YEAR, LAST_YEAR + 2)
    beyond = np.maximum(np.arange(len(years)) - (known - 1), 0)
    levels = np.asarray(_USD_BY_YEAR, dtype=np.float64)[
        np.minimum(np.arange(len(years)), known - 1)
    ]
    starts = np.array([to_day(date(int(year), 1, 1)) for year in years])
    return np.interp(mondays, starts, levels * _LATER_RISE**beyond)


def _wander(seed: int, weeks: int) -> Floats:
    """Return by week and currency the log-distance from its usual level, pulled back to it."""
    count = len(CURRENCIES)
    keys = keyed.identities(keyed.root(seed, "exchange rates"), weeks * count)
    steps = keyed.normal(keys, "weekly move").reshape(weeks, count) * np.asarray(_WEEKLY_MOVE)
    distance = np.zeros(count)
    path: Floats = np.empty_like(steps)
    for week in range(weeks):
        distance = distance * _PULL + steps[week]
        path[week] = distance
    # All but the dollar move with it: their price in dong is that in dollars times the dollar's.
    path[:, 1:] += path[:, :1]
    return path
