"""Intervals around rates and shares."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_Z_95 = 1.959963984540054
_LEVELS = (0.025, 0.975)


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
