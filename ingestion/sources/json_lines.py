"""JSON lines with nested objects and lists to rows of text, with every record accounted for.

A line may hold many rows of a table: the elements of a list of objects (`rows`), or the values of a
list (`exploded`). A number keeps the text it is written in.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from ingestion.sources.columnar import sound_and_broken
from ingestion.sources.outside_tables import EXTRAS, OutsideColumn, OutsideTable
from ingestion.sources.raw_rows import (
    BYTE_ORDER_MARK,
    LINE_NUMBER,
    RawRows,
    broken_table,
    refuse_above_limit,
    text_as_json,
)
from ingestion.sources.reading import BROKEN_SCHEMA, RefusedFileError

_MAX_LINE_BYTES = 16 << 20
"""One call of the largest ship, with all its bills and containers, comes nowhere near."""

_PIECE_BYTES = 16 << 20
_DECODER = msgspec.json.Decoder(float_hook=str)

_Names = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column's value stands: in which of the nested rows, and at which path there."""

    column: OutsideColumn
    depth: int
    path: tuple[str, ...]


def read_json_lines(
    chunks: Iterable[bytes], tables: Sequence[OutsideTable]
) -> tuple[dict[str, RawRows], tuple[str, ...]]:
    """Read JSON lines.

    Args:
        chunks: The text as bytes, in order.
        tables: What a line holds rows of.

    Returns:
        By table its rows, with `extras`, and with LINE_NUMBER where a line may hold many; and the
        records that are none: E_JSON, E_ENCODING, E_CTRL_CHAR, E_RECORD_TOO_LONG. Then the members
        that no table names.

    Raises:
        RefusedFileError: The text is too large.
    """
    known = _names(tables)
    rows = [_Rows.of(table, known) for table in tables]
    drift: dict[str, None] = {}
    for number, line in enumerate(_lines(chunks), start=1):
        record = _record(line)
        for own in rows:
            if isinstance(record, str):
                own.refuse(record, line)
            else:
                own.add(record, number, drift)
    return {own.table.name: own.result() for own in rows}, tuple(drift)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines that are not blank."""
    rest = b""
    is_first = True
    for chunk in chunks:
        text = chunk.removeprefix(BYTE_ORDER_MARK) if is_first else chunk
        is_first = False
        *whole, rest = (rest + text).split(b"\n")
        yield from filter(bytes.strip, whole)
        if len(rest) > _MAX_LINE_BYTES:
            message = f"a line has more than {_MAX_LINE_BYTES} bytes"
            raise RefusedFileError(message, reason_code="E_RECORD_TOO_LONG")
    if rest.strip():
        yield rest


def _record(line: bytes) -> dict[str, Any] | str:
    """Return the object of a line, or why it is none."""
    if len(line) > _MAX_LINE_BYTES:
        return "E_RECORD_TOO_LONG"
    try:
        record = _DECODER.decode(line.decode())
    except UnicodeDecodeError:
        return "E_ENCODING"
    except (msgspec.DecodeError, RecursionError):
        return "E_JSON"
    return record if isinstance(record, dict) else "E_JSON"


@dataclass(slots=True)
class _Rows:
    """The rows of one table as they come; whole pieces of them are judged and set down."""

    table: OutsideTable
    places: list[_Place]
    known: _Names
    counted: int = 0
    text_bytes: int = 0
    _piece_bytes: int = 0
    _values: list[tuple[str | None, ...]] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _sound: list[pa.Table] = field(default_factory=list)
    _broken: list[pa.Table] = field(default_factory=lambda: [BROKEN_SCHEMA.empty_table()])
    _refused: list[tuple[int, list[str], str]] = field(default_factory=list)

    @classmethod
    def of(cls, table: OutsideTable, known: _Names) -> "_Rows":
        """Return no rows yet."""
        for step in table.rows:
            known = known[step]
        return cls(table, [_place(column, table.rows) for column in table.columns], known)

    def add(self, record: dict[str, Any], line: int, drift: dict[str, None]) -> None:
        """Add the rows that a record holds; a list that is not there holds none."""
        for nest in _nests((record,), self.table.rows):
            if not isinstance(nest[-1], dict) and any(place.path for place in self.places):
                self.refuse("E_JSON", msgspec.json.encode(nest[-1]))
                continue
            unknown = dict(sorted(_unknown(nest[-1], self.known)))
            drift.update(dict.fromkeys(unknown))
            kept = json.dumps(unknown, ensure_ascii=False) if unknown else None
            for row in product(*[_texts(place, nest) for place in self.places]):
                self._put((*row, kept, str(line)))

    def refuse(self, reason: str, text: bytes) -> None:
        """Set aside what is no row."""
        self.counted += 1
        self._refused.append((self.counted, [reason], text_as_json(text)))

    def _put(self, row: tuple[str | None, ...]) -> None:
        self.counted += 1
        self._values.append(row)
        self._numbers.append(self.counted)
        self._piece_bytes += sum(len(text) for text in row if text is not None)
        if self._piece_bytes > _PIECE_BYTES:
            self._set_down()

    def _set_down(self) -> None:
        names = [*(place.column.name for place in self.places), EXTRAS, LINE_NUMBER]
        columns = list(zip(*self._values, strict=True)) or [()] * len(names)
        table = pa.table([pa.array(column, pa.string()) for column in columns], names)
        sound, broken = sound_and_broken(table, np.array(self._numbers, np.int64))
        self._sound.append(sound)
        self._broken.append(broken)
        self.text_bytes += sound.nbytes
        refuse_above_limit(self.text_bytes)
        self._values, self._numbers, self._piece_bytes = [], [], 0

    def result(self) -> RawRows:
        """Return all rows and all records that are none."""
        self._set_down()
        numbers, reasons, raw = zip(*self._refused, strict=True) if self._refused else ((), (), ())
        rows = pa.concat_tables(self._sound)
        if not self.table.has_own_rows:
            rows = rows.drop_columns([LINE_NUMBER])
        return RawRows(rows, pa.concat_tables([*self._broken, broken_table(numbers, reasons, raw)]))


def _names(tables: Iterable[OutsideTable]) -> _Names:
    """Return the members that tables know as a tree; what is known whole is a leaf."""
    tree: _Names = {}
    for table in tables:
        for path in (table.rows, *(tuple(column.name.split(".")) for column in table.columns)):
            known = tree
            for step in path:
                known = known.setdefault(step, {})
    return tree


def _place(column: OutsideColumn, rows: tuple[str, ...]) -> _Place:
    path = tuple(column.name.split("."))
    depth = next(n for n in range(len(rows), -1, -1) if path[:n] == rows[:n])
    return _Place(column, depth, path[depth:])


def _nests(nest: tuple[Any, ...], rows: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the record and the elements of its lists down to a row, from the outside inwards."""
    if not rows:
        yield nest
        return
    found = nest[-1].get(rows[0]) if isinstance(nest[-1], dict) else None
    for element in found if isinstance(found, list) else () if found is None else (found,):
        yield from _nests((*nest, element), rows[1:])


def _texts(place: _Place, nest: tuple[Any, ...]) -> Sequence[str | None]:
    """Return the texts of a column in a row: one, or the values of a list that makes rows."""
    value = nest[place.depth]
    for step in place.path:
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, str) and place.column.exploded is not None:
        value = value.split(place.column.exploded)
    if isinstance(value, list) and place.column.exploded is not None:
        return [_text(one) for one in value] or [None]
    if isinstance(value, list) and place.column.joined is not None:
        texts = [text for one in value if (text := _text(one)) is not None]
        return [place.column.joined.join(texts) or None]
    return [_text(value)]


def _text(value: Any) -> str | None:
    """Return a value as text; an empty one is none."""
    if isinstance(value, str) or value is None:
        return value or None
    return msgspec.json.encode(value).decode()


def _unknown(element: Any, known: _Names) -> Iterator[tuple[str, Any]]:
    """Yield the members of an object that no table names, each with its path."""
    for name, value in element.items() if isinstance(element, dict) else ():
        if name not in known:
            yield name, value
        elif known[name] and isinstance(value, dict):
            yield from ((f"{name}.{below}", one) for below, one in _unknown(value, known[name]))
