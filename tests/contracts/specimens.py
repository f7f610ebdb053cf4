"""Good and bad values of a field, made from its rules: what each allows, barely, and refuses."""

from collections.abc import Iterator
from decimal import Context, Decimal
from functools import cache
from unicodedata import normalize

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from data_contracts.model import Field
from data_contracts.rules import (
    AtLeast,
    AtMost,
    Longest,
    NotWhole,
    OneOf,
    Rule,
    Whole,
    is_of_time,
    rules,
)
from data_contracts.to_arrow import precision_and_scale

ANYWHERE = (
    None, "", " ", "?", "x", "0", "-0", "+1", "1.", ".5", "1e3", "NaN", "inf", "1,5", "1_0", "007",
    "true", "TRUE", "0101234567\n", "０", "ế", normalize("NFD", "ế"), "e\u0301\u0000", "a\r\nb",
    "a\rb", "\r\n", "a\tb", "a\x00b", "a\x85b", "a\u202eb", "a\u200bb", "\u00a0a", "a ", "\u3000",
    "2024-02-29", "2023-02-29", "2024-02-29T10:00:00Z", "2024-02-29 24:00:00Z", "9" * 400,
)  # fmt: skip
LONG = 20_000
WIDE = Context(prec=400)
MOST_DIGITS, ZEROS = 38, 6
CLOCKS = {"date": ("",), "timestamp": (" 00:00:00+07:00", "T23:59:59.999999-14:00", "T08:30:00Z")}


def specimens(field: Field) -> list[str | None]:
    """Return values on both sides of each rule of a field, each once."""
    found = [*ANYWHERE, *(value for rule in rules(field) for value in _around(rule, field))]
    return list(dict.fromkeys(found))


def _around(rule: Rule, field: Field) -> Iterator[str]:
    match rule:
        case Whole(pattern=pattern) | NotWhole(pattern=pattern):
            for text in matching(pattern):
                yield from (text, text[:-1], f"{text}7", f" {text}", f"{text}\n", text.lower())
        case Longest(letters=letters):
            yield from _of_length(letters)
        case OneOf(codes=codes):
            ordered = sorted(codes)
            for code in {*ordered[:2], *ordered[-2:], *ordered[len(codes) // 2 :][:2]}:
                yield from (code, code.lower(), f"{code} ", f"{code}{code}")
        case AtLeast(limit=limit) | AtMost(limit=limit):
            yield from _at(limit, field)


def _of_length(letters: int) -> Iterator[str]:
    yield from ("a" * letters, "a" * (letters + 1))
    if letters < LONG:
        for text in ("ế" * letters, "ế" * (letters + 1), "a" * (letters - 1) + "\n"):
            yield from (text, normalize("NFD", text), text.replace("\n", "\r\n"))
        yield "e\u0301" * (letters - 1) + "\0"


def _at(limit: Decimal, field: Field) -> Iterator[str]:
    if is_of_time(field):
        for day in (f"{limit - 1}-12-31", f"{limit}-01-01", f"{limit}-12-31", f"{limit + 1}-01-01"):
            yield from (f"{day}{clock}" for clock in CLOCKS[field.logical_type])
        return
    decimal = precision_and_scale(field)
    step = Decimal(1).scaleb(-decimal[1]) if decimal else Decimal(1)
    for number in (WIDE.subtract(limit, step), limit, WIDE.add(limit, step)):
        yield f"{number:f}"
        # The engine has no number of more digits, be they zeros.
        if len(number.as_tuple().digits) <= MOST_DIGITS - ZEROS:
            yield from (f"0{number:f}", f"{number:f}{'' if step < 1 else '.'}{'0' * ZEROS}")


@cache
def matching(pattern: str) -> tuple[str, ...]:
    """Return a few texts that a pattern matches, the same in every run."""
    found: list[str] = []

    @settings(max_examples=6, derandomize=True, database=None, phases=[Phase.generate])
    @given(st.from_regex(pattern, fullmatch=True))
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return tuple(found)
