"""How the schemes of a nation stand, week by week: the chronicle writes it, the days obey."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.traders import Traders
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
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
        beyond_key, beyond_share: Identities (`listed_keys`) of the goods items that their exemption
            list no longer covers, ascending, and which share of each it does not.
    """

    first_day: int
    active: Bools
    caught: Ints
    reborn_day: Ints
    office: Ints
    broker: Ints
    beyond_key: Keys
    beyond_share: Floats

    def week(self, day: Ints) -> Ints:
        """Return the week of each day."""
        return np.clip((day - self.first_day) // WEEK_DAYS, 0, self.active.shape[1] - 1)


def untouched(first_day: int, active: Bools, traders: int) -> SchemeStates:
    """Return schemes that run as planned: nobody has been caught, nobody is re-born.

    Args:
        first_day: First day lived.
        active: Whether each scheme runs, shape (schemes, weeks).
        traders: Number of traders.
    """
    nothing = np.zeros(active.shape, dtype=np.int64)
    return SchemeStates(
        first_day=first_day,
        active=active,
        caught=nothing,
        reborn_day=np.full(traders, FAR_DAY, dtype=np.int64),
        office=nothing - 1,
        broker=nothing - 1,
        beyond_key=np.empty(0, dtype=np.uint64),
        beyond_share=np.empty(0),
    )


def listed_keys(declaration: Keys, number: Ints) -> Keys:
    """Return the identity of each item under a list: pieces of a deal have goods in common."""
    return keyed.derive(declaration, "listed item", number)


def beyond_list(states: SchemeStates, key: Keys) -> Floats:
    """Return which share of each goods item its exemption list no longer covers, 0 for most."""
    result = np.zeros(len(key))
    if len(states.beyond_key):
        place = np.searchsorted(states.beyond_key, key)
        place = np.minimum(place, len(states.beyond_key) - 1)
        result = np.where(states.beyond_key[place] == key, states.beyond_share[place], 0.0)
    return result


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
