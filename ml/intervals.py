"""Intervals around rates, shares and expected amounts."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_Z_95 = 1.959963984540054
_LEVELS = (0.025, 0.975)
_DRAWS = 4_000
_SEED = 11


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


def wilson(hits: float, number: float) -> Estimate:
    """Return hits / number with Wilson's interval; good near 0 and 1 as well."""
    rate = hits / number
    spread = _Z_95**2 / number
    middle = (rate + spread / 2) / (1 + spread)
    half = _Z_95 / (1 + spread) * math.sqrt(rate * (1 - rate) / number + spread / (4 * number))
    return Estimate(rate, max(middle - half, 0.0), min(middle + half, 1.0))


def percentile_interval(value: float, resampled: Floats) -> Estimate:
    """Return `value` with the 2.5 and 97.5 percentiles of a bootstrap."""
    low, high = np.quantile(resampled, _LEVELS)
    return Estimate(value, float(low), float(high))


def gamma_interval(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % interval of amounts that are sums of rare findings.

    A sum of few large findings is skewed and never negative; a gamma distribution with the same
    mean and variance is both. Its quantiles come from seeded draws.

    Args:
        mean: Expected amounts, shape (n,), VND.
        variance: Of the amounts, same shape.

    Returns:
        Lower and upper ends, shape (n,) each.
    """
    is_spread = (mean > 0) & (variance > 0)
    shape = np.where(is_spread, mean, 1.0) ** 2 / np.where(is_spread, variance, 1.0)
    scale = np.where(is_spread, variance, 1.0) / np.where(is_spread, mean, 1.0)
    drawn = np.random.default_rng(_SEED).gamma(shape, scale, (_DRAWS, len(mean)))
    low, high = np.quantile(drawn, _LEVELS, axis=0)
    return np.where(is_spread, low, mean), np.where(is_spread, high, mean)
