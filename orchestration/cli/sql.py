"""`customs sql`: one question of a published release, through the guarded door."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import typer
from rich.console import Console

from data_contracts.model import Role
from orchestration.cli.output import HomeOption, JsonOption, emit, settings_from, to_json
from warehouse.door import DEFAULT_LIMITS, QueryLimits, WrongLimitError
from warehouse.durations import duration_seconds, duration_text, with_durations
from warehouse.layout import Layout
from warehouse.reading import QueryResult, query

SHOWN_ROWS = 100
_STANDARD_INPUT = "-"
_MOST_INPUT_BYTES = 1 << 24
_WIDEST_CELL = 48
_WIDEST_PLAN = 200
_NUMBERS = (int, float, Decimal)
# Columns of EXPLAIN; its plan is a drawing of many lines.
_PLAN = ["explain_key", "explain_value"]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="sql")(sql)


def sql(
    statement: str = typer.Argument(
        help="A SELECT; or SHOW TABLES, or DESCRIBE, SUMMARIZE, EXPLAIN of one. With - it is read "
        "from standard input, where no other account sees it among the processes."
    ),
    role: Role = typer.Option(Role.ANALYST, "--role", help="Whose release is read."),
    seconds: int = typer.Option(DEFAULT_LIMITS.seconds, help="Longest time it may run."),
    max_rows: int = typer.Option(
        DEFAULT_LIMITS.maximum_rows, help="More rows than this are refused."
    ),
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Ask the published data of a role; SHOW TABLES says what there is."""
    settings = settings_from(home)
    statement = _from_input() if statement == _STANDARD_INPUT else _as_typed(statement)
    limits = QueryLimits(seconds=seconds, maximum_rows=max_rows)
    try:
        result = query(Layout(settings.home), settings, role.value, statement, limits=limits)
    except WrongLimitError as error:  # known to the door, so that the record has the attempt
        raise typer.BadParameter(str(error)) from error

    def render(console: Console) -> None:
        lines = _plan(result) if result.columns == _PLAN else _lines(result)
        told = f"{result.row_count} rows from release {result.release} of {role.value}"
        # In one piece: what the terminal cannot write leaves no half of a table.
        console.print(*lines, told, sep="\n")

    payload = {
        "columns": result.columns,
        "rows": _json_rows(result) if json_output else [],
        "row_count": result.row_count,
        "release": result.release,
    }
    emit(payload, json_output=json_output, render=render)


def _from_input() -> str:
    """Return the statement on standard input; of one without end, more than the door looks at."""
    written = sys.stdin.buffer.read(_MOST_INPUT_BYTES)
    # Bytes that are no UTF-8 are told by the door, as those of an argument are.
    return written.decode("utf-8", "surrogateescape").rstrip("\r\n")


def _as_typed(argument: str) -> str:
    """Return the argument read as UTF-8 where its bytes are that, whatever the locale says."""
    try:
        return os.fsencode(argument).decode()
    except UnicodeError:
        return argument


def _json_rows(result: QueryResult) -> Any:
    if any("INTERVAL" in kind for kind in result.types):
        return with_durations(result.rows, duration_seconds)
    return result.rows


def _lines(result: QueryResult) -> Iterator[str]:
    """Yield the table as text: numbers to the right, long cells cut with an ellipsis."""
    shown = result.rows[:SHOWN_ROWS]
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


def _plan(result: QueryResult) -> Iterator[str]:
    for _, plan in result.rows:
        for line in str(plan).splitlines():
            yield line[:_WIDEST_PLAN]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    )
    return "  ".join(padded).rstrip()


def _cell(value: object) -> str:
    text = "" if value is None else _text(value)
    return text if len(text) <= _WIDEST_CELL else text[: _WIDEST_CELL - 1] + "…"


def _text(value: Any) -> str:
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, (list, tuple, dict)):
        return to_json(with_durations(value, duration_text))
    return str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)
