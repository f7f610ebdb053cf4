"""`customs bench mechanisms`: whether each mechanism of a nation does what its story says."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from benchmark.mechanisms.judge import judge_mechanisms
from benchmark.mechanisms.wording import judgement_lines, page_lines
from benchmark.outside import Limits
from benchmark.score import world_of
from orchestration.cli.output import (
    ExitStatus,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress_console,
)


def mechanisms_command(
    truth: Annotated[Path, typer.Option("--truth", help="Folder that --truth of a run named.")],
    world: Annotated[
        Path | None,
        typer.Option(
            "--world", help="Folder of the outside files (default: as truth/world.json says)."
        ),
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="File to write the page of the docs to.")
    ] = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Judge by truth and outside files alone whether mechanisms do what they say.

    Ends with status 1 when one does not.
    """
    with progress_console().status("judging mechanisms"):
        judgement = judge_mechanisms(world_of(truth, world), truth, Limits())
    if page:
        page.write_text("\n".join(page_lines(judgement)) + "\n", encoding="utf-8")
    emit(
        asdict(judgement),
        json_output=json_output,
        render=lambda to: to.print(*judgement_lines(judgement), sep="\n"),
    )
    if judgement.faults:
        raise typer.Exit(ExitStatus.FAILED)
