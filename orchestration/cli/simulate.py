"""`customs simulate run`: a seeded nation, written as the outside formats."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from rich.console import Console

from data_contracts.errors import ContractViolationError
from measures.counted import counted
from orchestration.cli.days import DAY
from orchestration.cli.later import LateGroup
from orchestration.cli.output import (
    FOLDER,
    MANY,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress,
)
from orchestration.cli.several import TakesSeveral
from simulator.arguments import (
    FORMS,
    LEAST_LIVE,
    LEAST_SCALE,
    MOST_DAYS,
    MOST_LIVE,
    MOST_SCALE,
    MOST_SEED,
    SimulationArguments,
    SimulationSummary,
)
from simulator.delivery.faults import PROFILES
from simulator.delivery.tables import SOURCES
from simulator.mechanisms.loading import NAMES, NONE, UnknownMechanismError, choose_mechanisms
from simulator.world import run

_TELLINGS = 10

OutOption = Annotated[
    Path,
    typer.Option(
        "--out", help="Folder for the outside files; made where it is not.", file_okay=False
    ),
]
ScaleOption = Annotated[
    float,
    typer.Option(
        "--scale",
        min=LEAST_SCALE,
        max=MOST_SCALE,
        help="Size of the nation: 1 is 13.7 million declarations a year, 0.01 a hundredth of them.",
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, max=MOST_SEED, help="Seed of every draw.")
]
FromOption = Annotated[
    datetime | None,
    typer.Option("--from", **DAY, help="First day (default: 2024-07-01)."),
]
DaysOption = Annotated[int, typer.Option("--days", min=1, max=MOST_DAYS, help="Days written.")]
TruthOption = Annotated[
    Path | None,
    typer.Option(
        "--truth",
        help="Folder for the ground truth, outside --out (default: none is written).",
        file_okay=False,
    ),
]
WarmupOption = Annotated[
    int,
    typer.Option(
        "--warmup",
        min=0,
        max=MOST_DAYS,
        help="Days lived before the first one; files show them as history only.",
    ),
]
RandomArmOption = Annotated[
    float,
    typer.Option("--random-arm", min=0, max=1, help="Share of declarations inspected by lot."),
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        help=f"Sources to write: one or more names, or the option again ({', '.join(SOURCES)}; "
        "default all).",
    ),
]
MechanismsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--mechanisms",
        help=f"Mechanisms to plant: one or more names, or the option again ({', '.join(NAMES)}; "
        f"default all); {NONE} for a null world.",
    ),
]
MechanismFolderOption = Annotated[
    Path | None,
    typer.Option(
        "--mechanism-folder",
        help="Folder with mechanisms of your own, planted beside the others (default: none).",
        **FOLDER,
    ),
]
AuditsOption = Annotated[
    int | None,
    typer.Option(
        "--audits",
        min=0,
        max=MANY,
        help="Post-clearance audits a year (default: 2,640 x scale, at least 40).",
    ),
]
OnlyDaysOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only-days",
        metavar="FIRST:LAST",
        help="Write files about these days only, each with the bytes of the whole run: one or more "
        "stretches YYYY-MM-DD:YYYY-MM-DD (default: all days). The truth stays that of the whole "
        "run.",
    ),
]
ReachOption = Annotated[
    int | None,
    typer.Option(
        "--reach",
        metavar="DAYS",
        min=0,
        max=MOST_DAYS,
        help="With --only-days: make only what is registered so many days before or after them; "
        "what others send on these days is left out, and so are their items in the truth "
        "(default: nothing is).",
    ),
]
FaultsOption = Annotated[
    str | None,
    typer.Option(
        "--faults", help=f"Profile of broken bytes ({', '.join(PROFILES)}; default: none)."
    ),
]
LiveOption = Annotated[
    int | None,
    typer.Option(
        "--live",
        metavar="MINUTES",
        min=LEAST_LIVE,
        max=MOST_LIVE,
        help="Minutes that one file of the declaration system covers, as in live operation "
        "(default: one file a night).",
    ),
]
FormOption = Annotated[
    str, typer.Option("--form", help=f"Form of tables that may be of either ({', '.join(FORMS)}).")
]
ProcessesOption = Annotated[
    int,
    typer.Option(
        "--processes",
        min=1,
        max=256,
        help="Processes that write; the bytes do not depend on it.",
    ),
]


class _Simulate(LateGroup):
    modules: ClassVar = {"report": "simulate_report"}


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(no_args_is_help=True, cls=_Simulate)
    group.command("run", cls=TakesSeveral)(run_command)
    app.add_typer(group, name="simulate")


def run_command(
    out: OutOption,
    scale: ScaleOption = 0.01,
    seed: SeedOption = 1,
    first: FromOption = None,
    days: DaysOption = 365,
    truth: TruthOption = None,
    warmup: WarmupOption = 365,
    mechanisms: MechanismsOption = None,
    mechanism_folder: MechanismFolderOption = None,
    random_arm: RandomArmOption = 0.01,
    audits: AuditsOption = None,
    faults: FaultsOption = None,
    live: LiveOption = None,
    form: FormOption = "csv",
    only: OnlyOption = None,
    only_days: OnlyDaysOption = None,
    reach: ReachOption = None,
    processes: ProcessesOption = 2,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Simulate a nation and write what other systems would send."""
    try:
        arguments = SimulationArguments(
            out=out,
            first_date=date(2024, 7, 1) if first is None else first.date(),
            days=days,
            scale=scale,
            seed=seed,
            truth=truth,
            warmup_days=warmup,
            mechanisms=tuple(mechanisms or ()),
            mechanism_folder=mechanism_folder,
            random_arm=random_arm,
            audits=audits,
            faults=faults,
            live=live,
            form=form,
            only=tuple(only or ()),
            only_days=tuple(_stretch(text) for text in only_days or ()),
            reach=reach,
            processes=processes,
        )
    except ContractViolationError as error:
        raise typer.BadParameter(str(error)) from error
    refuse_unknown_mechanisms(arguments)
    with progress("simulating") as tell:
        tell("simulating: drawing and living the nation")
        summary = run(arguments, lambda done, total: _tell_tenths(tell, done, total))
    emit(_payload(summary), json_output=json_output, render=lambda to: _render(to, summary))


def _tell_tenths(tell: Callable[[str], None], done: int, total: int) -> None:
    """Tell the parts that are done, at each tenth of them."""
    if done * _TELLINGS // total > (done - 1) * _TELLINGS // total:
        tell(f"simulating: part {done:,} of {total:,}")


def refuse_unknown_mechanisms(arguments: SimulationArguments) -> None:
    """Refuse names that no mechanism has, before anything is made.

    Raises:
        BadParameter: A name is unknown.
    """
    try:
        choose_mechanisms(arguments.mechanisms, arguments.mechanism_folder)
    except UnknownMechanismError as error:
        raise typer.BadParameter(str(error)) from error


def _stretch(text: str) -> tuple[date, date]:
    """Return first and last day of a stretch of days."""
    first, _, last = text.partition(":")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        message = f"--only-days: expected days that exist, YYYY-MM-DD:YYYY-MM-DD, found {text}"
        raise typer.BadParameter(message) from error


def _payload(summary: SimulationSummary) -> dict[str, Any]:
    return asdict(summary) | {"seconds": round(summary.seconds, 3)}


def _render(console: Console, summary: SimulationSummary) -> None:
    console.print(
        f"{counted(summary.declarations, 'declaration')} with "
        f"{counted(summary.goods_items, 'goods item')}, "
        f"{counted(summary.inspections, 'inspection')}, "
        f"{counted(summary.irregular_items, 'item')} found irregular"
    )
    for source, count in summary.files.items():
        console.print(f"  {source}: {counted(count, 'file')}")
    for stage in summary.stages:
        written, waiting = stage.written_bytes / 2**20, stage.waiting_bytes / 2**20
        disk = f"{written:,.0f} MiB written, {waiting:,.0f} MiB waiting"
        console.print(f"  {stage.name}: {stage.seconds:.1f} s, {disk}")
    for name in summary.idle_mechanisms:
        console.print(
            f"mechanism {name}: no scheme begins by the last day (a trader has two at most, those "
            "planned first)"
        )
    console.print(f"written to {summary.out} in {summary.seconds:.1f} s")
