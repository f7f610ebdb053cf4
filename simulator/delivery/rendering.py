"""Arrow values as the text of the outside formats, without a loop over rows."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.errors import ContractViolationError
from simulator.delivery.outside_table import EPOCH, Form
from simulator.kernel.arrays import Ints
from simulator.kernel.glyphs import DAY_SECONDS

Bytes = npt.NDArray[np.uint8]

_TEXT, _CODED = pa.string(), pa.dictionary(pa.int32(), pa.string())
_MOMENT_WIDTH, _DATE_WIDTH = 19, 10
_WEST_TIME = "%d/%m/%Y %H:%M"
_FIRST_DATE, _LAST_DATE = date(1900, 1, 1), date(2100, 1, 1)


def as_text(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as text: whole numbers, decimals, dates, times and flags; null stays null.

    A dictionary stays one (with text values), so that few values are rendered once.

    Raises:
        ContractViolationError: The type has no exact text, such as a float.
    """
    column = _whole_array(values)
    kind = column.type
    if kind in (_TEXT, _CODED):
        return column
    if pa.types.is_dictionary(kind):
        return _dictionary_text(column)
    if pa.types.is_date32(kind):
        return _date_text(column)
    if pa.types.is_timestamp(kind):
        return _moment_text(column.cast(pa.timestamp("s")))
    if pa.types.is_floating(kind):
        message = f"a column of type {kind} has no exact text: quantise it first"
        raise ContractViolationError(message)
    return column.cast(pa.string())


def as_written(values: pa.Array | pa.ChunkedArray, form: Form) -> pa.Array:
    """Return a column as the text that this form of file has.

    As `as_text`, but times are RFC 3339 with +07:00 in JSON; in UTF-16 files they are
    `DD/MM/YYYY HH:MM` and decimals have a comma.
    """
    kind = values.type
    if form == "jsonl" and pa.types.is_timestamp(kind):
        plain = pc.replace_substring(as_text(values), " ", "T")
        return pc.binary_join_element_wise(plain, "+07:00", "")
    if form == "utf16" and pa.types.is_timestamp(kind):
        return pc.strftime(_whole_array(values), format=_WEST_TIME)
    if form == "utf16" and pa.types.is_decimal(kind):
        return pc.replace_substring(as_text(values), ".", ",")
    return as_text(values)


def as_plain(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as plain text, dictionaries unpacked."""
    column = as_text(values)
    if pa.types.is_dictionary(column.type):
        return column.dictionary.take(column.indices)
    return column


def unpacked(table: pa.Table) -> pa.Table:
    """Return a table of one chunk a column, its dictionaries as plain text."""
    columns = {}
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        column = _whole_array(table[name])
        columns[name] = as_plain(column) if pa.types.is_dictionary(kind) else column
    return pa.table(columns)


def _whole_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(values, pa.ChunkedArray):
        return values
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


def encoded(column: pa.Array) -> pa.DictionaryArray:
    """Return text as a dictionary of the values it has, in the order of first appearance.

    Two equal columns give the same dictionary, however they were put together.
    """
    if not pa.types.is_dictionary(column.type):
        return column.dictionary_encode()
    if column.dictionary.null_count:
        return as_plain(column).dictionary_encode()
    seen = pc.unique(column.indices.drop_null())
    values = column.dictionary.take(seen).dictionary_encode()
    place = np.zeros(len(column.dictionary), dtype=np.int32)
    place[seen.to_numpy(zero_copy_only=False)] = values.indices.to_numpy(zero_copy_only=False)
    indices = pa.array(place).take(column.indices)
    return pa.DictionaryArray.from_arrays(indices, values.dictionary)


def _dictionary_text(column: pa.DictionaryArray) -> pa.DictionaryArray:
    if pa.types.is_string(column.type.value_type) and column.dictionary.null_count == 0:
        return column.cast(_CODED)
    values = as_text(column.dictionary)
    if values.null_count == 0:
        return pa.DictionaryArray.from_arrays(column.indices, values)
    # A null in the dictionary is a null of the column.
    return values.take(column.indices).dictionary_encode()


@lru_cache(maxsize=1)
def _date_table() -> Bytes:
    """Return `YYYY-MM-DD` of every day since 1900, shape (days, 10)."""
    count = (_LAST_DATE - _FIRST_DATE).days
    days = "".join((_FIRST_DATE + timedelta(days=day)).isoformat() for day in range(count))
    return np.frombuffer(days.encode(), np.uint8).reshape(-1, _DATE_WIDTH)


def _date_bytes(days: Ints) -> Bytes:
    """Return `YYYY-MM-DD` of days since 1970, shape (n, 10).

    Raises:
        ContractViolationError: A day is not of 1900 to 2099.
    """
    place, table = days + (EPOCH - _FIRST_DATE).days, _date_table()
    if len(place) and not 0 <= place.min() <= place.max() < len(table):
        message = f"expected days of {_FIRST_DATE} to {_LAST_DATE}, found {days.min()} to "
        message += f"{days.max()} days since 1970"
        raise ContractViolationError(message)
    return table[place]


@lru_cache(maxsize=1)
def _clock_table() -> Bytes:
    """Return ` HH:MM:SS` of every second of a day, shape (86400, 9)."""
    seconds = np.arange(DAY_SECONDS)
    table = np.empty((DAY_SECONDS, _MOMENT_WIDTH - _DATE_WIDTH), np.uint8)
    table[:] = np.frombuffer(b" 00:00:00", np.uint8)
    for place, number in ((1, seconds // 3600), (4, seconds // 60 % 60), (7, seconds % 60)):
        table[:, place] += (number // 10).astype(np.uint8)
        table[:, place + 1] += (number % 10).astype(np.uint8)
    return table


def _fixed_width(text: Bytes, like: pa.Array) -> pa.Array:
    """Return rows of equally many ASCII bytes as text, null where `like` is."""
    count, width = text.shape
    offsets = pa.py_buffer(np.arange(0, (count + 1) * width, width, dtype=np.int32))
    result = pa.StringArray.from_buffers(count, offsets, pa.py_buffer(text))
    return result if like.null_count == 0 else pc.if_else(like.is_valid(), result, None)


def _whole(column: pa.Array, kind: pa.DataType) -> Ints:
    filled = column.cast(kind).fill_null(0)
    values: Ints = filled.to_numpy(zero_copy_only=False).astype(np.int64)
    return values


def _date_text(column: pa.Array) -> pa.Array:
    return _fixed_width(_date_bytes(_whole(column, pa.int32())), column)


def _moment_text(column: pa.Array) -> pa.Array:
    seconds = _whole(column, pa.int64())
    text = np.empty((len(seconds), _MOMENT_WIDTH), np.uint8)
    text[:, :_DATE_WIDTH] = _date_bytes(seconds // DAY_SECONDS)
    text[:, _DATE_WIDTH:] = _clock_table()[seconds % DAY_SECONDS]
    return _fixed_width(text, column)
