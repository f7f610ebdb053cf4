"""`customs bench play`: policies live through simulated nations that answer them."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from benchmark.judgement import Capacity
from benchmark.play_games import ORACLE, POLICIES, Contest, hold
from benchmark.play_wording import game_lines
from ingestion.simulator.arguments import SimulationArguments
from ingestion.simulator.nation import DECLARATIONS_A_YEAR
from orchestration.cli.output import JsonOption, UnusedHomeOption, emit, progress_console

_FIRST_DATE = date(2024, 7, 1)
_USUAL_SHARE, _WEEKS_A_YEAR = 0.05, 365 / 7


def play_command(
    scale: Annotated[
        float, typer.Option("--scale", help="1 is a national year of 13.7 M declarations.")
    ] = 0.004,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the first nation.")] = 1,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day (default: 2024-07-01)."),
    ] = None,
    days: Annotated[int, typer.Option("--days", help="Days played; cut to whole weeks.")] = 182,
    warmup: Annotated[
        int, typer.Option("--warmup", help="Days lived before, under legacy control.")
    ] = 364,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            help=f"A policy; repeatable ({', '.join(POLICIES)}; default all but {ORACLE}). "
            "The first one is compared with the others.",
        ),
    ] = None,
    capacity: Annotated[
        int | None,
        typer.Option("--capacity", min=1, help="Checks a week (default: 5 % of declarations)."),
    ] = None,
    audits: Annotated[int, typer.Option("--audits", min=0, help="Audits a week.")] = 0,
    nations: Annotated[
        int, typer.Option("--nations", min=1, help="Nations; their seeds follow one another.")
    ] = 1,
    mechanism_folder: Annotated[
        Path | None,
        typer.Option("--mechanism-folder", help="Folder with mechanisms nobody has seen."),
    ] = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Let policies play nations week by week; each learns only what its own choices brought."""
    usual = max(round(DECLARATIONS_A_YEAR * scale / _WEEKS_A_YEAR * _USUAL_SHARE), 1)
    contest = Contest(
        arguments=SimulationArguments(
            out=Path(),
            first_date=first.date() if first else _FIRST_DATE,
            days=days,
            scale=scale,
            seed=seed,
            warmup_days=warmup,
            mechanism_folder=mechanism_folder,
        ),
        policies=policy or [name for name in POLICIES if name != ORACLE],
        capacity=Capacity(usual if capacity is None else capacity, audits),
        nations=nations,
    )
    with progress_console().status("playing") as status:
        report = hold(contest, status.update)
    emit(
        report,
        json_output=json_output,
        render=lambda to: to.print("\n".join(game_lines(report))),
    )
