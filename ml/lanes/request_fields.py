"""What a field of a request may hold, read from the contract: the same rules as at landing."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from data_contracts.code_lists import codes
from data_contracts.model import Contract, Field
from data_contracts.to_arrow import precision_and_scale

Check = Callable[[Any, str], str | None]
"""From a value that is not null and the source system to what is wrong with it, if anything."""

_WHOLE_NUMBERS = {
    "SMALLINT": (-(2**15), 2**15 - 1),
    "INTEGER": (-(2**31), 2**31 - 1),
    "BIGINT": (-(2**63), 2**63 - 1),
}
_FREE_TEXT = frozenset({"goods_description"})
_BREAKS = frozenset("\t\n\r")
# Years outside cannot be converted between time zones safely, and no declaration has them.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def checks_of(contract: Contract) -> dict[str, tuple[Check, ...]]:
    """Return the checks of each field of a contract, in the order they are made.

    A reason never repeats the value: it may be an identity.
    """
    return {field.name: tuple(_checks(field)) for field in contract.fields}


def _checks(field: Field) -> list[Check]:
    if field.logical_type == "string":
        return _text_checks(field)
    if field.logical_type == "timestamp":
        return [_year]
    checks: list[Check] = []
    if field.sql_type in _WHOLE_NUMBERS:
        checks.append(_within(*map(Decimal, _WHOLE_NUMBERS[field.sql_type])))
    size = precision_and_scale(field)
    if size is not None:
        checks.append(_fits(*size))
    if field.minimum is not None or field.maximum is not None:
        checks.append(_within(field.minimum, field.maximum))
    return checks


def _text_checks(field: Field) -> list[Check]:
    checks: list[Check] = [_no_control_characters(_BREAKS if field.name in _FREE_TEXT else ())]
    if field.max_length is not None:
        checks.append(_no_longer_than(field.max_length))
    if field.pattern is not None:
        checks.append(_bound(_matches(field.pattern), field.pattern_sources))
    if field.code_list is not None:
        checks.append(_bound(_one_of(field.code_list), field.code_list_sources))
    return checks


def _bound(check: Check, sources: tuple[str, ...]) -> Check:
    if not sources:
        return check
    return lambda value, source: check(value, source) if source in sources else None


def _no_control_characters(allowed: frozenset[str] | tuple[()]) -> Check:
    def check(value: str, _source: str) -> str | None:
        if value.isprintable():
            return None
        bad = any(unicodedata.category(c) == "Cc" and c not in allowed for c in value)
        return "control characters are not allowed" if bad else None

    return check


def _no_longer_than(length: int) -> Check:
    return lambda value, _source: (
        f"expected at most {length} characters, found {len(value)}" if len(value) > length else None
    )


def _matches(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value, _source: (
        None if compiled.fullmatch(value) else f"expected text of the form {pattern}"
    )


def _one_of(code_list: str) -> Check:
    known = codes(code_list)
    return lambda value, _source: (
        None if value in known else f"expected a code of the list {code_list}"
    )


def _within(minimum: Decimal | None, maximum: Decimal | None) -> Check:
    def check(value: Decimal | int, _source: str) -> str | None:
        if minimum is not None and value < minimum:
            return f"expected at least {minimum}"
        if maximum is not None and value > maximum:
            return f"expected at most {maximum}"
        return None

    return check


def _fits(precision: int, scale: int) -> Check:
    # By exponents, without arithmetic: 1E+999999999 must not be written out to be refused.
    def check(value: Decimal, _source: str) -> str | None:
        if not value:
            return None
        if value.adjusted() >= precision - scale:
            return f"expected at most {precision - scale} digits before the decimal point"
        _, digits, exponent = value.as_tuple()
        trailing_zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
        if isinstance(exponent, int) and -exponent - trailing_zeros > scale:
            return f"expected at most {scale} decimals"
        return None

    return check


def _year(value: datetime, _source: str) -> str | None:
    if _FIRST_YEAR <= value.year <= _LAST_YEAR:
        return None
    return f"expected a year from {_FIRST_YEAR} to {_LAST_YEAR}"
