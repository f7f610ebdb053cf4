"""Asset checks: what a table, a model or a snapshot has to show before the street goes on.

Too many records in quarantine, the verdict of the check pass, block what comes after them. What
only wants a look is a warning, and so is whatever Great Expectations says.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from data_contracts.errors import BundleMismatchError
from ingestion.landing_report import LandingReport
from ml.lanes.snapshot import current_folder, load_snapshot
from orchestration import failures
from orchestration.assets import keys
from orchestration.operations.build import BuildReport
from orchestration.operations.learning import TrainReport
from orchestration.resources import Lake, Orchestration
from warehouse.layout import Layout
from warehouse.ledger import TableCount
from warehouse.quality import Verdict

_FILES_USABLE = "files_usable"
_CONTRACT_KEPT = "contract_kept"
_QUARANTINE_SMALL = "quarantine_small"
_DATA_TESTS = "data_tests"
_HAS_ROWS = "has_rows"
_BEATS_LOOKUP = "beats_past_rate_lookup"
_MODEL_RELEASED = "model_released"


def files_usable_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check that every file of a landing could be used."""
    return dg.AssetCheckSpec(_FILES_USABLE, asset=asset, description="No file was refused.")


def files_usable(report: LandingReport) -> dg.AssetCheckResult:
    """Warn of refused files; their names and reasons are told by the landing itself."""
    reasons = [note.reason_code for note in report.refused]
    return dg.AssetCheckResult(
        check_name=_FILES_USABLE,
        passed=report.refused_files == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "refused_files": report.refused_files,
            "reasons": dg.MetadataValue.json({code: reasons.count(code) for code in set(reasons)}),
        },
    )


def contract_kept_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check that tells stewards whether a table's newest rows keep its contract."""
    return dg.AssetCheckSpec(
        _CONTRACT_KEPT,
        asset=asset,
        description="The newest rows meet every expectation that the contract gives rise to.",
    )


def contract_kept(verdicts: Sequence[Verdict], sample_rows: int) -> dg.AssetCheckResult:
    """Warn of expectations that do not hold, and of those that could not be evaluated."""
    broken = [verdict for verdict in verdicts if verdict.status == "failed"]
    unknown = [verdict for verdict in verdicts if verdict.status == "error"]
    return dg.AssetCheckResult(
        check_name=_CONTRACT_KEPT,
        passed=not broken and not unknown,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "sample_rows": sample_rows,
            "expectations": len(verdicts),
            "failed": dg.MetadataValue.json(
                {_name(verdict): verdict.unexpected_count for verdict in broken}
            ),
            "not_evaluated": dg.MetadataValue.json([_name(verdict) for verdict in unknown]),
        },
    )


def quarantine_small_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check that the records that came last for a table got in, but for a few."""
    return dg.AssetCheckSpec(
        _QUARANTINE_SMALL,
        asset=asset,
        blocking=True,
        description="Of the records of the last day for the table, those in quarantine are few.",
    )


def quarantine_small(counts: TableCount, max_ratio: float) -> dg.AssetCheckResult:
    """Compare the quarantined share with the limit.

    Args:
        counts: Of the last day on which records came: those of all days would hide a bad one.
        max_ratio: The limit.
    """
    total = counts.accepted + counts.quarantined
    ratio = counts.quarantined / total if total else 0.0
    return dg.AssetCheckResult(
        check_name=_QUARANTINE_SMALL,
        passed=ratio <= max_ratio,
        metadata={
            "quarantined_records": counts.quarantined,
            "quarantined_ratio": ratio,
            "max_ratio": max_ratio,
        },
    )


def data_tests_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check that the data tests of the national database were run and held."""
    return dg.AssetCheckSpec(
        _DATA_TESTS, asset=asset, blocking=True, description="dbt's data tests of all marts held."
    )


def data_tests(asset: dg.AssetKey, report: BuildReport) -> dg.AssetCheckResult:
    """Say how many held; a build whose tests did not hold has failed before."""
    return dg.AssetCheckResult(
        check_name=_DATA_TESTS,
        asset_key=asset,
        passed=report.tests_passed > 0,
        metadata={"tests_passed": report.tests_passed},
    )


def has_rows_spec(asset: dg.AssetKey, *, blocking: bool) -> dg.AssetCheckSpec:
    """Return the check that a mart is not empty."""
    return dg.AssetCheckSpec(
        _HAS_ROWS, asset=asset, blocking=blocking, description="The mart holds something."
    )


def has_rows(asset: dg.AssetKey, row_count: int, *, blocking: bool) -> dg.AssetCheckResult:
    """Tell whether there are rows; where nothing depends on it, their absence is a warning."""
    severity = dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=_HAS_ROWS,
        asset_key=asset,
        passed=row_count > 0,
        severity=severity,
        metadata={"dagster/row_count": row_count},
    )


def beats_lookup_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check that the model is worth its trees."""
    return dg.AssetCheckSpec(
        _BEATS_LOOKUP,
        asset=asset,
        description=(
            "At every capacity of the last quarter the model finds more hits, its ties at their "
            "worst, than the lookup of past rates, its ties at their best."
        ),
    )


def beats_lookup(metrics: Mapping[str, Any]) -> dg.AssetCheckResult:
    """Compare the hits of model and lookup; a gain inside the tie band is no gain."""
    capacities = metrics["capacities"]
    hits = {
        f"{capacity['share']:.0%}": {
            "model": capacity["model"]["worst_hit_count"],
            "past_rate_lookup": capacity["past_rate_lookup"]["best_hit_count"],
        }
        for capacity in capacities
    }
    return dg.AssetCheckResult(
        check_name=_BEATS_LOOKUP,
        passed=all(found["model"] > found["past_rate_lookup"] for found in hits.values()),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"hits": dg.MetadataValue.json(hits)},
    )


def model_released_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check that the newly trained model is the one in use."""
    return dg.AssetCheckSpec(
        _MODEL_RELEASED,
        asset=asset,
        description="The new model is not worse than the one in use on the same items.",
    )


def model_released(report: TrainReport) -> dg.AssetCheckResult:
    """Warn where the model in use stays, with what a person may type."""
    return dg.AssetCheckResult(
        check_name=_MODEL_RELEASED,
        passed=report.is_released,
        severity=dg.AssetCheckSeverity.WARN,
        description=report.why,
        metadata={"to_release": report.to_release or ""},
    )


def golden_rows() -> dg.AssetChecksDefinition:
    """Return the check that the snapshot in use still gives the margins of the batch."""

    @dg.asset_check(
        asset=keys.SNAPSHOT,
        name="golden_rows",
        blocking=True,
        description="The golden items, scored from the snapshot's files, have the batch's margins.",
    )
    def golden(lake: Lake, orchestration: Orchestration) -> dg.AssetCheckResult:
        with failures.mapped(orchestration):
            folder = current_folder(Layout(lake.home).lanes)
            try:
                snapshot = load_snapshot(folder)
            except BundleMismatchError as error:
                return dg.AssetCheckResult(passed=False, description=str(error))
        return dg.AssetCheckResult(passed=True, metadata={"snapshot_id": snapshot.snapshot_id})

    return golden


def standalone_checks() -> Iterable[dg.AssetChecksDefinition]:
    """Return the checks that can be run without their asset."""
    return [golden_rows()]


def _name(verdict: Verdict) -> str:
    return f"{verdict.reason_code}:{verdict.field}"
