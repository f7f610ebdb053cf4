"""The first line of a CSV of others, read before its rows: what has wrong columns costs no memory.

Arrow makes room for every column that a header names before it tells their names.
"""

import codecs
import csv
import re
from pathlib import Path

import pyarrow as pa

from data_contracts.errors import CustomsDataError

_MOST_BYTES = 100_000
_LINE_END = re.compile(rb"[\r\n]")


def names_of(path: Path) -> list[str]:
    """Return the columns that a CSV (also packed) names, in order.

    Raises:
        CustomsDataError: Its first line is longer than any header.
        OSError: It cannot be read, or is packed and broken.
        UnicodeDecodeError: The line is no UTF-8.
    """
    start, has_more = _start(path)
    line, *after = _LINE_END.split(start, maxsplit=1)
    if has_more and not after:
        message = f"{path}, header: expected a line of {_MOST_BYTES:,} bytes at most, found more"
        raise CustomsDataError(message)
    return next(csv.reader([line.decode()]), [])


def is_header_alone(path: Path) -> bool:
    """Whether a CSV ends in its first line, which readers of tables take for a broken one."""
    start, _ = _start(path)
    return not _LINE_END.search(start)


def _start(path: Path) -> tuple[bytes, bool]:
    with pa.input_stream(path, compression="detect") as stream:
        start = stream.read(_MOST_BYTES).removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
        return start, bool(stream.read(1))
