"""Audits that a policy asks for, as the nation carries them out."""

import numpy as np
import pyarrow as pa

from benchmark.arrays import DAY_SECONDS, last_second_of
from benchmark.play.nation import LivedNation
from benchmark.selection import audits
from tests.unit.benchmark.test_lived_nation import opening


def test_two_audits_of_one_trader_in_one_week_have_a_luck_of_their_own():
    nation = LivedNation(opening())
    week = nation.weeks()[0]
    code = nation.registered(week)["tk"]["MA_DN"][0].as_py()
    end = int(last_second_of(np.array([week]))[0])
    day = end // DAY_SECONDS
    period = np.array([day - 30, day - 9]), np.array([day - 10, day])
    nation.check(week, audits(pa.array([code] * 2), period, np.full(2, end), np.array([1, 2])))
    made = nation._audited.audits
    assert made.trader[-1] == made.trader[-2]
    assert made.key[-1] != made.key[-2]
