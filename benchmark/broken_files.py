"""What is said of a file that Arrow cannot read: where and why, never what stands in it."""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from data_contracts.errors import CustomsDataError

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


@contextmanager
def telling_broken(folder: Path) -> Iterator[None]:
    """Tell which Parquet file was broken where reading a folder failed; else what failed as it is.

    A reader of many files does not say in which one it stopped, nor when it opened them: only
    reading every value shows that every byte can be read.

    Raises:
        CustomsDataError: A file of the folder cannot be read.
    """
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, *UNREADABLE) as error:
        for path in sorted(folder.rglob("*.parquet")):
            if why := _broken(path):
                message = f"{path}: expected a file of the outside formats, found a broken one: "
                raise CustomsDataError(message + why) from error
        raise


def _broken(path: Path) -> str:
    """Return why a Parquet file cannot be read; nothing of a sound one."""
    with duckdb.connect() as opened:
        try:
            opened.execute("select bit_xor(hash(rows)) from read_parquet(?) rows", [str(path)])
            opened.fetchall()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            return reason_of(error)
    return ""
