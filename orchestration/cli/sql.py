"""`customs sql`: one SELECT over a published release, through the guarded door."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import typer
from rich.console import Console

from orchestration.cli.output import HomeOption, JsonOption, emit, settings_from
from orchestration.cli.roles import Role
from warehouse.layout import Layout
from warehouse.reading import DEFAULT_LIMITS, QueryLimits, QueryResult, query

SHOWN_ROWS = 100
_WIDEST_CELL = 48
_NUMBERS = (int, float, Decimal)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="sql")(sql)


def sql(
    statement: str = typer.Argument(help="One SELECT over marts.<table>."),
    role: Role = typer.Option(Role.ANALYST, "--role", help="Whose release is read."),
    seconds: int = typer.Option(DEFAULT_LIMITS.seconds, min=1, help="Longest time it may run."),
    max_rows: int = typer.Option(
        DEFAULT_LIMITS.maximum_rows, min=1, help="More rows than this are refused."
    ),
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Ask the published data of a role; the tables are listed in information_schema.tables."""
    settings = settings_from(home)
    limits = QueryLimits(seconds=seconds, maximum_rows=max_rows)
    result = query(Layout(settings.home), settings, role.value, statement, limits=limits)

    def render(console: Console) -> None:
        for line in _lines(result):
            console.print(line)
        console.print(f"{result.row_count} rows from release {result.release} of {role.value}")

    payload = {
        "columns": result.columns,
        "rows": result.rows if json_output else [],
        "row_count": result.row_count,
        "release": result.release,
    }
    emit(payload, json_output=json_output, render=render)


def _lines(result: QueryResult) -> Iterator[str]:
    """Yield the table as text: numbers to the right, long cells cut with an ellipsis."""
    shown = result.head(SHOWN_ROWS)
    cells = [[_cell(value) for value in row] for row in shown]
    heads = [_cell(name) for name in result.columns]
    widths = [
        max(len(head), *(len(row[place]) for row in cells), 1) if cells else len(head)
        for place, head in enumerate(heads)
    ]
    right = [
        any(_is_number(row[place]) for row in shown)
        and all(row[place] is None or _is_number(row[place]) for row in shown)
        for place in range(len(heads))
    ]
    yield _line(heads, widths, right)
    yield "  ".join("-" * width for width in widths)
    for row in cells:
        yield _line(row, widths, right)
    if result.row_count > len(shown):
        yield f"… {result.row_count - len(shown)} more; --json gives them all"


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    )
    return "  ".join(padded).rstrip()


def _cell(value: object) -> str:
    """Return a value as one printable line; control characters could steer the terminal."""
    text = "" if value is None else str(value)
    text = "".join(sign if sign.isprintable() else "�" for sign in text)
    return text if len(text) <= _WIDEST_CELL else text[: _WIDEST_CELL - 1] + "…"


def _is_number(value: object) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)
