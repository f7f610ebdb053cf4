"""Days as options take them."""

import re
from datetime import datetime
from typing import Any

import typer

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str) -> datetime:
    """Return the midnight of a day that an option names.

    Raises:
        BadParameter: It is not written as a day, or there is no such day.
    """
    if not _WRITTEN.fullmatch(text):
        message = f"expected a day YYYY-MM-DD, found {text!r}"
        raise typer.BadParameter(message)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        message = f"expected a day that exists, found {text!r}: there is no such day"
        raise typer.BadParameter(message) from error


DAY: dict[str, Any] = {"metavar": "YYYY-MM-DD", "parser": day_of}
"""What an option that names a day is held to."""
