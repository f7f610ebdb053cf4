"""Official exchange rates: one a week and currency, from Monday to Sunday."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.arrays import Generator, Ints
from ingestion.simulator.calendar import monday_of

CURRENCIES = ("USD", "EUR", "JPY", "CNY", "KRW", "VND")
_START_CENTI_VND = (2_545_000, 2_735_000, 16_900, 349_500, 1_830, 100)
_WEEKLY_DRIFT = (0.0012, 0.008, 0.009, 0.004, 0.008, 0.0)
# Amounts of these are written without decimals.
WHOLE_CURRENCIES = (2, 4, 5)


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """Rates by week and currency.

    Attributes:
        mondays: First days of the weeks (days since 1970), shape (n_weeks,).
        centi_vnd: Hundredths of VND per unit, shape (n_weeks, n_currencies).
    """

    mondays: Ints
    centi_vnd: Ints

    def on(self, days: Ints, currency: Ints) -> Ints:
        """Return hundredths of VND per unit of `currency` for registrations on `days`."""
        weeks = (monday_of(days) - self.mondays[0]) // 7
        rates: Ints = self.centi_vnd[weeks, currency]
        return rates


def draw_rates(rng: Generator, first_day: int, last_day: int) -> ExchangeRates:
    """Return a random walk of rates that covers every week between two days."""
    span = monday_of(np.array([first_day, last_day], dtype=np.int64))
    mondays = np.arange(span[0], span[1] + 1, 7, dtype=np.int64)
    steps = rng.normal(0.0, 1.0, (len(mondays), len(CURRENCIES))) * np.asarray(_WEEKLY_DRIFT)
    steps[0] = 0.0
    walk = np.asarray(_START_CENTI_VND) * np.exp(np.clip(np.cumsum(steps, axis=0), -0.25, 0.25))
    return ExchangeRates(mondays, np.rint(walk).astype(np.int64))
