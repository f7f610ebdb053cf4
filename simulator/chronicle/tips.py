"""Tips: whom customs is told about, when and of what. Few are right.

A right one names the trader of a scheme some time after it began; a wrong one names anybody who
trades, in the same words. Of those that name a trader, its goods or its route two in five are
right, where any scheme is known of. Numbers are assumptions.
"""

from dataclasses import dataclass

import numpy as np

from simulator.chronicle.themes import CLASSIFICATION, ORIGIN, PROCESSING, QUANTITY, VALUE
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join, numbers_within
from simulator.kernel.keyed import Keys
from simulator.mechanisms.mechanism import WARNINGS
from simulator.nation import Nation
from simulator.reference.calendar import YEAR_DAYS
from simulator.trade.deals import draw_traders_of
from simulator.trade.scheme_states import SchemeStates

KINDS = ("TRADER", "HS", "ROUTE", "VEHICLE", "PERSON", "CONTAINER")
TRADER = KINDS.index("TRADER")
_KIND_SHARES = (0.38, 0.18, 0.16, 0.12, 0.1, 0.06)
_A_YEAR, _FEWEST_A_YEAR = 900, 24
# Only the first three kinds can name a scheme.
_NAMING_KINDS, _RIGHT_SHARE = 3, 0.4
_SECRET_DAYS, _MEAN_SECRET_DAYS = 20, 90.0
_CONFUSED_SHARE = 0.25
# What is suspected where each of WARNINGS is told.
THEME_OF_WARNING = np.array([VALUE, CLASSIFICATION, ORIGIN, QUANTITY, QUANTITY, PROCESSING])
_UNNAMED = -1


@dataclass(frozen=True, slots=True)
class Tips:
    """Tips, one position each, by day.

    Attributes:
        key: Identity.
        day: On which it comes.
        kind: Position in KINDS: what is named of the trader, or something that has none.
        trader: Whom it is about.
        warning: What is warned of, position in WARNINGS.
    """

    key: Keys
    day: Ints
    kind: Ints
    trader: Ints
    warning: Ints

    def __len__(self) -> int:
        """Return their number."""
        return len(self.key)


def tips_of(nation: Nation, states: SchemeStates, days: Ints) -> Tips:
    """Return the tips of some days; they know of schemes what stands in the weeks of these days."""
    rate = max(_A_YEAR * nation.scale, _FEWEST_A_YEAR) / YEAR_DAYS
    day_key = keyed.derive(nation.root("intelligence"), "day", days)
    counts = keyed.poisson(day_key, "messages", rate)
    day = np.repeat(days, counts)
    place = numbers_within(counts)
    key = keyed.derive(np.repeat(day_key, counts), "message", place)
    week = states.week(day)
    parts = [
        _of_a_week(nation, states, (key[rows], day[rows]), one)
        for one in np.unique(week).tolist()
        for rows in [np.flatnonzero(week == one)]
    ]
    nothing = np.empty(0, dtype=np.int64)
    return join([Tips(nothing.astype(np.uint64), *[nothing] * 4), *parts])


def _of_a_week(nation: Nation, states: SchemeStates, tips: tuple[Keys, Ints], week: int) -> Tips:
    key, day = tips
    kind = keyed.choose(key, "kind", _KIND_SHARES)
    trader = draw_traders_of(nation, keyed.derive(key, "anybody"), day)
    drawn = keyed.integers(key, "any warning", 0, len(THEME_OF_WARNING))
    if not len(nation.schemes):
        return Tips(key, day, kind, trader, drawn)
    known = _known_by(nation, day) & states.runs(np.arange(len(nation.schemes)), week)
    so_far = np.cumsum(known, axis=1)
    wanted = np.floor(keyed.uniform(key, "which scheme") * so_far[:, -1]).astype(np.int64) + 1
    right = (kind < _NAMING_KINDS) & keyed.happens(key, "right", _RIGHT_SHARE)
    right &= so_far[:, -1] > 0
    rumour = keyed.integers(key, "rumour", 0, len(nation.schemes))
    scheme = np.where(right, np.argmax(so_far >= wanted[:, None], axis=1), rumour)
    warning = _warnings(nation)[nation.mechanism_of[scheme]]
    confused = (warning == _UNNAMED) | keyed.happens(key, "confused", _CONFUSED_SHARE)
    return Tips(
        key=key,
        day=day,
        kind=kind,
        trader=np.where(right, nation.schemes.trader[scheme], trader),
        warning=np.where(confused, drawn, warning),
    )


def _known_by(nation: Nation, day: Ints) -> Bools:
    """Return whether somebody could know of each scheme by each day, shape (days, schemes)."""
    runner = nation.schemes.trader
    key = keyed.derive(nation.root("cover"), "secret", np.arange(len(runner)))
    secret = _SECRET_DAYS + keyed.exponential(key, "days", _MEAN_SECRET_DAYS)
    since = nation.schemes.start_day + secret.astype(np.int64)
    known: Bools = (since <= day[:, None]) & (nation.traders.founded_day[runner] <= day[:, None])
    return known & (nation.traders.closed_day[runner] > day[:, None])


def _warnings(nation: Nation) -> Ints:
    """Return the warning that fits each mechanism; _UNNAMED where none does."""
    of = {name: place for place, name in enumerate(WARNINGS)}
    own = [of.get(kind.warned_of, _UNNAMED) for kind in nation.mechanisms]
    return np.array(own, dtype=np.int64)
