"""From columns to the matrix the model sees; category codes become places in fitted lists."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from ml.features.definition import Column, Columns, Feature

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


def fit_categories(
    batches: Iterable[Columns], features: tuple[Feature, ...], *, minimum_count: int
) -> dict[str, tuple[str, ...]]:
    """List, sorted, the codes that occur at least `minimum_count` times in the training items.

    Rarer codes are treated as unseen, so that the model cannot remember single consignments.
    """
    counts: dict[str, dict[str, int]] = {f.name: {} for f in features if f.is_category}
    for columns in batches:
        for feature in features:
            if not feature.is_category:
                continue
            seen = counts[feature.name]
            codes, numbers = np.unique(feature.compute(columns), return_counts=True)
            for code, number in zip(codes.tolist(), numbers.tolist(), strict=True):
                seen[code] = seen.get(code, 0) + number
    return {
        name: tuple(sorted(c for c, number in seen.items() if c and number >= minimum_count))
        for name, seen in counts.items()
    }
