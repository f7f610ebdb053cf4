"""`customs status`: what is in the lake, how old it is, and what is behind what."""

from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from orchestration.cli.output import HomeOption, JsonOption, emit, settings_from
from orchestration.operations.status import status_of

_STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def register(app: typer.Typer) -> None:
    """Add the command to the app."""

    @app.command()
    def status(home: HomeOption = None, json_output: JsonOption = False) -> None:
        """Say what there is, how old it is, and what is behind what."""
        found = status_of(settings_from(home))
        emit(found, json_output=json_output, render=lambda console: _render(console, found))


def _render(console: Console, found: dict[str, Any]) -> None:
    console.print(f"Lake {found['home']}")
    if found["open_load"]:
        console.print(
            f"Load {found['open_load']} is running or was interrupted; "
            "the next landing finishes or undoes it."
        )
    for table in (_sources(found["sources"]), _records(found["tables"]), _tables(found["lake"])):
        if table.row_count:
            console.print(table)
    console.print(_made(found))
    for made in (found["build"], *found["models"].values(), found["snapshot"] or {}):
        if "message" in made:
            console.print(made["message"])
    for one in found["behind"]:
        console.print(f"{one['what']} is behind {one['of']}: {one['do']}")
    if not found["behind"]:
        console.print("Nothing is behind.")


def _sources(sources: dict[str, Any]) -> Table:
    table = Table("Source", "Files", "By state", "MB", "Last received (UTC)", title="Files")
    for name, source in sources.items():
        states = ", ".join(f"{state} {files:,}" for state, files in source["states"].items())
        last = source["last_received_at"][:19].replace("T", " ")
        table.add_row(name, f"{source['files']:,}", states, _megabytes(source["size_bytes"]), last)
    return table


def _records(tables: dict[str, Any]) -> Table:
    table = Table("Table", "Accepted", "Quarantined", "Repeated", title="Records")
    for name, count in tables.items():
        numbers = (count["accepted"], count["quarantined"], count["repeated"])
        table.add_row(name, *[f"{number:,}" for number in numbers])
    return table


def _tables(tables: dict[str, Any]) -> Table:
    table = Table("Lake table", "Version", "MB", title="Lake")
    for name, found in tables.items():
        table.add_row(name, str(found["version"]), _megabytes(found["size_bytes"]))
    return table


def _made(found: dict[str, Any]) -> Table:
    table = Table("What", "Which", "Age", "From", title="Made from it")
    build = found["build"]
    table.add_row("build", build["state"], _age(build), "")
    for role, release in found["releases"].items():
        table.add_row(f"release {role}", str(release["release"]), _age(release), "")
    for name, model in found["models"].items():
        _add(table, f"model {name}", model, "model_id", "release {release}")
    if snapshot := found["snapshot"]:
        _add(table, "lane snapshot", snapshot, "number", "{model_id}, release {release}")
    return table


def _add(table: Table, what: str, made: dict[str, Any], which: str, made_from: str) -> None:
    if "message" in made:
        table.add_row(what, made["state"], "", "")
    else:
        table.add_row(what, str(made[which]), _age(made), made_from.format(**made))


def _age(made: dict[str, Any]) -> str:
    seconds = made.get("age_seconds")
    if seconds is None:
        return ""
    for size, unit in _STEPS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:,.1f}"
