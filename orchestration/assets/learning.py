"""The models, learned from the analysts' release, and their scores in the lake."""

import dagster as dg

from ml.models import model_names
from orchestration import checks, failures
from orchestration.assets import keys
from orchestration.operations.learning import ROLE, score_items, train_model
from orchestration.resources import WRITER_POOL, Lake, Materialized, Orchestration


def learning_assets() -> list[dg.AssetsDefinition]:
    """Return each model and the scores."""
    return [*(_model(name) for name in model_names()), _scores()]


def _model(name: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.model(name),
        group_name="ml",
        kinds={"xgboost"},
        deps=[keys.before_scores(ROLE)],
        description="Chance that an inspection finds something, from mature inspections only.",
        check_specs=[
            checks.beats_lookup_spec(keys.model(name)),
            checks.model_released_spec(keys.model(name)),
        ],
    )
    def model(
        context: dg.AssetExecutionContext, lake: Lake, orchestration: Orchestration
    ) -> Materialized:
        with failures.mapped(orchestration):
            report = train_model(lake, name, progress=context.log.info)
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

    return model


def _scores() -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.SCORES,
        group_name="ml",
        kinds={"deltalake"},
        deps=[*map(keys.model, model_names()), keys.before_scores(ROLE)],
        pool=WRITER_POOL,
        description="Chance that an inspection finds something in each current item, by model.",
    )
    def risk_scores(
        context: dg.AssetExecutionContext, lake: Lake, orchestration: Orchestration
    ) -> Materialized:
        with failures.mapped(orchestration):
            reports = [score_items(lake, name, progress=context.log.info) for name in model_names()]
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(one.scored_count + one.present_count for one in reports),
                "new_rows": sum(one.scored_count for one in reports),
                "model_ids": dg.MetadataValue.json([one.model_id for one in reports]),
                "release": reports[0].release,
                "seconds": sum(one.seconds for one in reports),
            }
        )

    return risk_scores
