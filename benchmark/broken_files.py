"""What is said of a file that Arrow cannot read: where and why, never what stands in it."""

import re
import zlib

import pyarrow as pa

# All that readers of CSV, gzip and Parquet raise for bytes that are not of their format.
UNREADABLE = (pa.ArrowException, UnicodeDecodeError, OSError, EOFError, zlib.error)
# Arrow quotes the row, or the value, at the end.
_QUOTED = re.compile(r"(?<=got \d): .*|(?<=got \d\d): .*|'[^']*'")


def reason_of(error: BaseException) -> str:
    """Return the first line of an error of Arrow without the content that it quotes."""
    if isinstance(error, UnicodeDecodeError):
        return "bytes that are no UTF-8"
    first = (str(error).splitlines() or [""])[0]
    return _QUOTED.sub("", first)
