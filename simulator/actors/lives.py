"""When traders are founded, rest, grow and close.

The traders of the first day are all there on that day; 12 % of their number are new a year, and 3
to 5 % close (typical figures of our own); a new firm closes twice as readily, and one newcomer in
eight is gone before its first year ends. Each fact is a point in time drawn at a yearly rate, so a
longer run adds to a shorter one instead of changing it.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import FAR
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import YEAR_DAYS

RESTS = 2
_ENTRY_A_YEAR, _EXIT_A_YEAR, _REST_A_YEAR = 0.12, 0.03, 0.06
_YOUNG_EXIT = 2.0
_YOUNG_DAYS, _LEAST_LIFE_DAYS = 3 * 365, 120
_BRIEF_SHARE, _BRIEF_DAYS = 0.125, (100, 300)
_MEAN_AGE_DAYS = 2_600.0
_LEAST_REST, _MOST_REST = 60, 270
_GROWTH, _GROWTH_SIGMA, _GROWTH_LIMIT, _GROWTH_YEARS = 0.03, 0.16, 0.4, 3.0
_START_SHARE, _START_MONTHS = 0.25, 9.0
_MONTH_SIGMA = 0.3
# Trade of a firm rises and falls round its level; years from one height to the next.
_WAVE, _WAVE_YEARS = 0.15, 6.0
_DAYS_OF_MONTH = YEAR_DAYS / 12


@dataclass(frozen=True, slots=True)
class Lives:
    """Times, one position a trader; days since 1970, FAR where it never comes.

    Attributes:
        founded_day, closed_day: First and last day of its life.
        rest_from, rest_until: Times of rest, shape (n, RESTS).
        growth: ln growth of its trade a year while it lasts.
    """

    founded_day: Ints
    closed_day: Ints
    rest_from: Ints
    rest_until: Ints
    growth: Floats


def newcomer_count(count: int, first_day: int, last_day: int) -> int:
    """Return how many traders are founded between two days where `count` are there before them."""
    return int(_ENTRY_A_YEAR * count * (last_day - first_day + 1) / YEAR_DAYS)


def draw_lives(key: Keys, count: int, first_day: int, last_day: int) -> Lives:
    """Return the lives of traders that exist at some time between two days.

    Args:
        key: Identities: first those of the first day, then the newcomers as they come.
        count: Number of traders of the first day.
        first_day: First day lived.
        last_day: Last day lived.
    """
    turn = np.arange(len(key)) - count
    waits = (turn + keyed.uniform(key, "entry")) / (_ENTRY_A_YEAR * count)
    age = 30 + keyed.exponential(key, "age", _MEAN_AGE_DAYS / 2)
    age += keyed.exponential(key, "more age", _MEAN_AGE_DAYS / 2)
    days = np.where(turn >= 0, first_day + waits * YEAR_DAYS, first_day - age)
    founded = np.floor(days).astype(np.int64)
    rate = np.where(founded > first_day - _YOUNG_DAYS, _YOUNG_EXIT * _EXIT_A_YEAR, _EXIT_A_YEAR)
    wait = keyed.exponential(key, "exit", 1.0) / rate * YEAR_DAYS
    closed = np.maximum(first_day, founded + _LEAST_LIFE_DAYS) + np.floor(wait).astype(np.int64)
    brief = (turn >= 0) & keyed.happens(key, "brief", _BRIEF_SHARE)
    closed = np.where(brief, founded + keyed.integers(key, "brief life", *_BRIEF_DAYS), closed)
    rest_from, rest_until = _rests(key, np.maximum(founded, first_day))
    growth = _GROWTH + _GROWTH_SIGMA * keyed.normal(key, "growth")
    return Lives(
        founded_day=founded,
        closed_day=np.where((closed <= last_day) | brief, closed, FAR),
        rest_from=rest_from,
        rest_until=rest_until,
        growth=np.clip(growth, -_GROWTH_LIMIT, _GROWTH_LIMIT),
    )


def _rests(key: Keys, since: Ints) -> tuple[Ints, Ints]:
    """Return the first times of rest after `since`, one after the other."""
    begins, ends = [], []
    begin = since
    for number in range(RESTS):
        own = keyed.derive(key, "rest", number)
        wait = 60 + keyed.exponential(own, "wait", YEAR_DAYS / _REST_A_YEAR)
        begin = begin + np.floor(wait).astype(np.int64)
        begins.append(begin)
        begin = begin + keyed.integers(own, "length", _LEAST_REST, _MOST_REST)
        ends.append(begin)
    return np.stack(begins, axis=1), np.stack(ends, axis=1)


def month_factors(key: Keys, lives: Lives, month: int) -> Floats:
    """Return by how much each trader's usual activity is multiplied in a month, shape (n,).

    Args:
        key: Identities, shape (n,).
        lives: Their lives.
        month: Months since 1970-01.
    """
    middle = int((month + 0.5) * _DAYS_OF_MONTH)
    begin, end = middle - 15, middle + 15
    days = np.minimum(lives.closed_day, end) - np.maximum(lives.founded_day, begin)
    alive = np.clip(days, 0, end - begin)
    age_months = np.maximum(middle - lives.founded_day, 0) / _DAYS_OF_MONTH
    start = _START_SHARE + (1 - _START_SHARE) * np.minimum(age_months / _START_MONTHS, 1.0)
    present = alive / (end - begin) * start * _awake(lives, begin, end)
    factors: Floats = present * _mood(key, lives, month, age_months)
    return factors


def _awake(lives: Lives, begin: int, end: int) -> Floats:
    covered = np.minimum(lives.rest_until, end) - np.maximum(lives.rest_from, begin)
    rested = np.clip(covered, 0, end - begin).sum(axis=1)
    awake: Floats = 1.0 - np.minimum(rested / (end - begin), 1.0)
    return awake


def _mood(key: Keys, lives: Lives, month: int, age_months: Floats) -> Floats:
    """Return growth in the first years, slow waves, and the ups and downs of single months."""
    years = np.minimum(age_months / 12, _GROWTH_YEARS) - _GROWTH_YEARS / 2
    turns = month / 12 / _WAVE_YEARS + keyed.uniform(key, "wave")
    wave = _WAVE * np.sin(2 * np.pi * turns)
    chance = keyed.normal(keyed.derive(key, "month", month), "mood")
    factor: Floats = np.exp(lives.growth * years + wave + _MONTH_SIGMA * chance)
    return factor


def part_of(lives: Lives, first_day: int, last_day: int) -> Floats:
    """Return the share of a period that each trader lives through, shape (n,)."""
    begin = np.maximum(lives.founded_day, first_day)
    days = np.maximum(np.minimum(lives.closed_day, last_day + 1) - begin, 0)
    share: Floats = days / (last_day + 1 - first_day)
    return share
