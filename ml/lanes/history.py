"""History by key and day in memory-mapped columns: the profiles a snapshot answers from.

One file of raw little-endian values per column, sorted by the key's hash and then by day, so that
a look-up is two binary searches and every process shares the same pages.
Keys are 128 bits of MD5 (no secret is protected by it): one collision in a billion keys has a
chance of 10^-21.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data_contracts.errors import BundleMismatchError, ContractViolationError
from ml.inputs import GOODS_ITEM

KEY_SEPARATOR = "\x1f"
_KEY_COLUMNS = {"key_high": pa.uint64(), "key_low": pa.uint64(), "as_of_date": pa.date32()}
_EPOCH = date(1970, 1, 1)

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class History:
    """Profiles of one kind.

    Attributes:
        key_high: First half of each row's key, rising, shape (n_rows,), uint64.
        key_low: Second half, rising within equal first halves, uint64.
        as_of_day: Days since 1970-01-01, rising within a key, int32.
        columns: Raw values by name of the input, each of shape (n_rows,).
    """

    key_high: npt.NDArray[np.uint64]
    key_low: npt.NDArray[np.uint64]
    as_of_day: npt.NDArray[np.int32]
    columns: dict[str, npt.NDArray[Any]]

    def __len__(self) -> int:
        return len(self.as_of_day)

    def before(self, key: Sequence[str | None], day: date) -> int:
        """Return the row of `key` with the last day before `day`, -1 where there is none."""
        if any(part is None for part in key):
            return -1
        high, low = _hash(KEY_SEPARATOR.join(part for part in key if part is not None))
        start, end = _run(self.key_high, high, 0, len(self))
        start, end = _run(self.key_low, low, start, end)
        wanted = np.int32((day - _EPOCH).days)
        found = start + int(np.searchsorted(self.as_of_day[start:end], wanted, side="left")) - 1
        return found if found >= start else -1

    def rows(self, positions: Positions) -> dict[str, pa.Array]:
        """Return the values at `positions` as Arrow arrays of the inputs' types.

        Args:
            positions: Rows as `before` gives them, shape (n_items,); -1 becomes null.
        """
        is_missing = positions < 0
        at = np.where(is_missing, 0, positions)
        return {
            name: _arrow(GOODS_ITEM.schema.field(name).type, values, at, is_missing)
            for name, values in self.columns.items()
        }


def history_inputs(prefix: str) -> list[pa.Field]:
    """Return the inputs of the features that one kind of history gives."""
    return [entry for entry in GOODS_ITEM.schema if entry.name.startswith(prefix)]


def write_history(folder: Path, batches: Iterable[pa.RecordBatch], prefix: str) -> int:
    """Write the columns of a history statement, batch by batch, and return the number of rows.

    Args:
        folder: Made here; one file per column.
        batches: Sorted by key and day, as the statements of this package give them.
        prefix: Prefix of the inputs that must all be there.

    Raises:
        ContractViolationError: An input is missing or null in the history.
    """
    types = _types(prefix)
    folder.mkdir(parents=True)
    count = 0
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in types}
        for batch in batches:
            count += batch.num_rows
            for name, wanted in types.items():
                files[name].write(_raw(batch, name, wanted))
    return count


def read_history(folder: Path, count: int, prefix: str) -> History:
    """Map the columns that `write_history` wrote.

    Raises:
        BundleMismatchError: A file is missing or has another length.
    """
    mapped = {
        name: _map(folder / name, _stored(wanted), count) for name, wanted in _types(prefix).items()
    }
    high, low, day = (mapped.pop(name) for name in _KEY_COLUMNS)
    return History(key_high=high, key_low=low, as_of_day=day, columns=mapped)


def _types(prefix: str) -> dict[str, pa.DataType]:
    return _KEY_COLUMNS | {entry.name: entry.type for entry in history_inputs(prefix)}


def _hash(key: str) -> tuple[np.uint64, np.uint64]:
    digest = hashlib.md5(key.encode(), usedforsecurity=False).digest()
    return np.uint64(int.from_bytes(digest[:8], "little")), np.uint64(
        int.from_bytes(digest[8:], "little")
    )


def _run(values: npt.NDArray[Any], wanted: Any, start: int, end: int) -> tuple[int, int]:
    part = values[start:end]
    left = int(np.searchsorted(part, wanted, side="left"))
    right = int(np.searchsorted(part, wanted, side="right"))
    return start + left, start + right


def _stored(wanted: pa.DataType) -> np.dtype[Any]:
    if pa.types.is_decimal(wanted):
        return np.dtype("V16")
    return np.dtype("<i4") if pa.types.is_date32(wanted) else np.dtype(wanted.to_pandas_dtype())


def _raw(batch: pa.RecordBatch, name: str, wanted: pa.DataType) -> bytes:
    if name not in batch.schema.names:
        message = f"history: the input {name} is missing"
        raise ContractViolationError(message)
    values = batch.column(name).cast(wanted)
    if values.null_count:
        message = f"history: the input {name} is null in {values.null_count} rows"
        raise ContractViolationError(message)
    width = _stored(wanted).itemsize
    start = values.offset * width
    return bytes(memoryview(values.buffers()[1])[start : start + len(values) * width])


def _map(path: Path, stored: np.dtype[Any], count: int) -> npt.NDArray[Any]:
    size = path.stat().st_size if path.exists() else -1
    if size != count * stored.itemsize:
        message = f"{path.name}: expected {count} values of {stored.itemsize} bytes, found {size}"
        raise BundleMismatchError(message)
    if count == 0:
        return np.empty(0, stored)
    # A plain view: the subclass costs microseconds at every slice.
    return np.asarray(np.memmap(path, dtype=stored, mode="r", shape=(count,)))


def _arrow(
    wanted: pa.DataType, values: npt.NDArray[Any], at: Positions, is_missing: npt.NDArray[np.bool_]
) -> pa.Array:
    if is_missing.all():
        return pa.nulls(len(at), wanted)
    chosen = pa.py_buffer(np.ascontiguousarray(values[at]).tobytes())
    present = pa.py_buffer(np.packbits(~is_missing, bitorder="little").tobytes())
    return pa.Array.from_buffers(wanted, len(at), [present, chosen])
