"""What goes wrong: which traders run which irregular scheme, and what it does to an item.

Mechanisms (position in MECHANISMS):
- undervaluation: the declared price hugs a reference below the level of its line and origin;
- misclassification: goods are declared in a lower-duty sibling line, price and mass stay;
- short_quantity: less is declared than comes; the gross mass on the bill stays true;
- false_preference: goods of another origin are given one with an agreement and a certificate;
- mistake: no motive; any trader, any regime, small consequences.

Each scheme belongs to one trader, covers part of its goods, starts and ends.
"""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.arrays import Bools, Floats, Generator, Ints
from ingestion.simulator.goods import Countries, Lines
from ingestion.simulator.traders import BASKET, COMMERCIAL, FIRM, Traders, broker_count

NONE, UNDERVALUATION, MISCLASSIFICATION, SHORT_QUANTITY, FALSE_PREFERENCE, MISTAKE = range(6)
MECHANISMS = (
    "none", "undervaluation", "misclassification", "short_quantity", "false_preference", "mistake",
)  # fmt: skip
VISIBLE_BY = (
    "",
    "documents,audit",
    "physical,audit",
    "physical",
    "documents,audit",
    "documents,physical,audit",
)
COLLECTABLE_SHARE = 0.67
_SCHEME_SHARE = 0.45
_RING_BROKER_SHARE = 0.07
_MISTAKE_CHANCE = 0.006
# Relative appeal of undervaluation, misclassification, short quantity and false preference.
_APPEAL = (0.24, 0.36, 0.2, 0.4)
# Where goods without a right to preference mostly come from.
_FALSE_PREFERENCE_ORIGINS = ("CN", "TW", "HK", "US", "BR")


@dataclass(frozen=True, slots=True)
class Schemes:
    """The scheme of each trader; NONE for most.

    Attributes:
        mechanism: Position in MECHANISMS.
        first_day, last_day: When it runs.
        intensity: Chance that an item of the covered goods takes part.
        covers: Whether goods of the basket take part, shape (n_traders, BASKET).
    """

    mechanism: Ints
    first_day: Ints
    last_day: Ints
    intensity: Floats
    covers: Bools


def _may_fake_origin(countries: Countries) -> Bools:
    return np.array([code in _FALSE_PREFERENCE_ORIGINS for code in countries.codes])


def _chosen_kinds(rng: Generator, traders: Traders, lines: Lines, countries: Countries) -> Ints:
    """Return the mechanism each trader would choose, by appeal and by what its goods allow."""
    basket = traders.import_basket
    dutiable = (lines.mfn_bp[basket] > 0).mean(axis=1)
    allows = np.stack(
        [
            0.3 + dutiable,
            (lines.sibling[basket] >= 0).mean(axis=1),
            0.3 + dutiable,
            dutiable * _may_fake_origin(countries)[traders.origins].mean(axis=1),
        ],
        axis=1,
    )
    appeal = np.log(np.asarray(_APPEAL)) + np.log(allows + 1e-6)
    kinds: Ints = 1 + np.argmax(appeal + rng.gumbel(0.0, 1.0, appeal.shape), axis=1)
    return kinds


def draw_schemes(
    rng: Generator, traders: Traders, period: tuple[int, int], goods: tuple[Lines, Countries]
) -> Schemes:
    """Return the schemes that run in a period.

    They are likelier for the less compliant, the young, those with dutiable goods, and the clients
    of a few brokers.
    """
    lines, countries = goods
    count = len(traders)
    first, last = period
    is_ring = rng.random(broker_count(count)) < _RING_BROKER_SHARE
    in_ring = is_ring[traders.broker] & (traders.broker >= 0)
    young = traders.founded_day > first - 2 * 365
    dutiable = lines.mfn_bp[traders.import_basket[:, 0]] >= 1000  # noqa: PLR2004 - 10 % and more
    leaning = 3.2 * (0.79 - traders.compliance) + 0.7 * young + 0.9 * dutiable + 1.4 * in_ring
    leaning = np.exp(leaning) * (traders.kind == FIRM) * (traders.trade == COMMERCIAL)
    leaning = leaning * np.where(traders.is_priority, 0.15, 1.0)
    chance = np.minimum(leaning / max(leaning.mean(), 1e-9) * _SCHEME_SHARE, 0.75)
    runs = rng.random(count) < chance
    kind = _chosen_kinds(rng, traders, lines, countries)
    start = rng.integers(first - 240, last + 1, count)
    length = np.rint(rng.exponential(330.0, count)).astype(np.int64) + 90
    covers = rng.random((count, BASKET)) < 0.5  # noqa: PLR2004
    covers[:, 0] |= rng.random(count) < 0.5  # noqa: PLR2004
    return Schemes(
        mechanism=np.where(runs, kind, NONE),
        first_day=start,
        last_day=start + length,
        intensity=np.clip(rng.beta(3.0, 2.2, count), 0.1, 0.95),
        covers=covers,
    )


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a scheme looks at in an item, one position each."""

    trader: Ints
    slot: Ints
    day: Ints
    line: Ints
    country: Ints
    is_taxed: Bools


def draw_mechanisms(
    rng: Generator, schemes: Schemes, items: Candidates, lines: Lines, countries: Countries
) -> Ints:
    """Return the mechanism at work in each item; NONE for nearly all.

    A scheme works only where it can: taxed regimes, a sibling line with a lower duty, duty above
    zero and an origin without a right to preference.
    """
    count = len(items.trader)
    kind = schemes.mechanism[items.trader]
    runs = (schemes.first_day[items.trader] <= items.day) & (
        items.day <= schemes.last_day[items.trader]
    )
    takes_part = rng.random(count) < schemes.intensity[items.trader]
    in_scheme = runs & takes_part & schemes.covers[items.trader, items.slot] & items.is_taxed
    possible = np.ones(count, dtype=bool)
    possible &= (kind != MISCLASSIFICATION) | (lines.sibling[items.line] >= 0)
    eligible = (lines.mfn_bp[items.line] > 0) & _may_fake_origin(countries)[items.country]
    possible &= (kind != FALSE_PREFERENCE) | eligible
    result = np.where(in_scheme & possible, kind, NONE)
    is_mistake = (rng.random(count) < _MISTAKE_CHANCE) & (result == NONE)
    return np.where(is_mistake, MISTAKE, result)


def price_factors(rng: Generator, mechanism: Ints, log_gap: Floats) -> Floats:
    """Return declared price / true price.

    Args:
        rng: Source of draws.
        mechanism: Mechanism of each item.
        log_gap: ln(true price / level of the line and origin).

    Undervaluers take off 26 to 58 %, but stay a little above 46 % of the level, where the price
    list of the valuation office would ask.
    """
    count = len(mechanism)
    reduced = rng.uniform(0.42, 0.74, count)
    floor = 0.46 * rng.uniform(1.0, 1.12, count) * np.exp(-log_gap)
    hugging = np.minimum(np.maximum(reduced, floor), 0.95)
    return np.where(mechanism == UNDERVALUATION, hugging, 1.0)


def quantity_factors(rng: Generator, mechanism: Ints) -> Floats:
    """Return declared quantity / true quantity."""
    short = rng.uniform(0.55, 0.88, len(mechanism))
    slip = np.where(rng.random(len(mechanism)) < 0.5, rng.uniform(0.93, 1.0, len(mechanism)), 1.0)  # noqa: PLR2004
    return np.where(mechanism == SHORT_QUANTITY, short, np.where(mechanism == MISTAKE, slip, 1.0))
