"""JSON lines with nested objects and lists to rows of text, with every record accounted for.

A line may hold many rows of a table: the elements of a list of objects (`rows`), or the values of a
list (`exploded`). A number keeps its digits, and is written without exponent.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, product
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from data_contracts.text_forms import plain_number
from ingestion.sources.columnar import sound_and_broken
from ingestion.sources.outside_tables import EXTRAS, OutsideColumn, OutsideTable
from ingestion.sources.raw_rows import (
    BYTE_ORDER_MARK,
    LINE_NUMBER,
    RawRows,
    broken_table,
    refuse_above_limit,
    refuse_repeated,
    text_as_json,
)
from ingestion.sources.reading import RefusedFileError
from warehouse.unpacked_size import MAX_COLUMNS

_MAX_LINE_BYTES = 16 << 20
"""One call of the largest ship, with all its bills and containers, comes nowhere near."""

_PIECE_BYTES = 16 << 20
_ROW_BYTES = 512
"""What a row costs beside its text: two signs of a line may be one."""

_SHOWN_CHARACTERS = 1_000
"""Of each value of what is no row; the file itself stays in the landing."""

_MAX_DEPTH = 100
"""Levels of a record: no caller is so deep that Python could not follow it so far."""

_Nest = tuple[Any, ...]


class _NoText(NamedTuple):
    """In the place of the text of a list or an object: its JSON, cut."""

    json: str


_Row = tuple[str | _NoText | None, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column's value stands: in which of the nested rows, and at which path there.

    What fills nothing but the extras may be a list or an object.
    """

    column: OutsideColumn
    depth: int
    path: tuple[str, ...]
    is_required: bool
    is_kept: bool


def read_json_lines(
    chunks: Iterable[bytes], tables: Sequence[OutsideTable]
) -> tuple[dict[str, RawRows], tuple[str, ...], int]:
    """Read JSON lines.

    Args:
        chunks: The text as bytes, in order.
        tables: What a line holds rows of.

    Returns:
        By table its rows, with `extras`, and with LINE_NUMBER where a line may hold many; and the
        records that are none: E_JSON, E_ENCODING, E_CTRL_CHAR, E_RECORD_TOO_LONG. Then the members
        that no table names, by their paths, and how many records hold no row of any table.

    Raises:
        RefusedFileError: The text is too large, or more members than a file may have columns are
            in no table.
    """
    names = _Names.of(tables)
    rows = [_Rows.of(table, names) for table in tables]
    drift: dict[str, None] = {}
    empty = 0
    for number, line in _lines(chunks):
        record, before = _record(line), sum(own.counted for own in rows)
        for own in rows:
            own.read_bytes += len(line)
            if isinstance(record, str):
                own.refuse(record, line, number)
            else:
                own.add(record, number, drift)
        if len(drift) > MAX_COLUMNS:
            message = f"more than {MAX_COLUMNS} members that no table names"
            raise RefusedFileError(message, reason_code="E_FILE_BOMB")
        empty += sum(own.counted for own in rows) == before
    return {own.table.name: own.result() for own in rows}, tuple(drift), empty


def _lines(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, each with its number from 1."""
    lines = enumerate(_split(chunks), start=1)
    return ((number, line) for number, line in lines if line.strip())


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    is_first = True
    for chunk in chunks:
        text = chunk.removeprefix(BYTE_ORDER_MARK) if is_first else chunk
        is_first = False
        *whole, rest = (rest + text).split(b"\n")
        yield from whole
        if len(rest) > _MAX_LINE_BYTES:
            message = f"a line has more than {_MAX_LINE_BYTES} bytes"
            raise RefusedFileError(message, reason_code="E_RECORD_TOO_LONG")
    yield rest


def _record(line: bytes) -> dict[str, Any] | str:
    """Return the object of a line, or why it is none."""
    if len(line) > _MAX_LINE_BYTES:
        return "E_RECORD_TOO_LONG"
    try:
        text = line.decode()
        record = _DECODER.decode(text)
        if any(sign in text for sign in _DOUBTFUL):
            msgspec.json.decode(line)
    except UnicodeDecodeError:
        return "E_ENCODING"
    except (ValueError, RecursionError):
        return "E_JSON"
    return record if isinstance(record, dict) and not _is_too_deep(line, record) else "E_JSON"


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of a name that stands twice no value is better than the other."""
    found = {_one_form(name): value for name, value in members}
    if len(found) < len(members):
        message = "a name stands twice in an object"
        raise ValueError(message)
    return found


def _one_form(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=plain_number)
# Python's decoder takes half a character, and numbers that are none; the other one tells.
_DOUBTFUL = ("\\u", "NaN", "Infinity")


def _is_too_deep(line: bytes, record: dict[str, Any]) -> bool:
    if line.count(b"{") + line.count(b"[") <= _MAX_DEPTH:
        return False
    level: list[Any] = [record]
    for _ in range(_MAX_DEPTH):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [one for one in chain.from_iterable(inner) if isinstance(one, dict | list)]
    return bool(level)


@dataclass(frozen=True, slots=True)
class _Names:
    """The paths that the tables of a file name.

    Attributes:
        taken: Of columns, and of the lists on the way to rows.
        opened: Of the objects on the way to columns.
        rows: Of the lists whose elements are rows, and of the record where it is one.
    """

    taken: frozenset[str]
    opened: frozenset[str]
    rows: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, tables: Sequence[OutsideTable]) -> "_Names":
        """Return what tables name."""
        columns = {tuple(column.name.split(".")) for table in tables for column in table.columns}
        lists = {way for table in tables for way in _ways(table.rows)}
        ways = {way for column in columns for way in _ways(column)}
        return cls(
            taken=frozenset(map(".".join, columns | lists)),
            opened=frozenset(map(".".join, ways - columns)),
            rows=frozenset(table.rows for table in tables),
        )

    def unknown(self, element: dict[str, Any], before: str) -> Iterator[tuple[str, Any]]:
        """Yield the members of an object that no table names, each with its path.

        Args:
            element: The object.
            before: Its own path with a point after it, empty for a record.
        """
        for name, value in element.items():
            # A name with a point in it is one step, and looks like no other path.
            path = f"{before}{name}" if "." not in name else f'{before}"{name}"'
            if path in self.taken:
                continue
            if path not in self.opened:
                yield path, value
            elif isinstance(value, dict):
                yield from self.unknown(value, f"{path}.")
            elif value not in (None, "", []):
                yield path, value


@dataclass(slots=True)
class _Rows:
    """The rows of one table as they come; whole pieces of them are judged and set down."""

    table: OutsideTable
    names: _Names
    places: list[_Place]
    counted: int = 0
    read_bytes: int = 0
    text_bytes: int = 0
    _piece_bytes: int = 0
    _seen: list[tuple[Any, _Row]] = field(default_factory=list)
    _values: list[_Row] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _sound: list[pa.Table] = field(default_factory=list)
    _broken: list[pa.Table] = field(default_factory=list)
    _refused: list[tuple[int, list[str], str]] = field(default_factory=list)

    @classmethod
    def of(cls, table: OutsideTable, names: _Names) -> "_Rows":
        """Return no rows yet."""
        places = [_place(column, table) for column in table.columns]
        return cls(table, names, places, _seen=[(cls, ())] * len(places))

    def add(self, record: dict[str, Any], line: int, drift: dict[str, None]) -> None:
        """Add the rows that a record holds, and to `drift` the paths that no table names."""
        for nest, unknown in self._nests((record,), {}, line, drift):
            kept = json.dumps(unknown, ensure_ascii=False, sort_keys=True) if unknown else None
            for row in product(*self._texts(nest)):
                if any(isinstance(text, _NoText) for text in row):
                    self.refuse("E_JSON", self._shown(row, kept), line)
                else:
                    self._put((*row, kept, str(line)))

    def _texts(self, nest: _Nest) -> list[_Row]:
        """Return the texts of each column; what many rows lie in is looked at once."""
        for at, place in enumerate(self.places):
            if self._seen[at][0] is not nest[place.depth]:
                self._seen[at] = (nest[place.depth], _texts(place, nest[place.depth]))
        return [texts for _, texts in self._seen]

    def _nests(
        self, nest: _Nest, unknown: dict[str, Any], line: int, drift: dict[str, None]
    ) -> Iterator[tuple[_Nest, dict[str, Any]]]:
        """Yield by row the objects from the record down to it, and what no table names in them.

        An empty list holds no row. One that is not there makes a row of nothing where the table
        requires something of its rows: the row is refused for that, and tells what came instead.
        """
        way, depth, element = self.table.rows, len(nest) - 1, nest[-1]
        # What stands in an object that is a row of another table is kept there.
        is_kept_here = depth == len(way) or way[:depth] not in self.names.rows
        if is_kept_here and isinstance(element, dict):
            before = "".join(f"{step}." for step in way[:depth])
            own = dict(self.names.unknown(element, before))
            drift.update(dict.fromkeys(sorted(own)))
            unknown = unknown | own
        if depth == len(way):
            yield nest, unknown
        elif not isinstance(element, dict) or way[depth] not in element:
            if any(place.depth > depth and place.is_required for place in self.places):
                yield from self._nests((*nest, None), unknown, line, drift)
        else:
            for one in _elements(element[way[depth]]):
                if isinstance(one, dict) or (depth + 1 == len(way) and self._is_of_values):
                    yield from self._nests((*nest, one), unknown, line, drift)
                else:
                    way_here = ".".join(way[: depth + 1])
                    self.refuse("E_JSON", msgspec.json.encode({way_here: one}), line)

    @property
    def _is_of_values(self) -> bool:
        """Whether the rows are texts and numbers, no objects."""
        return all(place.depth < len(self.table.rows) or not place.path for place in self.places)

    def _shown(self, row: _Row, kept: str | None) -> bytes:
        """Return what a row says, as JSON, each value cut."""
        names = [*(place.column.name for place in self.places), EXTRAS]
        texts = [text.json if isinstance(text, _NoText) else text for text in (*row, kept)]
        said = zip(names, texts, strict=True)
        return msgspec.json.encode({name: text[:_SHOWN_CHARACTERS] for name, text in said if text})

    def refuse(self, reason: str, text: bytes, line: int) -> None:
        """Set aside what is no row."""
        self.counted += 1
        raw = text_as_json(text, **{LINE_NUMBER: str(line)})
        self._refused.append((self.counted, [reason], raw))
        self._weigh(len(raw))

    def _put(self, row: _Row) -> None:
        self.counted += 1
        self._values.append(row)
        self._numbers.append(self.counted)
        self._weigh(sum(len(text) for text in row if text is not None))

    def _weigh(self, size: int) -> None:
        self._piece_bytes += _ROW_BYTES + size
        if self._piece_bytes > _PIECE_BYTES:
            self._set_down()

    def _set_down(self) -> None:
        names = [*(place.column.name for place in self.places), EXTRAS, LINE_NUMBER]
        columns = list(zip(*self._values, strict=True)) or [()] * len(names)
        table = pa.table([pa.array(column, pa.string()) for column in columns], names)
        sound, broken = sound_and_broken(table, np.array(self._numbers, np.int64))
        refused = broken_table(*(zip(*self._refused, strict=True) if self._refused else ((),) * 3))
        self._sound.append(sound)
        self._broken += [broken, refused]
        self.text_bytes += sound.nbytes + broken.nbytes + refused.nbytes
        refuse_repeated(self.text_bytes, self.read_bytes)
        refuse_above_limit(self.text_bytes + _ROW_BYTES * self.counted)
        self._values, self._numbers, self._refused, self._piece_bytes = [], [], [], 0

    def result(self) -> RawRows:
        """Return all rows and all records that are none."""
        self._set_down()
        rows = pa.concat_tables(self._sound)
        if not self.table.has_own_rows:
            rows = rows.drop_columns([LINE_NUMBER])
        return RawRows(rows, pa.concat_tables(self._broken))


def _ways(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the paths on the way to a member, its own among them."""
    return [path[:end] for end in range(1, len(path) + 1)]


def _place(column: OutsideColumn, table: OutsideTable) -> _Place:
    path, rows = tuple(column.name.split(".")), table.rows
    depth = next(n for n in range(len(rows), -1, -1) if path[:n] == rows[:n])
    filled = (table.contract.field(name) for name in column.fills if name != EXTRAS)
    is_required = column.is_required or any(field.required for field in filled)
    return _Place(column, depth, path[depth:], is_required, is_kept={*column.fills} == {EXTRAS})


def _elements(value: Any) -> Sequence[Any]:
    """Return the elements of a list; one that stands without a list is the only one."""
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _texts(place: _Place, value: Any) -> _Row:
    """Return the texts of a column in its row: one, or the values of a list that makes rows."""
    for step in place.path:
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, str) and place.column.exploded is not None:
        value = _one_form(value).split(place.column.exploded)
    if isinstance(value, list) and place.column.exploded is not None:
        return tuple(_text(one) for one in value) or (None,)
    if isinstance(value, list) and place.column.joined is not None:
        texts = [text for one in value if (text := _text(one)) is not None]
        if any(isinstance(text, _NoText) for text in texts):
            return (_NoText(_json(value)),)
        return (place.column.joined.join(map(str, texts)) or None,)
    if place.is_kept and isinstance(value, dict | list):
        return (msgspec.json.encode(value).decode(),)
    return (_text(value),)


def _text(value: Any) -> str | _NoText | None:
    """Return a value as text; an empty one is none, and a list or an object has none."""
    if isinstance(value, str) or value is None:
        return value or None
    is_text = not isinstance(value, dict | list)
    return msgspec.json.encode(value).decode() if is_text else _NoText(_json(value))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()[:_SHOWN_CHARACTERS]
