"""Names of array types and the little arithmetic on groups that the judging shares."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAY_SECONDS = 86_400
# A day or second that never comes.
NEVER = np.iinfo(np.int64).max
_DAYS_A_WEEK = 7
WEEKS_A_YEAR = 365 / 7
# 1970-01-01 was a Thursday; weeks begin on Monday.
_EPOCH_WEEKDAY = 3


def amounts_in(column: pa.ChunkedArray) -> Floats:
    """Return a column of numbers; 0 for null."""
    values: Floats = pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy()
    return values


def days_in(column: pa.ChunkedArray) -> Ints:
    """Return a column of dates without null as days since 1970."""
    days: Ints = column.cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
    return days


def numbers_in(column: pa.ChunkedArray) -> Ints:
    """Return the 11 digits of a column of SO_TK or SO_TK_GOC; -1 for null."""
    digits = pc.utf8_slice_codeunits(column, 0, 11)
    numbers: Ints = pc.fill_null(digits.cast(pa.int64()), -1).to_numpy().astype(np.int64)
    return numbers


def week_of(days: Ints) -> Ints:
    """Return the number of the week (Monday to Sunday) of days since 1970."""
    weeks: Ints = (days + _EPOCH_WEEKDAY) // _DAYS_A_WEEK
    return weeks


def last_second_of(weeks: Ints) -> Ints:
    """Return the last second (Sunday 23:59:59) of weeks, in seconds since 1970."""
    seconds: Ints = ((weeks + 1) * _DAYS_A_WEEK - _EPOCH_WEEKDAY) * DAY_SECONDS - 1
    return seconds


def rank_within(groups: Ints, *order: npt.NDArray[Any]) -> Ints:
    """Return the position (0 first) of each row inside its group.

    Args:
        groups: Group of each row, shape (n,).
        order: What to sort by inside a group, the most important first; ties keep their order.
    """
    sorted_rows = np.lexsort((*reversed(order), groups))
    sorted_groups = groups[sorted_rows]
    starts = np.searchsorted(sorted_groups, sorted_groups, side="left")
    ranks: Ints = np.empty(len(groups), dtype=np.int64)
    ranks[sorted_rows] = np.arange(len(groups)) - starts
    return ranks


def expand(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return (row, position) for each position from begins[row] up to, not with, ends[row]."""
    lengths = np.maximum(ends - begins, 0)
    rows = np.repeat(np.arange(len(begins)), lengths)
    offsets = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return rows, begins[rows] + offsets


def positions_in(sorted_values: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> Ints:
    """Return where each wanted value stands in a sorted array without repeats, or -1."""
    if len(sorted_values) == 0:
        return np.full(len(wanted), -1, dtype=np.int64)
    found = np.minimum(np.searchsorted(sorted_values, wanted), len(sorted_values) - 1)
    return np.where(sorted_values[found] == wanted, found, -1).astype(np.int64)
