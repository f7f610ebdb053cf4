"""A Great Expectations suite per contract: the rules once more, for people to read.

The suite judges text in its one form. Limits it cannot judge, as it takes every number for a
double: a column beside the text says `within` or which limit is broken (`warehouse.quality`
prepares both). It is a presentation: the check pass decides what is accepted, and a parity test
holds both to one verdict. Great Expectations takes seconds to import, so this module is imported by
nothing that people wait for.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_contracts.model import Contract, Field
from data_contracts.rules import (
    AtLeast,
    AtMost,
    Longest,
    NotWhole,
    OneOf,
    Present,
    Rule,
    Whole,
    rules_of,
)

WITHIN = "within"


def suite(contract: Contract) -> gx.ExpectationSuite:
    """Return the expectation suite of a contract.

    Each expectation carries in its meta the `reason_code` it stands for and its `field`. The
    caller makes a Great Expectations context first.
    """
    expectations = [
        expectation
        for field, of_field in rules_of(contract).items()
        for expectation in _expectations(field, of_field)
    ]
    return gx.ExpectationSuite(
        name=f"{contract.name}_{contract.version}", expectations=expectations
    )


def grouped(of_field: tuple[Rule, ...]) -> Iterator[tuple[Rule, ...]]:
    """Yield the rules of a field one by one, and limits that bind the same sources together."""
    for _, alike in groupby(of_field, key=lambda rule: (rule.code, rule.sources)):
        yield tuple(alike)


def column_of(field: Field, group: tuple[Rule, ...]) -> str:
    """Return the column that is judged by a group of rules."""
    if isinstance(group[0], AtLeast | AtMost):
        return "__".join((field.name, "limits", *group[0].sources))
    return field.name


def _expectations(field: Field, of_field: tuple[Rule, ...]) -> Iterator[gxe.Expectation]:
    for group in grouped(of_field):
        code, sources = group[0].code, group[0].sources
        expected = " and ".join(dict.fromkeys(rule.expected for rule in group))
        scope = f" where the source is {', '.join(sources)}" if sources else ""
        facts: dict[str, Any] = {
            "column": column_of(field, group),
            "meta": {"reason_code": code, "field": field.name},
            "notes": f"{field.label_en} ({field.label_vi}): {expected}{scope}.",
        }
        if sources:
            facts["row_condition"] = Column("source_system").is_in(list(sources))
        yield _expectation(group[0], facts)


def _expectation(rule: Rule, facts: dict[str, Any]) -> gxe.Expectation:
    match rule:
        case Present():
            return gxe.ExpectColumnValuesToNotBeNull(**facts)
        case Whole(pattern=pattern):
            return gxe.ExpectColumnValuesToMatchRegex(regex=_whole(pattern), **facts)
        case NotWhole(pattern=pattern):
            return gxe.ExpectColumnValuesToNotMatchRegex(regex=_whole(pattern), **facts)
        case Longest(letters=letters):
            return gxe.ExpectColumnValueLengthsToBeBetween(max_value=letters, **facts)
        case OneOf(codes=codes):
            return gxe.ExpectColumnValuesToBeInSet(value_set=sorted(codes), **facts)
    return gxe.ExpectColumnValuesToBeInSet(value_set=[WITHIN], **facts)


def _whole(pattern: str) -> str:
    """The pattern for the whole text; `$` alone would let a line break pass."""
    return rf"\A(?:{pattern})\Z"
