"""Numbers as they are written down: whole, in steps, round."""

from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.kernel.arrays import Floats, Ints

Numbers = npt.NDArray[np.number[Any]]


def half_up(numerator: Ints, denominator: int) -> Ints:
    """Return numerator / denominator, rounded half up; both are whole and not negative."""
    result: Ints = (numerator + denominator // 2) // denominator
    return result


def to_steps(values: Numbers, step: Ints | int) -> Ints:
    """Return values rounded to whole steps, halves to even, in the unit of the values.

    Args:
        values: Shape (n,).
        step: One for all or one each, shape (n,).
    """
    rounded: Ints = np.rint(values / step).astype(np.int64) * step
    return rounded


def one_at_least(values: Numbers, step: Ints | int = 1) -> Ints:
    """Return values rounded to whole steps as by `to_steps`, no less than one step."""
    return np.maximum(to_steps(values, step), step)


def second_digit(values: Floats) -> Floats:
    """Return the unit of the second leading digit of each value, 1 at least: 10 for 123 to 987."""
    power: Floats = 10.0 ** (np.floor(np.log10(np.maximum(values, 1.0))) - 1)
    return np.maximum(power, 1.0)
