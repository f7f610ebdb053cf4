"""Splits by time only: learn from what was known before, measure on what came after."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data_contracts.errors import CustomsDataError

Days = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_EPOCH = date(1970, 1, 1)
_QUARTER_DAYS = 91


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """A training period, an embargo, and the last quarter.

    Attributes:
        is_train: Shape (n_items,): registered before the embargo and judged before the test.
        is_test: Shape (n_items,): registered in the last quarter.
        train_period: First and last day of registration in training.
        test_period: First and last day of registration in the test.
    """

    is_train: Mask
    is_test: Mask
    train_period: tuple[date, date]
    test_period: tuple[date, date]


def split_by_time(registered_day: Days, mature_day: Days, *, embargo_days: int) -> TimeSplit:
    """Set the last quarter apart, and an embargo before it.

    A quarter of a year, or a quarter of the whole period where less than a year is there.

    Args:
        registered_day: Days since 1970-01-01, shape (n_items,).
        mature_day: Day on which the label was known, same shape.
        embargo_days: Days between the last training item and the first test item, at least the
            label delay.

    Raises:
        CustomsDataError: One of the two sides would be empty.
    """
    if len(registered_day) == 0:
        message = "no mature inspection of these systems is there to learn from"
        raise CustomsDataError(message)
    first, last = int(registered_day.min()), int(registered_day.max())
    test_days = min(_QUARTER_DAYS, (last - first + 1) // 4)
    test_start = last - test_days + 1
    is_test = registered_day >= test_start
    is_train = (registered_day < test_start - embargo_days) & (mature_day <= test_start)
    if not is_test.any() or not is_train.any():
        message = (
            f"mature inspections span {last - first + 1} days: too short for a training period, "
            f"an embargo of {embargo_days} days and a quarter to measure on"
        )
        raise CustomsDataError(message)
    return TimeSplit(
        is_train, is_test, _period(registered_day[is_train]), _period(registered_day[is_test])
    )


def last_part(registered_day: Days, is_train: Mask, *, share: float) -> Mask:
    """Return which training items lie in the last `share` of them by day of registration."""
    start = np.quantile(registered_day[is_train], 1.0 - share, method="lower")
    return is_train & (registered_day >= start)


def _period(days: Days) -> tuple[date, date]:
    return _date(int(days.min())), _date(int(days.max()))


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)
