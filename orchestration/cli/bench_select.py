"""`customs bench select`: what a reference policy, or a single rule, chooses."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from benchmark.broken_files import telling_broken
from benchmark.kinds import AUDIT, KINDS
from benchmark.nation import read_nation, weekly_registrations
from benchmark.oracle import oracle_selection
from benchmark.outside import Limits
from benchmark.play.detectors import RULES, by_rules
from benchmark.reference_policies import POLICIES, Terms
from benchmark.score import world_given, world_of
from benchmark.selection import Selection, write_selection
from benchmark.selection_texts import FORMS
from data_contracts.errors import WrongUseError
from measures.counted import counted
from orchestration.cli.bench_options import MemoryOption, SeedOption, SpillOption
from orchestration.cli.days import DAY
from orchestration.cli.new_files import refuse_place
from orchestration.cli.output import (
    FOLDER,
    MANY,
    NEW_FILE,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress,
)

ORACLE, LEGACY = "oracle", "legacy"
_SELECTABLE = (ORACLE, *POLICIES, *RULES)
_KINDS = KINDS[:AUDIT]
_USUAL = "physical"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("select")(select_command)


def select_command(
    policy: Annotated[str, typer.Argument(help=f"One of {', '.join(_SELECTABLE)}.")],
    out: Annotated[
        Path, typer.Option("--out", help=f"File to write: {', '.join(FORMS)}.", **NEW_FILE)
    ],
    capacity: Annotated[int, typer.Option("--capacity", min=1, max=MANY, help="Checks a week.")],
    world: Annotated[
        Path | None,
        typer.Option(
            "--world",
            help="Folder of the outside files. Only the oracle does without, where world.json in "
            "TRUTH names it.",
            **FOLDER,
        ),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth", help="Folder of the truth; the oracle alone needs and reads it.", **FOLDER
        ),
    ] = None,
    audit_capacity: Annotated[
        int,
        typer.Option(
            "--audit-capacity", min=0, max=MANY, help="Audits a week; the oracle's alone."
        ),
    ] = 0,
    first: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            **DAY,
            help="First day chosen on (default: the nation's own); the oracle takes them all.",
        ),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option(
            "--to",
            **DAY,
            help="Last day chosen on (default: the nation's own); the oracle takes them all.",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help=f"Kind of check ({', '.join(_KINDS)}; default: {_USUAL}); not of legacy and the "
            "oracle.",
        ),
    ] = None,
    seed: SeedOption = 1,
    memory: MemoryOption = "2GB",
    spill: SpillOption = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Let a reference policy choose on a finished nation, into a selection file."""
    limits = Limits(memory, spill=spill)
    _refuse_unclear(policy, world, kind)
    _refuse_unused(
        policy,
        {"--audit-capacity": audit_capacity or None},
        {"--from": first, "--to": last, "--kind": kind},
    )
    if not out.name.endswith(FORMS):
        message = f"--out: expected a file named {', '.join(FORMS)}; found {out.name}"
        raise WrongUseError(message)
    if first is not None and last is not None and last < first:
        message = f"--to: expected a day from --from on ({first:%Y-%m-%d}), found {last:%Y-%m-%d}"
        raise WrongUseError(message)
    folder = _oracle_world(truth, world) if policy == ORACLE else world_given(world or Path())
    refuse_place("--out", out, (folder, truth))
    with progress("choosing") as tell, telling_broken(folder):
        tell(f"choosing: {policy}")
        if policy == ORACLE and truth is not None:
            chosen = _by_oracle(truth, folder, (capacity, audit_capacity), limits)
        else:
            days = (_day(first), _day(last))
            terms = Terms(folder, capacity, *days, KINDS.index(kind or _USUAL), seed, limits, tell)
            known = policy in POLICIES
            chosen = POLICIES[policy](terms) if known else by_rules((policy,), terms)[policy]
    if not len(chosen) and (first or last):
        message = f"--from, --to: expected days with something to choose in {folder}, found none"
        raise WrongUseError(message)
    write_selection(chosen, out)
    payload = {"policy": policy, "rows": len(chosen), "out": out}
    emit(
        payload,
        json_output=json_output,
        render=lambda to: to.print(
            f"{counted(len(chosen), 'choice')} of {policy} written to {out}"
        ),
    )


def _refuse_unclear(policy: str, world: Path | None, kind: str | None) -> None:
    """Refuse what cannot be chosen by, each with what to do about it."""
    if policy not in _SELECTABLE:
        known = ", ".join((ORACLE, *POLICIES))
        message = f"policy: expected one of {known}, or a rule that --help names; found {policy}"
        raise WrongUseError(message)
    if policy != ORACLE and world is None:
        message = f"{policy}: expected --world, found none; give it the folder of outside files"
        raise WrongUseError(message)
    if kind is not None and kind not in _KINDS:
        message = f"--kind: expected one of {', '.join(_KINDS)}; found {kind}"
        raise WrongUseError(message)


def _refuse_unused(
    policy: str, of_oracle: Mapping[str, object], of_others: Mapping[str, object]
) -> None:
    """Refuse options that would do nothing; None is one that was not given."""
    unused = of_others if policy == ORACLE else dict(of_oracle)
    if policy == LEGACY and of_others["--kind"] is not None:
        unused = {**unused, "--kind": of_others["--kind"]}
    if given := [option for option, value in unused.items() if value is not None]:
        message = f"{policy}: {', '.join(given)} would change nothing; leave out {', '.join(given)}"
        raise WrongUseError(message)


def _oracle_world(truth: Path | None, world: Path | None) -> Path:
    if truth is None:
        message = "oracle: expected --truth, found none; give it the folder of the truth"
        raise WrongUseError(message)
    return world_of(truth, world)


def _by_oracle(truth: Path, world: Path, capacity: tuple[int, int], limits: Limits) -> Selection:
    nation = read_nation(truth, world, limits)
    opening, weeks = weekly_registrations(nation.declarations)
    return oracle_selection(nation, *capacity, range(opening, opening + len(weeks)))


def _day(moment: datetime | None) -> int | None:
    return None if moment is None else (moment.date() - date(1970, 1, 1)).days
