"""`customs bench commit` and `reveal`: rounds that nobody can fit."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmark.round_arguments import simulation_of
from benchmark.rounds import new_round, reveal, write_round
from benchmark.told_rounds import Round
from data_contracts.errors import WrongUseError
from data_contracts.json_files import read_json
from orchestration.cli.output import (
    FILE,
    FOLDER,
    MANY,
    ExitStatus,
    JsonOption,
    UnusedHomeOption,
    emit,
    progress,
)
from orchestration.cli.several import TakesSeveral
from simulator.arguments import MOST_SEED


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("commit", cls=TakesSeveral)(commit_command)
    app.command("reveal")(reveal_command)


def commit_command(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="Folder for commitment.json, to be published, and secret.json, to be kept.",
            file_okay=False,
        ),
    ],
    seed: Annotated[
        list[int],
        typer.Option(
            "--seed",
            min=0,
            max=MOST_SEED,
            help="Seeds of the nations, at random from 2^56 on: one or more, or the option again.",
        ),
    ],
    parameters: Annotated[
        Path | None,
        typer.Option(
            "--parameters",
            help="JSON object of the simulator's arguments, and of what policies may read and use, "
            "by name; a share is a text (default: those of `customs bench play`).",
            **FILE,
        ),
    ] = None,
    mechanisms: Annotated[
        Path | None,
        typer.Option(
            "--mechanism-folder", help="Folder of private mechanisms (default: none).", **FOLDER
        ),
    ] = None,
    capacity: Annotated[
        int | None,
        typer.Option(
            "--capacity", min=1, max=MANY, help="Checks a week (default: 5 % of declarations)."
        ),
    ] = None,
    audits: Annotated[int, typer.Option("--audits", min=0, max=MANY, help="Audits a week.")] = 0,
    name: Annotated[str, typer.Option("--name", help="Name of the round.")] = "round",
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Open a round: write the hash to publish, and the secret to keep."""
    # Imported here: who only reveals needs no engine.
    from benchmark.wording import idle_lines  # noqa: PLC0415

    if not name.strip():
        message = "--name: expected the name of a round, found nothing"
        raise WrongUseError(message)
    if mechanisms is not None and out.resolve().is_relative_to(mechanisms.resolve()):
        message = "--out: expected a folder apart from the private mechanisms, which are committed "
        message += f"to as they lie there; found {out} in {mechanisms}"
        raise WrongUseError(message)
    told = _parameters(parameters)
    made = new_round(seed, told, mechanisms, name=name, checks=capacity, audits=audits)
    idle = [] if mechanisms is None else _idle(made, mechanisms)
    sha256 = write_round(made, out)
    payload = {
        "round": name,
        "nations": len(made.seeds),
        "idle_mechanisms": idle,
        "sha256": sha256,
        "out": out,
    }
    emit(
        payload,
        json_output=json_output,
        render=lambda to: to.print(
            *idle_lines(idle),
            sha256,
            f"publish {out}/commitment.json; keep the secret",
            sep="\n",
        ),
    )


def _idle(made: Round, mechanisms: Path) -> list[tuple[str, ...]]:
    """Return the private mechanisms of each nation of which no scheme begins in its days."""
    from benchmark.play.opening import idle_mechanisms  # noqa: PLC0415

    arguments = simulation_of(made.parameters, mechanism_folder=mechanisms)
    idle = []
    with progress("drawing the nations") as tell:
        for place, seed in enumerate(made.seeds, start=1):
            tell(f"nation {place} of {len(made.seeds)}: drawing it")
            idle.append(idle_mechanisms(replace(arguments, seed=seed)))
    return idle


def _parameters(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    remedy = "give a JSON object of the simulator's arguments"
    told: dict[str, Any] = read_json(path, dict[str, Any], remedy=remedy, each_once=True)
    return told


def reveal_command(
    commitment: Annotated[
        Path, typer.Option("--commitment", help="The published commitment.json.", **FILE)
    ],
    secret: Annotated[
        Path, typer.Option("--secret", help="The secret.json told after the round.", **FILE)
    ],
    mechanisms: Annotated[
        Path | None,
        typer.Option(
            "--mechanism-folder",
            help="Folder of the private mechanisms; a round that has some does not hold without.",
            **FOLDER,
        ),
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
        render=lambda to: to.print(*lines, sep="\n"),
    )
    if not found.is_true:
        raise typer.Exit(ExitStatus.FAILED)
