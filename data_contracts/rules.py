"""What a value must be: each rule of a field once, as a plain value.

`to_checks` makes SQL of them, which decides what is accepted; `to_python` what the lane door asks
of one value; `to_expectations` what data stewards read. All three judge a value as text, in the one
form that it is kept in (`to_python.one_form`); empty text is no value, and no value breaks no rule
but that it must be there.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from data_contracts.code_lists import codes, known_at
from data_contracts.model import Contract, Field
from data_contracts.text_forms import BARE_TEXT, CLEAN_CODE, CLEAN_TEXT, FORMS, excess_decimals
from data_contracts.to_arrow import precision_and_scale

FIRST_YEAR = 1990
"""No record is about an earlier year, but for columns whose dictionary says so."""

LAST_YEAR = 2100

_INTEGER_BITS = {"SMALLINT": 15, "INTEGER": 31, "BIGINT": 63}
_FORMS_IN_WORDS = {
    "integer": "a whole number, or one as text of digits",
    "number": "a number, or one as text like 1234.50",
    "boolean": "true or false",
    "date": "a day of the calendar like 2025-01-31",
    "timestamp": "a moment of the calendar with its offset, like 2025-01-31T08:30:00+07:00",
}
# People write line breaks and tabs in these; anywhere else they are a fault of the file.
_FREE_TEXT_SUFFIXES = ("_text", "_name", "_name_en", "_address", "_description")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What a value must be.

    Attributes:
        code: Reason code of a value that is not (`reasons.py`).
        expected: What it must be, in words.
        sources: Source systems it binds; none named means all.
    """

    code: str
    expected: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Present(_Rule):
    """There must be a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(_Rule):
    """The whole text must match a pattern, which means the same in RE2 and in Python."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWhole(_Rule):
    """The whole text must not match a pattern."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Longest(_Rule):
    """The text must have no more letters."""

    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(_Rule):
    """The text must be one of some codes."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(_Rule):
    """The number, of a date or time the year it is written in, must not be less.

    It is judged where the rules before it hold, so that there is a number.
    """

    limit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost(_Rule):
    """The same, must not be more."""

    limit: Decimal


Rule = Present | Whole | NotWhole | Longest | OneOf | AtLeast | AtMost


@cache
def rules(field: Field) -> tuple[Rule, ...]:
    """Return what a value of a field must be, in the order in which it is judged.

    The rules of text are independent; of another type each takes for granted the ones before it.
    """
    own = _of_text(field) if field.logical_type == "string" else _of_type(field)
    return (*_presence(field), *own)


def rules_of(contract: Contract) -> dict[Field, tuple[Rule, ...]]:
    """Return the rules of each field; where no source is named, none that binds some sources."""
    names_sources = "source_system" in contract.names
    return {
        field: tuple(rule for rule in rules(field) if names_sources or not rule.sources)
        for field in contract.fields
    }


def rules_at(field: Field, source_system: str | None) -> tuple[Rule, ...]:
    """Return the rules that bind a record of a source system."""
    return tuple(rule for rule in rules(field) if not rule.sources or source_system in rule.sources)


def is_free_text(field: Field) -> bool:
    """Whether people write line breaks and tabs in the field."""
    return field.name.endswith(_FREE_TEXT_SUFFIXES)


def is_of_time(field: Field) -> bool:
    """Whether the number that limits are about is a year."""
    return field.logical_type in {"date", "timestamp"}


def _presence(field: Field) -> Iterator[Rule]:
    if field.required or field.required_sources:
        sources = () if field.required else field.required_sources
        expected = "a value, as this field is required"
        yield Present(code="E_REQUIRED", expected=expected, sources=sources)


def _of_text(field: Field) -> Iterator[Rule]:
    clean = CLEAN_TEXT if is_free_text(field) else CLEAN_CODE
    yield Whole(code="E_CTRL_CHAR", expected="text without control characters", pattern=clean)
    if field.is_bare and not is_free_text(field):
        expected = "text without blanks around it and without invisible characters"
        yield Whole(code="E_BLANK", expected=expected, pattern=BARE_TEXT)
    if field.max_length is not None:
        expected = f"at most {field.max_length} characters"
        yield Longest(code="E_LENGTH", expected=expected, letters=field.max_length)
    if field.pattern is not None:
        yield Whole(
            code="E_PATTERN",
            expected=f"text of the form {field.pattern}",
            sources=field.pattern_sources,
            pattern=field.pattern,
        )
    if field.code_list is not None:
        yield from _of_list(field.code_list, field.code_list_sources)


def _of_list(name: str, sources: tuple[str, ...]) -> Iterator[Rule]:
    expected = f"a code of the list {name}"
    yield OneOf(code="E_CODE", expected=expected, sources=sources, codes=codes(name))
    for source, known in known_at(name).items():
        if not sources or source in sources:
            yield OneOf(code="E_CODE", expected=expected, sources=(source,), codes=known)


def _of_type(field: Field) -> Iterator[Rule]:
    form = FORMS[field.logical_type]
    yield Whole(code="E_TYPE", expected=_FORMS_IN_WORDS[field.logical_type], pattern=form)
    decimal = precision_and_scale(field)
    if decimal is not None:
        expected = f"at most {decimal[1]} decimals"
        yield NotWhole(code="E_SCALE", expected=expected, pattern=excess_decimals(decimal[1]))
    if is_of_time(field):
        first = field.first_year or FIRST_YEAR
        expected = f"a year from {first} to {LAST_YEAR}"
        yield AtLeast(code="E_RANGE", expected=expected, limit=Decimal(first))
        yield AtMost(code="E_RANGE", expected=expected, limit=Decimal(LAST_YEAR))
    elif field.logical_type != "boolean":
        yield from _limits(field)


def _limits(field: Field) -> Iterator[Rule]:
    # All digits of a decimal, the first ones of a double.
    smallest, largest = _span(field)
    low = smallest if field.minimum is None else max(smallest, field.minimum)
    high = largest if field.maximum is None else min(largest, field.maximum)
    yield AtLeast(code="E_RANGE", expected=f"at least {low:.40g}", limit=low)
    yield AtMost(code="E_RANGE", expected=f"at most {high:.40g}", limit=high)
    for source, most in field.maximum_of:
        yield AtMost(code="E_RANGE", expected=f"at most {most}", sources=(source,), limit=most)


def _span(field: Field) -> tuple[Decimal, Decimal]:
    """Return the smallest and the largest number of the field's type."""
    decimal = precision_and_scale(field)
    if decimal is not None:
        digits, scale = (9,) * decimal[0], decimal[1]
        return Decimal((1, digits, -scale)), Decimal((0, digits, -scale))
    if field.sql_type in _INTEGER_BITS:
        limit = 2 ** _INTEGER_BITS[field.sql_type]
        return Decimal(-limit), Decimal(limit - 1)
    return Decimal(-sys.float_info.max), Decimal(sys.float_info.max)
