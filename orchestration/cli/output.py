"""The one way out of every command: exact JSON on standard output, words for people otherwise."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from data_contracts.errors import CustomsDataError
from data_contracts.simulated import put_text
from warehouse.layout import Layout

if TYPE_CHECKING:
    from warehouse.settings import LakeSettings

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="The lake's folder (default: $CUSTOMS_HOME, or ./customs-data, or ./customs-demo "
        "where only that is there).",
    ),
]
# Every command takes --home, so that scripts can give it to all alike.
UnusedHomeOption = Annotated[
    Path | None, typer.Option("--home", help="Taken as everywhere; this command uses no lake.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]

FOLDER = {"exists": True, "file_okay": False}
"""What an option that names a folder to read is held to, before anything starts."""
FILE = {"exists": True, "dir_okay": False}
"""The same of a file to read."""
NEW_FILE = {"dir_okay": False}
"""The same of a file to write."""

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals by which people and machines end a service."""

MANY = 1_000_000_000
"""Largest count that an option takes."""

_PIECE_ROWS = 1_000
_READABLE_BY_ALL = 0o644

# What JSON leaves as it is, in UTF-8: DEL and C1 controls, marks and overrides of direction.
_STEERING = re.compile(
    rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
)

# A terminal has a width of its own; a file or a pipe takes whole tables.
_WIDTH_IN_FILES = 150


class ExitStatus(IntEnum):
    """Exit statuses of every command."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    DONE_WITH_REFUSALS = 3
    INTERRUPTED = 130
    TERMINATED = 143


class _PrintableConsole(Console):
    """Shows what would steer the terminal as a sign of its own; a text is one line.

    Names of files, headers and records come from outside: none may colour, move, or begin a line
    that looks like ours.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(_printable(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        # Texts that were made elsewhere come this way; only here a line end is the console's own.
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable() or segment.text == "\n":
                yield segment
            else:
                yield Segment(_printable(segment.text, kept="\n"), segment.style)


def _printable(text: str, kept: str = "") -> str:
    return "".join(sign if sign.isprintable() or sign in kept else "�" for sign in text)


def console() -> Console:
    """Return the console for people; it treats user text as text, never as markup."""
    width = None if sys.stdout.isatty() else _WIDTH_IN_FILES
    return _PrintableConsole(
        markup=False, emoji=False, highlight=False, soft_wrap=True, width=width
    )


def progress_console() -> Console:
    """Return the console for progress: standard error, so that --json stays one object."""
    return _PrintableConsole(stderr=True, markup=False, emoji=False, highlight=False)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Yield what tells each step: on a terminal in one line that changes, else in lines of its own.

    Args:
        what: What a terminal shows before the first step.
    """
    shown = progress_console()
    if shown.is_terminal:
        with shown.status(what) as status:
            yield status.update
    else:
        yield tell


def settings_from(home: Path | None) -> "LakeSettings":
    """Return the settings of this run over a lake that is there; nothing is made.

    `home` from the command line wins over the environment; where neither names it, the one that is
    used is told.

    Raises:
        CustomsDataError: There is no lake, the home is a file, or the lake is of another format.
    """
    settings = settings_of_new(home)
    Layout(settings.home).enter()
    return told_home(settings)


def settings_of_new(home: Path | None) -> "LakeSettings":
    """Return the settings of a run that may make the lake.

    `home` from the command line wins over the environment. Where neither may have named it, pass
    what is used on to `told_home`.

    Raises:
        CustomsDataError: The home is a file.
    """
    # Pydantic takes longer than the whole list of commands.
    from warehouse.settings import LakeSettings  # noqa: PLC0415

    settings = LakeSettings() if home is None else LakeSettings(home=home)
    if settings.home.exists() and not settings.home.is_dir():
        message = f"the lake's home {settings.home} is not a folder; give another --home"
        raise CustomsDataError(message)
    return settings


def told_home(settings: "LakeSettings") -> "LakeSettings":
    """Tell the home that is used where nobody named one, and return the settings."""
    if not settings.is_home_named:
        tell(f"lake {settings.home}")
    return settings


def emit(payload: dict[str, Any], *, json_output: bool, render: Callable[[Console], None]) -> None:
    """Write `payload` as one JSON object, or call `render` with the console for people."""
    if json_output:
        # JSON is UTF-8, whatever the terminal writes.
        sys.stdout.flush()
        for piece in _pieces(payload):
            sys.stdout.buffer.write(piece)
        # A server's object is read while it runs.
        sys.stdout.buffer.flush()
    else:
        render(console())


def _pieces(payload: dict[str, Any]) -> Iterator[bytes]:
    """Yield `payload` as one JSON object, long lists piece by piece: text can grow sixfold."""
    for place, (name, value) in enumerate(payload.items()):
        yield (b"," if place else b"{") + _json(name) + b":"
        if not isinstance(value, list):
            yield _json(value)
            continue
        for start in range(0, len(value), _PIECE_ROWS):
            yield b"," if start else b"["
            yield _json(value[start : start + _PIECE_ROWS])[1:-1]
        yield b"]" if value else b"[]"
    yield b"}\n" if payload else b"{}\n"


def as_json_tells(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report as a program gets it: plain values alone."""
    told: dict[str, Any] = msgspec.json.decode(to_json(report))
    return told


def write_page(path: Path, text: str) -> None:
    """Write a page to be shown to others, whole or not at all; its folder is made where absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put_text(path, text)
    path.chmod(_READABLE_BY_ALL)


def fail(error: CustomsDataError, *, json_output: bool) -> None:
    """Report a known error: on standard error for people, as a JSON object with --json."""
    report_failure(type(error).__name__, str(error), json_output=json_output)


def report_failure(
    kind: str,
    message: str,
    *,
    json_output: bool,
    more: Mapping[str, str] | None = None,
    keeps_lines: bool = False,
) -> None:
    """Report a failure by the name of its kind; one line, however narrow the terminal is.

    Args:
        kind: Name of the error.
        message: For people, and beside the kind in JSON.
        json_output: Whether programs read it.
        more: Parts of the message for programs, by name.
        keeps_lines: Whether lines of the message stay lines; each but the first is marked, so that
            none looks like one of ours.
    """
    if json_output:
        _write_failure({"error": kind, "message": message, **(more or {})})
    if keeps_lines:
        first, *others = message.splitlines()
        for line in (f"customs: {first}", *(f"  | {other}" for other in others)):
            tell(line)
    else:
        tell(f"customs: {' '.join(message.splitlines())}")


def _write_failure(told: dict[str, Any]) -> None:
    """Write a failure as JSON; where standard output takes nothing, people are told alone."""
    try:
        sys.stdout.write(to_json(told) + "\n")
        sys.stdout.flush()
    except OSError:
        # What is left in the buffer would fail once more at the end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def tell(line: str) -> None:
    """Write one line on standard error; it is not folded, so that it can be searched and copied."""
    progress_console().print(line, soft_wrap=True)


@contextmanager
def until_stopped() -> Iterator[None]:
    """Run a service: a signal is how it is ended, so it ends with 0 and says so."""
    try:
        yield
    except KeyboardInterrupt:
        pass
    except SystemExit as ended:
        if ended.code not in {128 + number for number in STOPPING}:
            raise
    tell("stopped")


def learned_from(simulated_sources: Sequence[str]) -> Iterator[str]:
    """Return what is said of what was learned from simulated data; nothing of real data."""
    if simulated_sources:
        sources = ", ".join(simulated_sources)
        yield f"Học từ dữ liệu mô phỏng / Learned from simulated data: {sources}"


def to_json(payload: dict[str, Any]) -> str:
    """Return `payload` as JSON: decimals digit by digit, ISO 8601 times, no NaN (null instead).

    What would steer a terminal or turn its text about is escaped.
    """
    return _json(payload).decode()


def _json(value: object) -> bytes:
    return _STEERING.sub(_escaped, _ENCODER.encode(value))


def _escaped(sign: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(sign[0].decode())


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    message = f"no JSON form for {type(value).__name__}"
    raise TypeError(message)


_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain)
