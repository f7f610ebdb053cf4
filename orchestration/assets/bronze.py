"""The bronze tables after all landings: how much is in them, and whether it keeps the contract."""

from dataclasses import dataclass

import dagster as dg
import pyarrow as pa
from sqlglot import exp

from data_contracts.loading import contracts_of
from data_contracts.model import Contract
from orchestration import checks, failures
from orchestration.assets import keys
from orchestration.resources import Lake, Materialized, Orchestration
from warehouse import engine, lake, quality, shapes
from warehouse.layout import Layout
from warehouse.ledger import Ledger, TableCount
from warehouse.settings import LakeSettings


def bronze_assets() -> list[dg.AssetsDefinition]:
    """Return one asset per bronze contract."""
    return [_bronze(contract) for contract in contracts_of("bronze")]


@dataclass(frozen=True, slots=True)
class _Table:
    """One bronze table as it is now.

    Attributes:
        version: Delta version, -1 where there is no table yet.
        row_count: Its rows.
        newest: The rows received last, with the fields of the contract.
        counts: Records in all that were accepted, quarantined and repeated.
        last_day: The same of the last day on which any came.
    """

    version: int
    row_count: int
    newest: pa.Table
    counts: TableCount
    last_day: TableCount


_OPERATION = "operation_code"


def _bronze(contract: Contract) -> dg.AssetsDefinition:
    key = keys.bronze(contract.name)

    @dg.asset(
        key=key,
        group_name="warehouse",
        kinds={"deltalake"},
        deps=keys.landings(),
        description=contract.purpose,
        check_specs=[checks.contract_kept_spec(key), checks.quarantine_small_spec(key)],
    )
    def table(lake: Lake, orchestration: Orchestration) -> Materialized:
        with failures.mapped(orchestration):
            found = _read(lake, contract, orchestration.sample_rows)
            # The library takes seconds to load; an empty table has nothing to judge.
            verdicts = quality.judge(contract, found.newest) if found.row_count else ()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": found.row_count,
                "lake_version": found.version,
                "contract_version": contract.version,
                "quarantined_records": found.counts.quarantined,
                "repeated_records": found.counts.repeated,
            },
            check_results=[
                checks.contract_kept(verdicts, len(found.newest)),
                checks.quarantine_small(found.last_day, orchestration.max_quarantined_ratio),
            ],
        )

    return table


def _read(settings: LakeSettings, contract: Contract, sample_rows: int) -> _Table:
    layout = Layout(settings.home)
    place = (shapes.BRONZE, contract.name)
    version = lake.cut(layout).get("/".join(place), -1)
    expected = shapes.columns(*place)
    rows = engine.relation(layout, place, version, expected=expected).subquery("bronze")
    newest = (
        exp.select(*[exp.column(name, quoted=True) for name in contract.names])
        .from_(rows)
        .order_by(exp.column("receipt_number").desc(), exp.column("record_number").desc())
        .limit(sample_rows)
    )
    if _OPERATION in contract.names:
        # A withdrawal need only name its record: nothing else of its contract holds.
        newest = newest.where(
            exp.column(_OPERATION)
            .is_(exp.null())
            .or_(exp.column(_OPERATION).neq(exp.Literal.string("D")))
        )
    counted = exp.select(exp.Count(this=exp.Star())).from_(rows.copy())
    with Ledger(layout.ledger_path, read_only=True) as ledger:
        counts, last_day = ledger.table_counts(), ledger.last_day_counts(contract.name)
    with engine.memory_connection(settings) as connection:
        return _Table(
            version=version,
            row_count=int(connection.sql(counted.sql(dialect="duckdb")).fetchall()[0][0]),
            newest=connection.sql(newest.sql(dialect="duckdb")).to_arrow_table(),
            counts=counts.get(contract.name, TableCount()),
            last_day=last_day,
        )
