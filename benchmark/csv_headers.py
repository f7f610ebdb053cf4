"""The first line of a CSV of others, read before its rows: what has wrong columns costs no memory.

Arrow makes room for every column that a header names before it tells their names.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path

import pyarrow as pa

from data_contracts.errors import CustomsDataError

_MOST_BYTES = 100_000
_LINE_END = re.compile(rb"[\r\n]")
_PARQUET_SIGN = b"PAR1"
_SEPARATORS = {b";": "semicolons", b"\t": "tabs", b"|": "bars"}
# UTF-16 shows itself in so many bytes; so much is shown of what a file holds.
_SHORT, _SHOWN_NAMES, _SHOWN_SIGNS = 100, 8, 40
# Who trades under which code is nobody's to read in a message.
_CODE = re.compile(r"\d{9,}")


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


def header_text(path: Path) -> str:
    """Return what to do about a CSV whose header looks like another text; empty where unknown."""
    with pa.input_stream(path, compression="detect") as stream:
        start = stream.read(_MOST_BYTES)
    if start.startswith(_PARQUET_SIGN):
        return "it is Parquet: let its name end in .parquet"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start[:_SHORT]:
        return "it looks like UTF-16: save it as UTF-8"
    line = _LINE_END.split(start.removeprefix(codecs.BOM_UTF8), maxsplit=1)[0]
    for separator, name in _SEPARATORS.items():
        if separator in line and b"," not in line:
            return f"its columns are separated by {name}: separate them by commas"
    return ""


def found_instead(expected: Collection[str], found: Sequence[str]) -> str:
    """Return what of some columns lacks, where not all of them do, and what is there beside."""
    lacking = [name for name in expected if name not in found]
    others = [name for name in found if name not in expected]
    told = [] if len(lacking) == len(expected) else [f"no {', '.join(lacking)}"]
    return ", but ".join([*told, *([shown_names(others)] if others else [])]) or "none"


def shown_names(names: Sequence[str]) -> str:
    """Return some names of a header as they stand where they are plain ones, else quoted."""
    shown = ", ".join(_shown(name) for name in names[:_SHOWN_NAMES])
    more = len(names) - _SHOWN_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _shown(name: str) -> str:
    return name if name.isidentifier() and len(name) <= _SHOWN_SIGNS else quoted(name)


def quoted(text: str) -> str:
    """Return a text in one short line: signs that steer a terminal are written out, codes not."""
    odd = next((sign for sign in text if sign.isdecimal() and not sign.isascii()), "")
    text = _CODE.sub(lambda code: f"[{len(code[0])} digits]", text[: 2 * _SHOWN_SIGNS])
    shown = repr(text[:_SHOWN_SIGNS]) + ("…" if len(text) > _SHOWN_SIGNS else "")
    return f"{shown} with {unicodedata.name(odd)}; write digits as 0 to 9" if odd else shown
