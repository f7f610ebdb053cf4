"""What a value must be: each rule of a field once, as a plain value.

`to_checks` makes SQL of them, which decides what is accepted; `to_python` what the lane door asks
of one value; `to_expectations` what data stewards read. All three judge a value as text, in the one
form that it is kept in (`to_python.one_form`). Empty text is no value, and a value that
is not there breaks one rule only, that it must be.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from data_contracts.code_lists import codes, known_at
from data_contracts.model import Contract, Field
from data_contracts.text_forms import BARE_TEXT, CLEAN_CODE, CLEAN_TEXT, FORMS, excess_decimals
from data_contracts.to_arrow import precision_and_scale

FIRST_YEAR = 1990
"""No record is about an earlier year, but for columns whose dictionary says so."""

LAST_YEAR = 2100

_INTEGER_BITS = {"SMALLINT": 15, "INTEGER": 31, "BIGINT": 63}
FORMS_IN_WORDS = {
    "string": ("text", "văn bản"),
    "integer": ("a whole number, or one as text of digits", "số nguyên, hoặc văn bản gồm chữ số"),
    "number": ("a number, or one as text like 1234.50", "số, hoặc văn bản như 1234.50"),
    "boolean": ("true or false", "true hoặc false"),
    "date": ("a day of the calendar like 2025-01-31", "ngày có thật, như 2025-01-31"),
    "timestamp": (
        "a moment of the calendar with its offset, like 2025-01-31T08:30:00+07:00",
        "thời điểm có thật kèm độ lệch múi giờ, như 2025-01-31T08:30:00+07:00",
    ),
}
"""What a value of each logical type looks like, English and Vietnamese."""
# People write line breaks and tabs in these; anywhere else they are a fault of the file.
_FREE_TEXT_SUFFIXES = ("_text", "_name", "_name_en", "_address", "_description")


Kind = Literal["present", "form", "not_form", "longest", "one_of", "at_least", "at_most"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value must be.

    Attributes:
        code: Reason code of a value that is not (`reasons.py`).
        kind: What is asked of it, by the wanted thing: to be there; that the whole text matches a
            pattern, which means the same in RE2 and in Python, or does not; that it has no more
            letters; that it is one of some codes; that its number, of a date or time the year it is
            written in, is not less or not more.
        wanted: The pattern, the number of letters, the codes or the limit; None to be there.
        expected: The rule in words, English.
        expected_vi: The same in Vietnamese.
        sources: Source systems it binds; none named means all.
    """

    code: str
    kind: Kind
    wanted: Any
    expected: str
    expected_vi: str
    sources: tuple[str, ...] = ()


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
        words = ("a value, as this field is required", "phải có giá trị")
        yield Rule("E_REQUIRED", "present", None, *words, sources)


def _of_text(field: Field) -> Iterator[Rule]:
    clean = CLEAN_TEXT if is_free_text(field) else CLEAN_CODE
    words = ("text without control characters", "văn bản không có ký tự điều khiển")
    yield Rule("E_CTRL_CHAR", "form", clean, *words)
    if field.is_bare and not is_free_text(field):
        words = (
            "text without blanks around it and without invisible characters",
            "văn bản không có khoảng trắng ở hai đầu và không có ký tự ẩn",
        )
        yield Rule("E_BLANK", "form", BARE_TEXT, *words)
    if field.max_length is not None:
        words = (f"at most {field.max_length} characters", f"tối đa {field.max_length} ký tự")
        yield Rule("E_LENGTH", "longest", field.max_length, *words)
    if field.pattern is not None:
        words = (f"text of the form {field.pattern}", f"văn bản theo mẫu {field.pattern}")
        yield Rule("E_PATTERN", "form", field.pattern, *words, field.pattern_sources)
    if field.code_list is not None:
        yield from _of_list(field.code_list, field.code_list_sources)


def _of_list(name: str, sources: tuple[str, ...]) -> Iterator[Rule]:
    words = (f"a code of the list {name}", f"mã trong danh mục {name}")
    yield Rule("E_CODE", "one_of", codes(name), *words, sources)
    for source, known in known_at(name).items():
        if not sources or source in sources:
            yield Rule("E_CODE", "one_of", known, *words, (source,))


def _of_type(field: Field) -> Iterator[Rule]:
    form = FORMS[field.logical_type]
    yield Rule("E_TYPE", "form", form, *FORMS_IN_WORDS[field.logical_type])
    decimal = precision_and_scale(field)
    if decimal is not None:
        words = (f"at most {decimal[1]} decimals", f"tối đa {decimal[1]} chữ số thập phân")
        yield Rule("E_SCALE", "not_form", excess_decimals(decimal[1]), *words)
    if is_of_time(field):
        first = field.first_year or FIRST_YEAR
        words = (f"a year from {first} to {LAST_YEAR}", f"năm từ {first} đến {LAST_YEAR}")
        yield Rule("E_RANGE", "at_least", Decimal(first), *words)
        yield Rule("E_RANGE", "at_most", Decimal(LAST_YEAR), *words)
    elif field.logical_type != "boolean":
        yield from _limits(field)


def _limits(field: Field) -> Iterator[Rule]:
    smallest, largest = _span(field)
    low = smallest if field.minimum is None else max(smallest, field.minimum)
    high = largest if field.maximum is None else min(largest, field.maximum)
    # In words all digits of a decimal, the first ones of a double.
    yield Rule("E_RANGE", "at_least", low, f"at least {low:.40g}", f"từ {low:.40g}")
    yield Rule("E_RANGE", "at_most", high, f"at most {high:.40g}", f"đến {high:.40g}")
    for source, most in field.maximum_of:
        yield Rule("E_RANGE", "at_most", most, f"at most {most}", f"đến {most}", (source,))


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
