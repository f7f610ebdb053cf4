"""Rows of one file as text, before anyone asks what they mean: sound ones and broken ones."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from ingestion.sources.reading import BROKEN_SCHEMA, RefusedFileError

MAX_TEXT_BYTES = 2 << 30
"""Text of one file that is held in memory; a larger file must be sent in parts."""

# Rows of small files may be as much as a usual batch; no honest list repeats its record so often.
_REPEATED_BYTES, _REPEATED_TIMES = 128 << 20, 8

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What some writers of UTF-8 put before the text."""

LINE_NUMBER = "line_number"
"""Column, as text, of rows that share a record of their file with others."""

_KEPT_CHARACTERS = 65_536


@dataclass(frozen=True, slots=True)
class RawRows:
    """What a file holds.

    Attributes:
        rows: Text columns as the header names them (empty = null), then `record_number` int64.
        broken: Records that are no rows, as BROKEN_SCHEMA.
        is_unterminated: The text ended without a line end: many writers leave it out, or the file
            was cut in its last field.
    """

    rows: pa.Table
    broken: pa.Table
    is_unterminated: bool = False

    @property
    def record_count(self) -> int:
        """Records of the file, header not counted."""
        return int(self.rows.num_rows + self.broken.num_rows)


def refuse_repeated(made: int, read: int) -> None:
    """Refuse a file whose lists repeat so much of its text that a few bytes could fill a machine.

    Args:
        made: Bytes of the rows.
        read: Bytes of the text they come from.

    Raises:
        RefusedFileError: They do (E_FILE_BOMB).
    """
    most = max(_REPEATED_BYTES, _REPEATED_TIMES * read)
    if made > most:
        message = f"its lists make more than {most} bytes of {read}: send it in parts"
        raise RefusedFileError(message, reason_code="E_FILE_BOMB")


def refuse_above_limit(size: int) -> None:
    """Refuse a file whose rows take more bytes than are held in memory.

    Raises:
        RefusedFileError: They do (E_FILE_TOO_LARGE).
    """
    if size > MAX_TEXT_BYTES:
        message = f"more than {MAX_TEXT_BYTES} bytes of text: send it in parts"
        raise RefusedFileError(message, reason_code="E_FILE_TOO_LARGE")


def is_utf8(text: bytes) -> bool:
    """Whether bytes are text."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def broken_table(
    numbers: Sequence[int], reasons: Sequence[list[str]], raw: Sequence[str]
) -> pa.Table:
    """Return records of BROKEN_SCHEMA; `raw` is JSON text."""
    return pa.table([numbers, reasons, raw], schema=BROKEN_SCHEMA)


def text_as_json(text: bytes, **place: str) -> str:
    """Return a record that is no row as a JSON object; bytes that are no text are written out.

    Very long text is cut: the file itself stays in the landing.

    Args:
        text: What stands there.
        place: Where that is, by name.
    """
    shown = text.decode("utf-8", errors="backslashreplace")
    return json.dumps({"text": shown[:_KEPT_CHARACTERS], **place}, ensure_ascii=False)
