"""Items and their inputs out of the published analyst release, in bounded batches.

Training, scoring and explaining choose their items differently (`keys_to_*`) and then share one
extraction, the statement of the model's inputs: a month at a time, or several that are small, and
no column more than is asked for. Only pseudonyms are seen here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import pyarrow as pa
import sqlglot
from sqlglot import exp

from data_contracts.statements import statements_beside
from ml.inputs import Inputs
from ml.labels import LabelRule, Target

_SQL = statements_beside(__file__)
_BATCH_ROWS = 200_000
_SPAN_ITEMS = 60_000

KEYS = ("source_system", "declaration_number", "declaration_version", "item_number")


class Connection(Protocol):
    """What is used of a connection to a release (DuckDB's, opened by the warehouse)."""

    def execute(self, query: str, parameters: Any = ...) -> Any:
        """Run one statement."""

    def sql(self, query: str, *, params: Any = ...) -> Any:
        """Return the relation of one query, which streams its rows."""

    def register(self, view_name: str, python_object: object) -> Any:
        """Make an Arrow table readable under a name."""

    def unregister(self, view_name: str) -> Any:
        """Undo `register`."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How many items the mature inspections say something about.

    Attributes:
        inspected: Items that a mature inspection looked at.
        irregular: Examined and found irregular.
        as_declared: Examined and found as declared, so far as it was looked at.
        irregular_by_blind_method: Found irregular by a method that could not have cleared them.
        unknown: Looked at, but not by a method that could tell.
        seen_on_paper: Examined by documents or value consultation.
        seen_in_goods: Examined physically or in a laboratory.
    """

    inspected: int
    irregular: int
    as_declared: int
    irregular_by_blind_method: int
    unknown: int
    seen_on_paper: int
    seen_in_goods: int


def last_date(connection: Connection, source_systems: Sequence[str]) -> date | None:
    """Return the last day on which something is known of these systems, None for none."""
    found = connection.execute(
        _SQL["last_day"], {"source_systems": list(source_systems)}
    ).fetchall()
    day: date | None = found[0][0]
    return day


def label_items(
    connection: Connection, rule: LabelRule, source_systems: Sequence[str], as_of: date
) -> LabelCounts:
    """Make `labelled_item`: the verdicts that were mature at the end of the day `as_of`."""
    connection.execute(
        _SQL["labelled_items"],
        {
            "paper_methods": list(rule.paper_methods),
            "goods_methods": list(rule.goods_methods),
            "label_delay_days": rule.delay_days,
            "label_as_of": as_of,
            "source_systems": list(source_systems),
        },
    )
    return LabelCounts(*connection.execute(_SQL["label_counts"]).fetchall()[0])


def choose_learned(connection: Connection, target: Target) -> pa.Table:
    """Make `item_key` of the items to learn from, and return what is known of them.

    Args:
        connection: To the analyst release, after `label_items`.
        target: What is learned of them.

    Returns:
        One row per item by `item_place`, an order that depends on nothing but the keys.
    """
    connection.execute(_SQL["keys_to_learn"], {"target": target})
    return rows(connection, _SQL["learned_items"], {})


def months(connection: Connection, source_systems: Sequence[str]) -> list[date]:
    """Return the first day of each month with items of these systems."""
    return _dates(connection, _SQL["registered_months"], {"source_systems": list(source_systems)})


def remember_scored(connection: Connection, scored: pa.Table | pa.RecordBatchReader) -> int:
    """Make `scored_item` from the keys that a model has scored already; return how many."""
    connection.register("scored_keys", scored)
    (made,) = connection.execute(_SQL["scored_items"]).fetchall()
    connection.unregister("scored_keys")
    return int(made[0])


def choose_unscored(connection: Connection, month: date, source_systems: Sequence[str]) -> None:
    """Make `item_key` of one month's items that are not in `scored_item`."""
    wanted = {"source_systems": list(source_systems), **_bounds(month)}
    connection.execute(_SQL["keys_to_score"], wanted)


def choose_asked(connection: Connection, keys: pa.Table) -> None:
    """Make `item_key` of a few items that are asked for by `KEYS` and day of registration."""
    connection.register("keys_to_explain", keys)
    connection.execute(_SQL["keys_to_explain"])
    connection.unregister("keys_to_explain")


def inputs_of_keys(
    connection: Connection, inputs: Inputs, columns: Sequence[str], *, since: date | None = None
) -> Iterator[pa.Table]:
    """Yield columns of the items of `item_key`, by months of registration.

    Months with few items that follow one another are read at once, as each query costs. Only the
    months of the items are read of what was declared, and of the profiles only those of their
    traders and goods.

    Args:
        connection: To the analyst release, after one of the `choose_…`.
        inputs: Which statement reads them.
        columns: Names of columns of that statement.
        since: Months that ended before this day are left out.
    """
    asked = exp.select(*(exp.column(name, quoted=True) for name in columns))
    query = sqlglot.parse_one(inputs.statement, dialect="duckdb")
    asked = asked.from_(exp.Subquery(this=query, alias="inputs"))
    found = connection.execute(_SQL["months_of_keys"], {"since": since}).fetchall()
    for bounds in _spans(found):
        # In the text, as an answer streams only where the query has no parameters.
        text = exp.replace_placeholders(asked, **bounds).sql(dialect="duckdb")
        for batch in connection.sql(text).to_arrow_reader(_BATCH_ROWS):
            yield pa.Table.from_batches([batch])


def rows(connection: Connection, query: str, parameters: Mapping[str, Any]) -> pa.Table:
    """Return the result of one query that gives few rows."""
    table: pa.Table = connection.sql(query, params=dict(parameters)).to_arrow_table()
    return table


def _spans(months: Sequence[tuple[date, int]]) -> list[dict[str, date]]:
    """Return the bounds of months in a row with up to `_SPAN_ITEMS` items, or of one with more."""
    spans: list[dict[str, date]] = []
    held = 0
    for month, items in months:
        held += items
        if spans and spans[-1]["end_date"] == month and held <= _SPAN_ITEMS:
            spans[-1]["end_date"] = _bounds(month)["end_date"]
        else:
            spans.append(_bounds(month))
            held = items
    return spans


def _bounds(month: date) -> dict[str, date]:
    return {"first_date": month, "end_date": (month + timedelta(days=31)).replace(day=1)}


def _dates(connection: Connection, query: str, parameters: Mapping[str, Any]) -> list[date]:
    return [row[0] for row in connection.execute(query, parameters).fetchall()]
