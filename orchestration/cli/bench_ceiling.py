"""`customs bench ceiling`: how much plain trees find that know the truth of the past."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark.ceiling.nation import Question, read
from benchmark.ceiling.report import measure
from benchmark.outside import Limits
from benchmark.score import world_of
from benchmark.wording import ceiling_lines
from data_contracts.errors import WrongUseError
from orchestration.cli.output import (
    FOLDER,
    MANY,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress,
)
from orchestration.cli.several import TakesSeveral


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ceiling", cls=TakesSeveral)(ceiling_command)


def ceiling_command(
    truth: Annotated[
        list[Path],
        typer.Option(
            "--truth",
            help="Folders of truths, as --truth of `simulate run` named them, one a nation: one "
            "or more, or the option again. world.json in each names the folder of the outside "
            "files, which has to lie where it says.",
            **FOLDER,
        ),
    ],
    capacity: Annotated[int, typer.Option("--capacity", min=1, max=MANY, help="Checks a week.")],
    audits: Annotated[int, typer.Option("--audits", min=0, max=MANY, help="Audits a week.")] = 0,
    judged_weeks: Annotated[
        int,
        typer.Option(
            "--judged-weeks",
            min=1,
            max=MANY,
            help="Last weeks of each nation, which are judged; those before are learned from.",
        ),
    ] = 13,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=MANY, help="Seed of lots, trees and resampling.")
    ] = 1,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Measure what plain trees find that learned the truth, labels of control, or single rules."""
    question = Question(capacity, audits, judged_weeks, seed, Limits())
    if len({folder.resolve() for folder in truth}) < len(truth):
        message = "--truth: expected each nation once, found a folder twice"
        raise WrongUseError(message)
    # A nation takes minutes to read: what lacks of the last one is told before.
    for folder in truth:
        world_of(folder, None)
    with progress("reading") as tell:
        nations = []
        for place, folder in enumerate(truth, start=1):
            tell(f"nation {place} of {len(truth)}: reading")
            nations.append(read(folder, question))
        report = measure(nations, question, tell)
    emit(
        report,
        json_output=json_output,
        render=lambda to: to.print(*ceiling_lines(report), sep="\n"),
    )
