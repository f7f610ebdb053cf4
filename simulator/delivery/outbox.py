"""Takes the rows of a block of days: files of the same day at once, all others by way of a spill.

Phase 1, in any process, one `Outbox` for each block of days: `put`, then `close_block`. Phase 2,
when all blocks are closed: `gathering.deliver`. The bytes depend neither on the length of a block
nor on the number of processes: each file holds either the rows that are sent on the day their
declaration was registered (part 0), or those of all other days (part 1).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from data_contracts.errors import ContractViolationError
from simulator.delivery.faults import check_profile
from simulator.delivery.gathering import Dispatcher
from simulator.delivery.numbering import MOMENT
from simulator.delivery.outside_table import OPERATION, OutsideTable
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.delivery.rendering import as_text, as_written
from simulator.delivery.spill import together, write_spill
from simulator.delivery.tables import find_table
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.glyphs import DAY_SECONDS

_MOST_DAYS = 180


@dataclass(slots=True)
class Outbox:
    """Rows of one block of days on their way to files.

    Attributes:
        plan: What is written where.
        first_day, last_day: The block (days since 1970, both included).
    """

    plan: DeliveryPlan
    first_day: int
    last_day: int
    _same_day: dict[str, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))
    _other_days: dict[str, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Refuse a block without end and a profile of faults that there is not."""
        check_profile(self.plan.faults)
        if not 0 <= self.last_day - self.first_day < _MOST_DAYS:
            message = f"outbox: a block has 1 to {_MOST_DAYS} days"
            raise ContractViolationError(message)

    def wants(self, table: str) -> bool:
        """Tell whether rows of this table are written at all; if not, they need not be made."""
        return self.plan.wants(find_table(table))

    def put(
        self,
        table: str,
        moment: Ints,
        columns: Mapping[str, pa.Array],
        operation: str | pa.Array = "I",
        registered: Ints | None = None,
    ) -> None:
        """Hand over rows of one table.

        Args:
            table: Name in the registry.
            moment: Local second (since 1970) at which the sender knows each row, shape (n,): the
                day and hour of its file, and its place in it.
            columns: Outside columns of any exact Arrow type, each of length n; a column left out
                is null. Times become what the form of the file has (`as_written`). A table with a
                finisher takes any columns, and keeps their types.
            operation: I, U or D, for all or for each row.
            registered: Day (since 1970) of the declaration each row belongs to, shape (n,); all
                rows of that declaration and day must come from this block. Rows sent on that day
                go to the first file of the day, all others (all of them for None) to the second.

        Raises:
            ContractViolationError: The table or a column is unknown, or a row that is sent on the
                day of its registration lies outside the block.
        """
        spec = find_table(table)
        days = moment // DAY_SECONDS
        keep = self.plan.sends(days)
        if not self.plan.wants(spec) or not keep.any():
            return
        rows = _rows(spec, moment, columns, operation)
        same = np.zeros(len(days), dtype=np.bool_)
        if registered is not None and not spec.gathers:
            same = keep & (days == registered)
            self._check_block(spec, days[same])
        _append(self._same_day[table], rows, same)
        _append(self._other_days[table], rows, keep & ~same)

    def close_block(self) -> Receipt:
        """Write the files of the block's own days, spill the rest, and forget all rows."""
        dispatcher = Dispatcher(self.plan)
        for name in sorted(self._same_day):
            parts = self._same_day.pop(name)
            if parts:
                spec = find_table(name)
                dispatcher.send(spec, 0, dispatcher.order(spec, together(parts)))
        for name in sorted(self._other_days):
            parts = self._other_days.pop(name)
            if parts:
                write_spill(self.plan.spill, find_table(name), self.first_day, together(parts))
        return dispatcher.receipt

    def _check_block(self, spec: OutsideTable, days: Ints) -> None:
        if len(days) and not self.first_day <= days.min() <= days.max() <= self.last_day:
            message = (
                f"outbox {spec.name}: a day in {days.min()}..{days.max()} is outside the block "
                f"{self.first_day}..{self.last_day}"
            )
            raise ContractViolationError(message)


def _rows(
    spec: OutsideTable, moment: Ints, columns: Mapping[str, pa.Array], operation: str | pa.Array
) -> pa.Table:
    held: dict[str, pa.Array] = {MOMENT: pa.array(moment, pa.int64())}
    if spec.is_numbered:
        held[OPERATION] = _operations(operation, len(moment))
    for name, column in columns.items():
        if not spec.accepts(name):
            message = f"outbox {spec.name}: no column {name} in the outside format"
            raise ContractViolationError(message)
        held[name] = column if spec.gathers else as_written(column, spec.form)
    return pa.table(held)


def _operations(operation: str | pa.Array, count: int) -> pa.Array:
    if not isinstance(operation, str):
        return as_text(operation)
    positions = pa.array(np.zeros(count, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(positions, pa.array([operation]))


def _append(parts: list[pa.Table], rows: pa.Table, chosen: Bools) -> None:
    if chosen.all():
        parts.append(rows)
    elif chosen.any():
        parts.append(rows.filter(pa.array(chosen)))
