"""What a round says of its nations and its terms: plain JSON values, complete and checked."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from benchmark.arrays import WEEKS_A_YEAR
from benchmark.csv_headers import shown_names
from benchmark.play.terms import (
    HISTORY_WEEKS,
    LEAST_SECONDS,
    MEMORY_GIB,
    MOST_HISTORY_WEEKS,
    MOST_MEMORY_GIB,
    MOST_SECONDS,
    SECONDS_A_WEEK,
    Terms,
)
from data_contracts.errors import ContractViolationError, CustomsDataError
from data_contracts.json_files import kind_of
from simulator.arguments import VERSION, SimulationArguments
from simulator.setting import DECLARATIONS_A_YEAR

# What a nation is where nothing else is said: half a year at 0.004, after a year of warm-up.
# Another version of the simulator makes another nation of the same arguments.
USUAL: Mapping[str, Any] = {
    "first_date": "2024-07-01",
    "days": 182,
    "scale": "0.004",
    "warmup_days": 364,
    "random_arm": "0.01",
    "version": VERSION,
    "history_weeks": HISTORY_WEEKS,
    "policy_seconds": f"{SECONDS_A_WEEK:g}",
    "policy_memory": MEMORY_GIB,
}
_TERMS = ("history_weeks", "policy_seconds", "policy_memory")
_USUAL_SHARE = 0.05
_SHARE = re.compile(r"[0-9]+(\.[0-9]+)?")


def simulation_of(
    parameters: Mapping[str, Any], seed: int = 1, mechanism_folder: Path | None = None
) -> SimulationArguments:
    """Return the arguments of a nation; what is not told is usual.

    Args:
        parameters: By name of the argument; a share is a text, a date YYYY-MM-DD.
        seed: Seed of the nation.
        mechanism_folder: Folder of private mechanisms.

    Raises:
        CustomsDataError: A name is no argument of a nation, or a value is not of its type or
            cannot be simulated.
    """
    values = _values(parameters)
    for name in ("version", *_TERMS):
        del values[name]
    try:
        return SimulationArguments(
            out=Path(), seed=seed, mechanism_folder=mechanism_folder, **values
        )
    except ContractViolationError as error:
        raise CustomsDataError(unshown(error)) from error


def terms_of(parameters: Mapping[str, Any]) -> Terms:
    """Return what policies may read and use; what is not told is usual.

    Args:
        parameters: As for `simulation_of`.

    Raises:
        CustomsDataError: A value is not of its type or lies out of range.
    """
    values = _values(parameters)
    return Terms(**{name: values[name] for name in _TERMS})


def unshown(error: CustomsDataError) -> str:
    """Return what was expected of the parameters of a round, without what was found: it is secret.

    Args:
        error: What a value of theirs was refused with.
    """
    return f"parameters: {str(error).partition(', found ')[0]}, found another value"


def usual_checks(scale: float) -> int:
    """Return the checks a week that are 5 % of the declarations of a nation of this scale."""
    return max(round(DECLARATIONS_A_YEAR * scale / WEEKS_A_YEAR * _USUAL_SHARE), 1)


def _values(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in {**USUAL, **parameters}.items()}


def _value(name: str, value: Any) -> Any:
    if name not in _READERS:
        message = f"parameters: expected {', '.join(_READERS)}; found {shown_names([name])}"
        raise CustomsDataError(message)
    what, read = _READERS[name]
    try:
        return read(value)
    except (TypeError, ValueError) as error:
        found = kind_of(value) if isinstance(error, TypeError) else "another value"
        message = f"parameters, {name}: expected {what}, found {found}"
        raise CustomsDataError(message) from error


def _share(value: Any) -> float:
    if not _SHARE.fullmatch(value):
        raise ValueError
    return float(value)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _from_one(most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not 1 <= _whole(value) <= most:
            raise ValueError
        return int(value)

    return read


def _seconds(value: Any) -> float:
    seconds = _share(value)
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise ValueError
    return seconds


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _version(value: Any) -> str:
    if value != VERSION:
        raise ValueError
    return VERSION


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(name) for name in value)


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


_SHARE_WORDS, _LIST_WORDS = 'a share as a text, such as "0.01"', "a list of texts"
_READERS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "first_date": ('a day as a text, such as "2024-07-01"', date.fromisoformat),
    "days": ("a whole number", _whole),
    "scale": (_SHARE_WORDS, _share),
    "warmup_days": ("a whole number", _whole),
    "mechanisms": (_LIST_WORDS, _names),
    "random_arm": (_SHARE_WORDS, _share),
    "audits": ("a whole number or null", _or_none(_whole)),
    "faults": ("a text or null", _or_none(_text)),
    "form": ("a text", _text),
    "only": (_LIST_WORDS, _names),
    "version": (f"the version of this simulator, {VERSION}", _version),
    "history_weeks": (f"weeks from 1 to {MOST_HISTORY_WEEKS}", _from_one(MOST_HISTORY_WEEKS)),
    "policy_seconds": (f'seconds from {LEAST_SECONDS} on as a text, such as "10"', _seconds),
    "policy_memory": ("whole GiB from 1 on", _from_one(MOST_MEMORY_GIB)),
}
