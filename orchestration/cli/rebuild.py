"""`customs rebuild`: a lake made anew from the landing of another."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from data_contracts.errors import WrongUseError
from ingestion.rebuild import rebuild as rebuild_lake
from orchestration.cli.output import (
    HomeOption,
    JsonOption,
    emit,
    progress_console,
    settings_of_new,
)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("rebuild")(rebuild)


def rebuild(
    old: Annotated[Path, typer.Argument(help="Home of the other lake; it is only read.")],
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Make a lake anew from the landing of another, such as one of an earlier format."""
    settings = settings_of_new(home)
    if not settings.is_home_named:
        message = "give --home NEW, a folder that is not there yet"
        raise WrongUseError(message)
    with progress_console().status("Landing again …") as status:
        reports = rebuild_lake(
            old,
            settings,
            lambda done, total: status.update(f"Landing again: file {done} of {total}"),
        )
    sources = {report.as_json()["source"]: report.as_json() for report in reports}
    payload = {"home": settings.home.absolute(), "from": old.absolute(), "sources": sources}
    emit(payload, json_output=json_output, render=lambda out: _render(out, payload))


def _render(out: Console, payload: dict[str, Any]) -> None:
    for name, report in payload["sources"].items():
        out.print(f"{name}: {report['accepted_files']:,} of {report['files']:,} files accepted")
    out.print(f"Next, each with --home {payload['home']}: customs build, publish, train, score,")
    out.print("build, publish, lanes snapshot")
