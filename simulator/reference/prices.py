"""Price levels: what an average seller asks for a line from a country on a day.

ln price = level of the line + drift + season + shocks of its heading + what its origin adds. Drift
and season come from `goods.csv`. Shocks are of two sorts: a few that everybody remembers
(`price_events.csv`), and those of this nation, which only its seed
knows: sudden moves of a heading that fade, and slow waves. Prices change by the week.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import WEEK_DAYS, to_day
from simulator.reference.countries import Countries
from simulator.reference.goods import CONSUMER, FUEL, KINDS, MACHINE, MATERIAL, Goods
from simulator.reference.lists import read_list

_BASE_DAY = to_day(date(2024, 1, 1))
_YEAR_DAYS, _QUARTER_DAYS = 365.2425, 91
_MARGIN_DAYS = 120
# Sudden moves of a heading: chance a quarter, ln size, days to rise, days until half is gone.
# They, waves and levels below are assumptions.
_SHOCK_SHARE, _SHOCK_LEAST, _SHOCK_MEAN = 0.045, 0.06, 0.13
_RISE_DAYS, _HALF_LIFE_DAYS = (7, 70), (25, 260)
_FORGOTTEN_DAYS, _FORGETTING_DAYS = 1_000, 200
# Slow waves: standard deviation of ln price, and days between two knots of the line.
_WAVE_SIGMA, _COMMON_SIGMA, _KNOT_DAYS = 0.03, 0.02, 77
_ORIGIN_SIGMA = 0.07
# How much of a country's price level a kind of goods shows: little where the world has one price.
_SENSITIVITY = {CONSUMER: 1.0, MACHINE: 0.9, MATERIAL: 0.45, FUEL: 0.08}
_OTHER_SENSITIVITY = 0.6


class Event(NamedTuple):
    """A dated move of prices.

    Attributes:
        start: First day. prefixes: Beginnings of the codes it touches; empty text for all.
        size: ln of the move at its height.
        rise_days, half_life_days: How fast it comes and goes.
    """

    start: date
    prefixes: tuple[str, ...]
    size: float
    rise_days: int
    half_life_days: int


def _event(row: dict[str, str]) -> Event:
    return Event(
        date.fromisoformat(row["start"]),
        tuple(row["prefixes"].split()) or ("",),
        float(row["ln_size"]),
        int(row["rise_days"]),
        int(row["half_life_days"]),
    )


EVENTS = read_list("price_events.csv", _event)


@dataclass(frozen=True, slots=True)
class Shocks:
    """What moves prices beside drift and season.

    Attributes:
        first_week: Week of the first column, weeks of seven days since 1970-01-01.
        heading: Row of each line in `by_week`, shape (lines,).
        by_week: ln price of each heading and week, shape (headings, weeks).
        by_origin: ln price that an origin adds to a line, shape (lines, countries).
    """

    first_week: int
    heading: Ints
    by_week: Floats
    by_origin: Floats


def felt(age: Floats | Ints, rise_days: Floats | float, half_life_days: Floats | float) -> Floats:
    """Return which share of a move is felt `age` days after its start."""
    risen = np.clip(age / rise_days, 0.0, 1.0)
    faded = np.exp2(-np.maximum(age - rise_days, 0.0) / half_life_days)
    return np.asarray(risen * faded)


def _known(codes: list[str], days: Floats) -> Floats:
    """Return the remembered moves, shape (headings, days)."""
    result = np.zeros((len(codes), len(days)))
    for event in EVENTS:
        touched = np.array([code.startswith(event.prefixes) for code in codes])
        age = days - to_day(event.start)
        result[touched] += event.size * felt(age, event.rise_days, event.half_life_days)
    return result


def _secret(headings: Keys, days: Floats) -> Floats:
    """Return the sudden moves that this nation's seed holds, shape (headings, days)."""
    result = np.zeros((len(headings), len(days)))
    first = (int(days[0]) - _FORGOTTEN_DAYS) // _QUARTER_DAYS - 1
    for quarter in range(first, int(days[-1]) // _QUARTER_DAYS + 1):
        every = keyed.derive(headings, "sudden move", quarter)
        hit = np.flatnonzero(keyed.happens(every, "comes", _SHOCK_SHARE))
        key = every[hit]
        size = _SHOCK_LEAST + keyed.exponential(key, "size", _SHOCK_MEAN)
        size = np.where(keyed.happens(key, "falls", 0.45), -size, size)
        start = quarter * _QUARTER_DAYS + keyed.integers(key, "day", 0, _QUARTER_DAYS)
        rise = keyed.integers(key, "rise", *_RISE_DAYS).astype(np.float64)
        half_life = keyed.integers(key, "half life", *_HALF_LIFE_DAYS).astype(np.float64)
        age = days[None, :] - start[:, None]
        left = np.clip((_FORGOTTEN_DAYS - age) / _FORGETTING_DAYS, 0.0, 1.0)
        result[hit] += size[:, None] * left * felt(age, rise[:, None], half_life[:, None])
    return result


def _waves(keys: Keys, days: Floats, sigma: float) -> Floats:
    """Return lines that join random knots, shape (keys, days)."""
    place = days / _KNOT_DAYS
    low = np.floor(place).astype(np.int64)
    first, last = int(low[0]), int(low[-1]) + 1
    knots = np.stack(
        [keyed.normal(keyed.derive(keys, "knot", at), "height") for at in range(first, last + 1)],
        axis=1,
    )
    share = place - low
    before, after = knots[:, low - first], knots[:, low - first + 1]
    return np.asarray(sigma * (before * (1 - share) + after * share))


def _origin_effects(root: np.uint64, goods: Goods, countries: Countries) -> Floats:
    """Return ln price by line and origin: the country's level as far as the kind shows it."""
    shown = np.array([_SENSITIVITY.get(kind, _OTHER_SENSITIVITY) for kind in range(len(KINDS))])
    sensitivity = shown[goods.kind][:, None]
    pair = keyed.identities(root, len(goods) * len(countries.codes))
    own = keyed.normal(pair, "line and origin").reshape(len(goods), -1)
    return np.asarray(sensitivity * (countries.log_price[None, :] + _ORIGIN_SIGMA * own))


def draw_shocks(
    seed: int, goods: Goods, countries: Countries, first_day: int, last_day: int
) -> Shocks:
    """Return what moves prices from `first_day` to `last_day` (days since 1970), and around them.

    A week's values do not depend on the first and last day asked for.
    """
    headings, heading = np.unique(goods.hs4, return_inverse=True)
    codes = [f"{code:04d}" for code in headings]
    first_week = (first_day - _MARGIN_DAYS) // WEEK_DAYS
    weeks = np.arange(first_week, (last_day + _MARGIN_DAYS) // WEEK_DAYS + 1)
    days: Floats = (weeks * WEEK_DAYS).astype(np.float64)
    keys = keyed.derive(keyed.root(seed, "price of a heading"), "heading", headings)
    chapters = keyed.derive(keyed.root(seed, "price of a chapter"), "chapter", headings // 100)
    moves = _known(codes, days) + _secret(keys, days)
    waves = _waves(keys, days, _WAVE_SIGMA) + _waves(chapters, days, _COMMON_SIGMA)
    return Shocks(
        first_week=first_week,
        heading=heading.astype(np.int64),
        by_week=moves + waves,
        by_origin=_origin_effects(keyed.root(seed, "price of an origin"), goods, countries),
    )


def log_level(
    goods: Goods, countries: Countries, shocks: Shocks, line: Ints, origin: Ints, day: Ints
) -> Floats:
    """Return ln USD per `unit1` that an average seller asks.

    Args:
        goods: Tariff lines.
        countries: Partners; only their number is looked at, the level is inside `shocks`.
        shocks: What moves prices.
        line: Positions of lines, shape (n,).
        origin: Positions of countries, shape (n,); -1 adds nothing.
        day: Days since 1970-01-01, shape (n,).
    """
    years = (day - _BASE_DAY) / _YEAR_DAYS
    season = goods.season_amplitude[line] * np.cos(2 * np.pi * years - goods.season_phase[line])
    week = np.clip(day // WEEK_DAYS - shocks.first_week, 0, shocks.by_week.shape[1] - 1)
    moved = shocks.by_week[shocks.heading[line], week]
    known = (origin >= 0) & (origin < len(countries.codes))
    added = np.where(known, shocks.by_origin[line, np.maximum(origin, 0)], 0.0)
    level: Floats = goods.log_price[line] + goods.drift[line] * years + season + moved + added
    return level
