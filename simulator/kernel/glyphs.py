"""Text made by the million: letters and digits as byte matrices, JSON by joining columns.

A column whose values are all equally wide is a matrix of bytes of shape (n, width), which becomes
Arrow text without touching single rows (about 10 ns a row). The rest is joined by Arrow.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.keyed import Keys, one_way

Bytes = npt.NDArray[np.uint8]

DAY_SECONDS = 86_400
_CHUNK, _CHUNK_DIGITS = 10_000, 4
_ZONE = b"+07:00"


@lru_cache(maxsize=1)
def _chunks() -> Bytes:
    numbers = np.arange(_CHUNK)[:, None] // np.array([1000, 100, 10, 1]) % 10
    table: Bytes = (numbers + ord("0")).astype(np.uint8)
    return table


@lru_cache(maxsize=1)
def _times() -> Bytes:
    """Return HH:MM:SS of each second of a day, shape (86400, 8)."""
    seconds = np.arange(DAY_SECONDS, dtype=np.int64)
    colon = np.full((DAY_SECONDS, 1), ord(":"), dtype=np.uint8)
    hours, minutes = digits(seconds // 3600, 2), digits(seconds // 60 % 60, 2)
    return np.hstack([hours, colon, minutes, colon, digits(seconds % 60, 2)])


@lru_cache(maxsize=1)
def _hexes() -> Bytes:
    return np.array([list(f"{byte:02X}".encode()) for byte in range(256)], dtype=np.uint8)


def digits(values: Ints, width: int) -> Bytes:
    """Return the last `width` decimal digits of whole numbers, shape (n, width)."""
    chunks = -(-width // _CHUNK_DIGITS)
    shown = np.empty((len(values), chunks * _CHUNK_DIGITS), dtype=np.uint8)
    rest = values
    for chunk in range(chunks, 0, -1):
        rest, last = np.divmod(rest, _CHUNK)
        shown[:, (chunk - 1) * _CHUNK_DIGITS : chunk * _CHUNK_DIGITS] = _chunks()[last]
    return shown[:, chunks * _CHUNK_DIGITS - width :]


def hexes(keys: Keys, width: int = 16) -> Bytes:
    """Return `width` (even) hexadecimal digits that name keys and do not tell them.

    Shape (n, width).
    """
    words = one_way(keys).astype(">u8").view(np.uint8).reshape(-1, 8)[:, : width // 2]
    return _hexes()[words].reshape(-1, width)


def words(values: tuple[str, ...], index: Ints) -> Bytes:
    """Return `values[index]`, all equally wide in ASCII, shape (n, width)."""
    table = np.array([list(value.encode()) for value in values], dtype=np.uint8)
    return table[index]


def same(text: str, count: int) -> Bytes:
    """Return one text `count` times, shape (count, bytes)."""
    letters = np.frombuffer(text.encode(), dtype=np.uint8)
    return np.broadcast_to(letters, (count, len(letters)))


def fixed(*parts: Bytes) -> pa.Array:
    """Return byte matrices side by side as text."""
    matrix = np.ascontiguousarray(parts[0] if len(parts) == 1 else np.hstack(parts))
    count, width = matrix.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    buffers = (pa.py_buffer(offsets), pa.py_buffer(matrix))
    return pa.StringArray.from_buffers(count, *buffers)


def ragged(matrix: Bytes, lengths: Ints) -> pa.Array:
    """Return rows of bytes as text, each cut to its length; length 0 gives null.

    Args:
        matrix: Bytes of shape (n, width).
        lengths: How many of them each row keeps, shape (n,).
    """
    kept = np.arange(matrix.shape[1]) < lengths[:, None]
    offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    valid = pa.py_buffer(np.packbits(lengths > 0, bitorder="little"))
    buffers = (pa.py_buffer(offsets), pa.py_buffer(matrix[kept]), valid)
    return pa.StringArray.from_buffers(len(lengths), *buffers)


def _days(days: Ints) -> tuple[Bytes, Ints]:
    """Return YYYY-MM-DD of each day that occurs and the row of each value in it."""
    if not len(days):
        return np.zeros((1, 10), dtype=np.uint8), days
    first, last = int(days.min()), int(days.max())
    table = np.arange(first, last + 1).astype("datetime64[D]").astype("S10")
    return table.view(np.uint8).reshape(-1, 10), days - first


def stamps(seconds: Ints) -> pa.Array:
    """Return local seconds since 1970 as RFC 3339 with the offset +07:00."""
    day, second = np.divmod(seconds, DAY_SECONDS)
    table, row = _days(day)
    shown = np.empty((len(seconds), 25), dtype=np.uint8)
    shown[:, :10], shown[:, 10], shown[:, 11:19] = table[row], ord("T"), _times()[second]
    shown[:, 19:] = np.frombuffer(_ZONE, dtype=np.uint8)
    return fixed(shown)


def minutes(seconds: Ints) -> pa.Array:
    """Return local seconds since 1970 as DD/MM/YYYY HH:MM."""
    day, second = np.divmod(seconds, DAY_SECONDS)
    table, row = _days(day)
    shown = np.full((len(seconds), 16), ord("/"), dtype=np.uint8)
    shown[:, 0:2], shown[:, 3:5] = table[row, 8:10], table[row, 5:7]
    shown[:, 6:10], shown[:, 10] = table[row, 0:4], ord(" ")
    shown[:, 11:16] = _times()[second, :5]
    return fixed(shown)


def joined(*parts: pa.Array | str) -> pa.Array:
    """Return columns and constants joined row by row; a null anywhere gives null."""
    return pc.binary_join_element_wise(*parts, "")


def escaped(text: pa.Array) -> pa.Array:
    """Return text as it stands inside JSON quotes; control characters do not occur in ours."""
    for mark, shown in (("\\", "\\\\"), ('"', '\\"')):
        if pc.any(pc.match_substring(text, mark)).as_py():
            text = pc.replace_substring(text, mark, shown)
    return text


def quoted(text: pa.Array) -> pa.Array:
    """Return text as JSON: in quotes, `null` where it is null."""
    return pc.fill_null(joined('"', escaped(text), '"'), "null")


def gathered(values: pa.Array, counts: Ints, between: str) -> pa.Array:
    """Return runs of rows joined: run i has `counts[i]` rows; an empty run gives empty text."""
    offsets = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=offsets[1:])
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), values), between)


def listed(values: pa.Array, counts: Ints) -> pa.Array:
    """Return runs of plain texts (no quotes inside) as JSON lists: `["a","b"]`, `[]`."""
    inside = joined('["', gathered(values, counts, '","'), '"]')
    return pc.if_else(pa.array(counts > 0), inside, "[]")


def spread(text: pa.Array, rows: Ints, mask: Bools | None = None) -> pa.Array:
    """Return `text[rows]` as dictionary text without copying it; null where `mask` is true."""
    positions = pa.array(rows.astype(np.int32), mask=mask)
    return pa.DictionaryArray.from_arrays(positions, text)


def merged(count: int, pieces: list[tuple[Ints, pa.Array]]) -> pa.Array:
    """Return text of `count` rows put together from pieces; rows in no piece are null.

    Args:
        count: Rows in all.
        pieces: Rows (different in each) and their text.
    """
    place = np.full(count, -1, dtype=np.int64)
    start = 0
    for rows, _ in pieces:
        place[rows] = np.arange(start, start + len(rows))
        start += len(rows)
    whole = pa.concat_arrays([pa.array([], pa.string()), *(text for _, text in pieces)])
    return whole.take(pa.array(place, mask=place < 0))
