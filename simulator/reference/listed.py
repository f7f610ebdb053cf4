"""When the rows of a reference file are known: none before it holds, no end before it is there.

An end that only a later act sets is told with that act, on the day after the last one of the row;
until then it is null, and so is what follows from it. An end that an act names itself (trade
defence, and the lists of a period of lower VAT) is told from the start. The holidays of a year are
announced at the end of the year before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel.arrays import Bools, Ints
from simulator.reference.calendar import new_year, year_of

# So many days before a year begins its holidays are announced (an assumption).
ANNOUNCED_DAYS = 30
# Of each table, the columns that only a later act fills.
SET_LATER: Mapping[str, tuple[str, ...]] = {
    "bieuthue": ("DEN_NGAY",),
    "vat": ("DEN_NGAY",),
    "ttdb": ("DEN_NGAY",),
    "bvmt": ("DEN_NGAY",),
    "hq": ("DEN_NGAY", "MA_MOI"),
    "nhomhang": ("DEN_NGAY",),
    "luatxp": ("DEN_NGAY",),
}
_ALWAYS, _NEVER = -(10**7), 10**7


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a reference file, arrays of shape (n,).

    Attributes:
        rows: As they stand in the end, all columns text.
        since: Day (since 1970) from which on each row is told.
        ended: Day from which on its end is told too.
        set_later: Columns that are null until then.
    """

    rows: pa.Table
    since: Ints
    ended: Ints
    set_later: tuple[str, ...]

    def as_of(self, day: int) -> pa.Table:
        """Return what is told by a day."""
        return self._told(self.since <= day, day)

    def news(self, day: int) -> pa.Table:
        """Return the rows that are told for the first time, or otherwise, on a day."""
        return self._told((self.since == day) | ((self.ended == day) & (self.since < day)), day)

    def days(self, first: int, last: int) -> list[int]:
        """Return the days of a stretch on which something new is told."""
        told = np.unique(np.concatenate([self.since, self.ended]))
        within: list[int] = told[(told >= first) & (told <= last)].tolist()
        return within

    def _told(self, chosen: Bools, day: int) -> pa.Table:
        rows = self.rows.filter(pa.array(chosen))
        is_open = pa.array(self.ended[chosen] > day)
        for name in self.set_later:
            hidden = pc.if_else(is_open, pa.scalar(None, pa.string()), rows[name])
            rows = rows.set_column(rows.column_names.index(name), name, hidden)
        return rows


def listed(name: str, rows: pa.Table) -> Listed:
    """Return the rows of a reference table with the days on which they are known.

    Args:
        name: First word of its file names.
        rows: As they stand in the end, all columns text.
    """
    set_later = SET_LATER.get(name, ())
    if "NGAY" in rows.column_names:
        since = new_year(year_of(_days(rows["NGAY"], _ALWAYS))) - ANNOUNCED_DAYS
    elif "TU_NGAY" in rows.column_names:
        since = _days(rows["TU_NGAY"], _ALWAYS)
    else:
        since = np.full(len(rows), _ALWAYS, dtype=np.int64)
    ended = np.full(len(rows), _NEVER, dtype=np.int64)
    if set_later:
        ended = _days(rows["DEN_NGAY"], _NEVER) + 1
    return Listed(rows, since, ended, set_later)


def told_by_day(
    lists: Mapping[str, Listed], begin: int, days: tuple[int, int]
) -> Iterator[tuple[str, int, pa.Table]]:
    """Yield the files of some days: name, day and rows, each name's in the order of the days.

    Args:
        lists: By first word of the file names.
        begin: The day (since 1970) on which all is told that is known by then; on later ones what
            is new alone.
        days: First and last day whose files are wanted.
    """
    for name, one in lists.items():
        if days[0] <= begin <= days[1]:
            yield name, begin, one.as_of(begin)
        for day in one.days(max(days[0], begin + 1), days[1]):
            yield name, day, one.news(day)


def _days(texts: pa.ChunkedArray, missing: int) -> Ints:
    """Return days since 1970 of dates as text."""
    days = texts.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    found: Ints = pc.fill_null(days, missing).to_numpy()
    return found
