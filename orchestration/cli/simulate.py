"""`customs simulate run`: a seeded nation, written as the outside formats."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ingestion.simulator import SimulationArguments, SimulationSummary, run
from ingestion.simulator.arguments import SOURCES
from orchestration.cli.output import JsonOption, UnusedHomeOption, emit, progress_console

OutOption = Annotated[Path, typer.Option("--out", help="Folder for the outside files.")]
ScaleOption = Annotated[
    float, typer.Option("--scale", help="1 is a national year of 13.7 M declarations.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of every draw.")]
FromOption = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day (default: 2024-07-01)."),
]
DaysOption = Annotated[int, typer.Option("--days", help="Days written.")]
TruthOption = Annotated[
    Path | None, typer.Option("--truth", help="Folder for the ground truth, outside --out.")
]
WarmupOption = Annotated[
    int, typer.Option("--warmup", help="Days lived before, shown as history only.")
]
RandomArmOption = Annotated[
    float, typer.Option("--random-arm", help="Share of declarations inspected by lot.")
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--only", help=f"Write one source; repeatable ({', '.join(SOURCES)})."),
]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="A nation in a box: seeded customs data.", no_args_is_help=True)
    group.command("run")(run_command)
    group.callback()(_keep_as_group)
    app.add_typer(group, name="simulate")


def _keep_as_group() -> None:
    """A nation in a box: seeded customs data."""


def run_command(
    out: OutOption,
    scale: ScaleOption = 0.004,
    seed: SeedOption = 1,
    first: FromOption = None,
    days: DaysOption = 365,
    truth: TruthOption = None,
    warmup: WarmupOption = 365,
    random_arm: RandomArmOption = 0.02,
    only: OnlyOption = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Simulate a nation and write what other systems would send."""
    arguments = SimulationArguments(
        out=out,
        first_date=date(2024, 7, 1) if first is None else first.date(),
        days=days,
        scale=scale,
        seed=seed,
        truth=truth,
        warmup_days=warmup,
        random_arm=random_arm,
        only=tuple(only or ()),
    )
    with progress_console().status("simulating") as status:
        summary = run(
            arguments,
            lambda done, total: status.update(f"simulating: day {done} of {total}"),
        )
    emit(_payload(summary), json_output=json_output, render=lambda to: _render(to, summary))


def _payload(summary: SimulationSummary) -> dict[str, Any]:
    return asdict(summary) | {"seconds": round(summary.seconds, 3)}


def _render(console: Console, summary: SimulationSummary) -> None:
    console.print(
        f"{summary.declarations:,} declarations with {summary.goods_items:,} goods items, "
        f"{summary.inspections:,} inspections, {summary.irregular_items:,} items found irregular"
    )
    for source, count in summary.files.items():
        console.print(f"  {source}: {count:,} files")
    console.print(f"written to {summary.out} in {summary.seconds:.1f} s")
