"""How schemes answer a catch: they go on more carefully, elsewhere, later, or not at all."""

from dataclasses import replace

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join, pick
from simulator.mechanisms import mechanism as ways
from simulator.nation import Nation
from simulator.trade.scheme_states import NEVER_AGAIN, Answers, SchemeStates

# Assumptions: how long a pause is, and until a firm that dies has closed.
_PAUSE_WEEKS = 10
_DEATH_DAYS = 30


def let_answer(
    nation: Nation, states: SchemeStates, caught: tuple[Ints, Bools], until: tuple[int, int]
) -> SchemeStates:
    """Return states in which schemes that were caught answer from the next week on.

    Args:
        nation: The nation.
        states: Schemes by week.
        caught: Schemes, ascending, each once, and whether it was the heir of its trader.
        until: The week, and its last day; it is not the nation's last week.
    """
    (schemes, of_heir), (week, last_day) = caught, until
    trader, since = nation.schemes.trader[schemes], week + 1
    key = keyed.derive(nation.root("cover"), "answer", schemes * 1_000 + week)
    dies = np.array([kind.dies_when_caught for kind in nation.mechanisms])
    dies = dies[nation.mechanism_of[schemes]]
    way = np.where(dies, -1, nation.schemes.response[schemes])
    rests = states.rests_until(schemes, since)
    # Who lives its second life has no third.
    ends = (way == ways.STOP) | (dies & of_heir)
    rests = np.where(way == ways.PAUSE, np.maximum(rests, since + _PAUSE_WEEKS), rests)
    office, broker = states.office(schemes, since), states.broker(schemes, since)
    new_broker = keyed.integers(key, "new broker", 0, len(nation.brokers))
    fresh = Answers(
        scheme=schemes,
        week=np.full_like(schemes, since),
        caught=states.caught(schemes, since) + 1,
        rests_until=np.where(ends, NEVER_AGAIN, rests),
        office=np.where(way == ways.MOVE, _known_offices(nation, key, trader), office),
        broker=np.where(way == ways.REBROKER, new_broker, broker),
    )
    answers = join([states.answers, fresh])
    reborn = states.reborn_day.copy()
    np.minimum.at(reborn, trader[dies], last_day + _DEATH_DAYS)
    order = np.lexsort((answers.week, answers.scheme))
    return replace(states, answers=pick(answers, order), reborn_day=reborn)


def _known_offices(nation: Nation, key: keyed.Keys, trader: Ints) -> Ints:
    """Return one of the offices that each trader knows, by lot; it may be the present one."""
    known = np.sort(nation.traders.office[trader].reshape(len(trader), -1), axis=1)
    is_first = np.diff(known, axis=1, prepend=-1) > 0
    drawn = keyed.integers(key, "new office", 0, is_first.sum(axis=1))
    place = np.argmax(np.cumsum(is_first, axis=1) > drawn[:, None], axis=1)
    chosen: Ints = known[np.arange(len(trader)), place]
    return chosen
