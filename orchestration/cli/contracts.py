"""`customs contracts`: check, generate what is derived, export for others, compare two states."""

import io
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import data_contracts
from data_contracts import compatibility, generated_files, to_odcs, validation
from data_contracts.errors import CustomsDataError, SourceUnavailableError
from data_contracts.loading import contracts_of, load_contracts, read_contracts
from data_contracts.model import Contract
from ingestion.sources.catalog import source_problems
from ml.lanes import request_agreement
from orchestration.cli.output import (
    ExitStatus,
    JsonOption,
    UnusedHomeOption,
    emit,
    settings_from,
)
from orchestration.environment import HOME
from orchestration.operations import dbt_process
from warehouse import masking

# What `read_contracts` reads, from the root of the repository.
_PACKAGE = "data_contracts"
_READ = ("contracts", "fields", "record_kinds.yaml")
_GIT_TIMEOUT_SECONDS = 60

_NamedHomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="A lake whose own sources are checked too (default: that of $CUSTOMS_HOME, or none).",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group `contracts` to the command."""
    group = typer.Typer(no_args_is_help=True)
    group.command("check")(check)
    group.command("generate")(generate)
    group.command("export")(export)
    group.command("diff")(diff)
    app.add_typer(group, name="contracts")


def check(home: _NamedHomeOption = None, json_output: JsonOption = False) -> None:
    """Check that contracts and the sources' files are valid and agree with each other.

    What contracts ask of a request must be what the lane door can check, and what they give to a
    role a release can hold; each mart must have its model, and the data dictionary must not have
    drifted.
    """
    contracts = load_contracts()
    is_named = home is not None or HOME in os.environ
    problems = [
        *validation.problems(contracts),
        *(problem for contract in contracts.values() for problem in to_odcs.problems(contract)),
        *request_agreement.problems(contracts),
        *(problem for mart in contracts_of("mart") for problem in masking.problems(mart)),
        *(f"{mart}: no model is called so" for mart in dbt_process.marts_without_model()),
        *source_problems(settings_from(home).home if is_named else None),
        *generated_files.stale(_repository(), generated_files.committed_files()),
    ]

    def render(console: Console) -> None:
        for problem in problems:
            console.print(problem)
        remedy = "; `customs contracts generate` writes what is derived anew" if problems else ""
        console.print(f"{len(contracts)} contracts, {len(problems)} problems{remedy}")

    emit(
        {"contracts": len(contracts), "problems": problems},
        json_output=json_output,
        render=render,
    )
    if problems:
        raise typer.Exit(ExitStatus.FAILED)


def generate(
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Bring up to date what is derived: the data dictionary, and what every build gives dbt."""
    place = _repository()
    written = generated_files.write(place, generated_files.committed_files())
    changed = [*written, *dbt_process.derive(place)]

    def render(console: Console) -> None:
        for path in changed:
            console.print(path)
        console.print(f"{len(changed)} derived files changed")

    emit({"changed": changed}, json_output=json_output, render=render)


def export(
    out: Annotated[Path, typer.Option("--out", help="Folder for the documents, made if needed.")],
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Write every contract whole, as a document of the Open Data Contract Standard v3.1."""
    contracts = load_contracts().values()
    for contract in contracts:
        path = out / contract.domain / f"{contract.name}{to_odcs.SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_odcs.text(contract), encoding="utf-8")

    def render(console: Console) -> None:
        console.print(f"{len(contracts)} contracts in {out}")

    emit({"contracts": len(contracts), "folder": str(out)}, json_output=json_output, render=render)


def diff(
    old: Annotated[str, typer.Argument(help="A folder like data_contracts, or a git reference.")],
    root: Annotated[
        Path | None,
        typer.Option("--root", help="The git repository (default: where this package lies)."),
    ] = None,
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Compare the contracts with an earlier state; fail on a break without a major version."""
    before = (
        _contracts_in_folder(Path(old)) if Path(old).is_dir() else _at_git(old, _repository(root))
    )
    after = load_contracts()
    changes = compatibility.compare_all(before, after)
    unannounced = sorted(
        name
        for name in before.keys() & after.keys()
        if not compatibility.has_enough_version(before[name], after[name])
    )

    def render(console: Console) -> None:
        for change in changes:
            mark = "BREAKING" if change.is_breaking else "ok"
            place = ".".join(filter(None, [change.contract, change.field]))
            console.print(f"{mark:9}{place}: {change.what}")
        for name in unannounced:
            console.print(f"{name}: the version did not rise enough for its changes")
        console.print(f"{len(changes)} changes")

    emit(
        {
            "changes": [
                {
                    "contract": change.contract,
                    "field": change.field,
                    "what": change.what,
                    "is_breaking": change.is_breaking,
                }
                for change in changes
            ],
            "version_too_low": unannounced,
        },
        json_output=json_output,
        render=render,
    )
    if unannounced:
        raise typer.Exit(ExitStatus.FAILED)


def _repository(given: Path | None = None) -> Path:
    found = given or Path(next(iter(data_contracts.__path__))).parent
    if not found.is_dir():
        message = f"there is no folder {found}"
        raise typer.BadParameter(message, param_hint="--root")
    return found


def _contracts_in_folder(folder: Path) -> dict[str, Contract]:
    missing = [name for name in _READ if not (folder / name).exists()]
    if missing:
        message = f"{folder}: expected a folder like {_PACKAGE}, found no {missing[0]} in it"
        raise CustomsDataError(message)
    return read_contracts(folder)


def _at_git(reference: str, root: Path) -> dict[str, Contract]:
    """Read the contracts as they were at a git reference, without touching the working tree."""
    if reference.startswith("-"):
        message = "a git reference does not start with a dash"
        raise CustomsDataError(message)
    paths = [f"{_PACKAGE}/{name}" for name in _READ]
    try:
        packed = subprocess.run(
            ["git", "archive", "--format=zip", reference, *paths],  # noqa: S607  (git is found as every tool finds it)
            cwd=root,
            check=True,
            capture_output=True,
            timeout=_GIT_TIMEOUT_SECONDS,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        message = (
            f"expected a folder like {_PACKAGE}, or a git reference of a state that has "
            f"{_PACKAGE}/fields, found neither: {reference}"
        )
        raise SourceUnavailableError(message) from error
    with tempfile.TemporaryDirectory() as folder:
        # Unlike tarfile's, its safe extraction is in every 3.11.
        with zipfile.ZipFile(io.BytesIO(packed)) as files:
            files.extractall(folder)
        return read_contracts(Path(folder) / _PACKAGE)
