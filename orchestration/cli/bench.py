"""`customs bench`: judge selections on a simulated nation, and hold rounds that nobody can fit."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from benchmark.comparison import compare
from benchmark.judgement import Capacity
from benchmark.kinds import AUDIT, KINDS, default_costs, read_costs
from benchmark.nation import read_nation, weekly_registrations
from benchmark.oracle import oracle_selection
from benchmark.outside import Limits
from benchmark.reference_policies import POLICIES, Terms
from benchmark.rounds import new_round, reveal, write_round
from benchmark.score import Rules, score_files, world_of
from benchmark.selection import write_selection
from benchmark.wording import comparison_lines, score_lines
from data_contracts.errors import CustomsDataError
from orchestration.cli.bench_play import play_command
from orchestration.cli.output import (
    ExitStatus,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress_console,
    to_json,
)

ORACLE = "oracle"

TruthOption = Annotated[Path, typer.Option("--truth", help="Folder that --truth of a run named.")]
WorldOption = Annotated[
    Path | None,
    typer.Option(
        "--world", help="Folder of the outside files (default: as truth/world.json says)."
    ),
]
CapacityOption = Annotated[
    int | None, typer.Option("--capacity", min=1, help="Checks a week; more are ignored.")
]
AuditCapacityOption = Annotated[
    int | None,
    typer.Option("--audit-capacity", min=0, help="Audits a week (default: they share --capacity)."),
]
MemoryOption = Annotated[str, typer.Option("--memory", help="Memory for reading, such as 2GB.")]
SpillOption = Annotated[
    Path | None, typer.Option("--spill", help="Folder for what does not fit into memory.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of lots and resampling.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="The open benchmark on the simulated nation.", no_args_is_help=True)
    group.command("score")(score_command)
    group.command("play")(play_command)
    group.command("select")(select_command)
    group.command("compare")(compare_command)
    group.command("commit")(commit_command)
    group.command("reveal")(reveal_command)
    app.add_typer(group, name="bench")


def score_command(
    truth: TruthOption,
    selection: Annotated[Path, typer.Option("--selection", help="What a policy chose.")],
    world: WorldOption = None,
    capacity: CapacityOption = None,
    audit_capacity: AuditCapacityOption = None,
    costs: Annotated[
        Path | None, typer.Option("--costs", help="CSV with kind_of_check and cost_vnd.")
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
    with progress_console().status("judging"):
        report = score_files(truth, selection, world, rules, Limits(memory, spill=spill))
    emit(
        report,
        json_output=json_output,
        render=lambda to: to.print("\n".join(score_lines(_plain(report)))),
    )


def select_command(
    policy: Annotated[str, typer.Argument(help=f"One of {', '.join((ORACLE, *POLICIES))}.")],
    out: Annotated[Path, typer.Option("--out", help="File to write: .csv or .parquet.")],
    capacity: Annotated[int, typer.Option("--capacity", min=1, help="Checks a week.")],
    world: Annotated[
        Path | None, typer.Option("--world", help="Folder of the outside files.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="Folder of the truth; for the oracle only.")
    ] = None,
    audit_capacity: Annotated[
        int, typer.Option("--audit-capacity", min=0, help="Audits a week, of the oracle.")
    ] = 0,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day chosen on.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day chosen on.")
    ] = None,
    kind: Annotated[
        str, typer.Option("--kind", help="Kind of check, of those that do not choose it.")
    ] = "physical",
    seed: SeedOption = 1,
    memory: MemoryOption = "2GB",
    spill: SpillOption = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Let a reference policy choose on a finished nation, into a selection file."""
    limits = Limits(memory, spill=spill)
    with progress_console().status(f"choosing: {policy}"):
        if policy == ORACLE:
            nation = read_nation(*_oracle_folders(truth, world), limits)
            opening, weeks = weekly_registrations(nation.declarations)
            span = range(opening, opening + len(weeks))
            chosen = oracle_selection(nation, capacity, audit_capacity, span)
        elif policy in POLICIES and world is not None and kind in KINDS[:AUDIT]:
            days = (_day(first), _day(last))
            terms = Terms(world, capacity, *days, KINDS.index(kind), seed, limits)
            chosen = POLICIES[policy](terms)
        else:
            message = (
                f"expected a policy of {', '.join((ORACLE, *POLICIES))}, --world and a --kind "
            )
            message += f"of {', '.join(KINDS[:AUDIT])}; found {policy!r}, {world}, {kind!r}"
            raise CustomsDataError(message)
        write_selection(chosen, out)
    payload = {"policy": policy, "rows": len(chosen), "out": out}
    emit(
        payload,
        json_output=json_output,
        render=lambda to: to.print(f"{len(chosen):,} choices of {policy} written to {out}"),
    )


def _oracle_folders(truth: Path | None, world: Path | None) -> tuple[Path, Path]:
    if truth is None:
        message = "the oracle: expected --truth, found none"
        raise CustomsDataError(message)
    return truth, world_of(truth, world)


def _day(moment: datetime | None) -> int | None:
    return None if moment is None else (moment.date() - date(1970, 1, 1)).days


def compare_command(
    a: Annotated[list[Path], typer.Option("--a", help="Score of policy A, once a nation.")],
    b: Annotated[list[Path], typer.Option("--b", help="Score of policy B, in the same order.")],
    unseen: Annotated[
        list[str] | None, typer.Option("--unseen", help="A mechanism that was private.")
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
    report = compare(*scores, unseen or (), method=method, seed=seed)
    emit(
        report,
        json_output=json_output,
        render=lambda to: to.print("\n".join(comparison_lines(_plain(report)))),
    )


def _score(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_bytes())
        named = read["money"]["mechanisms"], read["hit_rate"]["checks"], read["early_warning"]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path}: expected the output of `customs bench score --json`, found {error!r}"
        raise CustomsDataError(message) from error
    del named
    return dict(read)


def commit_command(
    out: Annotated[Path, typer.Option("--out", help="Folder for commitment and secret.")],
    seed: Annotated[list[int], typer.Option("--seed", help="Seed of a nation; repeat for ten.")],
    parameters: Annotated[
        Path | None, typer.Option("--parameters", help="JSON with the simulator's arguments.")
    ] = None,
    mechanisms: Annotated[
        Path | None, typer.Option("--mechanisms", help="Folder of private mechanisms.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Name of the round.")] = "round",
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Open a round: write the hash to publish, and the secret to keep."""
    made = new_round(seed, _parameters(parameters), mechanisms)
    sha256 = write_round(made, out, name)
    payload = {"round": name, "nations": len(made.seeds), "sha256": sha256, "out": out}
    emit(
        payload,
        json_output=json_output,
        render=lambda to: to.print(f"{sha256}\npublish {out}/commitment.json; keep the secret"),
    )


def _parameters(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except msgspec.DecodeError as error:
        message = f"{path}: expected a JSON object of arguments, found {error}"
        raise CustomsDataError(message) from error


def reveal_command(
    commitment: Annotated[Path, typer.Option("--commitment", help="The published file.")],
    secret: Annotated[Path, typer.Option("--secret", help="The file told after the round.")],
    mechanisms: Annotated[
        Path | None, typer.Option("--mechanisms", help="Folder of the private mechanisms.")
    ] = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Check that a told secret is what was committed to; status 1 when it is not."""
    found = reveal(commitment, secret, mechanisms)
    lines = found.differences or [f"{found.sha256}: this is what was committed to"]
    emit(
        asdict(found),
        json_output=json_output,
        render=lambda to: to.print("\n".join(lines)),
    )
    if not found.is_true:
        raise typer.Exit(ExitStatus.FAILED)


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(to_json(report))
    return told
