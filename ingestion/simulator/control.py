"""The control of the day: a legacy risk policy gives lanes, a small lot overrides it.

Lanes aim at 67 % green, 30 % yellow, 3 % red overall; more than half of yellow comes from
specialised management, not from risk. The lot (random arm) is drawn before the policy looks, from
everything.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ingestion.simulator.arrays import Bools, Floats, Generator, Ints
from ingestion.simulator.declarations import IMPORT, TAXED, Declarations
from ingestion.simulator.goods import Countries, Lines
from ingestion.simulator.items import Items
from ingestion.simulator.traders import Traders

GREEN, YELLOW, RED = 1, 2, 3
GROUNDS = ("RR", "CN", "TG", "NN", "TK")
RISK, MANAGED, VALUE, LOT, OTHER = range(5)
POLICY_VERSION = "QLRR-2024.2"
_OVERRIDE_SHARE = 0.006
# Shares by direction (import, export): red by risk; of taxed ones yellow by value; yellow by risk.
_RED_SHARE = (0.017, 0.004)
_VALUE_SHARE = (0.096, 0.0)
_RISK_SHARE = (0.15, 0.1)
_MANAGED_CHANCE = (0.86, 0.7)
_REFUSED_SHARE = 0.0012


@dataclass(frozen=True, slots=True)
class Decisions:
    """One lane decision a declaration.

    Attributes:
        lane: GREEN, YELLOW or RED as first given.
        final_lane: After an officer's override.
        ground: Position in GROUNDS.
        is_random: Chosen by lot.
        score: What the legacy policy thought, higher is riskier.
        decided: Local seconds since 1970.
        is_refused: Registration was refused; no lane is given.
        officer: Serial of the officer inside the office.
    """

    lane: Ints
    final_lane: Ints
    ground: Ints
    is_random: Bools
    score: Floats
    decided: Ints
    is_refused: Bools
    officer: Ints


def _scores(
    rng: Generator, declarations: Declarations, traders: Traders, duty: Floats, far: Floats
) -> Floats:
    """Return the legacy score: rank of the trader, weight of the duty, some origins, much noise."""
    noise = rng.normal(0.0, 0.75, len(declarations))
    taxed = 0.5 * (declarations.taxation == TAXED)
    scores: Floats = traders.legacy_rank[declarations.trader] + 0.05 * duty + taxed + far + noise
    return scores


def _highest(scores: Floats, eligible: Bools, share: float) -> Bools:
    """Return the riskiest `share` of the eligible ones."""
    if not eligible.any():
        return eligible
    return eligible & (scores >= np.quantile(scores[eligible], 1 - share))


def _by_declaration(
    declarations: Declarations, items: Items, values: npt.NDArray[np.floating[Any]]
) -> Floats:
    result: Floats = np.zeros(len(declarations))
    np.maximum.at(result, items.declaration, values)
    return result


@dataclass(frozen=True, slots=True)
class _Looks:
    """What the legacy policy sees of each declaration."""

    risk: Floats
    price: Floats
    is_managed: Bools


def _look_at(
    rng: Generator,
    declarations: Declarations,
    items: Items,
    traders: Traders,
    goods: tuple[Lines, Countries],
) -> _Looks:
    lines, countries = goods
    far = np.array([0.35 * (code in {"CN", "HK"}) for code in countries.codes])
    duty = _by_declaration(declarations, items, lines.mfn_bp[items.line] * 0.01)
    price = _by_declaration(declarations, items, _price_suspicion(declarations, items, goods))
    managed = _by_declaration(declarations, items, lines.is_managed[items.line] * 1.0) > 0
    chance = np.where(declarations.direction == IMPORT, *_MANAGED_CHANCE)
    return _Looks(
        risk=_scores(rng, declarations, traders, duty, far[declarations.country]),
        price=price + rng.normal(0.0, 0.2, len(declarations)),
        is_managed=managed & (rng.random(len(declarations)) < chance),
    )


def decide(
    rng: Generator,
    declarations: Declarations,
    items: Items,
    traders: Traders,
    goods: tuple[Lines, Countries],
    random_arm: float,
) -> Decisions:
    """Return the lane of each declaration of a block."""
    count = len(declarations)
    looks = _look_at(rng, declarations, items, traders, goods)
    lane, ground = _policy(declarations, looks)
    lot = rng.random(count) < random_arm
    lane[lot], ground[lot] = RED, LOT
    override = (lane == YELLOW) & (rng.random(count) < _OVERRIDE_SHARE)
    return Decisions(
        lane=lane,
        final_lane=np.where(override, RED, lane),
        ground=ground,
        is_random=lot,
        score=looks.risk,
        decided=declarations.registered + rng.integers(1, 4, count),
        is_refused=rng.random(count) < _REFUSED_SHARE,
        officer=rng.integers(1, 40, count),
    )


def _policy(declarations: Declarations, looks: _Looks) -> tuple[Ints, Ints]:
    """Return lane and ground as the legacy policy gives them; a later step overrules an earlier."""
    lane = np.full(len(declarations), GREEN, dtype=np.int64)
    ground = np.full(len(declarations), OTHER, dtype=np.int64)
    for way in (0, 1):
        own: Bools = declarations.direction == way
        taxed: Bools = own & (declarations.taxation == TAXED)
        steps = (
            (_highest(looks.risk, own, _RISK_SHARE[way]), YELLOW, RISK),
            (_highest(looks.price, taxed, _VALUE_SHARE[way]), YELLOW, VALUE),
            (own & looks.is_managed, YELLOW, MANAGED),
            (_highest(looks.risk, own, _RED_SHARE[way]), RED, RISK),
        )
        for chosen, colour, why in steps:
            lane[chosen], ground[chosen] = colour, why
    return lane, ground


def _price_suspicion(
    declarations: Declarations, items: Items, goods: tuple[Lines, Countries]
) -> Floats:
    """Return how far an item lies below a price list that is old and knows no origin's detail."""
    lines, countries = goods
    owner = items.declaration
    usd = items.invoice_value / 100 / declarations.per_usd[owner]
    price = np.log(np.maximum(usd, 0.01) / (items.mass / 100))
    listed = lines.log_price[items.line] + 0.5 * countries.log_price[items.origin]
    blur = 0.35 * np.sin(items.line * 2.3 + 1.0)
    below: Floats = np.clip(listed + blur - price, 0.0, 1.5)
    return below
