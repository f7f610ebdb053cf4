"""`customs build`: the marts from the newest cut of the lake, tested."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from orchestration.cli.output import (
    HomeOption,
    JsonOption,
    emit,
    progress_console,
    settings_from,
)

_FIRST_MART = "fct_declaration"

SelectOption = Annotated[
    str | None,
    typer.Option("--select", help="dbt selection: build these models only, on the last cut."),
]


def register(app: typer.Typer) -> None:
    """Add `build` to the app."""
    app.command("build")(run)


def run(
    select: SelectOption = None, home: HomeOption = None, json_output: JsonOption = False
) -> None:
    """Build and test the national database from what has landed."""
    # dbt and its neighbours are heavy: other commands do not pay for them.
    from orchestration.operations.build import UNCHANGED, BuildReport, build  # noqa: PLC0415

    with progress_console().status("Building …") as status:
        report = build(settings_from(home), select=select, progress=status.update)
    payload = {
        "rows": report.rows,
        "model_seconds": {name: round(value, 3) for name, value in report.model_seconds.items()},
        "tests_passed": report.tests_passed,
        "seconds": round(report.seconds, 3),
        "lake_cut": report.cut,
        "is_new": report.is_new,
    }

    def render(console: Console, built: BuildReport = report) -> None:
        table = Table("mart", "rows", "seconds")
        for name, rows in built.rows.items():
            seconds = built.model_seconds.get(name)
            table.add_row(name, f"{rows:,}", "" if seconds is None else f"{seconds:.1f}")
        console.print(table)
        console.print(f"{built.tests_passed} tests hold; {built.seconds:.1f} s in all")
        if not built.is_new:
            console.print(f"{UNCHANGED[0].upper()}{UNCHANGED[1:]}.")
        if built.rows.get(_FIRST_MART) == 0:
            console.print(
                "No declaration is in it: customs quarantine list says what did not get in"
            )

    emit(payload, json_output=json_output, render=render)
