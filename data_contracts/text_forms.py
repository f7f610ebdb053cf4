r"""How the outside formats write each type as text, as regular expressions for a whole value.

The expressions mean the same in RE2 (DuckDB) and in Python's `re`, so the check pass and the
expectation suite judge by one text. No exponent, no blank, no sign but minus, no day that the
calendar does not have.
"""

from data_contracts.model import Field
from data_contracts.to_arrow import precision_and_scale

_INTEGER = r"-?[0-9]+"
_DECIMAL = r"-?[0-9]+(?:\.[0-9]+)?"
_LEAP_YEAR = r"(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)"
_DATE = (
    r"(?:[1-9][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP_YEAR}-02-29)"
)
# Of a well-formed day: after 2100, before 1990, before 1900.
_DAY = r"-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_LATER = r"210[1-9]|21[1-9][0-9]|2[2-9][0-9]{2}|[3-9][0-9]{3}"
_BEFORE_1990 = rf"(?:1[0-8][0-9]{{2}}|19[0-8][0-9]|{_LATER}){_DAY}"
_BEFORE_1900 = rf"(?:1[0-8][0-9]{{2}}|{_LATER}){_DAY}"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_FORMS = {
    "integer": _INTEGER,
    "number": _DECIMAL,
    "boolean": "true|false|1|0",
    "date": _DATE,
    "timestamp": f"{_DATE}[ T]{_TIME}{_OFFSET}",
}
# A firm may be older than anything that customs has on record.
_OF_A_FIRM = ("founded_date", "updated_date")
# People write line breaks and tabs in these; anywhere else they are a fault of the file.
_FREE_TEXT_SUFFIXES = ("_text", "_name", "_name_en", "_address", "_description")

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
_CLEAN_CODE = rf"[^\t\r\n{_CONTROLS}]*"


def form_of(field: Field) -> str | None:
    """Return what the whole text of a well-formed value matches; None for text itself."""
    return _FORMS.get(field.logical_type)


def excess_decimals_of(field: Field) -> str | None:
    """Return what the whole text of a number matches that would lose decimals; None if it cannot.

    Zeros beyond the scale lose nothing and are let through.
    """
    decimal = precision_and_scale(field)
    if decimal is None:
        return None
    return rf"-?[0-9]+\.[0-9]{{{decimal[1]}}}0*[1-9][0-9]*"


def outside_years_of(field: Field) -> str | None:
    """Return what a well-formed date or time matches whose year no record can be about.

    That is before 1990 (1900 in the life of a firm) or after 2100.
    """
    days = _BEFORE_1900 if field.name in _OF_A_FIRM else _BEFORE_1990
    forms = {"date": days, "timestamp": f"{days}[ T]{_TIME}{_OFFSET}"}
    return forms.get(field.logical_type)


def is_free_text(field: Field) -> bool:
    """Whether people write line breaks and tabs in the field."""
    return field.name.endswith(_FREE_TEXT_SUFFIXES)


def is_rate(field: Field) -> bool:
    """Whether the field holds a rate as text, which several spellings may state."""
    return field.name == "rate_text"


def clean_text_of(field: Field) -> str:
    """Return what the whole of a text matches that holds no control character."""
    return CLEAN_TEXT if is_free_text(field) else _CLEAN_CODE
