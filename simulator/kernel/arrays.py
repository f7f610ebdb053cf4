"""Array types and the few operations on records of equally long arrays."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

Record = TypeVar("Record")


def pick(record: Record, index: Ints | Bools) -> Record:
    """Return a dataclass of equally long arrays, cut to `index` (positions or a mask).

    A field that is itself such a dataclass is cut likewise.
    """
    changes: dict[str, Any] = {}
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        changes[item.name] = pick(value, index) if is_dataclass(value) else value[index]
    return replace(record, **changes)  # type: ignore[type-var]


def join(records: Sequence[Record]) -> Record:
    """Return dataclasses of equally long arrays, one after the other, as one."""
    first = records[0]
    changes: dict[str, Any] = {
        item.name: np.concatenate([getattr(record, item.name) for record in records])
        for item in fields(first)  # type: ignore[arg-type]
    }
    return replace(first, **changes)  # type: ignore[type-var]


def group_starts(counts: Ints) -> Ints:
    """Return the first row of each run of `counts[i]` rows."""
    starts = np.zeros(len(counts), dtype=np.int64)
    np.cumsum(counts[:-1], out=starts[1:])
    return starts


def runs_of(counts: Ints) -> Ints:
    """Return 0 `counts[0]` times, 1 `counts[1]` times …: the run that each row is of."""
    return np.repeat(np.arange(len(counts)), counts)


def numbers_within(counts: Ints) -> Ints:
    """Return 0, 1, 2 … inside each run of `counts[i]` rows, one after the other."""
    return np.arange(int(counts.sum())) - np.repeat(group_starts(counts), counts)


def texts(values: Sequence[str | None], index: Ints) -> pa.Array:
    """Return `values[index]` as text, null where the value is None."""
    return pa.array(values, pa.string()).take(pa.array(index))


def coded(values: Sequence[str | None], index: Ints, mask: Bools | None = None) -> pa.Array:
    """Return `values[index]` as dictionary text: small however long; null where `mask` is true."""
    if mask is not None:
        positions = pa.array(index.astype(np.int32), mask=mask)
    else:
        positions = pa.array(index.astype(np.int32))
    return pa.DictionaryArray.from_arrays(positions, pa.array(values, pa.string()))


def decimals(values: Ints, scale: int, mask: Bools | None = None) -> pa.Array:
    """Return whole numbers of 10^-scale as exact decimals, null where `mask` is true."""
    whole = pa.array(values, pa.int64(), mask=mask).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(19, scale), len(whole), whole.buffers())


def whole(values: Ints, mask: Bools | None = None) -> pa.Array:
    """Return whole numbers, null where `mask` is true."""
    return pa.array(values, pa.int64(), mask=mask)


def digits(values: Ints) -> pa.Array:
    """Return whole numbers as text."""
    return pa.array(values, pa.int64()).cast(pa.string())


def moments(seconds: Ints, mask: Bools | None = None) -> pa.Array:
    """Return local seconds since 1970 as times without zone, null where `mask` is true."""
    return pa.array(seconds, pa.int64(), mask=mask).cast(pa.timestamp("s"))


def dates(days: Ints, mask: Bools | None = None) -> pa.Array:
    """Return days since 1970 as dates, null where `mask` is true."""
    return pa.array(days.astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())


def constant(value: str | None, count: int) -> pa.Array:
    """Return one text `count` times."""
    return pa.array([value], pa.string()).take(pa.array(np.zeros(count, dtype=np.int64)))


def numbered(prefix: str, values: Ints, width: int) -> pa.Array:
    """Return prefix + number with leading zeros, such as HD000012."""
    return pc.binary_join_element_wise(prefix, pc.utf8_lpad(digits(values), width, "0"), "")
