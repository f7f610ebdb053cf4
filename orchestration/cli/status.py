"""`customs status`: what is in the lake."""

from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from orchestration.cli.output import HomeOption, JsonOption, emit, settings_from
from warehouse.summary import summarise


def register(app: typer.Typer) -> None:
    """Add the command to the app."""

    @app.command()
    def status(home: HomeOption = None, json_output: JsonOption = False) -> None:
        """Say which files came from where, what became of them, and what the lake holds."""
        summary = summarise(settings_from(home))
        emit(summary, json_output=json_output, render=lambda console: _render(console, summary))


def _render(console: Console, summary: dict[str, Any]) -> None:
    console.print(f"Lake {summary['home']}")
    if summary["open_load"]:
        console.print(
            f"Load {summary['open_load']} is running or was interrupted; "
            "the next landing finishes or undoes it."
        )
    console.print(_sources(summary["sources"]))
    console.print(_records(summary["tables"]))
    console.print(_tables(summary["lake"]))


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


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:,.1f}"
