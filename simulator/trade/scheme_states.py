"""How the schemes of a nation stand, week by week: the chronicle writes it, the days obey."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.traders import Traders
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.mechanisms.mechanism import WEEK_DAYS

FAR_DAY = 10**6
_MONTH_DAYS = 31


@dataclass(frozen=True, slots=True)
class SchemeStates:
    """How each scheme of the nation stands, week by week; week 0 begins on `first_day`.

    Attributes:
        first_day: First day lived.
        active: Whether it runs, shape (schemes, weeks).
        caught: How often it has been caught before the week, shape (schemes, weeks).
        reborn_day: Day from which a trader's successor acts in its place; far for most, shape
            (traders,).
        office, broker: What it uses instead of the habit's since a catch; -1 for no change.
    """

    first_day: int
    active: Bools
    caught: Ints
    reborn_day: Ints
    office: Ints
    broker: Ints

    def week(self, day: Ints) -> Ints:
        """Return the week of each day."""
        return np.clip((day - self.first_day) // WEEK_DAYS, 0, self.active.shape[1] - 1)


def opened_days(traders: Traders, states: SchemeStates) -> Ints:
    """Return the day from which each trader counts as trading; far for slots that never woke.

    Trade is drawn by the month, so a new firm may trade some days before it; a re-born one, whose
    first day of trade is known, counts as trading as much later.
    """
    before = np.maximum(traders.predecessor, 0)
    reborn = states.reborn_day[before]
    later = keyed.integers(traders.key, "opened within the month", 0, _MONTH_DAYS)
    woken = np.where(reborn < FAR_DAY, reborn + later, FAR_DAY)
    return np.where(traders.is_ordinary, traders.founded_day, woken)
