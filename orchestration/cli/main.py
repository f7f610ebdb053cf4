"""The `customs` command: one Typer app; every command group lives in a file of its own."""

import importlib
import logging
import sys
from collections.abc import Sequence

import typer

from data_contracts.errors import CustomsDataError
from orchestration.cli.output import ExitStatus, fail

COMMAND_MODULES: Sequence[str] = (
    "demo",
    "simulate",
    "land",
    "quarantine",
    "status",
    "build",
    "publish",
    "sql",
    "train",
    "score",
    "evaluate",
    "targets",
    "lanes",
    "dashboards",
    "contracts",
)


def build_app(called: str | None = None) -> typer.Typer:
    """Return the app with every command, or with the called one alone.

    A command brings in what it needs and no more: the door for SQL answers in half a second, and
    importing the rest would cost ten times that.

    Args:
        called: First word of the command line.
    """
    app = typer.Typer(
        name="customs",
        help="The open customs lakehouse: land, build, learn, decide, publish, look.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    # With one command Typer would take its name for an argument.
    app.callback()(_no_command)
    for name in (called,) if called in COMMAND_MODULES else COMMAND_MODULES:
        importlib.import_module(f"orchestration.cli.{name}").register(app)
    return app


def main() -> None:
    """Run the command line; a known error becomes one line and exit status 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    try:
        build_app(next(iter(sys.argv[1:]), None))()
    except CustomsDataError as error:
        fail(error, json_output="--json" in sys.argv)
        sys.exit(ExitStatus.FAILED)


def _no_command() -> None:
    """The open customs lakehouse: land, build, learn, decide, publish, look."""
