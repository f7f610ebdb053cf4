"""Everything the report says: the files read once, set by set, in a capped database of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmark.broken_files import telling_broken
from benchmark.outside import Limits, connection, told_arguments
from benchmark.outside_files import attach
from benchmark.realism.clearance import measure_clearance
from benchmark.realism.compliance import Hidden, measure_compliance, read_hidden
from benchmark.realism.figures import Basis, Result, Verdict, judge, load_figures
from benchmark.realism.folder import TABLES
from benchmark.realism.staging import stage
from benchmark.realism.trade import measure_trade
from benchmark.truth import refuse_as_world
from benchmark.usable import Unusable, unusable_rows
from benchmark.world_note import refuse_another
from data_contracts.errors import CustomsDataError
from measures.counted import counted

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a plot.

    Attributes:
        series: Name of the line or of the group of bars.
        position: Place on the axis; None where it is a label.
        label: Name of the bar; None where it is a number.
        height: The value, mostly a share.
    """

    series: str
    position: float | None
    label: str | None
    height: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a folder shows of every figure.

    Attributes:
        folder: The folder.
        arguments: Arguments of the run as world.json tells them; empty without it.
        has_truth: Whether the truth was given.
        files: Readable files by outside table.
        unread: Files that could not be read.
        unusable: Rows of the others that cannot be used.
        declarations: Declarations of the period.
        first_day: First day with a declaration.
        last_day: Last day with a declaration.
        measured: Keys of the figures of which the statements tell.
        results: One for each figure, in their order.
        plots: Points by plot.
    """

    folder: Path
    arguments: dict[str, Any]
    has_truth: bool
    files: dict[str, int]
    unread: tuple[str, ...]
    unusable: tuple[Unusable, ...]
    declarations: int
    first_day: date | None
    last_day: date | None
    measured: frozenset[str]
    results: tuple[Result, ...]
    plots: dict[str, tuple[Point, ...]]

    def count(self, verdict: Verdict, basis: Basis | None = None) -> int:
        """Return how many figures, all or those of one basis, got a verdict."""
        return sum(
            result.verdict is verdict and basis in {None, result.figure.basis}
            for result in self.results
        )


def measure(
    folder: Path,
    *,
    truth: Path | None = None,
    scratch: Path | None = None,
    progress: Progress = lambda _: None,
) -> Report:
    """Measure a folder of outside files.

    Args:
        folder: The folder, as written by a simulator or made elsewhere.
        truth: The truth of its nation; without it what is hidden is not measured.
        scratch: Where the database lies while it works; the system's folder for temporary files
            by default. A national year takes some GB.
        progress: Told each step.

    Raises:
        CustomsDataError: There is no such folder, or no declaration file in it; the truth is not
            one, or that of another nation.
    """
    if not folder.is_dir():
        message = f"{folder} is not a folder; give the folder that the outside files lie in"
        raise CustomsDataError(message)
    refuse_as_world(folder)
    arguments = told_arguments(folder)
    hidden = None
    if truth is not None:
        refuse_another(truth, folder)
        hidden = read_hidden(truth)
    with connection(Limits(spill=scratch)) as opened, telling_broken(folder):
        return _measure(opened, folder, hidden, arguments, progress)


def is_within(report: Report) -> bool:
    """Return whether no figure is off; what is absent or too few does not count against it."""
    return not report.count(Verdict.OFF)


def as_payload(report: Report) -> dict[str, Any]:
    """Return the report as one object for programs, without the plots."""
    return {
        "folder": report.folder,
        "is_within": is_within(report),
        "counts": {verdict.value: report.count(verdict) for verdict in Verdict},
        "counts_by_basis": {
            basis.value: {verdict.value: report.count(verdict, basis) for verdict in Verdict}
            for basis in Basis
        },
        "declarations": report.declarations,
        "first_day": report.first_day,
        "last_day": report.last_day,
        "files": report.files,
        "unread": list(report.unread),
        "unusable_rows": {one.table: one.rows for one in report.unusable},
        "figures": [_result_payload(result) for result in report.results],
    }


def _result_payload(result: Result) -> dict[str, Any]:
    figure = result.figure
    return {
        "figure": figure.key,
        "group": figure.group,
        "basis": figure.basis.value,
        "title": figure.title,
        "unit": figure.unit,
        "target": result.target,
        "low": result.low,
        "high": result.high,
        "generated": result.generated,
        "observations": result.observations,
        "least_observations": figure.least,
        "verdict": result.verdict.value,
        "source": figure.source,
        "how": figure.how,
    }


def _measure(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    hidden: Hidden | None,
    arguments: dict[str, Any],
    progress: Progress,
) -> Report:
    progress("reading the files")
    attached = attach(connection, folder, TABLES, prefix="raw_", skips_broken=True)
    if not attached.files:
        message = f"{folder} has no outside files that can be read"
        raise CustomsDataError(message)
    progress(f"bringing {counted(len(attached.files), 'table')} into order")
    stage(connection, arguments)
    connection.execute("create table measured (figure text, generated double, observations bigint)")
    connection.execute(
        "create table drawn (plot text, series text, position double, label text, height double)"
    )
    progress("measuring trade")
    measure_trade(connection)
    progress("measuring clearance")
    measure_clearance(connection)
    progress("measuring compliance")
    measure_compliance(connection, hidden)
    progress("drawing")
    present = {*attached.files, *(() if hidden is None else ("truth",))}
    measured = {
        figure: (generated, observations)
        for figure, generated, observations in connection.execute("from measured").fetchall()
    }
    numeric = {
        name: float(value) for name, value in arguments.items() if isinstance(value, int | float)
    }
    first_day, last_day, declarations = connection.execute(
        "select first_day, last_day, declarations from period"
    ).fetchall()[0]
    return Report(
        folder=folder,
        arguments=arguments,
        has_truth=hidden is not None,
        files=attached.files,
        unread=attached.unread,
        unusable=tuple(unusable_rows(connection, TABLES, "raw_")),
        declarations=declarations,
        first_day=first_day,
        last_day=last_day,
        measured=frozenset(measured),
        results=tuple(
            judge(
                figure,
                measured.get(figure.key, (None, 0)),
                present=present,
                arguments=numeric,
            )
            for figure in load_figures()
        ),
        plots=_plots(connection),
    )


def _plots(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Point, ...]]:
    rows = connection.execute(
        "from drawn where height is not null order by plot, series, position, height desc, label"
    ).fetchall()
    plots: dict[str, list[Point]] = {}
    for plot, series, position, label, height in rows:
        plots.setdefault(plot, []).append(Point(series, position, label, height))
    return {plot: tuple(points) for plot, points in plots.items()}
