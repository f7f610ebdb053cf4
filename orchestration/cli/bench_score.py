"""`customs bench score`: what a selection is worth on a finished nation."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark.judgement import Capacity
from benchmark.kinds import default_costs, read_costs
from benchmark.outside import Limits
from benchmark.score import Rules, score_files
from benchmark.wording import score_lines
from orchestration.cli.bench_options import (
    MemoryOption,
    SeedOption,
    SpillOption,
    TruthOption,
    WorldOption,
)
from orchestration.cli.output import (
    FILE,
    MANY,
    JsonOption,
    UnusedHomeOption,
    as_json_tells,
    emit,
    progress,
)

CapacityOption = Annotated[
    int | None,
    typer.Option(
        "--capacity", min=1, max=MANY, help="Checks a week; more are ignored (default: no limit)."
    ),
]
AuditCapacityOption = Annotated[
    int | None,
    typer.Option(
        "--audit-capacity", min=0, max=MANY, help="Audits a week (default: they share --capacity)."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("score")(score_command)


def score_command(
    truth: TruthOption,
    selection: Annotated[
        Path,
        typer.Option("--selection", help="What a policy chose: .csv, .csv.gz or .parquet.", **FILE),
    ],
    world: WorldOption = None,
    capacity: CapacityOption = None,
    audit_capacity: AuditCapacityOption = None,
    costs: Annotated[
        Path | None,
        typer.Option(
            "--costs",
            help="CSV with kind_of_check and cost_vnd (default: typical figures of our own).",
            **FILE,
        ),
    ] = None,
    seed: SeedOption = 1,
    memory: MemoryOption = "2GB",
    spill: SpillOption = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Judge a selection against the truth."""
    prices = default_costs() if costs is None else read_costs(costs)
    rules = Rules(Capacity(capacity, audit_capacity), prices, seed)
    with progress("judging") as tell:
        tell(f"judging {selection}")
        report = score_files(truth, selection, world, rules, Limits(memory, spill=spill))
    emit(
        report,
        json_output=json_output,
        render=lambda to: to.print(*score_lines(as_json_tells(report)), sep="\n"),
    )
