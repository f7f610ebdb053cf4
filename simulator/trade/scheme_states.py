"""How the schemes of a nation stand, week by week: the chronicle writes it, the days obey."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.traders import Traders
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import WEEK_DAYS

FAR_DAY = 10**6
_MONTH_DAYS = 31
# A week that never comes.
NEVER_AGAIN = 10**5


@dataclass(frozen=True, slots=True)
class Answers:
    """How schemes stand since they were caught, one position a catch, by scheme and week.

    Attributes:
        scheme, week: Whose, and from which week on.
        caught: How often it had been caught by then.
        rests_until: Week before which it does not run; NEVER_AGAIN for ever.
        office, broker: What it uses instead of the habit's; -1 for no change.
    """

    scheme: Ints
    week: Ints
    caught: Ints
    rests_until: Ints
    office: Ints
    broker: Ints


def no_answers() -> Answers:
    """Return an empty list."""
    return Answers(*[np.empty(0, dtype=np.int64)] * 6)


@dataclass(frozen=True, slots=True)
class SchemeStates:
    """How each scheme of the nation stands, week by week; week 0 begins on `first_day`.

    Attributes:
        first_day: First day lived.
        weeks: Number of weeks lived.
        start_day, end_day: When it runs as planned, shape (schemes,).
        answers: What those who were caught changed.
        reborn_day: Day from which a trader's successor acts in its place; far for most, shape
            (traders,).
        beyond_key, beyond_share: Identities (`listed_keys`) of the goods items that their exemption
            list no longer covers, ascending, and which share of each it does not.
    """

    first_day: int
    weeks: int
    start_day: Ints
    end_day: Ints
    answers: Answers
    reborn_day: Ints
    beyond_key: Keys
    beyond_share: Floats

    def week(self, day: Ints) -> Ints:
        """Return the week of each day."""
        return np.clip((day - self.first_day) // WEEK_DAYS, 0, self.weeks - 1)

    def runs(self, scheme: Ints, week: Ints | int) -> Bools:
        """Return whether schemes run in weeks; the two are broadcast, as below."""
        begins = self.first_day + np.asarray(week) * WEEK_DAYS
        planned = (self.start_day[scheme] <= begins) & (self.end_day[scheme] > begins)
        running: Bools = planned & (self.rests_until(scheme, week) <= week)
        return running

    def began_on(self, scheme: Ints) -> Ints:
        """Return the first day of schemes' first week, shape (n,); FAR_DAY of what never ran."""
        each, place = np.unique(scheme, return_inverse=True)
        runs = self.runs(each[:, None], np.arange(self.weeks))
        began = self.first_day + runs.argmax(axis=1) * WEEK_DAYS
        return np.where(runs.any(axis=1), began, FAR_DAY)[place]

    def rests_until(self, scheme: Ints, week: Ints | int) -> Ints:
        """Return the week before which schemes do not run; 0 for those never caught."""
        return self._since("rests_until", scheme, week, 0)

    def caught(self, scheme: Ints, week: Ints | int) -> Ints:
        """Return how often schemes have been caught before weeks."""
        return self._since("caught", scheme, week, 0)

    def office(self, scheme: Ints, week: Ints | int) -> Ints:
        """Return the office that schemes use since a catch; -1 for no change."""
        return self._since("office", scheme, week, -1)

    def broker(self, scheme: Ints, week: Ints | int) -> Ints:
        """Return the broker that schemes use since a catch; -1 for no change."""
        return self._since("broker", scheme, week, -1)

    def _since(self, name: str, scheme: Ints, week: Ints | int, otherwise: int) -> Ints:
        """Return a field of each scheme's last answer by a week."""
        answers, wanted = self.answers, scheme * NEVER_AGAIN + week
        if not len(answers.scheme):
            return np.full(wanted.shape, otherwise, dtype=np.int64)
        known = answers.scheme * NEVER_AGAIN + answers.week
        place = np.searchsorted(known, wanted, side="right") - 1
        is_own = (place >= 0) & (answers.scheme[place] == wanted // NEVER_AGAIN)
        return np.where(is_own, getattr(answers, name)[place], otherwise)


def untouched(first_day: int, weeks: int, planned: tuple[Ints, Ints], traders: int) -> SchemeStates:
    """Return schemes that run as planned: nobody has been caught, nobody is re-born.

    Args:
        first_day: First day lived.
        weeks: Number of weeks lived.
        planned: First day of each scheme, and the day after its last.
        traders: Number of traders.
    """
    return SchemeStates(
        first_day=first_day,
        weeks=weeks,
        start_day=planned[0],
        end_day=planned[1],
        answers=no_answers(),
        reborn_day=np.full(traders, FAR_DAY, dtype=np.int64),
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
