"""Goods items of a nation as they looked when the week of their registration ended."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import Floats, Ints, amounts_in, positions_in
from benchmark.ceiling.weeks import SIGN_NAMES, weekly_signs
from benchmark.outside import Limits
from benchmark.reference_policies import plain_items

Matrix = npt.NDArray[np.float32]

_NOT_FEATURES = (
    "number", "item", "week", "trader", "registered", "item_value_vnd",
)  # fmt: skip
# An item's number stays below it.
_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Items:
    """Goods items, sorted by declaration and number.

    Attributes:
        number: Declaration, 11 digits, shape (n,).
        item: Number in it.
        week: Week of registration since 1970.
        value: Customs value, VND.
        features: Columns of the plain trees and signs of all tables; NaN where unknown, shape
            (n, features).
        told: number, item, trader and registered (second): the rows of the items.
    """

    number: Ints
    item: Ints
    week: Ints
    value: Floats
    features: Matrix
    told: pa.Table

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.number)

    def places_of(self, number: Ints, item: Ints) -> Ints:
        """Return where some items stand; -1 for one that is not there."""
        return positions_in(self.number * _ITEMS + self.item, number * _ITEMS + item)


def items_of(world: Path, limits: Limits) -> Items:
    """Return the goods items of a finished nation."""
    plain = plain_items(world, limits)
    plain = plain.set_column(
        plain.column_names.index("item"), "item", plain["item"].cast(pa.int64())
    )
    number, item, week = (_whole(plain[name]) for name in ("number", "item", "week"))
    signs = weekly_signs(world, range(int(week.min()), int(week.max()) + 1), limits)
    own = [name for name in plain.column_names if name not in _NOT_FEATURES]
    features = np.full((len(number), len(own) + len(SIGN_NAMES)), np.nan, dtype=np.float32)
    for place, name in enumerate(own):
        features[:, place] = _real(plain[name])
    at = positions_in(
        number * _ITEMS + item, _whole(signs["number"]) * _ITEMS + _whole(signs["item"])
    )
    for place, name in enumerate(SIGN_NAMES, start=len(own)):
        features[at[at >= 0], place] = _real(signs[name])[at >= 0]
    told = plain.select(["number", "item", "trader", "registered"])
    return Items(number, item, week, amounts_in(plain["item_value_vnd"]), features, told)


def _whole(column: pa.ChunkedArray) -> Ints:
    whole: Ints = pc.fill_null(column.cast(pa.int64()), -1).to_numpy().astype(np.int64)
    return whole


def _real(column: pa.ChunkedArray) -> Matrix:
    real: Matrix = column.cast(pa.float64()).to_numpy().astype(np.float32)
    return real
