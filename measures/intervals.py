"""Intervals around rates, shares, sums and differences: Wilson's, Student's, seeded bootstraps."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Floats = npt.NDArray[np.float64]

MINIMUM_HITS = 30
"""No rate is told that rests on fewer hits."""
TOO_FEW = "too few"

_Z_95 = 1.959963984540054
_LEVELS = (0.025, 0.975)
_DRAWS = 400
_DRAWS_AT_ONCE = 50
_LEAST_PAIRS = 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval.

    Attributes:
        value: The figure.
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Return the three numbers by name."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of counted things; without value where there are fewer than 30 hits.

    Attributes:
        hits: How many were so.
        of: Out of how many.
        value: hits / of, or None.
        low, high: Ends of Wilson's 95 % interval, or None.
        verdict: `measured` or `too few`.
    """

    hits: int
    of: int
    value: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Interval:
    """An `Estimate` that may have no meaning: None then."""

    value: float | None
    low: float | None
    high: float | None


def wilson(hits: float, of: float) -> Estimate:
    """Return hits / of with Wilson's interval; good near 0 and 1 as well.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    share, spread = hits / of, _Z_95**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z_95 / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return Estimate(share, max(middle - half, 0.0), min(middle + half, 1.0))


def rate(hits: int, of: int) -> Rate:
    """Return hits / of with Wilson's interval, or `too few` under 30 hits."""
    if hits < MINIMUM_HITS:
        return Rate(hits, of, None, None, None, TOO_FEW)
    told = wilson(hits, of)
    return Rate(hits, of, told.value, told.low, told.high, "measured")


def percentile_interval(value: float, resampled: Floats) -> Estimate:
    """Return `value` with the 2.5 and 97.5 percentiles of a bootstrap."""
    low, high = np.quantile(resampled, _LEVELS)
    return Estimate(value, float(low), float(high))


def resampled_sums(clusters: Floats, seed: int) -> Floats:
    """Return bootstrap sums over clusters, shape (draws, columns).

    Each cluster is taken a Poisson number of times with mean 1: the limit of drawing as many
    clusters as there are with replacement, and the clusters that add nothing need no draw.

    Args:
        clusters: Sums of each cluster (a trader with all its declarations), shape (n, columns).
        seed: Seed of the draws.
    """
    generator = np.random.default_rng(seed)
    sums = [
        generator.poisson(1.0, (_DRAWS_AT_ONCE, len(clusters))).astype(np.float64) @ clusters
        for _ in range(_DRAWS // _DRAWS_AT_ONCE)
    ]
    result: Floats = np.concatenate(sums)
    return result


def ratio_interval(above: float, below: float, sums_above: Floats, sums_below: Floats) -> Interval:
    """Return above / below with the percentiles of the resampled ratio; None where below is 0."""
    if below <= 0:
        return Interval(None, None, None)
    usable = sums_below > 0
    ratios = sums_above[usable] / sums_below[usable]
    told = percentile_interval(above / below, ratios)
    return Interval(told.value, told.low, told.high)


def none_of(count: int) -> Interval:
    """Return the interval of a share of which none of some independent ones is so; None of none.

    Clopper and Pearson's, two-sided at 95 % as the others here: its upper end is the share that
    leaves a chance of 2.5 % to see none of them, 1 - 0.025^(1/count).
    """
    if not count:
        return Interval(None, None, None)
    return Interval(0.0, 0.0, 1 - _LEVELS[0] ** (1 / count))


def t_interval(differences: Floats) -> Interval:
    """Return the mean of paired differences with Student's 95 % interval, shape (n,), n from 2."""
    count = len(differences)
    if count < _LEAST_PAIRS:
        mean = float(differences[0]) if count else None
        return Interval(mean, None, None)
    mean = float(differences.mean())
    error = float(differences.std(ddof=1)) / math.sqrt(count)
    half = float(stdtrit(count - 1, _LEVELS[1])) * error
    return Interval(mean, mean - half, mean + half)


def bootstrap_mean_interval(differences: Floats, seed: int) -> Interval:
    """Return the mean of paired differences with its seeded percentile bootstrap interval."""
    if len(differences) < _LEAST_PAIRS:
        return t_interval(differences)
    generator = np.random.default_rng(seed)
    picks = generator.integers(0, len(differences), (10 * _DRAWS, len(differences)))
    told = percentile_interval(float(differences.mean()), differences[picks].mean(axis=1))
    return Interval(told.value, told.low, told.high)
