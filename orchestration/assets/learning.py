"""The models, learned from the analysts' release, and their scores in the lake."""

import logging

import dagster as dg

from data_contracts.errors import CustomsDataError
from ml.model import NAME
from ml.models import find_model, model_names
from orchestration import checks, failures
from orchestration.assets import keys
from orchestration.operations.learning import ROLE, score_items, train_model
from orchestration.resources import WRITER_POOL, Lake, Materialized, Orchestration

logger = logging.getLogger(__name__)


def learning_assets() -> list[dg.AssetsDefinition]:
    """Return each model and its scores: none waits for another model.

    A model whose file is broken is warned of, and its step fails with what is wrong: it does not
    vanish. Only a file that is not named as a model is has no step.
    """
    for name in model_names():
        try:
            find_model(name)
        except CustomsDataError as error:
            logger.warning("%s", error)
    named = [name for name in model_names() if NAME.fullmatch(name)]
    return [make(name) for name in named for make in (_model, _scores)]


def _model(name: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.model(name),
        group_name="ml",
        kinds={"xgboost"},
        deps=[keys.before_scores(ROLE)],
        description=f"The model {name}, learned from mature inspections only.",
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


def _scores(name: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.scores(name),
        group_name="ml",
        kinds={"deltalake"},
        deps=[keys.model(name), keys.before_scores(ROLE)],
        pool=WRITER_POOL,
        description=f"What {name} foresees of each current item of its systems.",
    )
    def scores(
        context: dg.AssetExecutionContext, lake: Lake, orchestration: Orchestration
    ) -> Materialized:
        with failures.mapped(orchestration):
            report = score_items(lake, name, progress=context.log.info)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": report.scored_count + report.present_count,
                "new_rows": report.scored_count,
                "model_id": report.model_id,
                "release": report.release,
                "seconds": report.seconds,
            }
        )

    return scores
