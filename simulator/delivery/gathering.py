"""Phase 2: what blocks of days left behind becomes files, one delivery day after the other."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pyarrow as pa

from data_contracts.errors import ContractViolationError
from simulator.delivery.dispatch import Dispatcher
from simulator.delivery.numbering import MOMENT
from simulator.delivery.outbox import forget_spills, spilled, spilled_count, together
from simulator.delivery.outside_table import OPERATION, OutsideTable
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.delivery.rendering import as_written
from simulator.delivery.tables import TABLES, find_table

Finisher = Callable[[pa.Table, int], pa.Table]
"""Makes the outside rows of a day from the rows that were put, which come in the order of their
moments (`_moment`, then a shuffle); the order of what it returns is kept, unless it has `_moment`.
"""

_DAY_SECONDS = 86_400
_LATER = 1
_RUN_DAYS, _RUN_ROWS = 7, 200_000


def deliver(
    plan: DeliveryPlan, days: Iterable[int], finishers: Mapping[str, Finisher] | None = None
) -> Receipt:
    """Write everything that was spilled for some days.

    Args:
        plan: The plan of the run; every block of it must be closed.
        days: Delivery days (since 1970); any split of the run's days between processes will do.
        finishers: For each table that gathers raw rows, what makes the outside rows of a day.

    Raises:
        ContractViolationError: A table that gathers raw rows has no finisher.
    """
    dispatcher = Dispatcher(plan)
    wanted = [spec for spec in TABLES.values() if (plan.spill / spec.name).is_dir()]
    forget_spills()
    for first, last in _runs(sorted(set(days))):
        for spec in wanted:
            finisher = (finishers or {}).get(spec.name)
            if spec.gathers and finisher is None:
                message = f"outside table {spec.name}: its rows need a finisher"
                raise ContractViolationError(message)
            _send(dispatcher, spec, (first, last), finisher)
    forget_spills()
    return dispatcher.receipt


def publish(
    plan: DeliveryPlan, name: str, day: int, rows: pa.Table | dict[str, pa.Array]
) -> Receipt:
    """Write a table that one process holds whole: a snapshot, a reference table, a yearly plan.

    Args:
        plan: The plan of the run.
        name: Name in the registry.
        day: Day (since 1970) of the file; outside the run's days nothing is left out.
        rows: Outside columns, in the order in which they are to be written.
    """
    spec = find_table(name)
    dispatcher = Dispatcher(plan)
    if plan.wants(spec) and len(table := pa.table(rows)):
        dispatcher.send(spec, 0, _timed(spec, table, day))
    return dispatcher.receipt


def _runs(days: list[int]) -> list[tuple[int, int]]:
    """Return first and last of runs of consecutive days, none longer than `_RUN_DAYS`."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and day == runs[-1][1] + 1 and day - runs[-1][0] < _RUN_DAYS:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _send(
    dispatcher: Dispatcher, spec: OutsideTable, run: tuple[int, int], finisher: Finisher | None
) -> None:
    """Write a run of days: at once where they are few rows, else day by day."""
    spill = dispatcher.plan.spill
    if finisher is None and spilled_count(spill, spec, *run) <= _RUN_ROWS:
        if parts := spilled(spill, spec, *run):
            dispatcher.send(spec, _LATER, dispatcher.order(spec, together(parts)))
        return
    for day in range(run[0], run[1] + 1):
        if not (parts := spilled(spill, spec, day, day)):
            continue
        if finisher is None:
            dispatcher.send(spec, _LATER, dispatcher.order(spec, together(parts)))
        else:
            _finish(dispatcher, spec, day, finisher(_in_order(dispatcher, spec, parts), day))


def _in_order(dispatcher: Dispatcher, spec: OutsideTable, parts: list[pa.Table]) -> pa.Table:
    return dispatcher.order(spec, together(parts))


def _finish(dispatcher: Dispatcher, spec: OutsideTable, day: int, finished: pa.Table) -> None:
    if not len(finished):
        return
    is_timed = MOMENT in finished.column_names
    rows = _timed(spec, finished, day)
    dispatcher.send(spec, 0, dispatcher.order(spec, rows) if is_timed else rows)


def _timed(spec: OutsideTable, table: pa.Table, day: int) -> pa.Table:
    """Return the table with what sending needs: moments, and `OP` where it is numbered."""
    count = len(table)
    texts = {
        name: table[name] if name == MOMENT else as_written(table[name], spec.form)
        for name in table.column_names
    }  # fmt: skip
    table = pa.table(texts)
    if MOMENT not in table.column_names:
        at_midnight = np.full(count, day * _DAY_SECONDS, dtype=np.int64)
        table = table.append_column(MOMENT, pa.array(at_midnight))
    if spec.is_numbered and OPERATION not in table.column_names:
        table = table.append_column(OPERATION, pa.repeat(pa.scalar("I"), count))
    return table
