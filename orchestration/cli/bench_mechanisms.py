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
from orchestration.cli.bench_options import TruthOption, WorldOption
from orchestration.cli.output import (
    NEW_FILE,
    ExitStatus,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress_console,
    write_page,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mechanisms")(mechanisms_command)


def mechanisms_command(
    truth: TruthOption,
    world: WorldOption = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", help="Markdown file to write all of it to.", **NEW_FILE),
    ] = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Judge by truth and outside files alone whether mechanisms do what they say.

    Ends with status 1 when one does not.
    """
    files = world_of(truth, world)
    with progress_console().status("judging mechanisms"), telling_broken(files):
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
