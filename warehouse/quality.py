"""Expectation suites run on a sample: the data stewards' view of what the check pass decided.

Nothing is accepted or refused here. Great Expectations is imported inside the functions, because
that takes seconds, and it is told before that to send nothing to anybody.
"""

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from re import compile as compile_pattern
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.model import Contract
from data_contracts.text_forms import excess_decimals_of, form_of

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["passed", "failed", "error"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one expectation says about the sample.

    Attributes:
        reason_code: The check it stands for, such as E_RANGE.
        field: The field it looks at.
        sentence: The expectation in words.
        status: passed, failed, or error: it could not be evaluated, which says nothing of the data.
        unexpected_count: Rows that break it; None on an error.
        unexpected_rows: Their positions in the sample, counted from 0.
        message: Why it could not be evaluated; empty otherwise.
    """

    reason_code: str
    field: str
    sentence: str
    status: Status
    unexpected_count: int | None
    unexpected_rows: tuple[int, ...]
    message: str


def judge(contract: Contract, sample: pa.Table) -> tuple[Verdict, ...]:
    """Run the contract's suite on a sample.

    Args:
        contract: The contract the rows claim to keep.
        sample: Rows with the contract's fields, as text or in their types; keep it small, every
            value becomes a Python object.

    Returns:
        One verdict per expectation.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415  (nine seconds)

    from data_contracts import to_expectations  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frame = _frame(contract, sample, number_suffix=to_expectations.NUMBER_SUFFIX)
    definition = (
        context.data_sources
        .add_pandas("sample")
        .add_dataframe_asset(contract.name)
        .add_batch_definition_whole_dataframe("whole")
    )  # fmt: skip
    batch = definition.get_batch({"dataframe": frame})
    outcome = batch.validate(
        to_expectations.suite(contract), result_format={"result_format": "COMPLETE"}
    )
    return tuple(_verdict(result) for result in outcome.results)


def _verdict(result: Any) -> Verdict:
    config = result.expectation_config
    message = _raised(result.exception_info)
    rows = tuple(result.result.get("unexpected_index_list") or ())
    status: Status = "passed" if result.success else "failed"
    return Verdict(
        reason_code=config.meta["reason_code"],
        field=config.meta["field"],
        sentence=config.notes,
        status="error" if message else status,
        unexpected_count=None if message else result.result["unexpected_count"],
        unexpected_rows=rows,
        message=message,
    )


def _raised(exception_info: Mapping[str, Any] | None) -> str:
    """The library reports one exception flat, and several under the names of their metrics."""
    if not exception_info:
        return ""
    entries = [exception_info] if "raised_exception" in exception_info else exception_info.values()
    messages = [str(entry["exception_message"]) for entry in entries if entry["raised_exception"]]
    return "; ".join(dict.fromkeys(messages))


def _frame(contract: Contract, sample: pa.Table, *, number_suffix: str) -> "pd.DataFrame":
    """Text and, beside it, the numbers among it, as Python objects; empty text is null."""
    import pandas as pd  # noqa: PLC0415  (only the library's edge speaks pandas)

    columns: dict[str, list[Any]] = {}
    for field in contract.fields:
        texts = _texts(sample[field.name])
        columns[field.name] = texts
        form = form_of(field)
        if field.logical_type in {"integer", "number"} and form is not None:
            excess = excess_decimals_of(field)
            columns[field.name + number_suffix] = _numbers(texts, form, excess)
    return pd.DataFrame(columns, dtype=object)


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(pc.cast(column, pa.timestamp("us", "UTC")), "%Y-%m-%dT%H:%M:%SZ")
    texts = pc.cast(column, pa.string()).to_pylist()
    return [unicodedata.normalize("NFC", text) if text else None for text in texts]


def _numbers(texts: list[str | None], form: str, excess: str | None) -> list[Decimal | None]:
    well_formed = compile_pattern(form)
    too_fine = compile_pattern(excess) if excess is not None else None

    def number(text: str | None) -> Decimal | None:
        if text is None or not well_formed.fullmatch(text):
            return None
        return None if too_fine is not None and too_fine.fullmatch(text) else Decimal(text)

    return [number(text) for text in texts]
