"""Official exchange rates: one a week and currency, from Monday to Sunday.

The rule (Decree 08/2015/ND-CP, article 21, as amended): the rate of the week before holds for all
declarations registered from Monday to Sunday. The dollar follows the level of each year's start
(`dollar_years.csv`); every other currency wanders round its usual price in dollars, by a move of
its own a week (`currencies.csv`).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.reference.calendar import FIRST_YEAR, LAST_YEAR, monday_of, to_day
from simulator.reference.lists import rows_of

_ROWS = rows_of("currencies.csv")
CURRENCIES = tuple(row["code"] for row in _ROWS)
# Amounts of these are written without decimals.
WHOLE_CURRENCIES = tuple(place for place, row in enumerate(_ROWS) if row["decimals"] == "0")
VND = CURRENCIES.index("VND")
_USD_PER_UNIT: Floats = np.array([float(row["usd_per_unit"]) for row in _ROWS])
_WEEKLY_MOVE: Floats = np.array([float(row["weekly_move"]) for row in _ROWS])
_USD_BY_YEAR = {int(row["year"]): float(row["vnd"]) for row in rows_of("dollar_years.csv")}
# By how much a dollar gets dearer each year after the last of the list, and how much of its
# distance from the usual level is left of a rate after a week (assumptions).
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
    levels = dollar[:, None] * _USD_PER_UNIT * _CENTI
    rates = np.rint(levels * np.exp(_wander(seed, len(mondays)))).astype(np.int64)
    rates[:, VND] = _CENTI
    return ExchangeRates(mondays, np.maximum(rates, 1))


def _dollar_levels(mondays: Ints) -> Floats:
    """Return the usual dong per dollar of each week, a straight line between years."""
    years = np.arange(FIRST_YEAR, LAST_YEAR + 2)
    last = max(_USD_BY_YEAR)
    beyond = np.maximum(years - last, 0)
    levels = np.array([_USD_BY_YEAR[min(year, last)] for year in years.tolist()])
    starts = np.array([to_day(date(int(year), 1, 1)) for year in years])
    return np.interp(mondays, starts, levels * _LATER_RISE**beyond)


def _wander(seed: int, weeks: int) -> Floats:
    """Return by week and currency the log-distance from its usual level, pulled back to it."""
    count = len(CURRENCIES)
    keys = keyed.identities(keyed.root(seed, "exchange rates"), weeks * count)
    steps = keyed.normal(keys, "weekly move").reshape(weeks, count) * _WEEKLY_MOVE
    distance = np.zeros(count)
    path: Floats = np.empty_like(steps)
    for week in range(weeks):
        distance = distance * _PULL + steps[week]
        path[week] = distance
    # All but the dollar move with it: their price in dong is that in dollars times the dollar's.
    path[:, 1:] += path[:, :1]
    return path
