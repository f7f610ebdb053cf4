"""Sends rows that one process holds whole, each on its own day."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from simulator.delivery.outbox import Outbox
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.kernel.arrays import Ints
from simulator.reference.calendar import DAY_SECONDS

_STRIDE_DAYS = 180


def send_dated(
    plan: DeliveryPlan, table: str, moment: Ints, columns: Mapping[str, pa.Array]
) -> list[Receipt]:
    """Write rows of one table, one file a day; rows of days outside the run are left out.

    Args:
        plan: The plan of the run.
        table: Name in the registry.
        moment: Local second (since 1970) of each row, shape (n,).
        columns: Outside columns, each of length n.
    """
    receipts = []
    for first in range(plan.first_day, plan.last_day + 1, _STRIDE_DAYS):
        last = min(first + _STRIDE_DAYS - 1, plan.last_day)
        rows = np.flatnonzero((moment // DAY_SECONDS >= first) & (moment // DAY_SECONDS <= last))
        if len(rows):
            outbox = Outbox(plan, first, last)
            chosen = {name: column.take(pa.array(rows)) for name, column in columns.items()}
            outbox.put(table, moment[rows], chosen, registered=moment[rows] // DAY_SECONDS)
            receipts.append(outbox.close_block())
    return receipts
