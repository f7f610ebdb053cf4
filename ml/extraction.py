"""Items and their inputs out of the published analyst release, in bounded batches.

Training and scoring choose their items differently (`keys_to_*`) and then share one extraction,
`item_inputs.sql`. Only pseudonyms are seen here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from ml.labels import LabelRule

_STATEMENTS = Path(__file__).parent / "statements"
_BATCH_ROWS = 200_000
_EVER = (date(1900, 1, 1), date(9999, 12, 31))

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


def statement(name: str) -> str:
    """Return the text of one statement of `ml/statements`."""
    return (_STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")


def last_date(connection: Connection, source_systems: Sequence[str]) -> date | None:
    """Return the last day on which something is known of these systems, None for none."""
    found = connection.execute(
        statement("last_day"), {"source_systems": list(source_systems)}
    ).fetchall()
    day: date | None = found[0][0]
    return day


def label_items(
    connection: Connection, rule: LabelRule, source_systems: Sequence[str], as_of: date
) -> LabelCounts:
    """Make `labelled_item`: the verdicts that were mature at the end of the day `as_of`."""
    connection.execute(
        statement("labelled_items"),
        {
            "paper_methods": list(rule.paper_methods),
            "goods_methods": list(rule.goods_methods),
            "label_delay_days": rule.delay_days,
            "label_as_of": as_of,
            "source_systems": list(source_systems),
        },
    )
    return LabelCounts(*connection.execute(statement("label_counts")).fetchall()[0])


def learned_batches(connection: Connection) -> Iterator[pa.Table]:
    """Yield the labelled items with their inputs; `label_items` comes first."""
    connection.execute(statement("keys_to_learn"))
    _extract(connection, *_EVER)
    yield from _batches(connection, "learned_items")


def learned_batches_again(connection: Connection) -> Iterator[pa.Table]:
    """Yield the same batches once more, without extracting them again."""
    yield from _batches(connection, "learned_items")


def months(connection: Connection, source_systems: Sequence[str]) -> list[date]:
    """Return the first day of each month with items of these systems."""
    rows = connection.execute(
        statement("registered_months"), {"source_systems": list(source_systems)}
    ).fetchall()
    return [row[0] for row in rows]


def remember_scored(connection: Connection, scored: pa.Table | pa.RecordBatchReader) -> int:
    """Make `scored_item` from the keys that a model has scored already; return how many."""
    connection.register("scored_keys", scored)
    (made,) = connection.execute(statement("scored_items")).fetchall()
    connection.unregister("scored_keys")
    return int(made[0])


def unscored_batches(
    connection: Connection, month: date, source_systems: Sequence[str]
) -> Iterator[pa.Table]:
    """Yield the inputs of one month's items that are not in `scored_item`."""
    end = (month + timedelta(days=31)).replace(day=1)
    connection.execute(
        statement("keys_to_score"),
        {"first_date": month, "end_date": end, "source_systems": list(source_systems)},
    )
    _extract(connection, month, end)
    yield from _batches(connection, "unscored_items")


def explained_inputs(connection: Connection, keys: pa.Table) -> pa.Table:
    """Return the inputs of a few items that are asked for by key."""
    connection.register("keys_to_explain", keys)
    connection.execute(statement("keys_to_explain"))
    connection.unregister("keys_to_explain")
    _extract(connection, *_EVER)
    return rows(connection, "unscored_items", {})


def rows(connection: Connection, name: str, parameters: Mapping[str, Any]) -> pa.Table:
    """Return the result of one statement that gives few rows."""
    table: pa.Table = connection.sql(statement(name), params=dict(parameters)).to_arrow_table()
    return table


def _extract(connection: Connection, first: date, end: date) -> None:
    connection.execute(statement("item_inputs"), {"first_date": first, "end_date": end})


def _batches(connection: Connection, name: str) -> Iterator[pa.Table]:
    reader = connection.sql(statement(name)).to_arrow_reader(_BATCH_ROWS)
    for batch in reader:
        yield pa.Table.from_batches([batch])
