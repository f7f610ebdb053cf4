"""What waits between the two phases of a delivery: one Arrow file a table and block of days.

A file's name tells the first day of its block and the last day it has rows of, so that whoever
wants later days never opens it, and it can go as soon as its last day is written.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from simulator.delivery.numbering import MOMENT
from simulator.delivery.outside_table import OutsideTable
from simulator.delivery.rendering import as_plain, unpacked
from simulator.kernel.glyphs import DAY_SECONDS

_ENDS = b"ends"


def write_spill(folder: Path, spec: OutsideTable, block_day: int, rows: pa.Table) -> None:
    """Write rows, sorted by the day of their moment.

    Args:
        folder: Temporary folder of the run.
        spec: The outside table.
        block_day: First day of the block; names the file.
        rows: Columns and `_moment`.
    """
    days = rows[MOMENT].to_numpy() // DAY_SECONDS
    order = np.argsort(days, kind="stable")
    found, counts = np.unique(days, return_counts=True)
    ends = dict(zip(found.tolist(), counts.cumsum().tolist(), strict=True))
    columns = {
        name: _light(rows[name]).take(pa.array(order)) for name in rows.column_names
    }  # fmt: skip
    table = pa.table(columns).replace_schema_metadata({_ENDS: json.dumps(ends).encode()})
    path = folder / spec.name / f"{block_day}_{max(ends)}.arrow"
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


def remove_spills(folder: Path, specs: Iterable[OutsideTable], day: int) -> None:
    """Remove the files of tables that have no row of a later day.

    Args:
        folder: Temporary folder of the run.
        specs: The tables.
        day: Day (since 1970) up to which everything has been written.
    """
    for spec in specs:
        for path in (folder / spec.name).glob("*.arrow"):
            if _last_day(path) <= day:
                path.unlink()


def forget_spills() -> None:
    """Forget which files there are, so that another run or another phase is seen."""
    _paths.cache_clear()
    _index.cache_clear()


def _places(
    folder: Path, spec: OutsideTable, first_day: int, last_day: int
) -> Iterator[tuple[Path, int, int]]:
    """Yield each file with rows of some days, the first of them and their number."""
    for path, last in _paths(folder / spec.name):
        if last < first_day:
            continue
        days, ends = _index(path)
        first, end = bisect_left(days, first_day), bisect_right(days, last_day)
        if first < end:
            start = ends[first - 1] if first else 0
            yield path, start, ends[end - 1] - start


@cache
def _paths(folder: Path) -> tuple[tuple[Path, int], ...]:
    """Return the files of a table in the order of their blocks, with the last day of each."""
    named = [(int(path.stem.partition("_")[0]), path) for path in folder.glob("*.arrow")]
    return tuple((path, _last_day(path)) for _, path in sorted(named))


def _last_day(path: Path) -> int:
    return int(path.stem.partition("_")[2])


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
