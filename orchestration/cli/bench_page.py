"""`customs bench page`: the results of contests as one page."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark.results_page import CONTEST, read_contest, render
from data_contracts.errors import WrongUseError
from orchestration.cli.new_files import refuse_place
from orchestration.cli.output import (
    FILE,
    NEW_FILE,
    JsonOption,
    UnusedHomeOption,
    emit,
    write_page,
)
from orchestration.cli.several import TakesSeveral


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("page", cls=TakesSeveral)(page_command)


def page_command(
    results: Annotated[
        list[Path],
        typer.Option(
            "--results",
            help=f"Files of {CONTEST}, a contest each: one or more, or the option again. The name "
            "of a file, without its ending, is the title.",
            **FILE,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The page to write (.html).", **NEW_FILE)],
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Write the results of contests, with intervals, as a page that needs nothing but itself."""
    refuse_place("--out", out, results, ".html")
    titles = [path.stem.replace("_", " ") for path in results]
    if len(set(titles)) < len(titles):
        message = f"--results: expected files of different names, found {', '.join(titles)}"
        raise WrongUseError(message)
    told = {title: read_contest(path) for title, path in zip(titles, results, strict=True)}
    write_page(out, render(told))
    payload = {"page": out, "contests": titles}
    emit(payload, json_output=json_output, render=lambda to: to.print(f"written to {out}"))
