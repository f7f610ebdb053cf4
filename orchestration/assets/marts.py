"""The national database: dbt runs once, in one step, and each mart is an asset.

The scores' mart follows in a step of its own, when the models that lists and lanes follow have
scored what the others hold. It waits for no other model, whose scores may come with the next run.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from data_contracts.loading import contracts_of, load_contract
from orchestration import checks, failures
from orchestration.assets import keys
from orchestration.assets.lineage import parents_first, upstream
from orchestration.operations.build import SCORE_MART, BuildReport, build
from orchestration.resources import WRITER_POOL, Lake, Materialized, Orchestration

# Without these there is nothing to publish or to learn from.
_NEEDED = frozenset({"fct_declaration", "fct_goods_item"})
_TESTED = "fct_declaration"


def mart_assets(followed: Sequence[str]) -> list[dg.AssetsDefinition]:
    """Return the step that builds the national database, and the one that adds the scores.

    Args:
        followed: The models that lists and lanes follow.
    """
    return [_national_database(), _score_mart(followed)]


def _national_database() -> dg.AssetsDefinition:
    # Dagster wants to hear of a mart after those that it is made from.
    names = parents_first(
        [contract.name for contract in contracts_of("mart") if contract.name != SCORE_MART]
    )

    @dg.multi_asset(
        name="national_database",
        specs=[_spec(name) for name in names],
        check_specs=[
            checks.data_tests_spec(keys.mart(_TESTED)),
            *[checks.has_rows_spec(keys.mart(name), blocking=name in _NEEDED) for name in names],
        ],
        pool=WRITER_POOL,
    )
    def national_database(
        context: dg.AssetExecutionContext, lake: Lake, orchestration: Orchestration
    ) -> Iterator[Materialized]:
        with failures.mapped(orchestration):
            report = build(lake, progress=context.log.info)
        for name in names:
            yield _result(report, name)

    return national_database


def _score_mart(followed: Sequence[str]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="score_mart",
        specs=[_spec(SCORE_MART, *map(keys.scores, followed))],
        check_specs=[checks.has_rows_spec(keys.mart(SCORE_MART), blocking=True)],
        pool=WRITER_POOL,
    )
    def score_mart(
        context: dg.AssetExecutionContext, lake: Lake, orchestration: Orchestration
    ) -> Materialized:
        with failures.mapped(orchestration):
            report = build(lake, select=SCORE_MART, progress=context.log.info)
        return _result(report, SCORE_MART)

    return score_mart


def _spec(name: str, *others: dg.AssetKey) -> dg.AssetSpec:
    return dg.AssetSpec(
        keys.mart(name),
        deps=[*upstream(name), *others],
        group_name="dbt_project",
        description=load_contract(name).purpose,
        kinds={"dbt", "duckdb"},
    )


def _result(report: BuildReport, name: str) -> Materialized:
    key, rows = keys.mart(name), report.rows[name]
    found = [checks.has_rows(key, rows, blocking=name in _NEEDED or name == SCORE_MART)]
    if name == _TESTED:
        found.append(checks.data_tests(key, report))
    return dg.MaterializeResult(
        asset_key=key,
        metadata={
            "dagster/row_count": rows,
            "model_seconds": report.model_seconds.get(name, 0.0),
            "build_seconds": report.seconds,
        },
        check_results=found,
    )
