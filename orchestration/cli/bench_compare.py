"""`customs bench compare`: two policies over the same nations, pair by pair."""

from pathlib import Path
from typing import Annotated, Any

import typer

from benchmark.comparison import compare
from benchmark.told_scores import ToldScore
from benchmark.wording import comparison_lines
from data_contracts.errors import WrongUseError
from data_contracts.json_files import read_json
from measures.counted import counted
from orchestration.cli.bench_options import SeedOption
from orchestration.cli.output import (
    FILE,
    JsonOption,
    UnusedHomeOption,
    as_json_tells,
    emit,
    progress,
)
from orchestration.cli.several import TakesSeveral


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", cls=TakesSeveral)(compare_command)


def compare_command(
    a: Annotated[
        list[Path],
        typer.Option(
            "--a",
            help="Scores of policy A, as `customs bench score --json` prints them, one a nation: "
            "one or more files, or the option again.",
            **FILE,
        ),
    ],
    b: Annotated[
        list[Path],
        typer.Option("--b", help="Those of policy B, nation by nation as of A.", **FILE),
    ],
    unseen: Annotated[
        list[str] | None,
        typer.Option("--unseen", help="Mechanisms that were private: one or more names."),
    ] = None,
    bootstrap: Annotated[
        bool, typer.Option("--bootstrap", help="Percentiles over nations instead of Student's t.")
    ] = False,
    seed: SeedOption = 1,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Compare two policies over nations, pair by pair, seen and unseen apart."""
    method = "bootstrap" if bootstrap else "t"
    scores = ([_score(path) for path in a], [_score(path) for path in b])
    if both := {path.resolve() for path in a} & {path.resolve() for path in b}:
        message = f"--a and --b: expected scores of two policies, found {min(both)} in both"
        raise WrongUseError(message)
    with progress("comparing") as tell:
        tell(f"comparing {counted(len(a), 'pair')} of scores")
        report = compare(*scores, unseen or (), method=method, seed=seed)
    emit(
        report,
        json_output=json_output,
        render=lambda to: to.print(*comparison_lines(as_json_tells(report)), sep="\n"),
    )


def _score(path: Path) -> dict[str, Any]:
    remedy = "give the output of customs bench score --json"
    return dict(read_json(path, ToldScore, remedy=remedy, each_once=True))
