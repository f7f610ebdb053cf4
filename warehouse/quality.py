"""Expectation suites run on a sample: the data stewards' view of what the check pass decided.

Nothing is accepted or refused here. Great Expectations is imported inside the functions, because
that takes seconds, and it is told before that to send nothing to anybody.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.model import Contract, Field
from data_contracts.rules import NotWhole, Rule, Whole, rules, rules_of
from data_contracts.to_python import judge_of, one_form

if TYPE_CHECKING:
    import pandas as pd

_OFFICE_OFFSET = pa.scalar(timedelta(hours=7))
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
        One verdict per expectation; a single error where the library itself fails, as nothing may
        depend on it.
    """
    try:
        return _judged(contract, sample)
    except Exception as error:  # noqa: BLE001  whatever it was, it says nothing of the data
        message = f"{type(error).__name__}: {error}"
        sentence = "The suite of the contract can be run."
        return (Verdict("suite", contract.name, sentence, "error", None, (), message),)


def _judged(contract: Contract, sample: pa.Table) -> tuple[Verdict, ...]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415  (nine seconds)

    from data_contracts import to_expectations  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frame = _frame(contract, sample)
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


def _frame(contract: Contract, sample: pa.Table) -> "pd.DataFrame":
    """Text in its one form and, beside it, where its number lies, as Python objects."""
    import pandas as pd  # noqa: PLC0415  (only the library's edge speaks pandas)

    from data_contracts import to_expectations  # noqa: PLC0415

    columns: dict[str, list[str | None]] = {}
    for field, of_field in rules_of(contract).items():
        texts = [one_form(field, text) for text in _texts(sample[field.name])]
        columns[field.name] = texts
        for group in to_expectations.grouped(of_field):
            place = to_expectations.column_of(field, group)
            if place not in columns:
                columns[place] = _places(field, group, texts, to_expectations.WITHIN)
    return pd.DataFrame(columns, dtype=object)


def _places(
    field: Field, limits: Sequence[Rule], texts: Sequence[str | None], within: str
) -> list[str | None]:
    """Return for each number the limit that it breaks; None for what is none, as its form tells."""
    forms = [rule for rule in rules(field) if isinstance(rule, Whole | NotWhole)]
    judge = judge_of(field, (*forms, *limits))
    broken = [judge(text) for text in texts]
    return [
        None if text is None or rule in forms else within if rule is None else rule.expected
        for text, rule in zip(texts, broken, strict=True)
    ]


def _texts(column: pa.ChunkedArray) -> list[str]:
    if pa.types.is_timestamp(column.type):
        # An instant no longer tells the offset it was written with: the offices' own is meant.
        local = pc.add(pc.cast(column, pa.timestamp("us")), _OFFICE_OFFSET)
        column = pc.strftime(local, "%Y-%m-%dT%H:%M:%S+07:00")
    return [text or "" for text in pc.cast(column, pa.string()).to_pylist()]
