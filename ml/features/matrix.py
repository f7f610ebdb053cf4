"""From columns to the matrix the model sees; category codes become places in fitted lists."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from ml.features.definition import Column, Columns, Feature

Places = npt.NDArray[np.int64]

Categories = Mapping[str, tuple[str, ...]]
"""For each category feature its codes, sorted; fitted in training and kept in the bundle."""


def matrix(
    columns: Columns, features: tuple[Feature, ...], categories: Categories
) -> npt.NDArray[np.float32]:
    """Compute the features of all items.

    Args:
        columns: From `columns_from_arrow`, n_items long.
        features: In the order of the model.
        categories: The fitted list of each category feature.

    Returns:
        Shape (n_items, n_features), float32, NaN where a value is missing or a code is not listed.
    """
    n_items = len(next(iter(columns.values())))
    values = np.empty((n_items, len(features)), dtype=np.float32)
    # A zero or a negative under a ratio or a logarithm is caught by the features themselves.
    with np.errstate(divide="ignore", invalid="ignore"):
        for position, feature in enumerate(features):
            column = feature.compute(columns)
            if feature.is_category:
                column = encode(column, categories[feature.name])
            values[:, position] = column
    return values


def encode(codes: Column, listed: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """Return the place of each code in the sorted list, NaN for one that is not in it."""
    if not listed:
        return np.full(len(codes), np.nan)
    known = np.asarray(listed, dtype=np.str_)
    places = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return np.where(known[places] == codes, places.astype(np.float64), np.nan)


class Numbered:
    """Texts as whole numbers from 0, in the order in which they are met.

    Attributes:
        places: The number of each text.
    """

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def of(self, texts: Column) -> Places:
        """Return the number of each text, shape (n_items,)."""
        met, place = np.unique(texts, return_inverse=True)
        numbers = [self.places.setdefault(text, len(self.places)) for text in met.tolist()]
        return np.asarray(numbers, dtype=np.int64)[place]


def fitted_matrix(
    batches: Iterable[tuple[Places, Columns]],
    features: tuple[Feature, ...],
    is_counted: npt.NDArray[np.bool_],
    *,
    minimum_count: int,
) -> tuple[npt.NDArray[np.float32], dict[str, tuple[str, ...]]]:
    """Compute the features of items that come in batches, and list their codes on the way.

    A code that occurs less than `minimum_count` times among the counted items is treated as unseen,
    so that the model cannot remember single consignments.

    Args:
        batches: Places of the items in the matrix, and their columns; every item once.
        features: In the order of the model.
        is_counted: Whether an item's codes count, shape (n_items,).
        minimum_count: See above.

    Returns:
        The matrix as of `matrix`, and the sorted codes of each category feature.
    """
    values = np.empty((len(is_counted), len(features)), dtype=np.float32)
    seen = {feature.name: Numbered() for feature in features if feature.is_category}
    with np.errstate(divide="ignore", invalid="ignore"):
        for place, columns in batches:
            for position, feature in enumerate(features):
                column = feature.compute(columns)
                # Below 2**24 codes their numbers are the same in float32.
                values[place, position] = (
                    seen[feature.name].of(column) if feature.is_category else column
                )
    categories: dict[str, tuple[str, ...]] = {}
    for position, feature in enumerate(features):
        if feature.is_category:
            places = seen[feature.name].places
            numbers = values[:, position].astype(np.int64)
            counts = np.bincount(numbers[is_counted], minlength=len(places))
            listed = sorted(c for c, n in places.items() if c and counts[n] >= minimum_count)
            categories[feature.name] = tuple(listed)
            values[:, position] = encode(np.array(list(places), np.str_), tuple(listed))[numbers]
    return values, categories
