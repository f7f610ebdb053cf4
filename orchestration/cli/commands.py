"""The `customs` command: the list of its commands, each of which lives in a file of its own.

A command is one line of `COMMANDS` and a module `orchestration/cli/<name>.py` whose `register(app)`
adds a command or a group of that name. The module is imported when the command is called, never
for the list.
"""

import _thread
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from orchestration.cli.failure import failure_of
from orchestration.cli.later import command_in
from orchestration.cli.output import ExitStatus, HomeOption, JsonOption, report_failure
from orchestration.environment import check_environment
from warehouse import stopping
from warehouse.layout import keep_private

COMMANDS: Mapping[str, str] = {
    "demo": "Make the whole story on a small simulated nation, and say what to open next.",
    "simulate": "Simulate a nation: seeded customs data as other systems would send it.",
    "bench": "Judge selections and policies on simulated nations: the open benchmark.",
    "land": "Land files and folders of one source, again and again without harm.\n\n"
    "Exit status 3: done, with quarantined records or refused files.",
    "quarantine": "See which records did not get in, and why.",
    "status": "Say what there is, how old it is, and what is behind what.",
    "build": "Build and test the national database from what has landed.",
    "publish": "Publish what was built: each role gets only what it may see.",
    "sql": "Ask the published data of a role; SHOW TABLES says what there is.",
    "audit": "Check the record of every statement that came to the door.",
    "train": "Learn from mature inspections; use the model if it is not worse than the one in use.",
    "score": "Score the current items; a second run appends nothing.",
    "evaluate": "Learn on TRAIN, measure on TEST: as published, and on goods that TRAIN lacks.",
    "targets": "Rank traders by the duty at stake. The list holds names: it is for auditors.",
    "lanes": "Decide the lanes of declarations at registration.",
    "dashboards": "Run Superset beside the lake.",
    "contracts": "Check data contracts, write what is derived from them, export and compare them.",
    "rebuild": "Make a lake anew from the landing of another, such as one of an earlier format.",
}
"""Each command with its help text."""

_UNDONE = "what was begun is undone, or taken up where the same command is given again"
_STOPPED: dict[int, str] = {
    ExitStatus.INTERRUPTED: f"interrupted; {_UNDONE}",
    ExitStatus.TERMINATED: f"terminated; {_UNDONE}",
}
# What the signals that came ask for, the first one first.
_stopped_by: list[ExitStatus] = []
_UNNOTICED_SECONDS = 5
_TELLING_SECONDS = 1
_HOME, _JSON = "--home", "--json"
_HELP = {"help_option_names": ["-h", "--help"]}


class Street(TyperGroup):
    """All commands: listed without being imported, `--home` and `--json` taken anywhere."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return the names in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Return what is listed of a command; `resolve_command` brings in the command itself."""
        text = COMMANDS.get(cmd_name)
        return None if text is None else TyperCommand(cmd_name, help=text)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Return name, command and remaining words of a command line."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(str(name)), rest

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words of a command line."""
        return super().parse_args(ctx, _options_last(args, ctx))


def build_app() -> Any:
    """Return the command with everything below it."""
    app = typer.Typer(
        name="customs",
        cls=Street,
        help="The open customs lakehouse: land, build, learn, decide, publish, look.",
        no_args_is_help=True,
        context_settings=_HELP,
        add_completion=False,
    )
    app.callback()(_customs)
    return typer.main.get_command(app)


def load_command(name: str) -> Any:
    """Import a command, or a group of commands, and return it.

    Args:
        name: One of `COMMANDS`.
    """
    command = command_in(name, name)
    command.help = COMMANDS[name]
    return command


def main() -> None:
    """Run the command line; whatever goes wrong becomes one line and an exit status.

    Ctrl-C ends with 130, SIGTERM with 143; both unwind what was begun, as an error does, and a
    second one of the kind is not heard. Where the engine was told and goes on for some seconds, the
    process ends as it is: what was begun is then taken up as after a kill.
    """
    keep_private()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        # Who was started to ignore it, as in the background of a shell, goes on doing so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    sys.exit(_run(json_output=_JSON in sys.argv))


def _run(*, json_output: bool) -> int:
    try:
        check_environment(os.environ)
        # For people Typer shows wrong use with its usage; --json wants one object instead.
        done = build_app()(standalone_mode=not json_output)
        status = done if isinstance(done, int) else ExitStatus.DONE
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else ExitStatus.DONE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the last place to tell it
        if not (stopping.asked or isinstance(error, KeyboardInterrupt)):
            failure = failure_of(error)
            report_failure(
                failure.kind,
                failure.message,
                json_output=json_output,
                keeps_lines=failure.keeps_lines,
            )
            return failure.status
        status = ExitStatus.INTERRUPTED
    if status == ExitStatus.INTERRUPTED and _stopped_by:
        # The engine does not tell which signal it was.
        status = _stopped_by[0]
    if status in _STOPPED:
        report_failure("Interrupted", _STOPPED[status], json_output=json_output)
    return status


def _options_last(words: Sequence[str], ctx: Any) -> list[str]:
    """Return the words with `--home` and `--json` behind the others, where each command has them.

    Whatever follows `--` is no option and stays last. Two homes are wrong use.
    """
    end = list(words).index("--") if "--" in words else len(words)
    kept: list[str] = []
    options: list[str] = []
    homes: set[str] = set()
    left = iter(words[:end])
    for word in left:
        if word == _HOME and (value := next(left, None)) is not None:
            homes.add(value)
        elif word.startswith(f"{_HOME}="):
            homes.add(word.partition("=")[2])
        elif word in {_HOME, _JSON}:
            options.append(word)
        else:
            kept.append(word)
    if len(homes) > 1:
        ctx.fail(f"--home is given as {' and as '.join(sorted(homes))}: expected one")
    options += [f"{_HOME}={home}" for home in homes]
    return [*kept, *([] if _ends_at_group(kept) else options), *words[end:]]


def _ends_at_group(words: Sequence[str]) -> bool:
    """Whether the words call a group without one of its commands: it can only show its help."""
    name, *rest = words or [""]
    is_alone = name in COMMANDS and all(word.startswith("-") for word in rest)
    return is_alone and isinstance(load_command(name), TyperGroup)


def _stop(number: int, frame: FrameType | None) -> None:
    stopping.asked = True
    is_terminated = number == signal.SIGTERM
    # Once: what is unwinding is not to be disturbed again.
    signal.signal(number, signal.SIG_IGN)
    status = ExitStatus.TERMINATED if is_terminated else ExitStatus.INTERRUPTED
    _stopped_by.append(status)
    # Nothing here may take a lock: what the signal met, another signal even, may hold it.
    _thread.start_new_thread(_end_unnoticed, (status, _place(frame)))
    raise SystemExit(status) if is_terminated else KeyboardInterrupt


def _place(frame: FrameType | None) -> list[tuple[int, int]]:
    """Say where a thread is, outermost last, without holding what its frames hold."""
    place = []
    while frame:
        place.append((id(frame), frame.f_lasti))
        frame = frame.f_back
    return place


def _end_unnoticed(status: ExitStatus, place: list[tuple[int, int]]) -> None:
    """End the process where the main thread is still in the call that the signal met."""
    time.sleep(_UNNOTICED_SECONDS)
    frames = sys._current_frames()  # noqa: SLF001
    if _place(frames.pop(threading.main_thread().ident or 0, None)) == place:
        try:
            told = _thread.allocate_lock()
            told.acquire()
            _thread.start_new_thread(_tell, (status, told))
            # Nobody may read it, or the main thread may hold what it takes to write.
            told.acquire(timeout=_TELLING_SECONDS)
        finally:
            os._exit(status)


def _tell(status: ExitStatus, told: _thread.LockType) -> None:
    try:
        report_failure("Interrupted", _STOPPED[status], json_output=_JSON in sys.argv)
        sys.stdout.flush()
    finally:
        told.release()


def _customs(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """Take the options that every command takes."""
