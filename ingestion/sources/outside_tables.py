"""What a source sends, as its YAML file says: tables, their columns, and what each column fills.

`<source>.yaml` says how the files are written and, for each outside table, outside column → field.
A `!` after a column says that a file must have it and a record must fill it.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from data_contracts.code_lists import crosswalk
from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from data_contracts.model import Contract
from data_contracts.yaml_files import read_yaml, shaped

SUFFIX = ".yaml"
EXTRAS = "extras"
"""In the place of a field: the column is content, and kept with what no field holds."""
TCVN3 = "tcvn3"
"""Encoding of files each of which is TCVN3 or UTF-8."""

Form = Literal["csv", "jsonl", "parquet", "wco_dec"]
Take = Literal[
    "text", "upper", "local_instant", "epoch_ms", "base_number", "version_digit", "four_decimals",
    "plain_number", "kilograms",
]  # fmt: skip

_REQUIRED = "!"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
# Between them no zone that the lake takes may change its offset.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class Filling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a column fills a field, and what its source allows where the contract allows more.

    Attributes:
        take: What becomes of the text. `local_instant` gives it the offset of the zone; `epoch_ms`
            are milliseconds since 1970; `base_number` and `version_digit` are the parts of SO_TK;
            `kilograms` is a mass whose reader has marked a unit of no mass with `?`.
        written: How a local instant is written, as DD, MM, YYYY, HH, mm, ss; else as ISO 8601.
        crosswalk: Outside code → our code, or the name of a crosswalk beside the code lists. A code
            that is not in it gets a mark that no list knows.
        mass: Unit, of the list `mass_unit`, of a mass that fills a field in kg.
        joined: What joins a list, or several columns that fill the field, to one text.
        exploded: What separates the values of a list (JSON has lists of its own): one row for each.
        member: Whether the column becomes a member of the field's JSON object, under its own name.
        tax_line: Column of the tax letter that makes, with this item number, the number of a line.
        otherwise: Text of the field where the column is empty.
        at_most: Largest whole number.
        pattern: What the whole text must match.
        codes: The only codes.
        when: Other columns with their codes: `codes` binds only where all of them have one.
        is_country: Whether a code must not be one that ISO 3166-1 leaves to its users.
        is_number: Whether it must be a number without sign and exponent.
        is_id: Whether an id is refused that a spreadsheet took for a number.
    """

    take: Take = "text"
    written: str | None = None
    crosswalk: str | dict[str, str] | None = None
    mass: str | None = None
    joined: str | None = None
    exploded: str | None = None
    member: bool = False
    tax_line: str | None = None
    otherwise: str | None = None
    at_most: int | None = None
    pattern: str | None = None
    codes: tuple[str, ...] = ()
    when: dict[str, tuple[str, ...]] = {}
    is_country: bool = False
    is_number: bool = False
    is_id: bool = False

    @property
    def our_codes(self) -> dict[str, str]:
        """Our code by outside code, empty without a crosswalk; in the Unicode form NFC."""
        pairs = crosswalk(self.crosswalk) if isinstance(self.crosswalk, str) else self.crosswalk
        return {unicodedata.normalize("NFC", code): ours for code, ours in (pairs or {}).items()}


_Columns = dict[str, str | dict[str, Take | Filling]]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table as it is written.

    Attributes:
        contract: Table that it fills; the one of its own name where none is named.
        file: First word of its files' names; its own name where none is named.
        rows: Path of the list whose elements are its rows, where a record holds many.
        constants: Fields that have one value in all records.
        columns: Column, or path in a nested record, with what it fills: a field, or fields each
            with how.
    """

    contract: str | None = None
    file: str | None = None
    rows: str | None = None
    constants: dict[str, str] = {}
    columns: _Columns = {}


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source as it is written; what the fields mean stands at `OutsideSource`."""

    zone: str = "Asia/Ho_Chi_Minh"
    forms: tuple[Form, ...] = ("csv", "parquet")
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    file: Literal["first_word", "any"] = "first_word"
    month_in_name: str | None = None
    complete: bool = False
    columns: _Columns = {}
    tables: dict[str, _Table] = {}
    without_contract: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideColumn:
    """A column of an outside table, or a path with points into a nested record.

    Attributes:
        name: As the source writes it.
        is_required: Whether a file must have it and a record must fill it.
        fills: How by the fields it fills.
    """

    name: str
    is_required: bool
    fills: Mapping[str, Filling]

    @property
    def exploded(self) -> str | None:
        """What separates the values that make a row each, if they do."""
        return next((how.exploded for how in self.fills.values() if how.exploded), None)

    @property
    def joined(self) -> str | None:
        """What joins the values of a list, if anything does."""
        return next((how.joined for how in self.fills.values() if how.joined), None)


@dataclass(frozen=True, slots=True, eq=False)
class OutsideTable:
    """One table of a source.

    Attributes:
        name: Its name.
        file: First word of its files' names, or the source where a name says nothing.
        raw_name: Of the raw rows that fill it; tables share those of a file that has one row a
            record.
        contract_name: Table that it fills.
        rows: Path of the list whose elements are its rows; empty where records are.
        constants: Fields that have one value in all records.
        columns: In the order of the file.
    """

    name: str
    file: str
    raw_name: str
    contract_name: str
    rows: tuple[str, ...]
    constants: Mapping[str, str]
    columns: tuple[OutsideColumn, ...]

    @property
    def contract(self) -> Contract:
        """Contract of the table that it fills."""
        return load_contract(self.contract_name)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which a file is refused."""
        return tuple(column.name for column in self.columns if column.is_required)

    @property
    def optional(self) -> tuple[str, ...]:
        """Columns that a file may lack."""
        return tuple(column.name for column in self.columns if not column.is_required)

    @property
    def has_own_rows(self) -> bool:
        """Whether a record of the file may give several rows, or none."""
        return bool(self.rows) or any(column.exploded for column in self.columns)


@dataclass(frozen=True, eq=False)
class OutsideSource:
    """One source, as its file says.

    Attributes:
        name: Name of the file; `source_system` of its records.
        zone: IANA zone of times without offset.
        forms: How its files may be written; the ending of the name says which, with .gz of what is
            text. A source of one form takes any ending.
        delimiter: Between the fields of delimited text.
        encoding: Of text, as Python calls it, or TCVN3.
        decimal: Before the decimals of a number in delimited text.
        is_any_name: Whether the names of its files say nothing of the table.
        month_in_name: Field that the month in the name fills, as its first day.
        is_complete: Whether a file must have every column, though a record may leave some empty.
        tables: By name.
        without_contract: First words of tables that the source sends and no contract holds yet.
    """

    name: str
    zone: str
    forms: tuple[Form, ...]
    delimiter: str
    encoding: str
    decimal: str
    is_any_name: bool
    month_in_name: str | None
    is_complete: bool
    tables: Mapping[str, OutsideTable]
    without_contract: tuple[str, ...]

    @cached_property
    def tables_of_file(self) -> Mapping[str, tuple[OutsideTable, ...]]:
        """Tables by the first word of the files that hold them."""
        words = dict.fromkeys(table.file for table in self.tables.values())
        return {
            word: tuple(table for table in self.tables.values() if table.file == word)
            for word in words
        }

    @cached_property
    def utc_offset(self) -> str:
        """Offset of the zone, such as +07:00.

        Raises:
            ContractViolationError: There is no such zone, or its clocks change.
        """
        try:
            zone = ZoneInfo(self.zone)
        except (OSError, ValueError) as error:
            message = f"{self.name}{SUFFIX}: there is no zone {self.zone}"
            raise ContractViolationError(message) from error
        moments = (
            datetime(year, month, 1, tzinfo=zone)
            for year in range(_FIRST_YEAR, _LAST_YEAR + 1)
            for month in (1, 7)
        )
        offsets = {moment.utcoffset() for moment in moments}
        if len(offsets) > 1:
            message = f"{self.name}{SUFFIX}: the clocks of {self.zone} change"
            raise ContractViolationError(message)
        minutes = (offsets.pop() or timedelta()) // timedelta(minutes=1)
        sign = "-" if minutes < 0 else "+"
        return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

    def check(self) -> None:
        """Hold what the file says against the contracts.

        Raises:
            ContractViolationError: It names what is not there, or contradicts itself.
        """
        problem = next(chain(self._writing_problems(), self._table_problems()), None)
        if problem is not None:
            message = f"{self.name}{SUFFIX}: {problem}"
            raise ContractViolationError(message)

    def _writing_problems(self) -> Iterator[str]:
        for name in (self.name, *self.tables):
            if not _NAME.fullmatch(name):
                yield f"{name!r} is no name: expected small letters, digits and _"
        if len(self.delimiter) != 1 or not self.delimiter.isascii() or self.delimiter in '"\r\n':
            yield f"{self.delimiter!r} is no delimiter: expected one ASCII character, no quote"
        if self.encoding != TCVN3 and not _is_encoding(self.encoding):
            yield f"there is no encoding {self.encoding}"

    def _table_problems(self) -> Iterator[str]:
        for table in self.tables.values():
            known = {*table.contract.names, EXTRAS}
            filled = {field for column in table.columns for field in column.fills}
            if unknown := sorted({*filled, *table.constants} - known):
                yield f"{table.name}: {table.contract_name} has no fields {unknown}"
            names = [column.name.lower() for column in table.columns]
            if len(set(names)) != len(names):
                yield f"{table.name}: two columns differ in nothing but capitals"
            if sum(column.exploded is not None for column in table.columns) > 1:
                yield f"{table.name}: two columns explode"
        for word, tables in self.tables_of_file.items():
            if len({table.contract_name for table in tables}) != len(tables):
                yield f"{word}: two tables of one file fill one contract"


def read_source(file: Traversable) -> OutsideSource:
    """Return the source that a YAML file describes.

    Raises:
        ContractViolationError: The file is not of the form.
    """
    name = file.name.removesuffix(SUFFIX)
    written = shaped(read_yaml(file), _Source, file.name)
    is_any_name = written.file == "any"
    return OutsideSource(
        name=name,
        zone=written.zone,
        forms=written.forms,
        delimiter=written.delimiter,
        encoding=written.encoding,
        decimal=written.decimal,
        is_any_name=is_any_name,
        month_in_name=written.month_in_name,
        is_complete=written.complete,
        tables={
            of: _table(of, table, written, name if is_any_name else table.file or of)
            for of, table in written.tables.items()
        },
        without_contract=written.without_contract,
    )


def _table(name: str, table: _Table, source: _Source, file: str) -> OutsideTable:
    contract_name = table.contract or name
    common = {name: fills for name, fills in source.columns.items() if name not in table.columns}
    columns = {**table.columns, **common}
    if "wco_dec" in source.forms:
        # The message reader names its columns as the contract does.
        fields = (field for field in load_contract(contract_name).names if field != "source_system")
        columns = {**{field: field for field in fields}, **columns}
    outside = tuple(_column(written, fills) for written, fills in columns.items())
    is_flat = {"csv", "parquet"}.issuperset(source.forms)
    is_shared = is_flat and not any(column.exploded for column in outside)
    return OutsideTable(
        name=name,
        file=file,
        raw_name=file if is_shared else name,
        contract_name=contract_name,
        rows=tuple(table.rows.split(".")) if table.rows else (),
        constants=table.constants,
        columns=outside,
    )


def _column(written: str, fills: str | dict[str, Take | Filling]) -> OutsideColumn:
    by_field = {fills: Filling()} if isinstance(fills, str) else fills
    return OutsideColumn(
        name=written.removesuffix(_REQUIRED),
        is_required=written.endswith(_REQUIRED),
        fills={
            field: how if isinstance(how, Filling) else Filling(take=how)
            for field, how in by_field.items()
        },
    )


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
