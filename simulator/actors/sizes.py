"""How much each trader trades: heavy tails in declarations, heavier ones in value.

Published shapes: the top 1 % of traders make about 11 % and the top 10 % about 35 % of lines;
75 authorised operators carry about 35 % of value. Everything else is a typical figure of our own.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from simulator.actors.fitting import chances
from simulator.actors.kinds import (
    COMMERCIAL,
    EXPORT_PRODUCTION,
    EXPORT_ZONE,
    FIRM,
    HOUSEHOLD,
    PROCESSING,
)
from simulator.actors.lives import Lives, part_of
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least

# ln weight is normal below the 95th percentile and has a Pareto tail above it.
_BODY_SIGMA, _TAIL_FROM, _TAIL_ALPHA = 0.72, 0.95, 2.0
_LEAST = 2.0**-54
_WEIGHT_BY_TRADE = np.array([1.0, 1.6, 1.6, 2.2])
_WEIGHT_BY_KIND = np.array([1.0, 0.35, 0.15])
# Assumption.
TRADERS_AT_SCALE_ONE = 100_000
_PRIORITY_AT_SCALE_ONE, _FEWEST_PRIORITY = 75, 2
_PRIORITY_DECLARATIONS, _PRIORITY_VALUE = 0.08, 0.35
_PRIORITY_AGE_DAYS, _PRIORITY_SIGMA, _VALUE_SIGMA = 5 * 365, 0.6, 0.55
_SIZE_OF_KIND = np.array([0.0, -0.8, -1.6])
# Share of imports of the three sorts of commercial trader and of the makers: middle and spread.
_IMPORTER, _EXPORTER, _BOTH = 0.93, 0.07, 0.5
_MAKER_IMPORTS = 0.46
_SORT_WEIGHTS = (0.66, 0.18, 0.16)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes, one position a trader.

    Attributes:
        weight: Declarations, as a share of the nation's on an average day of the period.
        log_size: ln of the value of one of its goods items against the usual one.
        is_priority: Authorised operator.
        import_share: Share of imports in its declarations.
        capital_million_vnd, employees: As the registry knows them.
    """

    weight: Floats
    log_size: Floats
    is_priority: Bools
    import_share: Floats
    capital_million_vnd: Ints
    employees: Ints


def priority_count(traders: int) -> int:
    """Return how many authorised operators a nation of so many traders on its first day has."""
    share = traders / TRADERS_AT_SCALE_ONE
    return max(_FEWEST_PRIORITY, round(_PRIORITY_AT_SCALE_ONE * share))


def _raw_weights(key: Keys) -> Floats:
    shown = keyed.uniform(key, "size") + _LEAST
    body = np.exp(_BODY_SIGMA * ndtri(np.minimum(shown, _TAIL_FROM)))
    rest = np.maximum((1 - shown) / (1 - _TAIL_FROM), 1e-6)
    weights: Floats = np.where(shown > _TAIL_FROM, body * rest ** (-1 / _TAIL_ALPHA), body)
    return weights


def _priority(key: Keys, weight: Floats, may: Bools, count: int) -> Bools:
    """Return who is authorised: the largest of those who may be, with some chance in it."""
    merit = np.where(may, np.log(weight) + 0.7 * keyed.normal(key, "priority"), -np.inf)
    chosen = np.zeros(len(key), dtype=bool)
    chosen[np.argsort(-merit, kind="stable")[:count]] = True
    return chosen


def _import_shares(key: Keys, trade: Ints) -> Floats:
    sort = keyed.choose(key, "sort", _SORT_WEIGHTS)
    middle = np.array([_IMPORTER, _EXPORTER, _BOTH])[sort]
    middle = np.where(trade == COMMERCIAL, middle, _MAKER_IMPORTS)
    spread = np.where(trade == COMMERCIAL, 0.6, 0.35)
    odds = np.log(middle / (1 - middle)) + spread * keyed.normal(key, "import share")
    return chances(odds)


def draw_sizes(key: Keys, kind: Ints, trade: Ints, lives: Lives, period: tuple[int, int]) -> Sizes:
    """Return the sizes of the ordinary traders.

    Args:
        key: Identities, shape (n,).
        kind: FIRM, HOUSEHOLD or PERSON, shape (n,).
        trade: COMMERCIAL … EXPORT_ZONE, shape (n,).
        lives: Their lives; who lives only part of the period counts for that part.
        period: First and last day that is lived.
    """
    weight = _raw_weights(key) * _WEIGHT_BY_TRADE[trade] * _WEIGHT_BY_KIND[kind]
    is_old = lives.founded_day < period[0] - _PRIORITY_AGE_DAYS
    is_old &= lives.closed_day > period[1]
    is_old &= (lives.rest_from > period[1]).all(axis=1)
    present = part_of(lives, *period)
    first = int((lives.founded_day < period[0]).sum())
    may = is_old & (kind == FIRM) & np.isin(trade, (EXPORT_PRODUCTION, EXPORT_ZONE))
    is_priority = _priority(key, weight, may, priority_count(first))
    large = np.exp(_PRIORITY_SIGMA * keyed.normal(key, "priority size"))
    weight = _shared(np.where(is_priority, large, weight), present, is_priority)
    log_size = _VALUE_SIGMA * keyed.normal(key, "value size") + _SIZE_OF_KIND[kind]
    log_size += _lift(weight * present, log_size, is_priority)
    capital, employees = registered(key, weight * len(key), trade)
    return Sizes(
        weight=weight,
        log_size=log_size,
        is_priority=is_priority,
        import_share=_import_shares(key, trade),
        capital_million_vnd=capital,
        employees=np.where(kind == FIRM, employees, np.where(kind == HOUSEHOLD, 3, 0)),
    )


def _shared(weight: Floats, present: Floats, is_priority: Bools) -> Floats:
    """Return weights that sum to 1 over who is present, authorised operators with their share."""
    here = weight * present
    held, rest = here[is_priority].sum(), here[~is_priority].sum()
    factor = np.where(
        is_priority, _PRIORITY_DECLARATIONS / held, (1 - _PRIORITY_DECLARATIONS) / rest
    )
    shared: Floats = weight * factor
    return shared


def _lift(weight: Floats, log_size: Floats, is_priority: Bools) -> Floats:
    """Return what to add to ln values so that authorised operators carry their share of value."""
    value = weight * np.exp(log_size)
    held, rest = value[is_priority].sum(), value[~is_priority].sum()
    factor = float(_PRIORITY_VALUE / (1 - _PRIORITY_VALUE) * rest / held)
    lifted: Floats = np.where(is_priority, np.log(factor), 0.0)
    return lifted


def registered(key: Keys, relative: Floats, trade: Ints) -> tuple[Ints, Ints]:
    """Return capital (million VND) and employees as the registry knows them, each of shape (n,).

    Args:
        key: Identities, shape (n,).
        relative: Declarations against a trader of mean size, shape (n,).
        trade: COMMERCIAL … EXPORT_ZONE, shape (n,).
    """
    is_maker = trade != COMMERCIAL
    middle = np.where(is_maker, 60_000.0, 6_000.0) * relative**0.9
    capital = middle * np.exp(1.1 * keyed.normal(key, "capital"))
    workforce = np.where(trade == PROCESSING, 320.0, np.where(trade == EXPORT_ZONE, 260.0, 14.0))
    workforce = np.where(trade == EXPORT_PRODUCTION, 180.0, workforce) * relative**0.8
    employees = workforce * np.exp(0.9 * keyed.normal(key, "employees"))
    # People state round sums when they register capital.
    return one_at_least(capital, 100), np.rint(employees).astype(np.int64) + 1
