"""`customs publish`: releases of the build, one per role."""

from typing import Any

import typer
from rich.console import Console

from data_contracts.model import Role
from orchestration.cli.output import (
    HomeOption,
    JsonOption,
    emit,
    settings_from,
    tell,
)
from warehouse.publish import PublishedRelease
from warehouse.publish import publish as publish_releases


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="publish")(publish)


def publish(
    role: list[Role] = typer.Option(
        list(Role), "--role", help="Role to publish for; may be given several times."
    ),
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Publish what was built: each role gets only what it may see."""
    published = publish_releases(
        settings_from(home),
        roles=[entry.value for entry in role],
        progress=tell,
    )

    def render(console: Console) -> None:
        for name, release in published.items():
            console.print(_sentence(name, release))

    payload = {"releases": {name: _facts(release) for name, release in published.items()}}
    emit(payload, json_output=json_output, render=render)


def _facts(published: PublishedRelease) -> dict[str, Any]:
    manifest = published.manifest
    return {
        "release": manifest.release,
        "is_new": published.is_new,
        "rows": {name: table.rows for name, table in manifest.tables.items()},
        "months_written": manifest.changes.months_written if published.is_new else [],
        "months_carried": manifest.changes.months_carried if published.is_new else [],
        "months_removed": manifest.changes.months_removed if published.is_new else [],
        "seconds": round(published.seconds, 3),
    }


def _sentence(name: str, published: PublishedRelease) -> str:
    manifest = published.manifest
    if not published.is_new:
        return f"{name}: release {manifest.release} stays, nothing changed"
    rows = sum(table.rows for table in manifest.tables.values())
    written = len(manifest.changes.months_written)
    carried = len(manifest.changes.months_carried)
    return (
        f"{name}: release {manifest.release}, {len(manifest.tables)} tables, {rows} rows, "
        f"{written} months written, {carried} unchanged"
    )
