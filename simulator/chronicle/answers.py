"""How schemes answer a catch: they go on more carefully, elsewhere, later, or not at all."""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.mechanisms import mechanism as ways
from simulator.nation import Nation
from simulator.trade.scheme_states import SchemeStates

# Assumptions: how long a pause is, and until a firm that dies has closed.
_PAUSE_WEEKS = 10
_DEATH_DAYS = 30


def let_answer(nation: Nation, states: SchemeStates, schemes: Ints, until: tuple[int, int]) -> None:
    """Let schemes that were caught answer from the next week on; changes the arrays in place.

    Args:
        nation: The nation.
        states: Schemes by week.
        schemes: Who was caught, ascending, each once.
        until: The week, and its last day; it is not the nation's last week.
    """
    week, last_day = until
    rest = slice(week + 1, None)
    plans, response = nation.schemes, nation.schemes.response[schemes]
    states.caught[schemes, rest] += 1
    key = keyed.derive(nation.root("cover"), "answer", schemes * 1_000 + week)
    dies = np.array([kind.dies_when_caught for kind in nation.mechanisms])[
        nation.mechanism_of[schemes]
    ]
    for position, scheme in enumerate(schemes.tolist()):
        answer = int(response[position])
        own = key[position : position + 1]
        if dies[position]:
            firm = int(plans.trader[scheme])
            states.reborn_day[firm] = min(states.reborn_day[firm], last_day + _DEATH_DAYS)
        elif answer == ways.PAUSE:
            states.active[scheme, week + 1 : week + 1 + _PAUSE_WEEKS] = False
        elif answer == ways.STOP:
            states.active[scheme, rest] = False
        elif answer == ways.MOVE:
            states.office[scheme, rest] = _other_office(nation, own, int(plans.trader[scheme]))
        elif answer == ways.REBROKER:
            states.broker[scheme, rest] = int(
                keyed.integers(own, "new broker", 0, len(nation.brokers))[0]
            )


def _other_office(nation: Nation, key: keyed.Keys, trader: int) -> int:
    """Return one of the offices that a trader knows."""
    known = np.unique(nation.traders.office[trader])
    return int(known[int(keyed.integers(key, "new office", 0, len(known))[0])])
