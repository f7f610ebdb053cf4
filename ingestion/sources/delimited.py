"""Delimited text (RFC 4180, any delimiter, UTF-8, header row) to rows, every record accounted for.

Records are found first (`records`), the crooked ones set aside with their number and reasons, and
only the sound ones are parsed by pyarrow. A record that pyarrow then counts differently is an
error, never a row more or less.
"""

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from data_contracts.text_forms import CONTROL_CHARACTERS
from ingestion.sources.raw_rows import (
    BYTE_ORDER_MARK,
    RawRows,
    broken_table,
    is_utf8,
    refuse_above_limit,
    text_as_json,
)
from ingestion.sources.reading import BROKEN_SCHEMA, RefusedFileError
from ingestion.sources.records import (
    MAX_RECORD_BYTES,
    Bytes,
    Flags,
    Positions,
    Records,
    find_records,
)

CheckHeader = Callable[[tuple[str, ...]], None]

_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_GROUP = 512
_GAIN_FROM_THREADS_BYTES = 1 << 20

_CONTROLS = [(first.encode(), last.encode()) for first, last in CONTROL_CHARACTERS]
_SINGLE_BYTE_CONTROLS = np.zeros(256, np.bool_)
_SINGLE_BYTE_CONTROLS[
    [byte for first, last in _CONTROLS if len(first) == 1 for byte in range(first[0], last[0] + 1)]
] = True
# First bytes, which are those of the whole run, and the range of the last one.
_WIDE_CONTROLS = [(first[:-1], first[-1], last[-1]) for first, last in _CONTROLS if len(first) > 1]


def read_delimited(
    chunks: Iterable[bytes], check_header: CheckHeader, delimiter: str = ","
) -> RawRows:
    """Read delimited text.

    Args:
        chunks: The text as bytes, in order.
        check_header: Called with the column names before any row is read; refuses by raising.
        delimiter: Between fields, one ASCII character.

    Returns:
        The rows, and the records that are none: E_QUOTE, E_RAGGED, E_CTRL_CHAR, E_ENCODING,
        E_RECORD_TOO_LONG.

    Raises:
        RefusedFileError: There is no header, it is refused, or the text is too large.
    """
    names: tuple[str, ...] | None = None
    tables: list[pa.Table] = []
    broken: list[pa.Table] = [BROKEN_SCHEMA.empty_table()]
    counted = size = 0
    is_unterminated = False
    for window, records in _windows(chunks, ord(delimiter)):
        is_unterminated = not window.endswith(b"\n")
        body = records
        if names is None:
            names, body = _header(window, records, delimiter)
            check_header(names)
        rows, bad = _window_rows(window, body, names, delimiter, counted)
        counted += rows.num_rows + bad.num_rows
        size += rows.nbytes
        refuse_above_limit(size)
        tables.append(rows)
        broken.append(bad)
    if names is None:
        message = "the file is empty: it has no header"
        raise RefusedFileError(message, reason_code="E_SCHEMA_MISSING")
    return RawRows(pa.concat_tables(tables), pa.concat_tables(broken), is_unterminated)


def _windows(chunks: Iterable[bytes], delimiter: int) -> Iterator[tuple[bytes, Records]]:
    """Yield pieces of the text that begin where a record begins, and their whole records."""
    rest = b""
    for chunk, is_last in _with_last(chunks):
        window = rest + chunk
        records = find_records(
            np.frombuffer(window, np.uint8), is_last=is_last, delimiter=delimiter
        )
        rest = window[records.consumed :]
        if len(rest) > MAX_RECORD_BYTES and b"\n" not in rest:
            message = f"a line has more than {MAX_RECORD_BYTES} bytes"
            raise RefusedFileError(message, reason_code="E_RECORD_TOO_LONG")
        if records.starts.size:
            yield window, records


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each chunk with whether it is the last; the byte order mark is taken off."""
    held: bytes | None = None
    for chunk in chunks:
        if held is None:
            if chunk.startswith(_UTF16_BOMS):
                message = "the file is UTF-16, not UTF-8"
                raise RefusedFileError(message, reason_code="E_ENCODING")
            held = chunk.removeprefix(BYTE_ORDER_MARK)
            continue
        yield held, False
        held = chunk
    yield held or b"", True


def _header(window: bytes, records: Records, delimiter: str) -> tuple[tuple[str, ...], Records]:
    """Return the column names and the records after the header."""
    text = window[records.starts[0] : records.ends[0]]
    try:
        written = unicodedata.normalize("NFC", text.decode("utf-8"))
        names = tuple(next(csv.reader([written], delimiter=delimiter, strict=True)))
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"the header is not one line of text with {delimiter!r} between its names"
        raise RefusedFileError(message, reason_code="E_SCHEMA_MISSING") from error
    after = Records(
        records.starts[1:],
        records.ends[1:],
        records.is_misquoted[1:],
        records.field_counts[1:],
        records.consumed,
    )
    return names, after


def _window_rows(
    window: bytes, records: Records, names: tuple[str, ...], delimiter: str, counted: int
) -> tuple[pa.Table, pa.Table]:
    """Return the rows and the broken records of a window; `counted` records came before it."""
    wrong = _wrong_records(window, records, len(names))
    is_broken = np.logical_or.reduce(list(wrong.values()))
    numbers = counted + 1 + np.arange(records.starts.size, dtype=np.int64)
    rows = _parsed(_sound_text(window, records, is_broken), names, delimiter)
    if rows.num_rows != np.count_nonzero(~is_broken):
        message = "records cannot be told apart"
        raise RefusedFileError(message, reason_code="E_FILE_CORRUPT")
    numbered = rows.append_column("record_number", pa.array(numbers[~is_broken]))
    return numbered, _broken(window, records, wrong, numbers)


def _wrong_records(window: bytes, records: Records, width: int) -> dict[str, Flags]:
    """Return for each reason which records it hits, shape (n_records,)."""
    content = np.frombuffer(window, np.uint8)
    is_ragged = (records.field_counts != width) & ~records.is_misquoted
    return {
        "E_QUOTE": records.is_misquoted,
        "E_RAGGED": is_ragged,
        "E_CTRL_CHAR": _holding(records, _control_positions(content)),
        "E_ENCODING": _undecodable(window, records),
        "E_RECORD_TOO_LONG": records.ends - records.starts > MAX_RECORD_BYTES,
    }


def _control_positions(content: Bytes) -> Positions:
    """Return where control characters stand; a return counts unless a line feed follows."""
    padded = np.pad(content, (0, 3))
    returns = np.flatnonzero(content == ord("\r"))
    found = [np.flatnonzero(_SINGLE_BYTE_CONTROLS[content])]
    found.append(returns[padded[returns + 1] != ord("\n")])
    for lead, low, high in _WIDE_CONTROLS:
        at = np.flatnonzero(content == lead[0])
        for offset, byte in enumerate(lead[1:], start=1):
            at = at[padded[at + offset] == byte]
        last = padded[at + len(lead)]
        found.append(at[(last >= low) & (last <= high)])
    return np.concatenate(found)


def _holding(records: Records, positions: Positions) -> Flags:
    """Return which records hold one of the positions."""
    found = np.zeros(records.starts.size, np.bool_)
    if records.starts.size:
        record = np.searchsorted(records.starts, positions, side="right") - 1
        is_inside = (record >= 0) & (positions < records.ends[record])
        found[record[is_inside]] = True
    return found


def _undecodable(window: bytes, records: Records) -> Flags:
    """Return which records are not UTF-8; only groups that fail are looked at one by one."""
    found = np.zeros(records.starts.size, np.bool_)
    if not records.starts.size or is_utf8(window[records.starts[0] : records.ends[-1]]):
        return found
    for first in range(0, found.size, _GROUP):
        last = min(first + _GROUP, found.size) - 1
        if not is_utf8(window[records.starts[first] : records.ends[last]]):
            for at in range(first, last + 1):
                found[at] = not is_utf8(window[records.starts[at] : records.ends[at]])
    return found


def _sound_text(window: bytes, records: Records, is_broken: Flags) -> bytes:
    """Return the text of the records that are not broken, whole runs at a time."""
    edges = np.flatnonzero(np.diff(np.concatenate(([True], is_broken, [True])).astype(np.int8)))
    runs = zip(edges[::2], edges[1::2], strict=True)
    return b"\n".join(window[records.starts[a] : records.ends[b - 1]] for a, b in runs)


def _parsed(text: bytes, names: tuple[str, ...], delimiter: str) -> pa.Table:
    if not text:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    return arrow_csv.read_csv(
        pa.BufferReader(text),
        read_options=arrow_csv.ReadOptions(
            column_names=list(names),
            block_size=len(text) + 1,
            # Handing a small file to other threads costs more than parsing it.
            use_threads=len(text) > _GAIN_FROM_THREADS_BYTES,
        ),
        parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=b'"' in text),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _broken(
    window: bytes, records: Records, wrong: dict[str, Flags], numbers: Positions
) -> pa.Table:
    at = np.flatnonzero(np.logical_or.reduce(list(wrong.values())))
    reasons = [[code for code, hit in wrong.items() if hit[record]] for record in at]
    raw = [text_as_json(window[records.starts[record] : records.ends[record]]) for record in at]
    return broken_table(numbers[at].tolist(), reasons, raw)
