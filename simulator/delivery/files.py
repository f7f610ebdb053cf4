"""The bytes of a file: CSV, CSV.gz, Parquet, JSON lines, UTF-16 CSV. Same rows, same bytes."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulator.delivery.outside_table import Kind, OutsideTable
from simulator.delivery.plan import TextForm
from simulator.delivery.rendering import as_plain, as_text, encoded
from simulator.kernel.arrays import Ints

GZIP_LEVEL = 1
LINE = "_line"
# Under this many rows a dictionary costs more time than it saves.
FEWEST_FOR_DICTIONARY = 512
# A name of 8 bytes for each of 100,000 traders and more still fits.
_DICTIONARY_BYTES = 4 << 20
_NEEDS_QUOTES = {",": '[",\r\n]', ";": '[";\r\n]'}
_NEEDS_ESCAPE = r'["\\\x00-\x1f]'
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), *((chr(code), f"\\u{code:04x}") for code in range(32)))
# Measured: files of few rows take half the time they take with zstd, large ones are a third larger.
_FEW_ROWS, _OF_FEW, _OF_MANY = 4_096, "snappy", "zstd"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows ready for writing, in the text form one line each; any choice of them is a file.

    Attributes:
        rows: Text columns for Parquet, else the column `LINE`.
        header: What the text form has before its rows.
    """

    rows: pa.Table
    header: bytes = b""

    def choose(self, rows: slice | Ints) -> "Prepared":
        """Return some of the rows: a slice, or positions in order."""
        if isinstance(rows, slice):
            return Prepared(self.rows[rows], self.header)
        return Prepared(self.rows.take(pa.array(rows)), self.header)


def prepare(spec: OutsideTable, table: pa.Table, form: TextForm) -> Prepared:
    """Return rows made ready for writing; at once for many files, as some have only a few rows.

    Args:
        spec: The outside table.
        table: Its rows; columns in the order in which they are written, any exact type.
        form: Form of tables that may be Parquet.
    """
    if is_columnar(spec, form):
        columns = {name: as_text(table[name]) for name in table.column_names}
        return Prepared(pa.table(columns))
    if spec.form == "jsonl":
        return Prepared(pa.table({LINE: json_lines(table, spec)}))
    return prepare_delimited(table, ";" if spec.form == "utf16" else ",")


def content_of(spec: OutsideTable, prepared: Prepared, form: TextForm) -> tuple[bytes, str]:
    """Return the bytes of a file and its ending."""
    if is_columnar(spec, form):
        return parquet_content(prepared.rows, spec.plain), ".parquet"
    text = text_of(prepared)
    if spec.form == "utf16":
        return as_utf16(text), ".csv"
    ending = ".jsonl" if spec.form == "jsonl" else ".csv"
    return (packed(text), f"{ending}.gz") if spec.is_packed else (text, ending)


def is_columnar(spec: OutsideTable, form: TextForm) -> bool:
    """Tell whether a table is written as Parquet."""
    return form == "parquet" and spec.can_be_columnar


def text_of(prepared: Prepared) -> bytes:
    """Return the whole text of a file that is not Parquet."""
    return prepared.header + b"".join(_content(lines) for lines in prepared.rows[LINE].chunks)


def packed(content: bytes) -> bytes:
    """Return gzip of some bytes, without a time in it."""
    return gzip.compress(content, GZIP_LEVEL, mtime=0)


def as_utf16(text: bytes) -> bytes:
    """Return UTF-8 text as UTF-16LE with a byte order mark."""
    return b"\xff\xfe" + text.decode("utf-8").encode("utf-16-le")


def parquet_content(table: pa.Table, plain: frozenset[str]) -> bytes:
    """Return a table of text as Parquet with text columns.

    Columns outside `plain` are dictionary-encoded inside from a few hundred rows on; the schema of
    the file says text for all of them.
    """
    columns, coded = [], []
    count = len(table)
    for name, held in zip(table.column_names, table.columns, strict=True):
        column = held.chunk(0) if held.num_chunks == 1 else held.combine_chunks()
        if column.null_count == count:
            columns.append(pa.nulls(count, pa.string()))
        elif name in plain or count < FEWEST_FOR_DICTIONARY:
            columns.append(as_plain(column))
        else:
            columns.append(encoded(column))
            coded.append(name)
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_arrays(columns, names=table.column_names),
        sink,
        compression=_OF_FEW if count < _FEW_ROWS else _OF_MANY,
        use_dictionary=coded,
        dictionary_pagesize_limit=_DICTIONARY_BYTES,
        write_statistics=False,
        store_schema=False,
    )
    return bytes(sink.getvalue())


def prepare_delimited(table: pa.Table, separator: str) -> Prepared:
    """Return a table as lines of delimited text: RFC 4180 quoting where needed, empty for null."""
    needs = _NEEDS_QUOTES[separator]

    def quoted(text: pa.Array) -> pa.Array:
        return _quoted(text, needs)

    columns = [_per_value(table[name], quoted) for name in table.column_names]
    columns[-1] = pc.binary_join_element_wise(columns[-1].fill_null(""), "\n", "")
    lines = pc.binary_join_element_wise(
        *columns, separator, null_handling="replace", null_replacement=""
    )
    header = separator.join(quoted(pa.array(table.column_names)).to_pylist()) + "\n"
    return Prepared(pa.table({LINE: lines}), header.encode())


def json_lines(table: pa.Table, spec: OutsideTable) -> pa.Array:
    """Return rows as JSON objects with a line feed; dotted columns are members of an object."""
    kinds = dict(spec.kinds)
    parts: list[pa.Array | str] = ["{"]
    for at, (name, members) in enumerate(_groups(table.column_names)):
        if members == [name]:
            kind = kinds.get(name, "raw" if name not in spec.columns else "text")
            parts.append(_member(table[name], name, kind, spec, is_first=at == 0))
            continue
        inner = [
            _member(table[m], m.partition(".")[2], kinds.get(m, "text"), spec, is_first=not place)
            for place, m in enumerate(members)
        ]
        parts += [f"{',' if at else ''}{json.dumps(name)}:{{", *inner, "}"]
    parts.append("}\n")
    return pc.binary_join_element_wise(*parts, "")


def _groups(names: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each member of the object with its columns."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.partition(".")[0], []).append(name)
    yield from groups.items()


def _member(
    values: pa.ChunkedArray, name: str, kind: Kind, spec: OutsideTable, *, is_first: bool
) -> pa.Array:
    """Return `,"name":value` for each row; the first member of an object has no comma."""
    label = f"{'' if is_first else ','}{json.dumps(name, ensure_ascii=False)}:"
    around = '"' if kind == "text" else ""

    def fragments(text: pa.Array) -> pa.Array:
        shown = _escaped(text) if kind == "text" else text
        return pc.binary_join_element_wise(label + around, shown, around, "")

    found = _per_value(values, fragments)
    if found.null_count == 0:
        return found
    # The first member is the key of its object: it keeps the place of the comma.
    return found.fill_null("" if spec.omits_null and not is_first else f"{label}null")


def _per_value(values: pa.ChunkedArray, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return changed plain text; the values of a dictionary are changed once."""
    column = as_text(values)
    if pa.types.is_dictionary(column.type) and len(column.dictionary) < len(column):
        return change(column.dictionary).take(column.indices)
    return change(as_plain(column))


def _quoted(text: pa.Array, needs: str) -> pa.Array:
    hit = pc.match_substring_regex(text, needs)
    if not pc.any(hit).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    return pc.if_else(hit, pc.binary_join_element_wise('"', doubled, '"', ""), text)


def _escaped(text: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(text, _NEEDS_ESCAPE)).as_py():
        return text
    for plain, written in _ESCAPES:
        text = pc.replace_substring(text, plain, written)
    return text


def _content(rows: pa.Array) -> bytes:
    """Return the texts one after the other."""
    if not len(rows):
        return b""
    offsets = np.frombuffer(rows.buffers()[1], np.int32, len(rows) + 1, rows.offset * 4)
    return bytes(rows.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0])))
