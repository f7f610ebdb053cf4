"""The order of rows and their numbers: by moment, and inside a second by a shuffle of the keys."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from simulator.delivery.outside_table import OPERATION
from simulator.delivery.rendering import Bytes, as_text
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, numbers_within
from simulator.kernel.glyphs import DAY_SECONDS
from simulator.kernel.keyed import Keys

MOMENT = "_moment"
_SECOND_BITS, _WORD_BITS = 24, 64
_BASE = 1_099_511_628_211  # prime of the FNV hashes, odd: good as base of a polynomial hash
_RANKS = 1_000
_DAY_SLOTS = DAY_SECONDS * _RANKS
_SINCE_2000 = 10_957  # days from 1970-01-01 to 2000-01-01
_OPERATIONS = {"I": 0, "U": 1, "D": 2}


def text_keys(column: pa.Array) -> Keys:
    """Return a hash of each text, shape (n,); equal texts have equal hashes, null has 0."""
    if pa.types.is_dictionary(column.type):
        hashed = np.append(text_keys(column.dictionary), np.uint64(0))
        by_row: Keys = hashed[column.indices.fill_null(len(hashed) - 1).to_numpy()]
        return by_row
    offsets = np.frombuffer(column.buffers()[1], np.int32, len(column) + 1, column.offset * 4)
    content = np.frombuffer(column.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
    starts = (offsets[:-1] - offsets[0]).astype(np.int64)
    hashed = _polynomials(content, starts, np.diff(offsets).astype(np.int64))
    if column.null_count:
        hashed[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return hashed


def _polynomials(content: Bytes, starts: Ints, lengths: Ints) -> Keys:
    """Return for each text the sum of (byte + 1) x base^position, modulo 2^64."""
    longest = int(lengths.max(initial=0))
    weights = np.full(max(longest, 1), _BASE, dtype=np.uint64).cumprod(dtype=np.uint64)
    if len(lengths) and lengths.min() == longest:
        shaped = content.reshape(len(lengths), longest).astype(np.uint64) + np.uint64(1)
        fixed: Keys = shaped @ weights[:longest]
        return fixed
    terms = (content.astype(np.uint64) + np.uint64(1)) * weights[numbers_within(lengths)]
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)))
    varied: Keys = sums[starts + lengths] - sums[starts]
    return varied


def row_keys(table: pa.Table, columns: Sequence[str], root: np.uint64) -> Keys:
    """Return a key for each row from the text of some columns, shape (n,)."""
    keys = np.full(len(table), root, dtype=np.uint64)
    for name in columns:
        hashed = text_keys(as_text(table[name]))
        keys = keyed.derive(keys, name, hashed.view(np.int64))
    return keys


def sending_order(table: pa.Table, columns: Sequence[str], root: np.uint64) -> Ints:
    """Return the positions of all rows in the order in which they are sent.

    Rows go by second (`_moment`, int64 local seconds, all within 194 days), then by a shuffle of
    the key columns, then I before U before D, then by their whole content: never by the order in
    which they were handed over.
    """
    moment = table[MOMENT].to_numpy()
    since = (moment - moment.min(initial=0 if not len(moment) else moment[0])).astype(np.uint64)
    keys = row_keys(table, [name for name in columns if name in table.column_names], root)
    rank = (since << np.uint64(_WORD_BITS - _SECOND_BITS)) | (keys >> np.uint64(_SECOND_BITS))
    order: Ints = np.argsort(rank, kind="stable")
    ranked = rank[order]
    same = np.concatenate(([False], ranked[1:] == ranked[:-1], [False]))
    tied = same[1:] | same[:-1]
    if tied.any():
        order[tied] = _settled(table, order[tied], rank[order[tied]], root)
    return order


def _settled(table: pa.Table, rows: Ints, rank: Keys, root: np.uint64) -> Ints:
    """Return tied rows, in the order of `rank`, then by operation, then by content."""
    tied = table.take(pa.array(rows))
    content = row_keys(tied, sorted(set(table.column_names) - {MOMENT}), root)
    operation = np.zeros(len(rows), dtype=np.int64)
    if OPERATION in table.column_names:
        found = tied[OPERATION].to_pylist()
        operation = np.array([_OPERATIONS.get(value, 0) for value in found], dtype=np.int64)
    return rows[np.lexsort((content, operation, rank))]


def sequence_numbers(day: int, part: int, moment: Ints) -> Ints:
    """Return `SEQ_NO` of the ordered rows of one day and part: unique, growing.

    (second since 2000-01-01 x 2 + part) x 1,000 + rank inside the second. From the 1,001st row of
    a second on, rows count as of the seconds after it; those that would leave the day as of the
    seconds before its end.

    Args:
        day: Day (since 1970) of all rows.
        part: 0 for rows of the day they are about, 1 for later changes.
        moment: Local seconds since 1970, ascending, shape (n,).
    """
    place = np.arange(len(moment))
    slot = (moment - day * DAY_SECONDS) * _RANKS
    slot = np.maximum.accumulate(slot - place) + place
    slot = np.minimum(slot, _DAY_SLOTS - len(moment) + place)
    second = (day - _SINCE_2000) * DAY_SECONDS + slot // _RANKS
    numbers: Ints = (second * 2 + part) * _RANKS + slot % _RANKS
    return numbers
