"""What people and lanes are given: the audit target list, and the snapshot of the lane service."""

import dagster as dg
import msgspec

from ml.models import DEFAULT
from orchestration import failures
from orchestration.assets import keys
from orchestration.operations.lanes import make_snapshot, snapshot_payload
from orchestration.operations.targeting import make_target_list
from orchestration.resources import Lake, Materialized, Orchestration, Serving
from warehouse.layout import Layout

_TARGETS_FILE = "audit_targets.xlsx"


def serving_assets(lane_model: str) -> list[dg.AssetsDefinition]:
    """Return the target list and the lane snapshot.

    Args:
        lane_model: The model that the lanes follow; the list follows the usual one.
    """
    return [_target_list(), _snapshot(lane_model)]


def _target_list() -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.TARGETS,
        group_name="dashboards",
        deps=[keys.model(DEFAULT), keys.published("analyst"), keys.published("restricted")],
        description="Traders by the duty at stake in their goods, as a workbook. It names them.",
    )
    def audit_targets(lake: Lake, orchestration: Orchestration) -> Materialized:
        layout = Layout(lake.home)
        with failures.mapped(orchestration):
            layout.ensure()
            report = make_target_list(lake, layout.reports / _TARGETS_FILE)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(report.traders),
                "file": dg.MetadataValue.path(report.file),
                "model_id": report.model_id,
                "release": report.release,
                "as_of": report.as_of.isoformat(),
                "simulated_sources": dg.MetadataValue.json(list(report.simulated_sources)),
            }
        )

    return audit_targets


def _snapshot(model: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.SNAPSHOT,
        group_name="lanes",
        deps=[keys.model(model), keys.published("analyst")],
        description="Model, history and thresholds in one folder: all that a lane decision needs.",
    )
    def lane_snapshot(
        context: dg.AssetExecutionContext,
        lake: Lake,
        serving: Serving,
        orchestration: Orchestration,
    ) -> Materialized:
        with failures.mapped(orchestration):
            snapshot = make_snapshot(lake, serving, progress=context.log.info)
        manifest = snapshot.manifest
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": manifest.trader_row_count + manifest.unit_value_row_count,
                "snapshot_id": snapshot.snapshot_id,
                "snapshot": dg.MetadataValue.json(msgspec.to_builtins(snapshot_payload(snapshot))),
            }
        )

    return lane_snapshot
