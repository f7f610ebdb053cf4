"""Durations as people and programs read them.

DuckDB hands an interval over as days and microseconds; a month in it counts 30 days there, as in
DuckDB's own `epoch()`.
"""

from datetime import timedelta
from typing import Any


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
