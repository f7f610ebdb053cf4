"""What an outside table is: where its files lie, how they are named, which columns they have."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Form = Literal["csv", "jsonl", "utf16", "xml"]
Period = Literal["day", "hour", "month", "once"]
Kind = Literal["text", "number", "raw", "flag"]

EPOCH = date(1970, 1, 1)
SEQUENCE, OPERATION = "SEQ_NO", "OP"


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list of names."""
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class OutsideTable:
    """One table of the outside formats.

    Attributes:
        name: What producers call it.
        source: Name of the outside format.
        folder: Folder below the output, with the day's `%Y`, `%m`, `%d`.
        word: First word of its file names.
        columns: Columns in the outside order, without `SEQ_NO` and `OP`. In JSON a dotted name
            (`vehicle.plate`) is a member of an object; the object may also come whole, as raw JSON
            under its own name (`vehicle`).
        key: Key columns; they decide the order inside a second.
        form: What its text form is.
        stamp: How the period is written in the file name, after the word.
        period: What one file covers.
        is_numbered: Whether rows have `SEQ_NO` and `OP`.
        can_be_columnar: Whether the format allows Parquet.
        is_packed: Whether the text form is compressed.
        plain: Columns with few repetitions; the others are dictionary-encoded inside Parquet.
        kinds: JSON kind of columns that are not text (`number`, `raw`, `flag`).
        omits_null: Whether a JSON object leaves out what is null.
        gathers: Whether rows are handed over raw and a finisher makes the outside rows by day.
        can_be_live: Whether live operation sends it every few minutes instead of each night.
    """

    name: str
    source: str
    folder: str
    word: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    form: Form = "csv"
    stamp: str = "%Y%m%d"
    period: Period = "day"
    is_numbered: bool = False
    can_be_columnar: bool = True
    is_packed: bool = True
    plain: frozenset[str] = frozenset()
    kinds: tuple[tuple[str, Kind], ...] = ()
    omits_null: bool = False
    gathers: bool = False
    can_be_live: bool = False

    def folder_on(self, day: int) -> str:
        """Return the folder in which a file sent on `day` (days since 1970) lands."""
        return f"{EPOCH + timedelta(days=day):{self.folder}}"

    def base_name(self, day: int, part: int, clock: str | None = None) -> str:
        """Return the base name of a file about `day`, without its ending.

        Args:
            day: Day (days since 1970) that the file is about.
            part: Number of the part; a nightly extract always says it, others from 1 on.
            clock: `HH` or `HHMM` at which it begins, for a file that covers part of a day.
        """
        name = f"{self.word}_{EPOCH + timedelta(days=day):{self.stamp}}"
        if clock is not None:
            name += f"_{clock}"
        return f"{name}_{part:02d}" if part or self.is_numbered else name

    def accepts(self, column: str) -> bool:
        """Tell whether a producer may hand over this column."""
        return (
            self.gathers
            or column in self.columns
            or (self.form == "jsonl" and any(c.startswith(f"{column}.") for c in self.columns))
        )
