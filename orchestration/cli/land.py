"""`customs land`: files from outside come in, are tried, or are taken back."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from data_contracts.errors import CustomsDataError, SourceUnavailableError, WrongUseError
from ingestion.land import land_files, no_file_in
from ingestion.landing_report import LandingReport
from ingestion.sources.catalog import SOURCES, UnknownSourceError, find_source
from ingestion.withdraw import NoHashError, withdraw
from orchestration.cli.output import (
    ExitStatus,
    HomeOption,
    JsonOption,
    emit,
    fail,
    progress_console,
    settings_from,
    settings_of_new,
    told_home,
)
from warehouse.settings import DEMO_HOME, HOME, LakeSettings

SourceArgument = Annotated[
    str | None,
    typer.Argument(
        help=f"Source of the files: {', '.join(SOURCES)}, or a file of HOME/sources without .yaml."
    ),
]
PathsArgument = Annotated[list[Path] | None, typer.Argument(help="Files and folders to land.")]
CheckOption = Annotated[bool, typer.Option("--check", help="Try everything, land nothing.")]
WithdrawOption = Annotated[
    str | None, typer.Option("--withdraw", metavar="SHA", help="Take this delivery back.")
]
ReceiptOption = Annotated[
    int | None,
    typer.Option("--receipt", help="Which one, where the bytes were delivered as several things."),
]

_QUIET_SECONDS = 1.0
_LISTED_FILES = 20


def register(app: typer.Typer) -> None:
    """Add the command to the app."""

    @app.command()
    def land(
        source: SourceArgument = None,
        paths: PathsArgument = None,
        check: CheckOption = False,
        withdraw_sha: WithdrawOption = None,
        receipt: ReceiptOption = None,
        home: HomeOption = None,
        json_output: JsonOption = False,
    ) -> None:
        """Land files and folders of one source, again and again without harm.

        Exit status 3: done, with quarantined records or refused files.
        """
        if withdraw_sha is not None:
            if source or paths or check:
                _wrong_use(
                    "--withdraw takes nothing but the hash and --receipt", json_output=json_output
                )
            _withdraw(home, withdraw_sha, receipt, json_output=json_output)
        elif receipt is not None:
            _wrong_use("--receipt belongs to --withdraw", json_output=json_output)
        elif not source or not paths:
            _wrong_use("give a source and at least one path", json_output=json_output)
        else:
            _land(home, source, paths, check=check, json_output=json_output)


def _land(
    home: Path | None, source: str, paths: list[Path], *, check: bool, json_output: bool
) -> None:
    try:
        with _Bar("Trying" if check else "Landing") as bar:
            settings = _settings(home)
            report = land_files(settings, source, paths, check=check, progress=bar.update)
    except (UnknownSourceError, SourceUnavailableError) as error:
        fail(error, json_output=json_output)
        raise typer.Exit(ExitStatus.WRONG_USE) from error
    nothing = "" if report.files else no_file_in(find_source(source, settings.home), paths)
    emit(
        report.as_json(), json_output=json_output, render=lambda out: _render(out, report, nothing)
    )
    if not report.is_clean:
        raise typer.Exit(ExitStatus.DONE_WITH_REFUSALS)


def _settings(home: Path | None) -> LakeSettings:
    """Return the settings of a lake that landing may begin; real files never fall into a demo."""
    settings = settings_of_new(home)
    if settings.is_demo_unasked:
        message = (
            f"only the demo's lake is here; give --home {DEMO_HOME} to land into it, "
            f"or --home {HOME} to begin a lake of your own"
        )
        raise WrongUseError(message)
    return told_home(settings)


def _withdraw(
    home: Path | None, sha256: str, receipt_number: int | None, *, json_output: bool
) -> None:
    try:
        withdrawal = withdraw(settings_from(home), sha256, receipt_number)
    except NoHashError as error:
        fail(error, json_output=json_output)
        raise typer.Exit(ExitStatus.WRONG_USE) from error
    sentence = (
        f"Withdrawn: {withdrawal.file} ({withdrawal.sha256}); "
        f"{withdrawal.reloaded_files} other files were loaded again."
    )
    emit(withdrawal.as_json(), json_output=json_output, render=lambda out: out.print(sentence))


def _wrong_use(message: str, *, json_output: bool) -> None:
    fail(CustomsDataError(message), json_output=json_output)
    raise typer.Exit(ExitStatus.WRONG_USE)


def _render(console: Console, report: LandingReport, nothing: str) -> None:
    verb = "Tried" if report.is_check else "Landed"
    console.print(
        f"{verb} {report.files:,} files: {report.accepted_files:,} accepted, "
        f"{report.not_applicable_files:,} not applicable, {report.refused_files:,} refused, "
        f"{report.duplicate_files:,} seen before."
    )
    if report.resumed_files:
        console.print(f"Finished first: {report.resumed_files:,} files of an interrupted landing.")
    if report.records:
        table = Table("Table", "Accepted", "Quarantined", "Repeated")
        for name, count in sorted(report.records.items()):
            numbers = (count.accepted, count.quarantined, count.repeated)
            table.add_row(name, *[f"{number:,}" for number in numbers])
        console.print(table)
    for line in _remarks(report):
        console.print(line)
    if nothing:
        console.print(nothing)
    if report.quarantined_records:
        console.print("Why records are in quarantine: customs quarantine list")


def _remarks(report: LandingReport) -> Iterator[str]:
    """Yield a line for each file that people should know of, and for unknown columns."""
    for note in report.refused[:_LISTED_FILES]:
        yield f"refused {note.file}: {note.reason_code}, {note.reason}"
    for name in report.unterminated[:_LISTED_FILES]:
        yield f"ended without a line end, so its last record may be cut: {name}"
    if report.empty_records:
        yield f"records without a row, whose lists are empty or not there: {report.empty_records:,}"
    for name, columns in sorted(report.drift.items()):
        unnamed = report.drift_unnamed.get(name, 0)
        others = f"{unnamed:,} whose names are not repeated" if unnamed else ""
        yield f"unknown columns in {name}: {', '.join([*columns, *filter(None, [others])])}"
    for name in report.renewed[:_LISTED_FILES]:
        yield f"came before with another content: {name}"


class _Bar:
    """A progress bar on standard error that appears when the work takes longer than a second."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._progress: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def update(self, done: int, total: int) -> None:
        """Show that `done` of `total` files are done."""
        if self._progress is None:
            if time.monotonic() - self._started < _QUIET_SECONDS:
                return
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._progress = Progress(*columns, TimeElapsedColumn(), console=progress_console())
            self._progress.add_task(self._label)
            self._progress.start()
        self._progress.update(self._progress.task_ids[0], completed=done, total=total)
