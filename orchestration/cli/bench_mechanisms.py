"""`customs bench mechanisms`: whether each mechanism of a nation does what its story says."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from benchmark.broken_files import telling_broken
from benchmark.mechanisms.judge import judge_mechanisms
from benchmark.mechanisms.wording import judgement_lines, page_lines
from benchmark.outside import Limits
from benchmark.score import world_of
from data_contracts.errors import WrongUseError
from orchestration.cli.bench_options import TruthOption, WorldOption
from orchestration.cli.new_files import refuse_place
from orchestration.cli.output import (
    NEW_FILE,
    ExitStatus,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress,
    write_page,
)

_PAGE_END = ".md"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mechanisms")(mechanisms_command)


def mechanisms_command(
    truth: TruthOption,
    world: WorldOption = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", help="Markdown file (.md) to write all of it to.", **NEW_FILE),
    ] = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Judge by truth and outside files alone whether mechanisms do what they say.

    Ends with status 1 when one does not.
    """
    if page is not None and page.suffix != _PAGE_END:
        message = f"--page: expected a Markdown file, named *{_PAGE_END}; found {page.name}"
        raise WrongUseError(message)
    files = world_of(truth, world)
    if page is not None:
        refuse_place("--page", page, (files, truth))
    with progress("judging mechanisms") as tell, telling_broken(files):
        tell(f"judging mechanisms: reading {files}")
        judgement = judge_mechanisms(files, truth, Limits())
    if page:
        write_page(page, "\n".join(page_lines(judgement)) + "\n")
    emit(
        asdict(judgement),
        json_output=json_output,
        render=lambda to: to.print(*judgement_lines(judgement), sep="\n"),
    )
    if judgement.faults:
        raise typer.Exit(ExitStatus.FAILED)
