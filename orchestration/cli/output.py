"""The one way out of every command: exact JSON on standard output, words for people otherwise."""

import sys
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from data_contracts.errors import CustomsDataError
from warehouse.settings import LakeSettings

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The lake's folder (default: $CUSTOMS_HOME or ./customs-data)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


# A terminal has a width of its own; a file or a pipe takes whole tables.
_WIDTH_IN_FILES = 150


class ExitStatus(IntEnum):
    """Exit statuses of every command."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    DONE_WITH_REFUSALS = 3


def console() -> Console:
    """Return the console for people; it treats user text as text, never as markup."""
    width = None if sys.stdout.isatty() else _WIDTH_IN_FILES
    return Console(markup=False, emoji=False, highlight=False, soft_wrap=True, width=width)


def progress_console() -> Console:
    """Return the console for progress: standard error, so that --json stays one object."""
    return Console(stderr=True, markup=False, emoji=False, highlight=False)


def settings_from(home: Path | None) -> LakeSettings:
    """Return the settings of this run; `home` from the command line wins over the environment."""
    return LakeSettings() if home is None else LakeSettings(home=home)


def emit(payload: dict[str, Any], *, json_output: bool, render: Callable[[Console], None]) -> None:
    """Write `payload` as one JSON object, or call `render` with the console for people."""
    if json_output:
        sys.stdout.write(to_json(payload) + "\n")
    else:
        render(console())


def fail(error: CustomsDataError, *, json_output: bool) -> None:
    """Report a known error: on standard error for people, as a JSON object with --json."""
    if json_output:
        sys.stdout.write(to_json({"error": type(error).__name__, "message": str(error)}) + "\n")
    progress_console().print(f"customs: {error}")


def to_json(payload: dict[str, Any]) -> str:
    """Return `payload` as JSON: decimals digit by digit, ISO 8601 times, no NaN (null instead)."""
    return _ENCODER.encode(payload).decode()


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    message = f"no JSON form for {type(value).__name__}"
    raise TypeError(message)


_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain)
