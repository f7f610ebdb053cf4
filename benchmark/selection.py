"""What a policy chose to look at: the file an outsider sends in.

Columns: rank (whole number from 1, smaller is more urgent), so_tk_goc (11 digits) for a check of a
declaration, or trader (ma_dn) with period_from and period_to (dates) for an audit, and what it is
about (theme, as CHU_DE; none is everything); kind_of_check; selected_at (local time, to the
second). CSV (also .csv.gz) or Parquet.
Grain: one check or one audit.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from benchmark.arrays import Bools, Ints
from benchmark.csv_headers import quoted
from benchmark.kinds import AUDIT, KINDS
from benchmark.selection_texts import REQUIRED, texts_of
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import put
from simulator.chronicle.themes import EVERYTHING, THEMES

NO_DAY = -1
NO_NUMBER = -1
NO_THEME = -1
_NOT_SO = pa.scalar(value=False)
_NUMBER = r"^[0-9]{11}$"
_RANK = r"^[1-9][0-9]{0,17}$"
_EXISTS = "a day and a time that exist"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}$"


@dataclass(frozen=True, slots=True)
class Selection:
    """Checks and audits in the order of the file.

    Attributes:
        rank: From 1, smaller is more urgent, shape (n,).
        number: Declaration, 11 digits; -1 for an audit.
        trader: Tax code, text; null for a check.
        period_from, period_to: Days since 1970, both included; -1 for a check.
        theme: What an audit is about, position in THEMES; -1 for a check.
        kind: Position in KINDS.
        selected: Local seconds since 1970.
    """

    rank: Ints
    number: Ints
    trader: pa.Array
    period_from: Ints
    period_to: Ints
    theme: Ints
    kind: Ints
    selected: Ints

    def __len__(self) -> int:
        return len(self.rank)

    @property
    def is_audit(self) -> Bools:
        """Whether each row is an audit."""
        audit: Bools = self.kind == AUDIT
        return audit

    def where(self, rows: npt.NDArray[Any]) -> "Selection":
        """Return the rows of a mask or of positions."""
        positions = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Selection(
            self.rank[positions],
            self.number[positions],
            self.trader.take(pa.array(positions)),
            self.period_from[positions],
            self.period_to[positions],
            self.theme[positions],
            self.kind[positions],
            self.selected[positions],
        )


def checks(number: Ints, kind: int | Ints, selected: Ints, rank: Ints) -> Selection:
    """Return a selection of declarations; `kind` is a position in KINDS, one or one for each."""
    count = len(number)
    none = np.full(count, NO_DAY, dtype=np.int64)
    return Selection(
        rank=rank,
        number=number,
        trader=pa.nulls(count, pa.string()),
        period_from=none,
        period_to=none,
        theme=np.full(count, NO_THEME, dtype=np.int64),
        kind=np.broadcast_to(np.asarray(kind, dtype=np.int64), (count,)).copy(),
        selected=selected,
    )


def audits(
    trader: pa.Array,
    period: tuple[Ints, Ints],
    selected: Ints,
    rank: Ints,
    theme: int | Ints = EVERYTHING,
) -> Selection:
    """Return a selection of traders, periods (first and last day) and themes (in THEMES)."""
    count = len(trader)
    return Selection(
        rank=rank,
        number=np.full(count, NO_NUMBER, dtype=np.int64),
        trader=trader.cast(pa.string()),
        period_from=period[0],
        period_to=period[1],
        theme=np.broadcast_to(np.asarray(theme, dtype=np.int64), (count,)).copy(),
        kind=np.full(count, AUDIT, dtype=np.int64),
        selected=selected,
    )


def join(parts: list[Selection]) -> Selection:
    """Return the rows of several selections, one after the other."""
    traders = [part.trader for part in parts]
    return Selection(
        np.concatenate([part.rank for part in parts]),
        np.concatenate([part.number for part in parts]),
        pa.concat_arrays(traders),
        np.concatenate([part.period_from for part in parts]),
        np.concatenate([part.period_to for part in parts]),
        np.concatenate([part.theme for part in parts]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.selected for part in parts]),
    )


def read_selection(path: Path) -> Selection:
    """Return the selection in a file.

    Raises:
        CustomsDataError: The file cannot be read, a column lacks or is unknown, or a value is not
            what the format asks; the message gives the file, the line (CSV) or row (Parquet),
            what was expected and what was found.
    """
    texts, place = texts_of(path)
    reader = _Reader(path, place, texts)
    kind_text = reader.required("kind_of_check")
    kind = pc.index_in(kind_text, pa.array(KINDS)).combine_chunks()
    reader.refuse(pc.is_null(kind), "kind_of_check", f"one of {', '.join(KINDS)}")
    kinds = kind.to_numpy(zero_copy_only=False).astype(np.int64)
    rank = reader.matching("rank", _RANK, "a whole number from 1")
    number = reader.matching("so_tk_goc", _NUMBER, "a number of 11 digits")
    first = reader.matching("period_from", _DATE, "a date YYYY-MM-DD")
    last = reader.matching("period_to", _DATE, "a date YYYY-MM-DD")
    selected = reader.matching("selected_at", _MOMENT, "a local time YYYY-MM-DD HH:MM:SS")
    reader.refuse_mixed(kinds == AUDIT)
    theme = pc.index_in(texts["theme"], pa.array(THEMES)).combine_chunks()
    named = pc.is_valid(texts["theme"])
    reader.refuse(pc.and_(named, pc.is_null(theme)), "theme", f"one of {', '.join(THEMES)}")
    themes = pc.fill_null(theme, EVERYTHING).to_numpy(zero_copy_only=False).astype(np.int64)
    return Selection(
        rank=reader.whole(rank, pa.int64(), "rank"),
        number=reader.whole(number, pa.int64(), "so_tk_goc"),
        trader=texts["trader"].combine_chunks(),
        period_from=reader.whole(first, pa.date32(), "period_from"),
        period_to=reader.whole(last, pa.date32(), "period_to"),
        theme=np.where(kinds == AUDIT, themes, NO_THEME),
        kind=kinds,
        selected=reader.whole(selected, pa.timestamp("s"), "selected_at"),
    )


def write_selection(selection: Selection, path: Path) -> None:
    """Write a selection, whole or not at all; reading it gives the same one.

    Args:
        selection: What was chosen.
        path: The file; its name ends as one of `selection_texts.FORMS`.
    """
    is_audit = selection.is_audit
    table = pa.table(
        {
            "rank": pa.array(selection.rank).cast(pa.string()),
            "so_tk_goc": pc.utf8_lpad(
                pa.array(selection.number, mask=is_audit).cast(pa.string()), 11, padding="0"
            ),
            "trader": selection.trader,
            "period_from": _dates(selection.period_from, ~is_audit),
            "period_to": _dates(selection.period_to, ~is_audit),
            "theme": pa.array(THEMES).take(pa.array(selection.theme, mask=~is_audit)),
            "kind_of_check": pa.array(KINDS).take(pa.array(selection.kind)),
            "selected_at": pa.array(selection.selected).cast(pa.timestamp("s")).cast(pa.string()),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        put(path, partial(pq.write_table, table))
    else:
        put(path, partial(_write_csv, table, "gzip" if path.suffix == ".gz" else None))


def _write_csv(table: pa.Table, compression: str | None, path: Path) -> None:
    with pa.output_stream(path, compression=compression) as stream:
        pacsv.write_csv(table, stream)


def _first_without(texts: pa.ChunkedArray, form: pa.DataType) -> int:
    """Return the position of the first text that cannot be cast, where one cannot."""
    first, last = 0, len(texts)
    while last - first > 1:
        middle = (first + last) // 2
        try:
            texts.slice(first, middle - first).cast(form)
        except pa.ArrowInvalid:
            last = middle
        else:
            first = middle
    return first


def _dates(days: Ints, lacks: Bools) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32(), mask=lacks).cast(pa.date32()).cast("string")


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    place: str
    texts: pa.Table

    def refuse(self, is_wrong: pa.Array | pa.ChunkedArray, column: str, expected: str) -> None:
        """Raise with the first wrong row."""
        wrong = np.flatnonzero(np.asarray(pc.fill_null(is_wrong, _NOT_SO)))
        if len(wrong):
            row = int(wrong[0])
            number = row + (2 if self.place == "line" else 1)
            found = self.texts[column][row].as_py()
            shown = "nothing" if found is None else quoted(found)
            message = f"{self.path}, {self.place} {number}, {column}: expected {expected}, "
            message += f"found {shown}"
            message += f" ({len(wrong):,} rows are so)" if len(wrong) > 1 else ""
            raise CustomsDataError(message)

    def required(self, column: str) -> pa.ChunkedArray:
        self.refuse(pc.is_null(self.texts[column]), column, "a value")
        return self.texts[column]

    def matching(self, column: str, pattern: str, expected: str) -> pa.ChunkedArray:
        """Return a column whose values, where they are given, match a pattern."""
        texts = self.required(column) if column in REQUIRED else self.texts[column]
        self.refuse(pc.invert(pc.match_substring_regex(texts, pattern)), column, expected)
        return texts

    def whole(self, texts: pa.ChunkedArray, form: pa.DataType, column: str) -> Ints:
        """Return texts as whole numbers, days or seconds; -1 where there is none."""
        try:
            values = texts.cast(form)
        except pa.ArrowInvalid:
            places = np.arange(len(texts))
            self.refuse(pa.array(places == _first_without(texts, form)), column, _EXISTS)
            raise
        bare = pa.int32() if form == pa.date32() else pa.int64()
        numbers = pc.fill_null(values.cast(bare), -1)
        whole: Ints = numbers.to_numpy().astype(np.int64)
        return whole

    def refuse_mixed(self, is_audit: Bools) -> None:
        """Refuse a check without a declaration, and an audit without a trader and a period."""
        texts, audit = self.texts, pa.array(is_audit)
        wants = "a value: kind_of_check audit asks for it"
        for column in ("trader", "period_from", "period_to"):
            lacks = pc.is_null(texts[column])
            self.refuse(pc.and_(audit, lacks), column, wants)
            extra = pc.and_(pc.invert(audit), pc.invert(lacks))
            self.refuse(extra, column, "nothing: only an audit has one")
        extra = pc.and_(pc.invert(audit), pc.is_valid(texts["theme"]))
        self.refuse(extra, "theme", "nothing: only an audit has one")
        lacks = pc.is_null(texts["so_tk_goc"])
        check = pc.invert(audit)
        self.refuse(pc.and_(check, lacks), "so_tk_goc", "a value: a check is of a declaration")
        self.refuse(pc.and_(audit, pc.invert(lacks)), "so_tk_goc", "nothing: an audit is of trader")
