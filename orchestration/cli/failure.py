"""What is said of an error at the command line: one line, with what to do next."""

import os
import traceback
from dataclasses import dataclass

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from data_contracts.errors import CustomsDataError, WrongUseError
from orchestration.cli.output import ExitStatus
from orchestration.environment import TRACE, UnknownVariableError


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it is told.

    Attributes:
        kind: Name of the error, for programs.
        message: One line for people.
        status: Exit status.
        keeps_lines: Whether the message has lines that people see as such.
    """

    kind: str
    message: str
    status: int
    keeps_lines: bool = False


def failure_of(error: Exception) -> Failure:
    """Return what to say of an error; one that nobody foresaw says where it arose, no values."""
    kind = type(error).__name__
    if isinstance(error, typer.TyperException):
        return _wrong_use(error)
    if isinstance(error, CustomsDataError):
        is_wrong_use = isinstance(error, WrongUseError | UnknownVariableError)
        status = ExitStatus.WRONG_USE if is_wrong_use else ExitStatus.FAILED
        return Failure(kind, str(error), status, error.keeps_lines)
    if isinstance(error, ValidationError | SettingsError):
        return Failure("SettingsError", _settings(error), ExitStatus.WRONG_USE)
    if isinstance(error, OSError) and error.strerror:
        place = "" if error.filename is None else f"{error.filename}: "
        message = f"{place}{error.strerror}; check the path, its rights and the free space"
        return Failure(kind, message, ExitStatus.FAILED)
    return Failure(kind, _told(error), ExitStatus.FAILED)


def _told(error: BaseException) -> str:
    # Imported here: no command needs the engine to say what it can do.
    try:
        from warehouse.engine import RESOURCE_ERRORS  # noqa: PLC0415
    except (ImportError, MemoryError, OSError):
        return (
            "a library could not be loaded: too little memory is left, or the installation is "
            "broken; what was there before is kept; free memory or run make setup, then run this "
            "again"
        )

    if isinstance(error, UnicodeEncodeError):
        return _unwritable(error)
    if os.environ.get(TRACE):
        traceback.print_exception(error)
    # The text of a failed query or write may quote records.
    return _exhausted() if isinstance(error, RESOURCE_ERRORS) else _unforeseen(error)


def _exhausted() -> str:
    return (
        f"the disk or the memory failed, what was there before is kept; "
        "check the free space, the memory and the rights of the home, then run this again "
        f"({TRACE}=1 shows the trace)"
    )


def _wrong_use(error: typer.TyperException) -> Failure:
    told = getattr(error, "format_message", lambda: str(error))()
    message = f"{' '.join(told.split()).rstrip('.') or 'Missing command'}. See --help"
    return Failure("UsageError", message, getattr(error, "exit_code", ExitStatus.WRONG_USE))


def _settings(error: ValidationError | SettingsError) -> str:
    if isinstance(error, SettingsError):
        return f"the environment sets what cannot be: expected JSON; {error}"
    prefix = "CUSTOMS_LANES_" if error.title == "ServingSettings" else "CUSTOMS_"
    problems = (
        f"{prefix}{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}"
        for one in error.errors(include_input=False, include_url=False)
    )
    return f"the environment sets what cannot be: {'; '.join(problems)}"


def _unwritable(error: UnicodeEncodeError) -> str:
    return (
        f"this terminal writes {error.encoding}, which has no sign for a part of the answer; "
        "set PYTHONUTF8=1, or ask with --json"
    )


def _unforeseen(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    if isinstance(error, SyntaxError) and error.filename:
        place = f" at {error.filename}:{error.lineno}"
    return (
        f"a fault of the program, {type(error).__name__}{place}; "
        f"run it again with {TRACE}=1 for the trace, and report it"
    )
