"""`customs bench play`: policies live through simulated nations that answer them."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmark.judgement import Capacity
from benchmark.play.contest import ORACLE, POLICIES, Contest, hold
from benchmark.play.outsiders import entries_in
from benchmark.play.terms import (
    GIB,
    LEAST_SECONDS,
    MOST_HISTORY_WEEKS,
    MOST_MEMORY_GIB,
    MOST_SECONDS,
)
from benchmark.play.whole_weeks import whole_weeks
from benchmark.round_arguments import USUAL, simulation_of, terms_of, usual_checks
from benchmark.rounds import digest, playable
from benchmark.wording import game_lines
from data_contracts.errors import ContractViolationError, WrongUseError
from orchestration.cli.days import DAY
from orchestration.cli.output import (
    FILE,
    FOLDER,
    MANY,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress,
    tell,
)
from orchestration.cli.several import TakesSeveral
from orchestration.cli.simulate import MechanismsOption, refuse_unknown_mechanisms
from simulator.arguments import LEAST_SCALE, MOST_DAYS, MOST_SCALE, MOST_SEED
from simulator.reference.calendar import WEEK_DAYS

_WITHOUT_TRUTH = [name for name in POLICIES if name != ORACLE]
# What a round says itself, as the options are called.
_OF_A_ROUND = {"first_date": "--from", "warmup_days": "--warmup"}

ScaleOption = Annotated[
    float | None,
    typer.Option(
        "--scale",
        min=LEAST_SCALE,
        max=MOST_SCALE,
        help="Size of each nation: 1 is 13.7 million declarations a year, 0.01 a hundredth of "
        f"them (default: {USUAL['scale']}).",
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", min=0, max=MOST_SEED, help="Seed of the first nation (default: 1)."),
]
FromOption = Annotated[
    datetime | None,
    typer.Option(
        "--from",
        **DAY,
        help=f"First day; moved on to a Monday (default: {USUAL['first_date']}).",
    ),
]
DaysOption = Annotated[
    int | None,
    typer.Option(
        "--days",
        min=WEEK_DAYS,
        max=MOST_DAYS,
        help=f"Days played; cut to whole weeks (default: {USUAL['days']}).",
    ),
]
WarmupOption = Annotated[
    int | None,
    typer.Option(
        "--warmup",
        min=WEEK_DAYS,
        max=MOST_DAYS,
        help=f"Days lived before, under legacy control (default: {USUAL['warmup_days']}).",
    ),
]
HistoryOption = Annotated[
    int | None,
    typer.Option(
        "--history-weeks",
        min=1,
        max=MOST_HISTORY_WEEKS,
        help="How many of the last weeks of the warm-up a policy may read (default: "
        f"{USUAL['history_weeks']}).",
    ),
]
RandomArmOption = Annotated[
    float | None,
    typer.Option(
        "--random-arm",
        min=0,
        max=1,
        help="Share of the warm-up's declarations inspected by lot; in the game a policy chooses "
        f"(default: {USUAL['random_arm']}).",
    ),
]
PolicyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        help=f"Policies: one or more names, or the option again ({', '.join(POLICIES)}; default "
        f"all but {ORACLE}). The first one is compared with the others.",
    ),
]
PolicyFolderOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy-folder",
        help="Policies of others: one or more folders with an executable `run`, or the option "
        "again. They come first unless --policy names them.",
        **FOLDER,
    ),
]
PolicySecondsOption = Annotated[
    float | None,
    typer.Option(
        "--policy-seconds",
        min=LEAST_SECONDS,
        max=MOST_SECONDS,
        help="Seconds that policies of others have a week; in the first ten times as many "
        f"(default: {USUAL['policy_seconds']}).",
    ),
]
PolicyMemoryOption = Annotated[
    int | None,
    typer.Option(
        "--policy-memory",
        min=1,
        max=MOST_MEMORY_GIB,
        help=f"GiB of memory for each of their processes (default: {USUAL['policy_memory']}).",
    ),
]
ShowOutputOption = Annotated[
    bool,
    typer.Option(
        "--show-output",
        help="Pass on what each `run` prints, after each week, on standard error.",
    ),
]
CapacityOption = Annotated[
    int | None,
    typer.Option(
        "--capacity", min=1, max=MANY, help="Checks a week (default: 5 % of declarations)."
    ),
]
AuditsOption = Annotated[
    int | None, typer.Option("--audits", min=0, max=MANY, help="Audits a week (default: none).")
]
NationsOption = Annotated[
    int | None,
    typer.Option(
        "--nations",
        min=1,
        max=10_000,
        help="Nations; their seeds follow one another (default: 1).",
    ),
]
SecretOption = Annotated[
    Path | None,
    typer.Option(
        "--secret",
        help="secret.json of a round, which says seeds, parameters, capacity, mechanisms and what "
        "policies may read and use: their options are left out.",
        **FILE,
    ),
]
MechanismFolderOption = Annotated[
    Path | None,
    typer.Option(
        "--mechanism-folder",
        help="Folder with mechanisms nobody has seen; of a round: its own (default: none).",
        **FOLDER,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("play", cls=TakesSeveral)(play_command)


def play_command(
    scale: ScaleOption = None,
    seed: SeedOption = None,
    first: FromOption = None,
    days: DaysOption = None,
    warmup: WarmupOption = None,
    history_weeks: HistoryOption = None,
    policy: PolicyOption = None,
    policy_folder: PolicyFolderOption = None,
    policy_seconds: PolicySecondsOption = None,
    policy_memory: PolicyMemoryOption = None,
    show_output: ShowOutputOption = False,
    capacity: CapacityOption = None,
    audits: AuditsOption = None,
    nations: NationsOption = None,
    mechanisms: MechanismsOption = None,
    mechanism_folder: MechanismFolderOption = None,
    random_arm: RandomArmOption = None,
    secret: SecretOption = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Let policies play nations week by week; each learns only what its own choices brought."""
    given = {
        "scale": scale,
        "first_date": first.date() if first else None,
        "days": days,
        "warmup_days": warmup,
        "mechanisms": tuple(mechanisms) if mechanisms else None,
        "random_arm": random_arm,
    }
    asked = {
        "history_weeks": history_weeks,
        "policy_seconds": policy_seconds,
        "policy_memory": policy_memory,
    }
    if secret is not None:
        beside = {"seed": seed, "nations": nations, "capacity": capacity, "audits": audits}
        _refuse_beside_round(_told(given | asked | beside))
    played = None if secret is None else playable(secret, mechanism_folder)
    parameters = played.parameters if played else {}
    usual = simulation_of(parameters, mechanism_folder=mechanism_folder)
    terms = replace(terms_of(parameters), **_told(asked))
    try:
        arguments = replace(usual, **_told(given))
        whole_weeks(arguments)
    except ContractViolationError as error:
        raise typer.BadParameter(str(error)) from error
    if played is None:
        refuse_unknown_mechanisms(arguments)
    secrets = [path for path in (secret, mechanism_folder) if path is not None]
    others = entries_in(
        policy_folder or [], secrets, terms.policy_seconds, terms.policy_memory * GIB
    )
    named = policy or _WITHOUT_TRUTH
    contest = Contest(
        arguments=arguments,
        policies=[*(name for name in others if name not in named), *named],
        capacity=Capacity(**played.capacity)
        if played
        else Capacity(capacity or usual_checks(arguments.scale), audits or 0),
        seeds=played.seeds if played else _seeds(seed, nations),
        history_weeks=terms.history_weeks,
        others=others,
        show=tell if show_output else lambda _: None,
    )
    # Lines in between would break the one line of a terminal.
    with nullcontext(tell) if show_output else progress("playing") as tell_step:
        report = hold(contest, tell_step)
    if played:
        report = {"round": digest(played), **report}
    emit(
        report,
        json_output=json_output,
        render=lambda to: to.print(*game_lines(report), sep="\n"),
    )


def _seeds(first: int | None, nations: int | None) -> list[int]:
    start = 1 if first is None else first
    seeds = list(range(start, start + (nations or 1)))
    if seeds[-1] > MOST_SEED:
        message = f"--seed: expected seeds of {len(seeds)} nations up to {MOST_SEED}, "
        message += f"found {start} for the first"
        raise typer.BadParameter(message)
    return seeds


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _refuse_beside_round(told: dict[str, Any]) -> None:
    if told:
        options = ", ".join(_OF_A_ROUND.get(name, f"--{name.replace('_', '-')}") for name in told)
        message = f"--secret: the round says its nations itself; leave out {options}"
        raise WrongUseError(message)
