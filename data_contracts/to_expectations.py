"""A Great Expectations suite per contract: the check pass once more, for people to read.

The suite judges text as the source wrote it, plus one `<field>__number` column of decimals per
number (`warehouse.quality` prepares both). It is a presentation: the check pass decides what is
accepted, and a parity test holds both to one verdict. Great Expectations takes seconds to import,
so this module is imported by nothing that people wait for.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_contracts.code_lists import codes
from data_contracts.model import Contract, Field
from data_contracts.text_forms import (
    clean_text_of,
    excess_decimals_of,
    form_of,
    outside_years_of,
)
from data_contracts.to_arrow import precision_and_scale

NUMBER_SUFFIX = "__number"
_INTEGER_BITS = {"SMALLINT": 15, "INTEGER": 31, "BIGINT": 63}


def suite(contract: Contract) -> gx.ExpectationSuite:
    """Return the expectation suite of a contract.

    Each expectation carries in its meta the `reason_code` it stands for and its `field`. The
    caller makes a Great Expectations context first.
    """
    expectations = [
        expectation for field in contract.fields for expectation in _expectations(field)
    ]
    return gx.ExpectationSuite(
        name=f"{contract.name}_{contract.version}", expectations=expectations
    )


def _expectations(field: Field) -> Iterator[gxe.Expectation]:
    if field.required or field.required_sources:
        sources = () if field.required else field.required_sources
        yield gxe.ExpectColumnValuesToNotBeNull(**_facts(field, "E_REQUIRED", "is there", sources))
    form = form_of(field)
    if form is None:
        yield from _text_expectations(field)
    else:
        yield gxe.ExpectColumnValuesToMatchRegex(
            regex=_whole(form), **_facts(field, "E_TYPE", f"is a {field.logical_type}")
        )
        yield from _number_expectations(field)
        outside_years = outside_years_of(field)
        if outside_years is not None:
            yield gxe.ExpectColumnValuesToNotMatchRegex(
                regex=_whole(outside_years),
                **_facts(field, "E_RANGE", "is of a year that can be"),
            )


def _text_expectations(field: Field) -> Iterator[gxe.Expectation]:
    yield gxe.ExpectColumnValuesToMatchRegex(
        regex=_whole(clean_text_of(field)),
        **_facts(field, "E_CTRL_CHAR", "holds no control character"),
    )
    if field.max_length is not None:
        says = f"has at most {field.max_length} characters"
        yield gxe.ExpectColumnValueLengthsToBeBetween(
            max_value=field.max_length, **_facts(field, "E_LENGTH", says)
        )
    if field.pattern is not None:
        yield gxe.ExpectColumnValuesToMatchRegex(
            regex=_whole(field.pattern),
            **_facts(field, "E_PATTERN", "has its pattern", field.pattern_sources),
        )
    if field.code_list is not None:
        says = f"is in the list {field.code_list}"
        yield gxe.ExpectColumnValuesToBeInSet(
            value_set=sorted(codes(field.code_list)),
            **_facts(field, "E_CODE", says, field.code_list_sources),
        )


def _number_expectations(field: Field) -> Iterator[gxe.Expectation]:
    excess = excess_decimals_of(field)
    if excess is not None:
        yield gxe.ExpectColumnValuesToNotMatchRegex(
            regex=_whole(excess), **_facts(field, "E_SCALE", "has no decimals too many")
        )
    bounds = _bounds(field)
    if bounds is None:
        return
    low, high = bounds
    facts = _facts(field, "E_RANGE", f"is from {low} to {high}")
    facts["column"] += NUMBER_SUFFIX
    yield gxe.ExpectColumnValuesToBeBetween(min_value=low, max_value=high, **facts)


def _bounds(field: Field) -> tuple[Any, Any] | None:
    """Smallest and largest number that both the type and the contract allow."""
    decimal = precision_and_scale(field)
    if decimal is not None:
        largest = Decimal(10 ** decimal[0] - 1).scaleb(-decimal[1])
        smallest = -largest
    elif field.sql_type in _INTEGER_BITS:
        bits = _INTEGER_BITS[field.sql_type]
        smallest, largest = Decimal(-(2**bits)), Decimal(2**bits - 1)
    else:
        return None
    low = smallest if field.minimum is None else max(smallest, field.minimum)
    high = largest if field.maximum is None else min(largest, field.maximum)
    return low, high


def _facts(
    field: Field, reason_code: str, says: str, sources: Sequence[str] = ()
) -> dict[str, Any]:
    scope = f" where the source is {', '.join(sources)}" if sources else ""
    facts: dict[str, Any] = {
        "column": field.name,
        "meta": {"reason_code": reason_code, "field": field.name},
        "notes": f"{field.label_en} ({field.label_vi}) {says}{scope}.",
    }
    if sources:
        facts["row_condition"] = Column("source_system").is_in(list(sources))
    return facts


def _whole(pattern: str) -> str:
    """The pattern for the whole text; `$` alone would let a line break pass."""
    return rf"\A(?:{pattern})\Z"
