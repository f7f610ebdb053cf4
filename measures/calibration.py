"""How far probabilities are from what happened."""

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]

_BINS = 10


def calibration(probabilities: Column, irregular: Column) -> dict[str, float]:
    """Return the Brier score, the calibration error over ten equal-count bins, and both means."""
    order = np.argsort(probabilities, kind="stable")
    error = sum(
        len(part) * abs(float(probabilities[part].mean() - irregular[part].mean()))
        for part in np.array_split(order, min(_BINS, len(order)))
    )
    return {
        "brier": float(np.mean((probabilities - irregular) ** 2)),
        "calibration_error": error / len(order),
        "mean_probability": float(probabilities.mean()),
        "irregular_share": float(irregular.mean()),
    }
