"""Pseudonyms of one publishing run: temporary tables of every distinct value that must not show.

Identities are replaced always, other text only where it has not the form that its column may show.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa
from sqlglot import exp

from data_contracts.model import Contract, Field
from data_contracts.statements import statements_beside
from warehouse.masking import Pseudonymiser, published_fields, shown_form

MARTS = "marts"
DECLARATION_NUMBER = "declaration_number"
_SQL = statements_beside(__file__)
_BATCH_ROWS = 100_000


def make_pseudonyms(
    connection: duckdb.DuckDBPyConnection,
    contracts: Sequence[Contract],
    pseudonymiser: Pseudonymiser,
) -> None:
    """Make the temporary tables `pseudonym_<kind>`: one row per distinct identity.

    They live in the publishing connection only and end with it.
    """
    telling = telling_numbers(connection)
    by_kind: dict[str, list[exp.Query]] = {}
    for contract in contracts:
        for field, how in published_fields(contract, "analyst"):
            if how == "keep":
                continue
            column = exp.column(field.name, quoted=True)
            query = (
                exp.select(column.as_("value"))
                .distinct()
                .from_(exp.table_(contract.name, db=MARTS, quoted=True))
            )
            if how == "cover":
                query = query.where(exp.not_(is_shown(field, column, telling)))
            by_kind.setdefault(kind_of(field), []).append(query)
    for kind, queries in by_kind.items():
        _fill_pseudonyms(connection, kind, queries, pseudonymiser)


def kind_of(field: Field) -> str:
    """Return the kind of its pseudonyms; covered text joins by its column's name."""
    return field.pseudonym or field.name


def is_shown(field: Field, column: exp.Column, telling: exp.Select) -> exp.Expr:
    """Return the condition that a value of `column` may be shown as it is.

    Args:
        field: Its contract.
        column: The column.
        telling: The declaration numbers that name a party of their message (`telling_numbers`).
    """
    form = exp.Literal.string(shown_form(field))
    has_form = exp.Anonymous(this="regexp_full_match", expressions=[column.copy(), form])
    if field.name != DECLARATION_NUMBER:
        return has_form
    return exp.and_(has_form, exp.not_(column.copy().isin(query=telling.copy())))


def telling_numbers(connection: duckdb.DuckDBPyConnection) -> exp.Select:
    """Return a select of the declaration numbers that name a party of their own message.

    A build from before they were told apart has none.
    """
    if connection.execute(_SQL["telling_is_built"]).fetchone() is None:
        return exp.select(exp.cast(exp.null(), "varchar")).where(exp.false())
    table = exp.table_("int_declaration_numbers_telling", db="intermediate", quoted=True)
    return exp.select(exp.column(DECLARATION_NUMBER, quoted=True)).from_(table)


def pseudonym_table(kind: str) -> exp.Table:
    """Return the temporary table of the pseudonyms of a kind: value and pseudonym."""
    return exp.table_(f"pseudonym_{kind}", quoted=True)


def _fill_pseudonyms(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    queries: Sequence[exp.Query],
    pseudonymiser: Pseudonymiser,
) -> None:
    everything = exp.union(*queries) if len(queries) > 1 else queries[0]
    target = pseudonym_table(kind)
    distinct = everything.subquery("identities")
    filled = exp.select(exp.Star()).from_(distinct).where("value is not null")
    connection.execute(
        exp.Create(
            kind="TABLE",
            replace=True,
            this=exp.Schema(
                this=target,
                expressions=[
                    exp.ColumnDef(this=exp.to_identifier(name), kind=exp.DataType.build("TEXT"))
                    for name in ("value", "pseudonym")
                ],
            ),
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        ).sql(dialect="duckdb")
    )
    # Another cursor of the same database reads while this one inserts.
    reader = connection.cursor().sql(filled.sql(dialect="duckdb")).to_arrow_reader(_BATCH_ROWS)
    insert = exp.insert(exp.select("value", "pseudonym").from_("pseudonym_batch"), target)
    for batch in reader:
        values = batch.column(0).cast(pa.string())
        pair = [values, pseudonymiser.pseudonyms(kind, values)]
        table = pa.Table.from_arrays(pair, names=["value", "pseudonym"])
        connection.register("pseudonym_batch", table)
        connection.execute(insert.sql(dialect="duckdb"))
        connection.unregister("pseudonym_batch")
