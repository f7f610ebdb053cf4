"""Manifest lines of a day: the bills that were handed over, put together call by call."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel.arrays import Ints
from simulator.kernel.glyphs import gathered, joined


def group_calls(rows: pa.Table, _day: int = 0) -> pa.Table:
    """Return the manifest lines of a day, one a call and revision, from bills handed over.

    Args:
        rows: What `put_manifests` handed over for the day, in any order.
        _day: The day; the rows say everything.

    Returns:
        The outside columns (`bills` is raw JSON), and `_moment` where the rows have it. A call
        with bills that change on the same day gives two lines.
    """
    order = pc.sort_indices(
        rows, [("id", "ascending"), ("revision", "ascending"), ("no", "ascending")]
    )
    taken = rows.take(order)
    columns = {name: _unpacked(taken[name].combine_chunks()) for name in rows.column_names}
    calls = joined(columns["id"], columns["revision"]).to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.concatenate([[True], calls[1:] != calls[:-1]]))
    counts = np.diff(np.append(starts, len(calls)))
    has_later = np.asarray(pc.is_valid(columns["later"]))
    again = np.flatnonzero(np.add.reduceat(has_later.astype(np.int64), starts) > 0)
    later = pc.coalesce(columns["later"], columns["bill"])
    lines = {
        "bills": pa.concat_arrays(
            [
                _in_list(columns["bill"], counts),
                _in_list(later, counts).take(pa.array(again)),
            ]
        ),
        "revision": pa.concat_arrays(
            [
                columns["revision"].take(pa.array(starts)),
                pa.array(["2"]).take(pa.array(again * 0)),
            ]
        ),
    }
    line_rows = pa.array(np.concatenate([starts, starts[again]]))
    outside = ("_moment", "id", "mode", "means.name", "means.id", "means.voyage", "arrival", "port")
    heads = {name: columns[name].take(line_rows) for name in outside if name in columns}
    return pa.table(heads | lines)


def _unpacked(column: pa.Array) -> pa.Array:
    """Return dictionaries and the revision as plain text; moments stay."""
    if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.string())
    return column


def _in_list(texts: pa.Array, counts: Ints) -> pa.Array:
    return joined("[", gathered(texts, counts, ","), "]")
