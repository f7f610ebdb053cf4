"""Durations as people and programs read them.

DuckDB hands an interval over as days and microseconds, in which a month counts 30 days. A month has
no such length, so what holds months is handed over as text, for programs too: `1 month`.
"""

import re
from datetime import timedelta
from typing import Any

# In a type; a quoted name or value may hold the same word.
_INTERVAL = re.compile(r"""\bINTERVAL\b|"(?:[^"]|"")*"|'(?:[^']|'')*'""")
_MONTHS = re.compile("month|year")


def texted(kind: str) -> str:
    """Return a type of DuckDB with text in place of its intervals, itself where it has none."""
    return _INTERVAL.sub(lambda found: "VARCHAR" if found[0] == "INTERVAL" else found[0], kind)


def with_months(value: Any, text: Any) -> Any:
    """Return a cell whose intervals of months, however deep, are text.

    Args:
        value: The cell as DuckDB hands it over: a plain value, list, tuple or dictionary.
        text: The same cell with text in place of its intervals.
    """
    if isinstance(value, timedelta):
        return text if _MONTHS.search(text) else value
    if isinstance(value, dict):
        keys = map(with_months, value.keys(), text.keys())
        return dict(zip(keys, map(with_months, value.values(), text.values()), strict=True))
    if isinstance(value, (list, tuple)):
        return type(value)(map(with_months, value, text))
    return value


def duration_text(value: timedelta) -> str:
    """Return days where there are any, then hours, minutes, seconds: `1 day 01:02:06.5`."""
    if value < timedelta():
        return f"-{duration_text(-value)}"
    minutes, seconds = divmod(value.seconds, 60)
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    if value.microseconds:
        clock += f".{value.microseconds:06d}".rstrip("0")
    if not value.days:
        return clock
    return f"{value.days} {'day' if value.days == 1 else 'days'} {clock}"


def duration_seconds(value: timedelta) -> int | float:
    """Return the length in seconds, whole where it is whole."""
    seconds = value.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def with_durations(value: Any, told: Any) -> Any:
    """Return a value whose durations, however deep, are replaced by what `told` makes of them.

    Args:
        value: A cell: a plain value, list, tuple or dictionary.
        told: `duration_text` or `duration_seconds`.
    """
    if isinstance(value, timedelta):
        return told(value)
    if isinstance(value, dict):
        return {
            told(key) if isinstance(key, timedelta) else key: with_durations(entry, told)
            for key, entry in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [with_durations(entry, told) for entry in value]
    return value
