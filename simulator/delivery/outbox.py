"""Takes the rows of a block of days: files of the same day at once, all others by way of a spill.

Phase 1, in any process, one `Outbox` for each block of days: `put`, then `close_block`. Phase 2,
when all blocks are closed: `gathering.deliver`. The bytes depend neither on the length of a block
nor on the number of processes: each file holds either the rows that are sent on the day their
declaration was registered (part 0), or those of all other days (part 1).

What waits between the two phases is one Arrow file for each table and block of days.
"""

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from data_contracts.errors import ContractViolationError
from simulator.delivery.dispatch import Dispatcher
from simulator.delivery.faults import check_profile
from simulator.delivery.numbering import MOMENT
from simulator.delivery.outside_table import OPERATION, OutsideTable
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.delivery.rendering import as_plain, as_text, as_written, unpacked
from simulator.delivery.tables import find_table
from simulator.kernel.arrays import Bools, Ints

_DAY_SECONDS = 86_400
_ENDS = b"ends"


def write_spill(folder: Path, spec: OutsideTable, block_day: int, rows: pa.Table) -> None:
    """Write rows, sorted by the day of their moment.

    Args:
        folder: Temporary folder of the run.
        spec: The outside table.
        block_day: First day of the block; names the file.
        rows: Columns and `_moment`.
    """
    days = rows[MOMENT].to_numpy() // _DAY_SECONDS
    order = np.argsort(days, kind="stable")
    found, counts = np.unique(days, return_counts=True)
    ends = dict(zip(found.tolist(), counts.cumsum().tolist(), strict=True))
    columns = {
        name: _light(rows[name]).take(pa.array(order)) for name in rows.column_names
    }  # fmt: skip
    table = pa.table(columns).replace_schema_metadata({_ENDS: json.dumps(ends).encode()})
    path = folder / spec.name / f"{block_day}.arrow"
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.ipc.new_file(str(path), table.schema) as file:
        file.write_batch(table.to_batches()[0])


def spilled(folder: Path, spec: OutsideTable, first_day: int, last_day: int) -> list[pa.Table]:
    """Return the rows of some days from every block; dictionaries come as plain text.

    Files are mapped for this only: pages once read do not stay in memory.
    """
    found = []
    for path, start, count in _places(folder, spec, first_day, last_day):
        with pa.memory_map(str(path)) as source:
            batch = pa.ipc.open_file(source).get_batch(0).slice(start, count)
        found.append(unpacked(pa.Table.from_batches([batch])))
    return found


def spilled_count(folder: Path, spec: OutsideTable, first_day: int, last_day: int) -> int:
    """Return how many rows of some days there are, without reading them."""
    return sum(count for _, _, count in _places(folder, spec, first_day, last_day))


def forget_spills() -> None:
    """Forget which files there are, so that another run or another phase is seen."""
    _paths.cache_clear()
    _index.cache_clear()


def _places(
    folder: Path, spec: OutsideTable, first_day: int, last_day: int
) -> Iterator[tuple[Path, int, int]]:
    """Yield each file with rows of some days, the first of them and their number."""
    for path in _paths(folder / spec.name):
        days, ends = _index(path)
        first, end = bisect_left(days, first_day), bisect_right(days, last_day)
        if first < end:
            start = ends[first - 1] if first else 0
            yield path, start, ends[end - 1] - start


@cache
def _paths(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.arrow"), key=lambda path: int(path.stem)))


@cache
def _index(path: Path) -> tuple[list[int], list[int]]:
    """Return the days of which a file has rows, ascending, and where each day's rows end."""
    with pa.memory_map(str(path)) as source:
        ends = json.loads(pa.ipc.open_file(source).schema.metadata[_ENDS])
    return [int(day) for day in ends], list(ends.values())


def _light(column: pa.ChunkedArray) -> pa.Array:
    """Return one array; a dictionary of more values than rows is unpacked."""
    values = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if pa.types.is_dictionary(values.type) and len(values.dictionary) > len(values):
        return as_plain(values)
    return values


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
        days = moment // _DAY_SECONDS
        keep = (days >= self.plan.first_day) & (days <= self.plan.last_day)
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


def together(parts: list[pa.Table]) -> pa.Table:
    """Return tables of the same outside table as one; a column that one of them lacks is null."""
    if len(parts) == 1:
        return parts[0]
    names = dict.fromkeys(name for part in parts for name in part.column_names)
    return pa.table({name: _column(parts, name) for name in names})


def _column(parts: list[pa.Table], name: str) -> pa.Array:
    held = [part[name].combine_chunks() for part in parts if name in part.column_names]
    kinds = {column.type for column in held}
    kind = kinds.pop() if len(kinds) == 1 else pa.string()
    filled = iter(held)
    columns = []
    for part in parts:
        column = next(filled) if name in part.column_names else pa.nulls(len(part), kind)
        columns.append(column if column.type == kind else as_plain(column))
    return pa.concat_arrays(columns)


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
