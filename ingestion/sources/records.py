"""Where the records of RFC 4180 text begin and end, found without a loop over good records.

A record ends at a line break outside quotes. Quotes are judged strictly: an opening quote stands at
the start of a field, a closing one at its end, a quote inside is doubled. Where that is broken,
the first line of the record is given up, and reading goes on at the next line: one crooked line
costs one record, not the rest of the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

MAX_RECORD_BYTES = 1 << 20
"""A longer record is a missing quote or not a record: no format of the lake comes near it."""

_COMMA, _QUOTE, _LINE_FEED, _RETURN = b',"\n\r'


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one window of text.

    Attributes:
        starts: First byte of each record, shape (n_records,).
        ends: Byte after the last of each record, its line break not included, shape (n_records,).
        is_misquoted: Whether the quotes of the record are broken, shape (n_records,).
        field_counts: Fields of each record; 0 where it is misquoted, shape (n_records,).
        consumed: Bytes of the window that are settled; the rest needs the bytes that follow.
    """

    starts: Positions
    ends: Positions
    is_misquoted: Flags
    field_counts: Positions
    consumed: int


class _Stretch(NamedTuple):
    """Records up to and including a misquoted one, which comes last if there is one."""

    ends: Positions
    has_misquoted_end: bool


def find_records(window: Bytes, *, is_last: bool, delimiter: int = _COMMA) -> Records:
    """Find the records of a window that begins where a record begins.

    Args:
        window: Text as bytes, shape (n_bytes,), uint8.
        is_last: Whether the text ends with the window; an unfinished record then counts as one.
        delimiter: The byte between fields.

    Returns:
        The complete records in order; empty lines are none.
    """
    breaks = np.flatnonzero(window == _LINE_FEED)
    if is_last and window.size and window[-1] != _LINE_FEED:
        breaks = np.append(breaks, window.size)
    quotes = np.flatnonzero(window == _QUOTE)
    if quotes.size == 0:
        stretches = [_Stretch(breaks, has_misquoted_end=False)]
    else:
        stretches = list(_Quotes(window, quotes, breaks, delimiter).stretches(is_last=is_last))
    return _records(window, quotes, stretches, delimiter)


class _Quotes:
    """The quotes of a window, judged for both of the roles that each can have."""

    def __init__(self, window: Bytes, quotes: Positions, breaks: Positions, delimiter: int) -> None:
        self._size = window.size
        self._quotes = quotes
        self._breaks = breaks
        self._quotes_before = np.searchsorted(quotes, breaks)
        before = np.where(quotes > 0, window[quotes - 1], _LINE_FEED)
        is_final = quotes == window.size - 1
        after = np.where(is_final, _LINE_FEED, window[np.where(is_final, quotes, quotes + 1)])
        cannot_open = ~np.isin(before, (delimiter, _LINE_FEED, _QUOTE))
        cannot_close = ~np.isin(after, (delimiter, _LINE_FEED, _RETURN, _QUOTE))
        is_even = np.arange(quotes.size) % 2 == 0
        # A quote's role follows from how many stand between it and the start of a record, so two
        # readings cover every start: even quotes open, or odd quotes open.
        self._wrong = (
            np.flatnonzero(np.where(is_even, cannot_open, cannot_close)),
            np.flatnonzero(np.where(is_even, cannot_close, cannot_open)),
        )

    def stretches(self, *, is_last: bool) -> Iterator[_Stretch]:
        """Yield stretches of sound records, each closed by a misquoted one, in order."""
        line = 0
        while line < self._breaks.size:
            ends, broken_line = self._stretch(line, is_last=is_last)
            if broken_line is None:
                yield _Stretch(ends, has_misquoted_end=False)
                return
            yield _Stretch(np.append(ends, self._breaks[broken_line]), has_misquoted_end=True)
            line = broken_line + 1

    def _stretch(self, line: int, *, is_last: bool) -> tuple[Positions, int | None]:
        """Return the ends of the sound records from a line on, and the line that is not."""
        start = int(self._breaks[line - 1]) + 1 if line else 0
        first = int(np.searchsorted(self._quotes, start))
        wrong = self._wrong[first % 2]
        place = int(np.searchsorted(wrong, first))
        if place < wrong.size:
            bad = int(wrong[place])
            # A wrong closing quote spoils the record in which its opening quote stands.
            anchor = self._quotes[bad - (bad - first) % 2]
            limit = int(np.searchsorted(self._breaks, anchor))
        else:
            bad, limit = -1, self._breaks.size
        is_outside = (self._quotes_before[line:limit] - first) % 2 == 0
        lines = line + np.flatnonzero(is_outside)
        following = int(lines[-1]) + 1 if lines.size else line
        if bad < 0 and not self._is_unclosed(following, is_last=is_last):
            return self._breaks[lines], None
        return self._breaks[lines], following if following < self._breaks.size else None

    def _is_unclosed(self, line: int, *, is_last: bool) -> bool:
        """Whether the record that begins at a line can no longer be expected to close."""
        start = int(self._breaks[line - 1]) + 1 if line else 0
        return line < self._breaks.size and (is_last or self._size - start > MAX_RECORD_BYTES)


def _records(
    window: Bytes, quotes: Positions, stretches: list[_Stretch], delimiter: int
) -> Records:
    breaks = np.concatenate([np.empty(0, np.int64), *(part.ends for part in stretches)])
    is_misquoted = np.zeros(breaks.size, np.bool_)
    closing = np.cumsum([part.ends.size for part in stretches], dtype=np.int64) - 1
    broken = [at for at, part in zip(closing, stretches, strict=True) if part.has_misquoted_end]
    is_misquoted[broken] = True
    starts = np.concatenate(([0], breaks[:-1] + 1)) if breaks.size else breaks
    consumed = min(int(breaks[-1]) + 1, window.size) if breaks.size else 0
    ends = breaks - _ends_with_return(window, starts, breaks)
    counts = np.where(is_misquoted, 0, _field_counts(window == delimiter, quotes, starts, ends))
    kept = ends > starts
    return Records(starts[kept], ends[kept], is_misquoted[kept], counts[kept], consumed)


def _ends_with_return(window: Bytes, starts: Positions, breaks: Positions) -> Flags:
    is_filled: Flags = breaks > starts
    is_return: Flags = window[np.where(is_filled, breaks - 1, 0)] == _RETURN
    return is_filled & is_return


def _field_counts(
    is_delimiter: Flags, quotes: Positions, starts: Positions, ends: Positions
) -> Positions:
    """Count the delimiters outside quotes of each record, and one."""
    found = np.flatnonzero(is_delimiter)
    record = np.searchsorted(starts, found, side="right") - 1
    is_inside_a_record = (record >= 0) & (found < ends[record]) if starts.size else found < 0
    found, record = found[is_inside_a_record], record[is_inside_a_record]
    if quotes.size:
        opened = np.searchsorted(quotes, found) - np.searchsorted(quotes, starts)[record]
        record = record[opened % 2 == 0]
    return np.bincount(record, minlength=starts.size) + 1
