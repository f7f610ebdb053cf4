"""Golden items prove that lanes and batch score alike.

They are scored through the batch's door when a snapshot is made, and through its own door whenever
it is loaded. One different bit and the snapshot is not used.
"""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from data_contracts.errors import BundleMismatchError
from data_contracts.statements import statements_beside
from ml.bundle import Bundle
from ml.extraction import Connection, inputs_of_keys
from ml.features.definition import columns_from_arrow
from ml.inputs import GOODS_ITEM
from ml.lanes.history import History
from ml.lanes.inputs import LOOKUP_SCHEMA, declared_schema, scored_columns
from ml.scoring import score

_SQL = statements_beside(__file__)

_MARGIN = "batch_margin"


def draw_golden(
    connection: Connection, bundle: Bundle, days: tuple[date, date], count: int
) -> pa.Table:
    """Return items of these days as declared, with the margin that the batch gives them.

    Args:
        connection: To the analyst release.
        bundle: The model.
        days: First and last day of registration.
        count: Number of items.
    """
    first_date, last_date = days
    wanted: dict[str, Any] = {"first_date": first_date, "last_date": last_date}
    wanted |= {"item_count": count, "source_systems": list(bundle.model.source_systems)}
    connection.execute(_SQL["golden_keys"], wanted)
    schema = pa.schema([*LOOKUP_SCHEMA, *GOODS_ITEM.schema])
    drawn = inputs_of_keys(connection, GOODS_ITEM, schema.names)
    items = pa.concat_tables([schema.empty_table(), *(table.cast(schema) for table in drawn)])
    columns = columns_from_arrow(items.combine_chunks(), GOODS_ITEM.schema)
    margin = score(bundle, columns, explain=False).margin
    return items.select(declared_schema().names).append_column(_MARGIN, pa.array(margin))


def check_golden(golden: pa.Table, bundle: Bundle, traders: History, unit_values: History) -> None:
    """Score the golden items from the snapshot's own history.

    Raises:
        BundleMismatchError: There is none, or a margin differs in a single bit.
    """
    if len(golden) == 0:
        message = "the snapshot holds no golden items, so nothing proves its margins"
        raise BundleMismatchError(message)
    expected = np.asarray(golden.column(_MARGIN), np.float32)
    columns = scored_columns(golden.drop_columns([_MARGIN]), traders, unit_values)
    found = score(bundle, columns, explain=False).margin
    different = int((expected.view(np.uint32) != found.view(np.uint32)).sum())
    if different:
        message = (
            f"{different} of {len(golden)} golden items have another margin here than in the "
            "batch; this snapshot is not used"
        )
        raise BundleMismatchError(message)
