"""What a field of a request may hold: the rules of landing, read from the same contracts.

A value is judged as text, as the check pass does (`data_contracts.check_predicates`), by the rules
of the request's own contract and by those of the table that the declaration is landed in. What is
refused at landing is refused here; blanks around a code, and a gap in what the model reads, are
refused here only.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from data_contracts.code_lists import code_list
from data_contracts.loading import load_contract
from data_contracts.model import Field
from data_contracts.text_forms import (
    clean_text_of,
    excess_decimals_of,
    form_of,
    is_free_text,
    outside_years_of,
)
from data_contracts.to_arrow import precision_and_scale
from ml.lanes.json_document import Number, kind_of
from ml.lanes.refusal import RequestRefusedError

NATIONAL_SYSTEM = "vcis_extract"
"""Meant where a request names no source system."""

LANDED_IN = {"lane_request": "declaration", "lane_request_item": "goods_item"}
"""From the contracts of a request to the tables that the same facts are landed in."""

LANDED_AS = {
    "supplementary_quantity": "first_quantity",
    "supplementary_unit_code": "first_quantity_unit_code",
}
"""Fields that have another name there."""

_WHOLE_NUMBERS = {
    "SMALLINT": (-(2**15), 2**15 - 1),
    "INTEGER": (-(2**31), 2**31 - 1),
    "BIGINT": (-(2**63), 2**63 - 1),
}
_FORMS_IN_WORDS = {
    "string": "text",
    "integer": "a whole number, or one as text of digits",
    "number": "a number, or one as text like 1234.50",
    "boolean": "true or false",
    "date": "a day of the calendar like 2025-01-31",
    "timestamp": "a moment of the calendar with its offset, like 2025-01-31T08:30:00+07:00",
}
# No field holds as many digits; 1E+999999999 must not be written out to be refused.
_MOST_DIGITS = 60
# Codes that ISO 3166-1 leaves to their users name no country; Kosovo's is in use everywhere.
_USER_ASSIGNED = "ISO 3166-1 user-assigned"
_KOSOVO = "XK"

Check = Callable[[Any], str | None]
"""From the text of a value to what was expected of it, None where all is well."""


@dataclass(frozen=True, slots=True)
class FieldRules:
    """How one field of a request is read.

    Attributes:
        name: Name in the request.
        logical_type: Logical type by the contract.
        is_required: Whether it must be there.
        checks: What the text must hold, in the order it is judged.
    """

    name: str
    logical_type: str
    is_required: bool
    checks: tuple[Check, ...]

    def read(self, value: Any, path: str) -> Any:
        """Return the typed value, None where nothing is given; text comes in NFC.

        Raises:
            RequestRefusedError: The value breaks a rule, or a required one is missing.
        """
        if value is None or value == "":
            if self.is_required:
                expected = "a value, as this field is required"
                raise RequestRefusedError(field=path, expected=expected, found="nothing")
            return None
        text = _text_of(value, self.logical_type)
        if text is None:
            raise RequestRefusedError(
                field=path, expected=_FORMS_IN_WORDS[self.logical_type], found=kind_of(value)
            )
        for check in self.checks:
            expected_here = check(text)
            if expected_here is not None:
                raise RequestRefusedError(field=path, expected=expected_here, found=kind_of(value))
        return _typed(text, self.logical_type)


@cache
def rules_of(contract: str, source_system: str) -> tuple[FieldRules, ...]:
    """Return the rules of the fields of a request's contract for declarations of one system."""
    landed = {field.name: field for field in load_contract(LANDED_IN[contract]).fields}
    return tuple(
        _rules(field, landed.get(LANDED_AS.get(field.name, field.name)), source_system)
        for field in load_contract(contract).fields
    )


def _rules(field: Field, landed: Field | None, source_system: str) -> FieldRules:
    checks = list(_checks(field, source_system))
    if landed is not None:
        checks.extend(_checks(landed, source_system))
    required_at = {*field.required_sources, *(landed.required_sources if landed else ())}
    must_be_there = field.required or source_system in required_at
    return FieldRules(field.name, field.logical_type, must_be_there, tuple(checks))


def _text_of(value: Any, logical_type: str) -> str | None:
    """Return the value as landing would see it written; None for another kind of value."""
    if logical_type == "boolean":
        return str(value).lower() if isinstance(value, bool) else None
    if isinstance(value, Number):
        if logical_type == "integer":
            return str(value)
        return _plain(value) if logical_type == "number" else None
    return value if isinstance(value, str) else None


def _plain(number: Number) -> str:
    """Write a JSON number without exponent; one that is too long for any field stays as it is."""
    if "e" not in number.lower():
        return str(number)
    try:
        exact = Decimal(number)
    except ArithmeticError:
        return str(number)
    if len(exact.as_tuple().digits) + abs(exact.adjusted()) > _MOST_DIGITS:
        return str(number)
    return format(exact, "f")


def _typed(text: str, logical_type: str) -> Any:
    if logical_type == "string":
        return unicodedata.normalize("NFC", text)
    if logical_type == "integer":
        # int() reads no text of more than 4,300 digits, be they zeros.
        return int(Decimal(text))
    if logical_type == "number":
        return Decimal(text)
    if logical_type == "boolean":
        return text == "true"
    if logical_type == "date":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text)


def _checks(field: Field, source_system: str) -> Iterator[Check]:
    form = form_of(field)
    if form is None:
        yield from _text_checks(field, source_system)
        return
    yield _of_form(form, _FORMS_IN_WORDS[field.logical_type])
    excess, decimal = excess_decimals_of(field), precision_and_scale(field)
    if excess is not None and decimal is not None:
        yield _not_of_form(excess, f"at most {decimal[1]} decimals")
        largest = Decimal(10 ** decimal[0] - 1).scaleb(-decimal[1])
        yield _within(-largest, largest)
    if field.sql_type in _WHOLE_NUMBERS:
        yield _within(*map(Decimal, _WHOLE_NUMBERS[field.sql_type]))
    outside_years = outside_years_of(field)
    if outside_years is not None:
        yield _not_of_form(outside_years, "a year from 1990 to 2100")
    if field.minimum is not None or field.maximum is not None:
        yield _within(field.minimum, field.maximum)


def _text_checks(field: Field, source_system: str) -> Iterator[Check]:
    yield _is_unicode
    yield _of_form(clean_text_of(field), "text without control characters")
    if not is_free_text(field):
        yield _is_bare
    if field.max_length is not None:
        yield _no_longer_than(field.max_length)
    if field.pattern is not None and _binds(field.pattern_sources, source_system):
        yield _of_form(field.pattern, f"text of the form {field.pattern}")
    if field.code_list is not None and _binds(field.code_list_sources, source_system):
        yield _one_of(field.code_list, source_system)


def _binds(sources: tuple[str, ...], source_system: str) -> bool:
    return not sources or source_system in sources


def _is_unicode(text: str) -> str | None:
    return "text of whole Unicode characters" if _has(text, "Cs") else None


def _is_bare(text: str) -> str | None:
    if text != text.strip() or _has(text, "Cf"):
        return "text without blanks around it and without invisible characters"
    return None


def _has(text: str, category: str) -> bool:
    return not text.isascii() and any(unicodedata.category(one) == category for one in text)


def _no_longer_than(length: int) -> Check:
    # A letter typed as base and accent is still one letter.
    def check(text: str) -> str | None:
        letters = len(unicodedata.normalize("NFC", text))
        return f"at most {length} characters" if letters > length else None

    return check


def _of_form(pattern: str, expected: str) -> Check:
    compiled = re.compile(pattern)
    return lambda text: None if compiled.fullmatch(text) else expected


def _not_of_form(pattern: str, expected: str) -> Check:
    compiled = re.compile(pattern)
    return lambda text: expected if compiled.fullmatch(text) else None


def _one_of(name: str, source_system: str) -> Check:
    known = frozenset(
        entry.code
        for entry in code_list(name)
        if source_system != NATIONAL_SYSTEM
        or entry.source != _USER_ASSIGNED
        or entry.code == _KOSOVO
    )
    return lambda text: None if text in known else f"a code of the list {name}"


def _within(minimum: Decimal | None, maximum: Decimal | None) -> Check:
    def check(text: str) -> str | None:
        value = Decimal(text)
        if minimum is not None and value < minimum:
            return f"at least {minimum:f}"
        if maximum is not None and value > maximum:
            return f"at most {maximum:f}"
        return None

    return check
