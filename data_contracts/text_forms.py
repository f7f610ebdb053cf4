r"""How the outside formats write each type as text, as regular expressions for a whole value.

The expressions mean the same in RE2 (DuckDB) and in Python's `re`, so that all
who judge by a rule judge by one text. No exponent, no blank, no sign but minus, no day that the
calendar does not have.
"""

import re
from decimal import Decimal

# No field holds as many digits; 1E+999999999 must not be written out to be refused.
_MOST_DIGITS = 60
_INTEGER = r"-?[0-9]+"
_DECIMAL = r"-?[0-9]+(?:\.[0-9]+)?"
_LEAP_YEAR = r"(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)"
_DATE = (
    r"(?:[1-9][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP_YEAR}-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
FORMS = {
    "integer": _INTEGER,
    "number": _DECIMAL,
    "boolean": "true|false|1|0",
    "date": _DATE,
    "timestamp": f"{_DATE}[ T]{_TIME}{_OFFSET}",
}
"""What the whole text of a well-formed value matches, by logical type; text itself has no form."""

CONTROL_CHARACTERS = (
    ("\x00", "\x08"),
    ("\x0b", "\x0c"),
    ("\x0e", "\x1f"),
    ("\x7f", "\x7f"),
    ("\x80", "\x9f"),
    ("\u202a", "\u202e"),
    ("\u2066", "\u2069"),
)
"""First and last of each run of characters that no text holds.

Tab and line breaks are the only control characters that mean something in text, and a return is one
only before a line feed. The others, the C1 block and the marks that turn the direction of writing
are never typed on purpose, and hide what a reader would see.
"""
# As escapes below U+0100, because SQL holds no NUL.
_CONTROLS = "".join(
    rf"\x{ord(first):02x}-\x{ord(last):02x}" if last < "\u0100" else f"{first}-{last}"
    for first, last in CONTROL_CHARACTERS
)
_LINE = rf"[^\r{_CONTROLS}]*"

CLEAN_TEXT = rf"{_LINE}(?:\r\n{_LINE})*"
"""What the whole of a text matches that holds no control character."""
CLEAN_CODE = rf"[^\t\r\n{_CONTROLS}]*"
"""The same where line breaks and tabs are a fault too."""

# White space as of `str.strip`, and the characters of the category Cf.
_BLANKS = r"\t-\r\x1c- \x85\xa0" "\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INVISIBLE = (
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
BARE_TEXT = rf"(?:[^{_BLANKS}{_INVISIBLE}](?:[^{_INVISIBLE}]*[^{_BLANKS}{_INVISIBLE}])?)?"
"""What the whole of a text matches that has no blanks around it and is visible throughout."""


def plain_number(written: str) -> str:
    """Return a number of JSON without exponent; one too long for any field stays as it is."""
    if "e" not in written.lower():
        return written
    try:
        exact = Decimal(written)
    except ArithmeticError:
        return written
    is_long = len(exact.as_tuple().digits) + abs(exact.adjusted()) > _MOST_DIGITS
    return written if is_long else format(exact, "f")


def is_pattern(text: str) -> bool:
    """Return whether a text is a regular expression, to RE2 and to Python's `re`."""
    # Imported here: who only asks what a command can do needs no columns.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    try:
        pc.match_substring_regex(pa.array([""]), text)
        re.compile(text)
    except (pa.ArrowInvalid, re.error):
        return False
    return True


def excess_decimals(scale: int) -> str:
    """Return what the whole text of a number matches that would lose decimals.

    Zeros beyond the scale lose nothing and are let through.
    """
    return rf"-?[0-9]+\.[0-9]{{{scale}}}0*[1-9][0-9]*"
