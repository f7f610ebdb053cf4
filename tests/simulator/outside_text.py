"""Delimited text of other systems as Arrow tables of text, whatever its packing and encoding."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

_BATCH_BYTES = 64 << 20
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class TextReader:
    """Reads the files of one table in batches.

    Attributes:
        delimiter: Between fields.
        is_wide: Files are UTF-16 by agreement.
        is_broken: Skip rows that have not as many fields as the header.
        refused: Names of files that were cut or in another encoding than agreed; what can be
            read of them was, the letters of an old encoding as they come.
    """

    delimiter: str = ","
    is_wide: bool = False
    is_broken: bool = False
    refused: list[str] = field(default_factory=list)

    def columns(self, paths: list[Path]) -> list[str]:
        """Return every column that any of the files has, in their order."""
        headings = (self._heading(_first_bytes(path)) for path in paths)
        return list(dict.fromkeys(name for names in headings for name in names if name))

    def batches(self, paths: list[Path], columns: list[str]) -> Iterator[pa.Table]:
        """Yield the rows of the files with `columns` and the name of their file."""
        waiting: list[pa.Table] = []
        for path in paths:
            waiting.append(self._table(path, columns))
            if sum(table.nbytes for table in waiting) > _BATCH_BYTES:
                yield pa.concat_tables(waiting)
                waiting = []
        if waiting:
            yield pa.concat_tables(waiting)

    def _table(self, path: Path, columns: list[str]) -> pa.Table:
        content, is_whole = unpacked(path)
        text, is_agreed = decoded(content, is_wide=self.is_wide)
        if not (is_whole and is_agreed):
            self.refused.append(path.name)
        if not is_whole:
            text = text[: text.rfind("\n") + 1]
        names = self._heading(content)
        schema = pa.schema([(name, pa.string()) for name in [*columns, "file_name"]])
        if not text:
            return schema.empty_table()
        rows = pc.read_csv(
            pa.BufferReader(text.encode()),
            parse_options=pc.ParseOptions(
                delimiter=self.delimiter,
                newlines_in_values=True,
                invalid_row_handler=(lambda _row: "skip") if self.is_broken else None,
            ),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                null_values=[""],
            ),
        )
        absent = pa.nulls(len(rows), pa.string())
        found = [rows[name] if name in names else absent for name in columns]
        file_name = pa.repeat(pa.scalar(path.name), len(rows))
        return pa.table([*found, file_name], schema=schema)

    def _heading(self, content: bytes) -> list[str]:
        line = decoded(content, is_wide=self.is_wide)[0].partition("\n")[0].rstrip("\r")
        return next(csv.reader([line], delimiter=self.delimiter), [])


def unpacked(path: Path) -> tuple[bytes, bool]:
    """Return the bytes of a file, as many as can be had, and whether these are all."""
    raw = path.read_bytes()
    if path.suffix != ".gz":
        return raw, True
    try:
        return gzip.decompress(raw), True
    except (EOFError, OSError, zlib.error):
        return zlib.decompressobj(wbits=31).decompress(raw), False


def decoded(content: bytes, *, is_wide: bool = False) -> tuple[str, bool]:
    """Return a text and whether it was in the encoding agreed on."""
    if content[:2] in _UTF16_MARKS:
        return content.decode("utf-16", errors="replace"), is_wide
    try:
        return content.decode("utf-8-sig"), not is_wide
    except UnicodeDecodeError:
        return content.decode("latin-1"), False


def _first_bytes(path: Path) -> bytes:
    """Return enough of a file to hold its heading."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        try:
            return file.read(8192)
        except (EOFError, OSError, zlib.error):
            return unpacked(path)[0]
