"""From the model's margin to a probability: a curve fitted inside the training period."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.float64]

# Below this an isotonic curve is a staircase of chance, with steps at 0 and 1.
_MINIMUM_HITS_FOR_ISOTONIC = 500
_WEAK_PENALTY = 1e6


@dataclass(frozen=True, slots=True)
class Calibration:
    """A monotone curve from margin to probability.

    Attributes:
        method: `platt`: logistic in the margin, `x` holds (slope,), `y` (intercept,).
            `isotonic`: straight lines between the knots (x, y).
        x: Slope, or margins of the knots, rising.
        y: Intercept, or probabilities of the knots, not falling.
        fitted_on: `random_arm`: what an inspection of an item finds that chance selected, whoever
            declared it. `inspected`: what it finds among goods that were selected as those of the
            training were; too high for others. Either way the chance that an inspection finds
            something, not that something is wrong: inspections miss much.
    """

    method: Literal["platt", "isotonic"]
    x: tuple[float, ...]
    y: tuple[float, ...]
    fitted_on: Literal["inspected", "random_arm"] = "inspected"

    def probability(self, margin: npt.NDArray[np.float32]) -> Floats:
        """Return probabilities, shape (n_items,), float64, between 0 and 1."""
        wide = margin.astype(np.float64)
        if self.method == "platt":
            return 1.0 / (1.0 + np.exp(-(self.x[0] * wide + self.y[0])))
        return np.interp(wide, self.x, self.y)


def fit_calibration(
    margin: npt.NDArray[np.float32], is_irregular: npt.NDArray[np.bool_], weight: Floats
) -> Calibration:
    """Fit on mature items of the training period that no tree was grown on.

    Isotonic regression where there are enough hits for it, else Platt's two parameters.
    """
    wide = margin.astype(np.float64)
    if is_irregular.sum() >= _MINIMUM_HITS_FOR_ISOTONIC:
        curve = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
        curve.fit(wide, is_irregular, sample_weight=weight)
        return Calibration(
            "isotonic", tuple(curve.X_thresholds_.tolist()), tuple(curve.y_thresholds_.tolist())
        )
    if not is_irregular.any() or is_irregular.all():
        return Calibration("platt", (1.0,), (0.0,))
    logistic = LogisticRegression(C=_WEAK_PENALTY)
    logistic.fit(wide.reshape(-1, 1), is_irregular, sample_weight=weight)
    return Calibration("platt", (float(logistic.coef_[0, 0]),), (float(logistic.intercept_[0]),))
