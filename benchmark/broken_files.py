"""What is said of a file that Arrow cannot read: where and why, never what stands in it."""

import re

# Arrow quotes the row, or the value, at the end.
_QUOTED = re.compile(r"(?<=got \d): .*|(?<=got \d\d): .*|'[^']*'")


def reason_of(error: Exception) -> str:
    """Return the first line of an error of Arrow without the content that it quotes."""
    first = (str(error).splitlines() or [""])[0]
    return _QUOTED.sub("", first)
