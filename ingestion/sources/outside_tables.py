"""What a source sends: its tables, their columns, and what each column fills."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from data_contracts.code_lists import crosswalk
from data_contracts.loading import load_contract
from data_contracts.model import Contract
from data_contracts.rules import FIRST_YEAR, LAST_YEAR

EXTRAS = "extras"
"""In the place of a field: the column is content, and kept with what no field holds."""
TCVN3 = "tcvn3"
"""Encoding of files each of which is TCVN3 or UTF-8."""

WRITTEN_PART = re.compile("YYYY|MM|DD|HH|mm|ss")
"""A part of a day or a time, as `Filling.written` names it."""

_Separator = Annotated[str, msgspec.Meta(min_length=1)]
Form = Literal["csv", "jsonl", "parquet", "wco_dec"]
Take = Literal[
    "text", "upper", "local_instant", "epoch_ms", "base_number", "version_digit", "four_decimals",
    "plain_number", "kilograms",
]  # fmt: skip


class Filling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a column fills a field, and what its source allows where the contract allows more.

    Attributes:
        take: What becomes of the text. `local_instant` gives it the offset of the zone; `epoch_ms`
            are milliseconds since 1970; `base_number` and `version_digit` are the parts of SO_TK;
            `kilograms` is a mass whose reader has marked a unit of no mass with `?`.
        written: How a day or a local instant is written, as DD, MM, YYYY, HH, mm, ss, where that is
            not ISO 8601; what is not told is the first: YYYY-MM is the first of the month.
        crosswalk: Outside code → our code, or the name of a crosswalk beside the code lists.
        mass: Unit, of the list `mass_unit`, of a mass that fills a field in kg.
        joined: What joins a list, or several columns that fill the field, to one text.
        exploded: What separates the values of a list (JSON has lists of its own): one row for each.
        member: Whether the column becomes a member of the field's JSON object, under its own name.
        tax_line: Column of the tax letter that makes, with this item number, the number of a line.
        otherwise: Text of the field where the column is empty.
        pattern: What the whole text must match.
        codes: The only codes.
        when: Other columns with their codes: `codes` binds only where all of them have one.
        is_number: Whether it must be a number without sign and exponent.
        is_id: Whether an id is refused that a spreadsheet took for a number.
    """

    take: Take = "text"
    written: str | None = None
    crosswalk: str | dict[str, str] | None = None
    mass: str | None = None
    joined: _Separator | None = None
    exploded: _Separator | None = None
    member: bool = False
    tax_line: str | None = None
    otherwise: str | None = None
    pattern: str | None = None
    codes: tuple[str, ...] = ()
    when: dict[str, tuple[str, ...]] = {}
    is_number: bool = False
    is_id: bool = False

    @property
    def our_codes(self) -> dict[str, str]:
        """Our code by outside code, empty without a crosswalk."""
        pairs = crosswalk(self.crosswalk) if isinstance(self.crosswalk, str) else self.crosswalk
        return pairs or {}


@dataclass(frozen=True, slots=True)
class OutsideColumn:
    """A column of an outside table, or a path with points into a nested record.

    Attributes:
        name: As the source writes it, in the Unicode form NFC, as all of a source's file is.
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
        file: First words of its files' names, or the source where a name says nothing.
        contract_name: Table that it fills.
        rows: Path of the list whose elements are its rows; empty where records are. An empty list
            or null holds none; a record without the list is refused where its rows must be filled.
        constants: Fields that have one value in all records.
        columns: In the order of the file.
    """

    name: str
    file: str
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
        without_contract: First words of the files of tables that no contract holds yet.
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
        """Tables by the first words of the files that hold them."""
        words = dict.fromkeys(table.file for table in self.tables.values())
        return {
            word: tuple(table for table in self.tables.values() if table.file == word)
            for word in words
        }

    def word_of(self, name: str) -> str:
        """Return the words of a file's name that say its table, in lower case.

        They are the longest of the source that its base name begins with, before `_` or the ending;
        the first one where none does.
        """
        if self.is_any_name:
            return self.name
        base = name.rsplit("/", 1)[-1].lower()
        known = (*self.tables_of_file, *self.without_contract)
        said = [word for word in known if re.match(rf"{re.escape(word)}(?:[_.]|$)", base)]
        return max(said, key=len, default=re.split(r"[_.]", base, maxsplit=1)[0])

    @cached_property
    def utc_offset(self) -> str:
        """Offset of the zone, such as +07:00; empty where there is none or its clocks change.

        They do where they change in a year that a record may be about.
        """
        try:
            zone = ZoneInfo(self.zone)
        except (KeyError, OSError, ValueError):
            return ""
        moments = (
            datetime(year, month, 1, tzinfo=zone)
            for year in range(FIRST_YEAR, LAST_YEAR + 1)
            for month in (1, 7)
        )
        offsets = {moment.utcoffset() for moment in moments}
        if len(offsets) > 1:
            return ""
        minutes = (offsets.pop() or timedelta()) // timedelta(minutes=1)
        sign = "-" if minutes < 0 else "+"
        return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
