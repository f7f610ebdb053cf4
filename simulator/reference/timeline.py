"""Tables of rates by date: between two change days nothing changes, so a date is a small number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator.kernel.arrays import Bools, Ints
from simulator.reference.calendar import FIRST_YEAR, LAST_YEAR, to_day

FIRST_DAY = to_day(date(FIRST_YEAR, 1, 1))
LAST_DAY = to_day(date(LAST_YEAR, 12, 31))


@dataclass(frozen=True, slots=True)
class Timeline:
    """Stretches of days in which no rate changes.

    Attributes:
        starts: First day of each stretch, ascending, shape (n_epochs,).
        of_day: Stretch of each day from FIRST_DAY on, shape (n_days,).
    """

    starts: Ints
    of_day: Ints

    def __len__(self) -> int:
        """Return how many stretches there are."""
        return len(self.starts)

    def epoch(self, day: Ints) -> Ints:
        """Return the stretch of each day; days outside are those of the first and the last one."""
        found: Ints = self.of_day.take(np.asarray(day) - FIRST_DAY, mode="clip")
        return found

    def since(self, start: int | date) -> Bools:
        """Return which stretches lie on or after a change day, shape (n_epochs,).

        Raises:
            ValueError: A stretch begins before and ends after that day.
        """
        day = to_day(start) if isinstance(start, date) else start
        if FIRST_DAY < day <= LAST_DAY and day not in self.starts:
            message = f"{day} is no change day of the timeline"
            raise ValueError(message)
        later: Bools = self.starts >= day
        return later

    def within(self, start: date, end: date | None) -> Bools:
        """Return which stretches lie from `start` to `end`, both included; None is for ever."""
        chosen = self.since(start)
        return chosen if end is None else chosen & ~self.since(to_day(end) + 1)


def timeline(change_days: Iterable[date]) -> Timeline:
    """Return the timeline that is cut at these days."""
    days = {FIRST_DAY, *(to_day(day) for day in change_days)}
    starts = np.array(sorted(day for day in days if FIRST_DAY <= day <= LAST_DAY), dtype=np.int64)
    all_days = np.arange(FIRST_DAY, LAST_DAY + 1)
    return Timeline(starts, np.searchsorted(starts, all_days, side="right") - 1)


def year_starts(month: int = 1) -> list[date]:
    """Return the first of a month in every year of the calendar."""
    return [date(year, month, 1) for year in range(FIRST_YEAR, LAST_YEAR + 1)]


def starting_with(codes: Sequence[str], prefixes: Iterable[str]) -> Bools:
    """Return which codes begin with one of the prefixes, shape (n_codes,)."""
    wanted = tuple(prefixes)
    return np.array([code.startswith(wanted) for code in codes], dtype=np.bool_)
