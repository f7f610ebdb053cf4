"""`customs bench`: judge selections on a simulated nation, and hold rounds that nobody can fit."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmark.comparison import compare
from benchmark.judgement import Capacity
from benchmark.kinds import AUDIT, KINDS, default_costs, read_costs
from benchmark.nation import read_nation, weekly_registrations
from benchmark.oracle import oracle_selection
from benchmark.outside import Limits
from benchmark.play.detectors import RULES, by_rules
from benchmark.reference_policies import POLICIES, Terms
from benchmark.score import Rules, score_files, world_of
from benchmark.selection import write_selection
from benchmark.wording import comparison_lines, score_lines
from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from orchestration.cli.bench_ceiling import ceiling_command
from orchestration.cli.bench_mechanisms import mechanisms_command
from orchestration.cli.bench_page import page_command
from orchestration.cli.bench_play import play_command
from orchestration.cli.bench_rounds import commit_command, reveal_command
from orchestration.cli.output import (
    MANY,
    JsonOption,
    UnusedHomeOption,
    WrongUseError,
    emit,
    progress_console,
    to_json,
)
from orchestration.cli.several import TakesSeveral

ORACLE = "oracle"
_SELECTABLE = (ORACLE, *POLICIES, *RULES)
_MEMORY = re.compile(r"[1-9]\d{0,9}\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)", re.IGNORECASE)
_OF_A_SCORE = ("nation", "capacity", "money", "hit_rate", "early_warning", "recall")

TruthOption = Annotated[Path, typer.Option("--truth", help="Folder that --truth of a run named.")]
WorldOption = Annotated[
    Path | None,
    typer.Option(
        "--world", help="Folder of the outside files (default: as truth/world.json says)."
    ),
]
CapacityOption = Annotated[
    int | None, typer.Option("--capacity", min=1, max=MANY, help="Checks a week; more are ignored.")
]
AuditCapacityOption = Annotated[
    int | None,
    typer.Option(
        "--audit-capacity", min=0, max=MANY, help="Audits a week (default: they share --capacity)."
    ),
]


def _memory(text: str) -> str:
    if not _MEMORY.fullmatch(text):
        message = f"expected an amount such as 2GB, found {text}"
        raise typer.BadParameter(message)
    return text


MemoryOption = Annotated[
    str, typer.Option("--memory", help="Memory for reading, such as 2GB.", callback=_memory)
]
SpillOption = Annotated[
    Path | None, typer.Option("--spill", help="Folder for what does not fit into memory.")
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, max=MANY, help="Seed of lots and resampling.")
]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(no_args_is_help=True)
    group.command("score")(score_command)
    group.command("play", cls=TakesSeveral)(play_command)
    group.command("page", cls=TakesSeveral)(page_command)
    group.command("ceiling", cls=TakesSeveral)(ceiling_command)
    group.command("select")(select_command)
    group.command("compare", cls=TakesSeveral)(compare_command)
    group.command("commit", cls=TakesSeveral)(commit_command)
    group.command("reveal")(reveal_command)
    group.command("mechanisms")(mechanisms_command)
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
        render=lambda to: to.print(*score_lines(_plain(report)), sep="\n"),
    )


def select_command(
    policy: Annotated[str, typer.Argument(help=f"One of {', '.join(_SELECTABLE)}.")],
    out: Annotated[Path, typer.Option("--out", help="File to write: .csv or .parquet.")],
    capacity: Annotated[int, typer.Option("--capacity", min=1, max=MANY, help="Checks a week.")],
    world: Annotated[
        Path | None, typer.Option("--world", help="Folder of the outside files.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="Folder of the truth; for the oracle only.")
    ] = None,
    audit_capacity: Annotated[
        int, typer.Option("--audit-capacity", min=0, max=MANY, help="Audits a week, of the oracle.")
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
    _refuse_unclear(policy, world, kind)
    with progress_console().status(f"choosing: {policy}"):
        if policy == ORACLE:
            nation = read_nation(*_oracle_folders(truth, world), limits)
            opening, weeks = weekly_registrations(nation.declarations)
            span = range(opening, opening + len(weeks))
            chosen = oracle_selection(nation, capacity, audit_capacity, span)
        else:
            days = (_day(first), _day(last))
            terms = Terms(world or Path(), capacity, *days, KINDS.index(kind), seed, limits)
            known = policy in POLICIES
            chosen = POLICIES[policy](terms) if known else by_rules((policy,), terms)[policy]
        write_selection(chosen, out)
    payload = {"policy": policy, "rows": len(chosen), "out": out}
    emit(
        payload,
        json_output=json_output,
        render=lambda to: to.print(f"{len(chosen):,} choices of {policy} written to {out}"),
    )


def _refuse_unclear(policy: str, world: Path | None, kind: str) -> None:
    """Refuse what cannot be chosen by, each with what to do about it."""
    if policy not in _SELECTABLE:
        known = ", ".join((ORACLE, *POLICIES))
        message = f"policy: expected one of {known}, or a rule that --help names; found {policy}"
        raise WrongUseError(message)
    if policy != ORACLE and world is None:
        message = f"{policy}: expected --world, found none; give it the folder of outside files"
        raise WrongUseError(message)
    if kind not in KINDS[:AUDIT]:
        message = f"--kind: expected one of {', '.join(KINDS[:AUDIT])}; found {kind}"
        raise WrongUseError(message)


def _oracle_folders(truth: Path | None, world: Path | None) -> tuple[Path, Path]:
    if truth is None:
        message = "oracle: expected --truth, found none; give it the folder of the truth"
        raise WrongUseError(message)
    return truth, world_of(truth, world)


def _day(moment: datetime | None) -> int | None:
    return None if moment is None else (moment.date() - date(1970, 1, 1)).days


def compare_command(
    a: Annotated[
        list[Path],
        typer.Option(
            "--a", help="Scores of policy A: one a nation, one or more files, or the option again."
        ),
    ],
    b: Annotated[list[Path], typer.Option("--b", help="Those of policy B, in the same order.")],
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
    report = compare(*scores, unseen or (), method=method, seed=seed)
    emit(
        report,
        json_output=json_output,
        render=lambda to: to.print(*comparison_lines(_plain(report)), sep="\n"),
    )


def _score(path: Path) -> dict[str, Any]:
    remedy = "give the output of customs bench score --json"
    read: dict[str, Any] = read_json(path, dict[str, Any], remedy=remedy)
    lacking = [name for name in _OF_A_SCORE if name not in read]
    if lacking:
        message = f"{path}: expected the output of `customs bench score --json`, found no "
        message += ", ".join(lacking)
        raise CustomsDataError(message)
    return read


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(to_json(report))
    return told
