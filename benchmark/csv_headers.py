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


def header_of(path: Path) -> tuple[list[str], bool]:
    """Return the columns that a CSV (also packed) names, in order, and whether more lines follow.

    Readers of tables take one that ends in its first line for a broken one.

    Raises:
        CustomsDataError: Its first line is longer than any header.
        OSError: It cannot be read, or is packed and broken.
        UnicodeDecodeError: The line is no UTF-8.
    """
    with pa.input_stream(path, compression="detect") as stream:
        start = stream.read(_MOST_BYTES).removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
        has_more = bool(stream.read(1))
    line, *after = _LINE_END.split(start, maxsplit=1)
    if has_more and not after:
        message = f"{path}, header: expected a line of {_MOST_BYTES:,} bytes at most, found more"
        raise CustomsDataError(message)
    return next(csv.reader([line.decode()]), []), bool(after)
