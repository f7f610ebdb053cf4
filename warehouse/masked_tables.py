"""The marts as one role may see them: temporary views in the connection that publishes.

`masked_<table>` has the columns of the contract in their order, identities dropped or replaced by
their pseudonym. Nothing of a dropped column is ever read, so nothing of it can reach a release.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
from sqlglot import exp

from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from data_contracts.model import Contract
from data_contracts.statements import statements_beside
from warehouse.masking import published_fields
from warehouse.pseudonym_tables import (
    MARTS,
    is_shown,
    kind_of,
    pseudonym_table,
    telling_numbers,
)

RELEASE_MART = "dim_release"
UNDATED = "undated"
WHOLE = "whole"
# A file a month: dates outside these years are typing errors and share the undated file.
_SQL = statements_beside(__file__)
_FIRST_DATE = "1900-01-01"
_LAST_DATE = "2199-12-31"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table in one month (or the whole table), and a hash of their content.

    The hash does not depend on the order of the rows. It is taken over what is published, never
    over an identity behind a pseudonym: of a single row it could be guessed back.
    """

    row_count: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class MaskedTable:
    """One table of a release.

    Attributes:
        contract: Its contract.
        columns: Names and DuckDB types of what the role sees.
        parts: Parts by month; the key `whole` alone when the table is not cut by month.
        version_table: The table with every version of which this one is the current rows; then it
            is published as a view and not written twice.
    """

    contract: Contract
    columns: Mapping[str, str]
    parts: Mapping[str, Part]
    version_table: str | None = None

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.contract.name

    @property
    def is_view(self) -> bool:
        """Whether the release holds only a view."""
        return self.version_table is not None

    @property
    def row_count(self) -> int:
        """Number of rows over all parts."""
        return sum(part.row_count for part in self.parts.values())


def mask(connection: duckdb.DuckDBPyConnection, contract: Contract, role: str) -> None:
    """Make the temporary view `masked_<table>` for `role`; the mart has passed `check_mart`."""
    query = exp.select().from_(_table(contract.name).as_("mart"))
    telling = telling_numbers(connection)
    for field, how in published_fields(contract, role):
        column = exp.column(field.name, table="mart", quoted=True)
        if how == "keep":
            query = query.select(column)
            continue
        shown = (
            exp.case().when(is_shown(field, column, telling), column) if how == "cover" else None
        )
        if shown and role != "analyst":
            query = query.select(shown.as_(field.name, quoted=True))
            continue
        pseudonyms = f"pseudonym_of_{field.name}"
        pseudonym = exp.column("pseudonym", table=pseudonyms, quoted=True)
        value = shown.else_(pseudonym) if shown else pseudonym
        query = query.select(value.as_(field.name, quoted=True)).join(
            pseudonym_table(kind_of(field)).as_(pseudonyms),
            on=exp.column("value", table=pseudonyms, quoted=True).eq(
                exp.column(field.name, table="mart", quoted=True)
            ),
            join_type="left",
        )
    _make_view(connection, masked_name(contract.name), query)


def name_release(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    published_at: str,
    simulated_sources: Sequence[str],
) -> None:
    """Fill in what the build cannot know of `dim_release`: the release that is about to be written.

    Measured before, so that the same build is the same release whenever it is published.

    Args:
        connection: To the build, with the view of the masked table.
        number: Number of the release.
        published_at: When it is made, ISO 8601 with offset.
        simulated_sources: Sources with deliveries of the simulator.
    """
    sources = exp.Literal.string(", ".join(simulated_sources)) if simulated_sources else exp.null()
    facts = {
        "release_number": exp.Literal.number(number),
        "published_at": exp.Literal.string(published_at),
        "simulated_sources": sources,
    }
    query = exp.select().from_(_table(RELEASE_MART).as_("mart")).limit(1)
    for field in load_contract(RELEASE_MART).fields:
        value = facts.get(field.name, exp.column(field.name, table="mart", quoted=True))
        query = query.select(exp.cast(value, field.sql_type).as_(field.name, quoted=True))
    _make_view(connection, masked_name(RELEASE_MART), query)


def check_mart(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Refuse a build that does not hold a mart with the columns of its contract.

    Raises:
        ContractViolationError: The table is not in the build, or lacks a column of its contract.
    """
    columns = [exp.column(name, quoted=True) for name in contract.names]
    query = exp.select(*columns).from_(_table(contract.name)).limit(0)
    try:
        connection.execute(query.sql(dialect="duckdb")).fetchall()
    except duckdb.Error as error:
        message = f"the build does not hold {contract.name} as its contract says; run customs build"
        raise ContractViolationError(message) from error


def measure(connection: duckdb.DuckDBPyConnection, contract: Contract) -> MaskedTable:
    """Return columns, rows and content hashes of `masked_<table>`, month by month."""
    rows = exp.select(exp.Star()).from_(exp.table_(masked_name(contract.name), quoted=True))
    description = connection.execute(rows.limit(0).sql(dialect="duckdb")).description or []
    columns = {str(name): str(sql_type) for name, sql_type, *_ in description}
    return MaskedTable(contract, columns, _parts(connection, contract, rows))


def as_view_of_versions(
    connection: duckdb.DuckDBPyConnection, table: MaskedTable, versions: MaskedTable
) -> MaskedTable:
    """Return `table` as a view of the current rows of `versions`, if that is what it holds.

    The contents are compared part by part, so the view can never say something else.
    """
    types = {name: versions.columns.get(name) for name in table.columns}
    if types != dict(table.columns) or "is_current" not in versions.columns:
        return table
    rows = current_rows(table, masked_name(versions.name))
    if _parts(connection, table.contract, rows) != table.parts:
        return table
    return MaskedTable(table.contract, table.columns, table.parts, versions.name)


def current_rows(table: MaskedTable, versions: str | exp.Table) -> exp.Select:
    """Return the select of the columns of `table` over the current rows of a table of versions."""
    source = exp.table_(versions, quoted=True) if isinstance(versions, str) else versions
    columns = [exp.column(name, quoted=True) for name in table.columns]
    return exp.select(*columns).from_(source).where(exp.column("is_current", quoted=True))


def month_condition(column: str, month: str) -> exp.Expr:
    """Return the condition that a row belongs to a month file; a range, so that it prunes."""
    value = exp.column(column, quoted=True)
    if month == UNDATED:
        return exp.or_(value.is_(exp.null()), exp.not_(_dated(value)))
    start = exp.cast(exp.Literal.string(f"{month}-01"), "DATE")
    end = exp.Add(this=start.copy(), expression=exp.Interval(this="1", unit=exp.var("month")))
    from_start = exp.GTE(this=value, expression=start)
    return exp.and_(from_start, exp.LT(this=value.copy(), expression=end))


def masked_name(table: str) -> str:
    """Return the name of the temporary view of a table."""
    return f"masked_{table}"


def _parts(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: exp.Select
) -> dict[str, Part]:
    part = _part_expression(contract.month_column).as_("release_part")
    _make_view(connection, "measured", exp.select(exp.Star(), part).from_(rows.subquery("masked")))
    found = connection.execute(_SQL["parts"]).fetchall()
    parts = {str(name): Part(int(count), str(text)) for name, count, text in found}
    empty = {} if contract.month_column else {WHOLE: Part(0, "")}
    return empty | parts


def _part_expression(month_column: str | None) -> exp.Expr:
    if month_column is None:
        return exp.Literal.string(WHOLE)
    value = exp.column(month_column, quoted=True)
    month = exp.Anonymous(this="strftime", expressions=[value, exp.Literal.string("%Y-%m")])
    return exp.case().when(_dated(value), month).else_(exp.Literal.string(UNDATED))


def _dated(value: exp.Column) -> exp.Expr:
    first, last = (exp.cast(exp.Literal.string(day), "DATE") for day in (_FIRST_DATE, _LAST_DATE))
    return value.copy().between(first, last)


def _make_view(connection: duckdb.DuckDBPyConnection, name: str, query: exp.Query) -> None:
    view = exp.Create(
        kind="VIEW",
        replace=True,
        this=exp.table_(name, quoted=True),
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        expression=query,
    )
    connection.execute(view.sql(dialect="duckdb"))


def _table(name: str) -> exp.Table:
    return exp.table_(name, db=MARTS, quoted=True)
