"""Detectors: single rules over every table, and policies that rank by what they say together.

A rule tells which declarations of a week it would look at, from what is known by then: the week's
declarations, those before, and the files that other systems sent. Together, each rule counts by
how often it was right in checks told so far; the score is the chance that one of them is, times
the duty at stake. Chances lean on a fiftieth with the weight of twenty checks (figures of our own).
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import (
    DAY_SECONDS,
    Bools,
    Floats,
    Ints,
    last_second_of,
    numbers_in,
    positions_in,
)
from benchmark.listed_codes import make_macros
from benchmark.outside import connection
from benchmark.outside_files import add, attach, known_on
from benchmark.play.game import WeekView
from benchmark.play.learning import cut, weeks_in
from benchmark.play.opening import History
from benchmark.play.policies import Ranked
from benchmark.reference_policies import Terms, weekly_best
from benchmark.selection import Selection, join
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
# Of other systems: tables and columns that the rules read.
_TABLES: Mapping[str, tuple[str, ...]] = {
    "ruirotg": ("MA_HS", "MA_DVT", "GIA_THAM_KHAO", "TU_NGAY", "DEN_NGAY"),
    "tygia": ("MA_NT", "TU_NGAY", "VND"),
    "bieuthue": ("MA_BIEU_THUE", "MA_HS", "THUE_SUAT", "TU_NGAY", "DEN_NGAY"),
    "dn": ("MA_DN", "NGAY_TL"),
    "vipham": ("MA_DN",),
    "sukien": ("SO_TK_GOC", "MA_SK", "THOI_DIEM"),
    "kiemtra": ("SO_TK_GOC", "KET_QUA"),
    "ktstq": ("MA_DN", "KET_QUA"),
    "manifest": ("revision", "bills"),
    "intelligence": ("subject", "issued", "expires"),
    "scan": ("decl", "decision"),
}
_HEADER = (
    "SEQ_NO", "SO_TK", "MA_DN", "TEN_DT", "NGAY_DK", "MA_LH", "SO_VD1", "TRONG_LUONG", "MA_DVT_TL",
    "TONG_TG_TT",
    "PHI_VC", "TONG_TG_HD",
)  # fmt: skip
_GOODS = (
    "SEQ_NO", "SO_TK", "STT", "MA_HS", "MA_NUOC_XX", "MA_DVT1", "LUONG1", "TRI_GIA_TT",
    "MA_BIEU_THUE", "SO_CO",
)  # fmt: skip
RULES = (
    "price_under_the_list", "price_under_its_peers", "bill_weighs_more", "bill_names_other_goods",
    "certificate_missing_or_used", "freight_out_of_line", "new_firm", "cancelled_before",
    "found_before", "named_by_intelligence", "image_is_suspect", "many_small_ones",
)  # fmt: skip
_PRIOR, _WEIGHT = 0.02, 20.0
# What is at stake where no duty is due: value-added tax, a tenth.
_LEAST_RATE = 0.1
_IN_MEMORY: dict[str, Any] = {"memory_limit": "1GB", "threads": 2, "temp_directory": ""}


class Known:
    """All that is known by a week, in a database of its own."""

    def __init__(self, opened: duckdb.DuckDBPyConnection) -> None:
        """Begin knowing nothing.

        Args:
            opened: A database of its own, with the macros of `benchmark.listed_codes`.
        """
        self._opened = opened
        self._opened.execute(_SQL["begin"])
        add(self._opened, [], _TABLES)

    def take_in(self, paths: Sequence[Path]) -> None:
        """Read files that have come."""
        add(self._opened, paths, _TABLES)

    def begin(self, tables: Mapping[str, pa.Table]) -> None:
        """Lay out the declarations of a week: `tk` and `hang`, first versions."""
        self._opened.register("week_tk", tables["tk"])
        self._opened.register("week_hang", tables["hang"])
        for name in ("week_headers", "week_items", "rates", "bills"):
            self._opened.execute(_SQL[name])

    def stakes(self, number: Ints) -> tuple[Floats, Floats]:
        """Return duty at stake (value times the ordinary rate) and customs value, VND."""
        told = self._opened.sql(_SQL["stakes"]).to_arrow_table()
        at = positions_in(_digits(told["number"]), number)
        return told["duty_vnd"].to_numpy()[at], told["value_vnd"].to_numpy()[at]

    def fires(self, rule: str, number: Ints) -> Bools:
        """Return which declarations of the week a rule would look at."""
        found = np.unique(_digits(self._opened.sql(_SQL[rule]).to_arrow_table()["number"]))
        return positions_in(found, number) >= 0

    def end(self) -> None:
        """Let the week become the past."""
        self._opened.execute(_SQL["remember"])


def in_memory() -> duckdb.DuckDBPyConnection:
    """Open a database for what a game tells, which is little: nothing goes to disk."""
    opened = duckdb.connect(config=_IN_MEMORY)
    make_macros(opened)
    return opened


def _digits(column: pa.ChunkedArray) -> Ints:
    whole: Ints = column.cast(pa.int64()).to_numpy().astype(np.int64)
    return whole


def _come(files: Sequence[Path], after: int, until: int) -> list[Path]:
    """Return the files that came after one second and by another."""
    return [path for path in files if after < known_on(path) * DAY_SECONDS + 1 <= until]


class Reading(Ranked):
    """A policy that reads the files of other systems."""

    def __init__(self, past: tuple[Path, History], seed: int = 1) -> None:
        """Read the history: all but the last weeks at once, those week by week as they came."""
        super().__init__(seed)
        self.known = Known(in_memory())
        folder, history = past
        files = [path for path in folder.rglob("*") if path.is_file()]
        weeks = weeks_in(history.registered)
        told = 0
        for week in np.unique(weeks).tolist():
            end = int(last_second_of(np.array([week]))[0])
            self.known.take_in(_come(files, told, end))
            self._see(cut(history.registered, weeks == week))
            known = history.outcomes["known"].to_numpy()
            self.learn(history.outcomes.filter(pa.array((known > told) & (known <= end))))
            told = end

    def scores(self, week: WeekView) -> Floats:
        """Return the score of each declaration, in the order of `tk`."""
        self.known.take_in([] if week.sent is None else list(week.sent.rglob("*")))
        return self._see(week.registered)

    def _see(self, tables: Mapping[str, pa.Table]) -> Floats:
        self.known.begin(tables)
        score = self.judged(numbers_in(tables["tk"]["SO_TK"]))
        self.known.end()
        return score

    @abstractmethod
    def judged(self, number: Ints) -> Floats:
        """Return the score of each declaration of the week that was begun."""


class ByValueAndDuty(Reading):
    """The highest customs value times ordinary rate of duty first."""

    name = "value_duty"

    def judged(self, number: Ints) -> Floats:
        """Return the duty at stake; the higher value breaks ties."""
        duty, value = self.known.stakes(number)
        return duty + 1e-9 * value


class Together(Reading):
    """All rules at once, each by how often it was right so far."""

    name = "detectors"

    def __init__(self, past: tuple[Path, History], seed: int = 1) -> None:
        """Begin with every rule right once in fifty times."""
        self._looks = np.full(len(RULES), _WEIGHT)
        self._hits = np.full(len(RULES), _WEIGHT * _PRIOR)
        self._weeks: list[tuple[Ints, Bools]] = []
        super().__init__(past, seed)

    def learn(self, outcomes: pa.Table) -> None:
        """Count for each rule how many it looked at were checked, and irregular."""
        outcomes = outcomes.filter(pc.not_equal(outcomes["HINH_THUC"], "8"))
        number = numbers_in(outcomes["SO_TK_GOC"])
        found = np.unique(number[pc.equal(outcomes["KET_QUA"], "1").to_numpy().astype(bool)])
        checked = np.unique(number)
        for numbers, fired in self._weeks:
            self._looks += fired[positions_in(checked, numbers) >= 0].sum(axis=0)
            self._hits += fired[positions_in(found, numbers) >= 0].sum(axis=0)

    def judged(self, number: Ints) -> Floats:
        """Return the chance that one of the rules is right, times what is at stake."""
        fired = np.stack([self.known.fires(rule, number) for rule in RULES], axis=1)
        self._weeks.append((number, fired))
        duty, value = self.known.stakes(number)
        missed = np.where(fired, 1.0 - self._hits / self._looks, 1.0).prod(axis=1)
        score: Floats = (1.0 - missed) * (duty + _LEAST_RATE * value) + 1e-9 * value
        return score


def by_rules(rules: Sequence[str], terms: Terms) -> dict[str, Selection]:
    """Return what each rule alone looks at in a finished nation, the highest customs value first.

    They go through the nation week by week, with the files that had come by the end of each.
    """
    files = [path for path in terms.world.rglob("*") if path.is_file()]
    parts: dict[str, list[Selection]] = {rule: [] for rule in rules}
    with connection(terms.limits) as opened, connection(terms.limits) as apart:
        known, told = Known(apart), 0
        attach(opened, terms.world, {"tk": _HEADER, "hang": _GOODS})
        weeks = opened.sql(_SQL["weeks"], params=terms.period).to_arrow_table()["week"]
        for place, week in enumerate(weeks, start=1):
            terms.progress(f"choosing: week {place} of {len(weeks)}")
            end = int(last_second_of(np.array([week.as_py()]))[0])
            known.take_in(_come(files, told, end))
            tables = {
                name: opened.sql(_SQL[name], params={"week": week.as_py()}).to_arrow_table()
                for name in ("tk", "hang")
            }
            known.begin(tables)
            number = np.unique(numbers_in(tables["tk"]["SO_TK"]))
            value = known.stakes(number)[1]
            week_of = np.full(len(number), week.as_py())
            for rule in rules:
                fired = known.fires(rule, number)
                chosen = weekly_best(terms, number[fired], week_of[fired], value[fired])
                parts[rule].append(chosen)
            known.end()
            told = end
    return {rule: join(chosen) for rule, chosen in parts.items()}
