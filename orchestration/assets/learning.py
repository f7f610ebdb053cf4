"""The risk model, learned from the analysts' release, and its scores in the lake."""

import dagster as dg

from orchestration import checks, failures
from orchestration.assets import keys
from orchestration.operations.learning import ROLE, score_items, train_model
from orchestration.resources import WRITER_POOL, Lake, Materialized, Orchestration


def learning_assets() -> list[dg.AssetsDefinition]:
    """Return the model and the scores."""
    return [_model(), _scores()]


def _model() -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.MODEL,
        group_name="ml",
        kinds={"xgboost"},
        deps=[keys.before_scores(ROLE)],
        description="Chance that an inspection finds something, from mature inspections only.",
        check_specs=[
            checks.beats_lookup_spec(keys.MODEL),
            checks.model_released_spec(keys.MODEL),
        ],
    )
    def risk_model(
        context: dg.AssetExecutionContext, lake: Lake, orchestration: Orchestration
    ) -> Materialized:
        with failures.mapped(orchestration):
            report = train_model(lake, progress=context.log.info)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": report.metrics["train_item_count"],
                "model_id": report.model_id,
                "release": report.release,
                "is_released": report.is_released,
                "why": report.why,
                "in_use_model_id": report.in_use_model_id or "",
                "to_release": report.to_release or "",
                "simulated_sources": dg.MetadataValue.json(list(report.simulated_sources)),
                "metrics": dg.MetadataValue.json(report.metrics),
                "gains": dg.MetadataValue.json(report.gains),
                "seconds": report.seconds,
            },
            check_results=[checks.beats_lookup(report.metrics), checks.model_released(report)],
        )

    return risk_model


def _scores() -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.SCORES,
        group_name="ml",
        kinds={"deltalake"},
        deps=[keys.MODEL, keys.before_scores(ROLE)],
        pool=WRITER_POOL,
        description="Chance that an inspection finds something in each current item; model in use.",
    )
    def risk_scores(
        context: dg.AssetExecutionContext, lake: Lake, orchestration: Orchestration
    ) -> Materialized:
        with failures.mapped(orchestration):
            report = score_items(lake, progress=context.log.info)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": report.scored_count + report.present_count,
                "new_rows": report.scored_count,
                "model_id": report.model_id,
                "release": report.release,
                "seconds": report.seconds,
            }
        )

    return risk_scores
