"""The rules of a field as a Python function of one value: what the lane door asks.

It says what the check pass says (`to_checks`); a parity test holds both to each other.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal

from data_contracts.model import Field
from data_contracts.rules import (
    AtLeast,
    AtMost,
    Longest,
    NotWhole,
    OneOf,
    Present,
    Rule,
    Whole,
    is_free_text,
    is_of_time,
)

Judge = Callable[[str | None], Rule | None]
"""From a value in its one form, None where there is none, to the first rule that it breaks."""


def one_form(field: Field, text: str) -> str | None:
    """Return a value as it is kept: text in NFC with line feeds alone, None for no text at all.

    Text that holds a NUL, which no text may, stays as it is.
    """
    if field.logical_type != "string" or not text:
        return text or None
    if is_free_text(field):
        text = text.replace("\r\n", "\n")
    return text if text.isascii() or "\0" in text else unicodedata.normalize("NFC", text)


def number_of(field: Field) -> Callable[[str], Decimal | float]:
    """Return the function from a well-formed text to the number that limits are about."""
    if is_of_time(field):
        return lambda text: int(text[:4])
    return float if field.sql_type == "DOUBLE" else Decimal


def judge_of(field: Field, rules: Sequence[Rule]) -> Judge:
    """Return the function that judges a value by some rules of a field, in their order."""
    missing = next((rule for rule in rules if isinstance(rule, Present)), None)
    tests = [(_breaks(rule, field), rule) for rule in rules if rule is not missing]

    def judge(text: str | None) -> Rule | None:
        if text is None:
            return missing
        for breaks, rule in tests:
            if breaks(text):
                return rule
        return None

    return judge


def _breaks(rule: Rule, field: Field) -> Callable[[str], bool]:
    match rule:
        case Present():
            return lambda _text: False
        case Whole(pattern=pattern) | NotWhole(pattern=pattern):
            matches, is_wanted = re.compile(pattern).fullmatch, isinstance(rule, Whole)
            return lambda text: (matches(text) is None) == is_wanted
        case Longest(letters=letters):
            return lambda text: len(text) > letters
        case OneOf(codes=codes):
            return lambda text: text not in codes
        case AtLeast(limit=limit):
            number = number_of(field)
            return lambda text: number(text) < limit
        case AtMost(limit=limit):
            number = number_of(field)
            return lambda text: number(text) > limit
