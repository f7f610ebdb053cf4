"""`customs simulate report`: a simulated nation held against published figures."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmark.realism.figures import Basis, Verdict
from benchmark.realism.page import number_text, write
from benchmark.realism.report import Report, as_payload, is_within, measure
from measures.counted import counted
from orchestration.cli.new_files import refuse_place
from orchestration.cli.output import (
    FOLDER,
    NEW_FILE,
    ExitStatus,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress,
)

FolderArgument = Annotated[
    Path, typer.Argument(help="Folder of outside files, as `simulate run` wrote it.", **FOLDER)
]
TruthOption = Annotated[
    Path | None,
    typer.Option(
        "--truth",
        help="Folder of the nation's truth: without it what is hidden is not measured.",
        **FOLDER,
    ),
]
PageOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="The page, .html (default: <folder>-realism.html beside the folder).",
        **NEW_FILE,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report_command)


def report_command(
    folder: FolderArgument,
    truth: TruthOption = None,
    out: PageOption = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Hold a simulated nation against published figures; status 1 when one is off tolerance."""
    place = folder.resolve()
    page = place.parent / f"{place.name}-realism.html" if out is None else out
    refuse_place("--out", page, (folder, truth), ".html")
    with progress("measuring") as tell:
        tell(f"measuring {folder}")
        report = measure(folder, truth=truth, progress=tell)
        write(report, page)
    payload: dict[str, Any] = as_payload(report) | {"page": page}
    emit(payload, json_output=json_output, render=lambda to: _render(to, report, page))
    if report.unread or report.unusable or not is_within(report):
        raise typer.Exit(ExitStatus.FAILED)


def _render(console: Console, report: Report, page: Path) -> None:
    console.print(counted(len(report.results), "figure"))
    for basis in Basis:
        counts = ", ".join(
            f"{report.count(verdict, basis)} {verdict.value}"
            for verdict in Verdict
            if report.count(verdict, basis)
        )
        console.print(f"  {basis.value}: {counts}")
    off = [result for result in report.results if result.verdict is Verdict.OFF]
    if off:
        table = Table("off tolerance", "target", "generated", "from", "to", "observations")
        for result in off:
            values = (result.target, result.generated or 0.0, result.low, result.high)
            texts = [_plain(number_text(value, result.figure.unit)) for value in values]
            table.add_row(result.figure.title, *texts, f"{result.observations:,}")
        console.print(table)
    if few := report.count(Verdict.TOO_FEW):
        told = f"{counted(few, 'figure')} with {Verdict.TOO_FEW.value}"
        console.print(f"{told}: the page has each with those needed")
    for name in report.unread:
        console.print(f"could not be read: {name}")
    for one in report.unusable:
        console.print(str(one))
    console.print(f"written to {page}")


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")
