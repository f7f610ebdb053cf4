"""What is said of a file that Arrow cannot read: where and why, never what stands in it."""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmark.csv_headers import header_text
from data_contracts.errors import CustomsDataError

# All that readers of CSV, gzip and Parquet raise for bytes that are not of their format.
UNREADABLE = (pa.ArrowException, UnicodeDecodeError, OSError, EOFError, zlib.error)
# Every value of a file of those that fail only when their rows are asked for.
_PARQUET = "select bit_xor(hash(rows)) from read_parquet(?) rows"
_LINES = "select bit_xor(hash(rows)) from read_ndjson_objects(?) rows"
# Rows are hashed as they come: it needs little memory, and no disk.
_MEMORY, _NO_DISK = "1GB", "0KB"
_PARQUET_END, _SHORT = ".parquet", 100
# How files of other forms begin, how the names of such files end, and what is said of others.
_SIGNS = (
    (b"PAR1", _PARQUET_END, "Parquet; let its name end in .parquet"),
    (b"\x1f\x8b", ".gz", "a packed file; unpack it, or let its name end in .gz"),
    (b"PK\x03\x04", None, "a ZIP file or a workbook; save it as CSV"),
)
_READ_LATE = {".parquet": _PARQUET, ".jsonl": _LINES, ".jsonl.gz": _LINES}
# Arrow quotes the row, or the value, at the end.
_COLUMNS = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
_QUOTED = re.compile(r"(?<=got \d): .*|(?<=got \d\d): .*|'[^']*'")


def reason_of(path: Path, error: BaseException) -> str:
    """Return what a file that could not be read holds, with what to do about it where it is plain.

    Args:
        path: The file.
        error: What its reader said, told without the content that it quotes.
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if what := _other_form(path):
        return what
    if isinstance(error, UnicodeDecodeError):
        return "bytes that are no UTF-8"
    if path.suffix == _PARQUET_END:
        return "one that is cut short or damaged; write it anew"
    first = (str(error).splitlines() or [""])[0]
    return _QUOTED.sub("", first)


def refuse_short_row(path: Path, error: BaseException) -> None:
    """Refuse a CSV with the line that has more or fewer columns than its header; else do nothing.

    Raises:
        CustomsDataError: The reader stopped at such a line.
    """
    if told := _COLUMNS.search(str(error)):
        line, expected, found = told.groups()
        message = f"{path}, line {line}: expected {expected} columns, found {found}"
        raise CustomsDataError(message) from error


def _other_form(path: Path) -> str:
    """Return what a file is whose name says something else; empty where it is what it says."""
    try:
        with path.open("rb") as stream:
            start = stream.read(_SHORT)
    except OSError:
        return ""
    for sign, end, what in _SIGNS:
        if start.startswith(sign):
            return "" if path.suffix == end else what
    if path.suffix == _PARQUET_END:
        return "text; let its name end in .csv" if start.strip() else "an empty one"
    if path.suffix == ".gz" and start:
        return "no packed file; let its name end without .gz"
    try:
        hint = header_text(path) if ".csv" in path.suffixes else ""
    except UNREADABLE:
        return ""
    return f"other text; {hint}" if hint else ""


@contextmanager
def telling_broken(folder: Path) -> Iterator[None]:
    """Tell which file was broken where reading a folder failed; else what failed as it is.

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
        if broken := next(_broken(folder), None):
            path, why = broken
            message = f"{path}: expected a file of the outside formats, found a broken one: {why}"
            raise CustomsDataError(message) from error
        raise


def _broken(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the Parquet and JSON files of a folder that cannot be read, and why."""
    with duckdb.connect(
        config={"memory_limit": _MEMORY, "max_temp_directory_size": _NO_DISK}
    ) as opened:
        for path in sorted(folder.rglob("*")):
            read = next((own for end, own in _READ_LATE.items() if path.name.endswith(end)), "")
            if not read:
                continue
            try:
                opened.execute(read, [str(path)]).fetchall()
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error as error:
                yield path, reason_of(path, error)
