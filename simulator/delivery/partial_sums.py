"""Sums over many blocks: each block leaves its part beside the spill, one process adds them up.

The parts are whole numbers, so the total does not depend on how days were cut into blocks.
"""

import numpy as np
import pyarrow as pa

from simulator.delivery.numbering import MOMENT
from simulator.delivery.outbox import Outbox
from simulator.delivery.outside_table import OutsideTable
from simulator.delivery.plan import DeliveryPlan
from simulator.delivery.spill import forget_spills, spilled, write_spill
from simulator.kernel.arrays import Ints
from simulator.kernel.glyphs import DAY_SECONDS


def _kept_as(name: str) -> OutsideTable:
    """Return where parts of this name wait; no file of this table is ever sent."""
    return OutsideTable(name, "none", "none", "none", (), (), gathers=True)


def leave_part(outbox: Outbox, name: str, day: Ints, columns: dict[str, Ints]) -> None:
    """Leave a block's part of some sums; called at most once for each block and name.

    Args:
        outbox: The outbox of the block.
        name: Name of the sums.
        day: Day (since 1970) under which each row is found again, shape (n,).
        columns: Whole numbers, each of shape (n,).
    """
    if len(day):
        table = pa.table({MOMENT: pa.array(day * DAY_SECONDS), **columns})
        write_spill(outbox.plan.spill, _kept_as(name), outbox.first_day, table)


def add_parts(
    plan: DeliveryPlan, name: str, days: tuple[int, int], code: str, measures: tuple[str, ...]
) -> tuple[Ints, list[Ints]]:
    """Return the totals of all blocks' parts.

    Args:
        plan: The plan of the run; all blocks must be closed.
        name: Name of the sums.
        days: First and last day of the parts wanted.
        code: Column by which rows are added up.
        measures: Columns that are added up.

    Returns:
        The codes, ascending and different, and the total of each measure.
    """
    forget_spills()
    parts = spilled(plan.spill, _kept_as(name), *days)
    columns = [
        np.concatenate([np.empty(0, np.int64), *(part[one].to_numpy() for part in parts)])
        for one in (code, *measures)
    ]
    return added_up(columns[0], columns[1:])


def added_up(code: Ints, measures: list[Ints]) -> tuple[Ints, list[Ints]]:
    """Return the different codes (not negative), ascending, and each measure's sum by code."""
    order = np.argsort(code, kind="stable")
    ordered = code[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    if not len(starts):
        return code, [np.empty(0, dtype=np.int64) for _ in measures]
    return ordered[starts], [np.add.reduceat(measure[order], starts) for measure in measures]
