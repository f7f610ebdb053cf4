"""How much additional duty an irregular item brings, as a share of its customs value."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Weight of the overall ratio against a chapter's own, in items: with fewer findings than this a
# chapter's figure is mostly the overall one.
_PRIOR_ITEMS = 30.0


@dataclass(frozen=True, slots=True)
class Uplift:
    """Additional duty of an irregular item ÷ its declared customs value.

    Attributes:
        overall_ratio: Over all irregular items of the training period.
        ratio_by_hs2: By chapter, drawn towards the overall ratio where findings are few.
        variation: Standard deviation ÷ mean of an item's additional duty around ratio x value.
        item_count: Irregular items with a known amount that it rests on.
    """

    overall_ratio: float
    ratio_by_hs2: dict[str, float]
    variation: float
    item_count: int


def fit_uplift(hs2_code: npt.NDArray[np.str_], value_vnd: Floats, additional_vnd: Floats) -> Uplift:
    """Fit on irregular items of the training period whose additional duty is known.

    Args:
        hs2_code: Chapter of each item, shape (n_items,).
        value_vnd: Declared customs value, above zero.
        additional_vnd: Additional duty that the inspection found.
    """
    if len(value_vnd) == 0:
        return Uplift(0.0, {}, 0.0, 0)
    overall = float(additional_vnd.sum() / value_vnd.sum())
    chapters, place = np.unique(hs2_code, return_inverse=True)
    found = np.bincount(place, additional_vnd)
    value = np.bincount(place, value_vnd)
    prior_value = _PRIOR_ITEMS * value_vnd.mean()
    ratios = (found + overall * prior_value) / (value + prior_value)
    expected = ratios[place] * value_vnd
    # Item by item, by the square of its amount: that is how the errors of a sum add up.
    square = float(np.sum(expected**2))
    error = float(np.sum((additional_vnd - expected) ** 2))
    variation = float(np.sqrt(error / square)) if square > 0 else 0.0
    by_chapter = dict(zip(chapters.tolist(), ratios.tolist(), strict=True))
    return Uplift(overall, by_chapter, variation, len(value_vnd))
