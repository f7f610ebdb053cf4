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
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_FORMS = {
    "integer": _INTEGER,
    "number": _DECIMAL,
    "boolean": "true|false|1|0",
    "date": _DATE,
    "timestamp": f"{_DATE}[ T]{_TIME}{_OFFSET}",
}
# People write line breaks and tabs in these; anywhere else they are a fault of the file.
_FREE_TEXT_SUFFIXES = ("_text", "_name", "_name_en", "_address", "_description")
_CONTROL = r"[\x00-\x1f\x7f-\x9f]"
_CONTROL_IN_FREE_TEXT = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"


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


def is_free_text(field: Field) -> bool:
    """Return whether people write the text as they like, line breaks and blanks included."""
    return field.name.endswith(_FREE_TEXT_SUFFIXES)


def control_characters_of(field: Field) -> str:
    """Return what a part of the text matches that must not be in it."""
    return _CONTROL_IN_FREE_TEXT if is_free_text(field) else _CONTROL
