"""Labelled items as arrays: the feature matrix and everything that judges it."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ml.extraction import Connection, learned_batches, learned_batches_again, rows
from ml.features import FEATURES
from ml.features.definition import columns_from_arrow
from ml.features.matrix import Categories, fit_categories, matrix
from ml.labels import LabelRule
from ml.splits import TimeSplit, split_by_time

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]


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
        customs_value_vnd: Declared value; NaN where unknown.
        additional_duty_vnd: Found by the inspection, 0 where nothing was.
        selection_probability: Of the random arm where it chose and the probability is known,
            else NaN.
        hs6_code: For the lookup baseline.
        country_of_origin_code: For the lookup baseline.
        trader_id: Pseudonym, for the lookup baseline.
    """

    values: npt.NDArray[np.float32]
    is_irregular: npt.NDArray[np.bool_]
    is_seen_in_goods: npt.NDArray[np.bool_]
    is_shared_finding: npt.NDArray[np.bool_]
    weight: Floats
    registered_day: npt.NDArray[np.int64]
    known_day: npt.NDArray[np.int64]
    declaration: npt.NDArray[np.int64]
    customs_value_vnd: Floats
    additional_duty_vnd: Floats
    selection_probability: Floats
    hs6_code: Texts
    country_of_origin_code: Texts
    trader_id: Texts

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


def read_labelled_items(
    connection: Connection, rule: LabelRule, *, minimum_code_count: int
) -> "TrainingSet":
    """Read all labelled items, split them by time, and fit the code lists on the training period.

    Args:
        connection: To the analyst release, after `ml.extraction.label_items`.
        rule: Its label delay is the embargo.
        minimum_code_count: Codes of fewer training items count as unseen.

    Raises:
        CustomsDataError: There are too few mature inspections, see `ml.splits`.
    """
    days = rows(connection, "learnable_days", {})
    known = _days(days, "known_date") + rule.delay_days
    split = split_by_time(_days(days, "registered_date"), known, embargo_days=rule.delay_days)
    last_train_day = split.train_period[1]
    batches = (
        columns_from_arrow(table.filter(pc.field("registered_date") <= last_train_day))
        for table in learned_batches(connection)
    )
    categories = fit_categories(batches, FEATURES, minimum_count=minimum_code_count)
    parts = [_items(table, categories) for table in learned_batches_again(connection)]
    items = LabelledItems(
        *(np.concatenate([getattr(part, e.name) for part in parts]) for e in fields(LabelledItems))
    )
    mature_day = items.known_day + rule.delay_days
    split = split_by_time(items.registered_day, mature_day, embargo_days=rule.delay_days)
    return TrainingSet(items, split, categories)


def _items(table: pa.Table, categories: Categories) -> LabelledItems:
    columns = columns_from_arrow(table)
    is_shared = _bools(table, "is_shared_finding")
    return LabelledItems(
        values=matrix(columns, FEATURES, categories),
        is_irregular=_bools(table, "is_irregular"),
        is_seen_in_goods=_bools(table, "is_seen_in_goods"),
        is_shared_finding=is_shared,
        weight=np.where(is_shared, 1.0 / _floats(table, "declaration_item_count"), 1.0),
        registered_day=_days(table, "registered_date"),
        known_day=_days(table, "known_date"),
        declaration=np.asarray(table.column("declaration_place"), dtype=np.int64),
        customs_value_vnd=columns["customs_value_vnd"],
        additional_duty_vnd=_floats(table, "additional_duty_vnd"),
        selection_probability=_floats(table, "selection_probability_ratio"),
        hs6_code=columns["hs6_code"],
        country_of_origin_code=columns["country_of_origin_code"],
        trader_id=_texts(table, "trader_id"),
    )


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table.column(name).cast(pa.float64(), safe=False), dtype=np.float64)


def _bools(table: pa.Table, name: str) -> npt.NDArray[np.bool_]:
    return np.asarray(table.column(name).combine_chunks(), dtype=np.bool_)


def _days(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    return np.asarray(table.column(name).cast(pa.int32()), dtype=np.int64)


def _texts(table: pa.Table, name: str) -> Texts:
    return np.asarray(pc.fill_null(table.column(name), "").to_numpy(), dtype=np.str_)
