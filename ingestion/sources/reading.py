"""What a reader hands to conform: raw rows as text, the SQL that maps them, and what was broken.

A reader knows a form of files and nothing else: no lake, no clock, no environment.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pyarrow as pa

from ingestion.sources.outside_tables import OutsideSource

ReadingStatus = Literal["accepted", "not_applicable", "refused"]

_NAME = "[A-Za-z_][A-Za-z0-9_]{0,39}"
_COLUMN_NAME = re.compile(rf"{_NAME}(\.{_NAME}){{0,9}}")

BROKEN_SCHEMA = pa.schema([
    pa.field("record_number", pa.int64()),
    pa.field("reason_codes", pa.list_(pa.string())),
    pa.field("raw", pa.string()),
])  # fmt: skip
"""Records that cannot be mapped: position, why, and the record as JSON text."""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one contract table is filled from one raw table.

    Attributes:
        table: Contract (bronze table) that is filled.
        raw_table: Key in `Reading.tables`, and the name the SQL selects from.
        sql: One SELECT over the raw table. It yields `record_number` as it found it, any of the
            contract's fields but `source_system` as text (one that it leaves out is null),
            optionally `mapping_errors` VARCHAR[], `extras` (JSON text; without it the
            raw table's `extras` is taken) and `further_content` (text that counts as content though
            no field holds it). At most one row for each raw row. It may use the macros of
            `mapping_macros`.
    """

    table: str
    raw_table: str
    sql: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as it was read.

    Attributes:
        status: `accepted` (its rows may still be quarantined), `not_applicable` (not for any
            table of the lake) or `refused` (cannot be read as what it claims to be).
        tables: Raw tables by name: every column text (empty = null) and `record_number` int64,
            counted from 1 and unique in the raw table; optionally `extras` text, a JSON object of
            the columns that the format does not know. The same name has the same columns in every
            reading of a source.
        mappings: How contract tables are filled from the raw tables; names the same SQL for the
            same pair of tables in every reading of a source.
        broken: By contract table, records of BROKEN_SCHEMA that go to quarantine as they are.
        reason_code: Why a file is refused or not applicable (upper case).
        reason_text: The same in words, without personal data.
        drift: Columns of the file that the format does not know, in file order.
        empty_records: Records of the file that hold no row of any table: their lists
            are empty or not there.
        cut_column: Last column of a file that ended without a line end: its value in the last
            record may be cut.
        last_record: Number of the last record of such a file.
        replaced: By contract table, records of messages that a later message of the same file
            replaces whole: never known to stand, they are counted as repeated.
    """

    status: ReadingStatus
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    mappings: Sequence[TableMapping] = ()
    broken: Mapping[str, pa.Table] = field(default_factory=dict)
    reason_code: str | None = None
    reason_text: str | None = None
    drift: Sequence[str] = ()
    empty_records: int = 0
    cut_column: str | None = None
    last_record: int | None = None
    replaced: Mapping[str, int] = field(default_factory=dict)

    def without_rows(self) -> "Reading":
        """Return what is told of the file, without its records."""
        return replace(self, tables={}, broken={})


def is_column_name(name: str) -> bool:
    """Whether a name, or a path of names with points, may be told.

    A header can hold anything, a taxpayer's number as well.
    """
    return _COLUMN_NAME.fullmatch(name) is not None


def says_nothing(_name: str) -> str:
    """Return the meaning of a file whose name says nothing of its bytes."""
    return ""


@dataclass(frozen=True, slots=True)
class Source:
    """One outside format.

    Attributes:
        name: Its name on the command line and in `source_system`.
        time_zone: IANA zone of times without offset.
        read: Reads one file (path of the bytes, base name as received). It never raises for what
            is in the file: that is a refused reading.
        outside: What its file says of it.
        is_message: Whether each file is an act of its own (a message), not a part of a table that
            may be sent again, split or merged.
        meaning: What a name as received says of the bytes (table, month, format): the same bytes
            that mean something else are another delivery.
        names: What its files are called, for people; empty where that says nothing.
    """

    name: str
    time_zone: str
    read: Callable[[Path, str], Reading]
    outside: OutsideSource
    is_message: bool = False
    meaning: Callable[[str], str] = says_nothing
    names: tuple[str, ...] = ()


class RefusedFileError(Exception):
    """A file cannot be read as what it claims to be; becomes a refused reading.

    Attributes:
        reason_code: Upper-case code such as E_SCHEMA_MISSING.
    """

    def __init__(self, reason_text: str, *, reason_code: str) -> None:
        """Remember code and text."""
        super().__init__(reason_text)
        self.reason_code = reason_code


def refused(reason_code: str, reason_text: str) -> Reading:
    """Return the reading of a file that cannot be read; the text carries no personal data."""
    return Reading(status="refused", reason_code=reason_code, reason_text=reason_text)


def not_applicable(reason_code: str, reason_text: str) -> Reading:
    """Return the reading of a sound file that holds nothing for a table of the lake."""
    return Reading(status="not_applicable", reason_code=reason_code, reason_text=reason_text)
