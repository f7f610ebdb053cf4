"""Labelled items as arrays: the feature matrix and everything that judges it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.errors import CustomsDataError
from ml.extraction import Connection, choose_learned, inputs_of_keys
from ml.features.definition import Columns, columns_from_arrow
from ml.features.matrix import Numbered, Places, fitted_matrix
from ml.model import Model
from ml.splits import TimeSplit, split_by_time

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabelledItems:
    """Examined goods items; every array has length n_items.

    Attributes:
        values: Shape (n_items, n_features), float32.
        is_irregular: What the inspection found.
        is_seen_in_goods: The goods themselves were looked at, not the papers alone.
        is_shared_finding: Found on a whole declaration of several items, no one knows which.
        weight: 1, or 1 ÷ items of the declaration for a shared finding.
        registered_day: Days since 1970-01-01.
        known_day: Day on which the inspection ended.
        declaration: Number of the declaration the item belongs to, for resampling.
        additional_duty_vnd: Found by the inspection, 0 where nothing was.
        selection_probability: Of the random arm where it chose and the probability is known,
            else NaN.
        lookups: What past rates are kept by (`Inputs.lookups`), as numbers, shape
            (n_items, n_lookups).
    """

    values: npt.NDArray[np.float32]
    is_irregular: npt.NDArray[np.bool_]
    is_seen_in_goods: npt.NDArray[np.bool_]
    is_shared_finding: npt.NDArray[np.bool_]
    weight: Floats
    registered_day: npt.NDArray[np.int64]
    known_day: npt.NDArray[np.int64]
    declaration: npt.NDArray[np.int64]
    additional_duty_vnd: Floats
    selection_probability: Floats
    lookups: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.is_irregular)

    def take(self, chosen: npt.NDArray[np.bool_]) -> "LabelledItems":
        """Return the items where `chosen` is true."""
        return LabelledItems(*(getattr(self, entry.name)[chosen] for entry in fields(self)))


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Labelled items, their split by time, and the code lists of the training period.

    Attributes:
        items: All examined items.
        split: Training period and last quarter.
        categories: For each category feature its codes, sorted.
    """

    items: LabelledItems
    split: TimeSplit
    categories: dict[str, tuple[str, ...]]


def read_labelled_items(connection: Connection, model: Model) -> TrainingSet:
    """Read all labelled items, split them by time, and fit the code lists on the training period.

    Args:
        connection: To the analyst release, after `ml.extraction.label_items`.
        model: Its label delay is the embargo.

    Raises:
        CustomsDataError: There are too few mature inspections, see `ml.splits`, or the release
            lacks an item that was inspected.
    """
    known = choose_learned(connection, model.target)
    registered_day, known_day = _days(known, "registered_date"), _days(known, "known_date")
    delay = model.labels.delay_days
    split = split_by_time(registered_day, known_day + delay, embargo_days=delay)
    last_train_day = np.datetime64(split.train_period[1], "D").astype(np.int64)
    lookups = np.empty((len(known), len(model.inputs.lookups)), np.int64)
    values, categories = fitted_matrix(
        _columns(connection, model, lookups),
        model.features,
        registered_day <= last_train_day,
        minimum_count=model.parameters.minimum_code_count,
    )
    is_shared = _bools(known, "is_shared_finding")
    items = LabelledItems(
        values=values,
        is_irregular=_bools(known, "is_found"),
        is_seen_in_goods=_bools(known, "is_seen_in_goods"),
        is_shared_finding=is_shared,
        weight=np.where(is_shared, 1.0 / _floats(known, "declaration_item_count"), 1.0),
        registered_day=registered_day,
        known_day=known_day,
        declaration=np.asarray(known.column("declaration_place"), dtype=np.int64),
        additional_duty_vnd=_floats(known, "additional_duty_vnd"),
        selection_probability=_floats(known, "selection_probability_ratio"),
        lookups=lookups,
    )
    return TrainingSet(items, split, categories)


def _columns(
    connection: Connection, model: Model, lookups: npt.NDArray[np.int64]
) -> Iterator[tuple[Places, Columns]]:
    """Yield the columns of all items by place, and fill their `lookups`."""
    names = {name for keys in model.inputs.lookups for name in keys} | set(model.columns.names)
    numbered = [Numbered() for _ in model.inputs.lookups]
    count = 0
    batches = inputs_of_keys(connection, model.inputs, ["item_place", *sorted(names)])
    for table in batches:
        place = np.asarray(table.column("item_place"), np.int64)
        for position, keys in enumerate(model.inputs.lookups):
            texts = pc.binary_join_element_wise(
                *(pc.fill_null(table.column(name), "") for name in keys), "\x1f"
            )
            lookups[place, position] = numbered[position].of(
                np.asarray(texts.to_numpy(), dtype=np.str_)
            )
        count += len(table)
        yield place, columns_from_arrow(table, model.columns)
    if count != len(lookups):
        message = f"{len(lookups)} items were inspected, and the release holds {count} of them"
        raise CustomsDataError(message)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table.column(name).cast(pa.float64(), safe=False), dtype=np.float64)


def _bools(table: pa.Table, name: str) -> npt.NDArray[np.bool_]:
    return np.asarray(table.column(name).combine_chunks(), dtype=np.bool_)


def _days(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    return np.asarray(table.column(name).cast(pa.int32()), dtype=np.int64)
