"""The `customs` command: one Typer app; every command group lives in a file of its own."""

import importlib
import logging
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import typer

from orchestration.cli.failure import failure_of
from orchestration.cli.output import ExitStatus, report_failure

COMMAND_MODULES: Sequence[str] = (
    "demo",
    "simulate",
    "bench",
    "land",
    "quarantine",
    "status",
    "build",
    "publish",
    "sql",
    "audit",
    "train",
    "score",
    "evaluate",
    "targets",
    "lanes",
    "dashboards",
    "contracts",
)

_STOPPED: dict[int, str] = {
    ExitStatus.INTERRUPTED: "interrupted; what was begun is undone or taken up by the next run",
    ExitStatus.TERMINATED: "terminated; what was begun is undone or taken up by the next run",
}


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
    """Run the command line; whatever goes wrong becomes one line and an exit status.

    Ctrl-C ends with 130, SIGTERM with 143; both unwind what was begun, as an error does.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(_run(json_output="--json" in sys.argv))


def _run(*, json_output: bool) -> int:
    try:
        # For people Typer shows wrong use with its usage; --json wants one object instead.
        done = build_app(next(iter(sys.argv[1:]), None))(standalone_mode=not json_output)
        status = done if isinstance(done, int) else ExitStatus.DONE
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else ExitStatus.DONE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the last place to tell it
        failure = failure_of(error)
        report_failure(failure.kind, failure.message, json_output=json_output)
        return failure.status
    if status in _STOPPED:
        report_failure("Interrupted", _STOPPED[status], json_output=json_output)
    return status


def _stop(_number: int, _frame: FrameType | None) -> None:
    # Once: what is unwinding is not to be disturbed again.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(ExitStatus.TERMINATED)


def _no_command() -> None:
    """The open customs lakehouse: land, build, learn, decide, publish, look."""


if __name__ == "__main__":
    main()
