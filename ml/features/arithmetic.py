"""Ratios and logarithms with one meaning of null, shared by all features."""

import numpy as np
import numpy.typing as npt

from ml.features.definition import Column, Columns

Floats = npt.NDArray[np.float64]


def ratio(numerator: Column, denominator: Column) -> Floats:
    """Return numerator / denominator; NaN where the denominator is not above zero."""
    return np.where(denominator > 0, numerator / denominator, np.nan)


def log_of_positive(values: Column) -> Floats:
    """Return the natural logarithm; NaN where the value is not above zero."""
    return np.where(values > 0, np.log(values), np.nan)


def log_of_count(values: Column) -> Floats:
    """Return ln(1 + count); NaN for null."""
    return np.log1p(values)


def flag(is_true: npt.NDArray[np.bool_], *, is_known: npt.NDArray[np.bool_]) -> Floats:
    """Return 1 or 0; NaN where it is not known."""
    return np.where(is_known, is_true.astype(np.float64), np.nan)


def quantity(name: str, columns: Columns) -> Floats:
    """Return a column as is; a feature that is a plain input says so with this."""
    return np.asarray(columns[name], dtype=np.float64)
