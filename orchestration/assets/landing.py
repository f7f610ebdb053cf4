"""Deliveries: one asset per source, landing whatever lies in its inbox.

Files that were landed before are duplicates and cost a look. Any source may fill any bronze table,
so the tables are assets of their own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from data_contracts.errors import CustomsDataError
from ingestion.land import land_files
from ingestion.landing_report import LandingReport
from ingestion.sources.catalog import SOURCES
from orchestration import checks, failures
from orchestration.assets import keys
from orchestration.resources import WRITER_POOL, Lake, Materialized, Orchestration
from orchestration.settings import OrchestrationSettings
from warehouse.layout import Layout
from warehouse.settings import DEMO_HOME, HOME, LakeSettings

_INBOX = "inbox"


class LandingConfig(dg.Config):
    """What to land.

    Attributes:
        paths: Files and folders; the inbox of the source where none is given.
    """

    paths: list[str] = Field(default_factory=list)


def landing_assets() -> list[dg.AssetsDefinition]:
    """Return one asset per source."""
    return [_landing(source) for source in SOURCES]


def _landing(source: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=keys.landing(source),
        group_name="ingestion",
        pool=WRITER_POOL,
        description=f"Files of {source}: received, checked against the contracts, in the lake.",
        check_specs=[checks.files_usable_spec(keys.landing(source))],
    )
    def landed(config: LandingConfig, lake: Lake, orchestration: Orchestration) -> Materialized:
        with failures.mapped(orchestration):
            report = land_files(lake, source, _paths(config, source, lake, orchestration))
        return dg.MaterializeResult(
            metadata=_metadata(report), check_results=[checks.files_usable(report)]
        )

    return landed


def _paths(
    config: LandingConfig, source: str, lake: LakeSettings, orchestration: OrchestrationSettings
) -> Sequence[Path]:
    """A path that was asked for must be there; an inbox that is not there is an empty one.

    Real files never fall into a demo that nobody named, but from the inbox in its own home.
    """
    own = Layout(lake.home).home / _INBOX
    inbox = (orchestration.inbox or own) / source
    paths = [Path(path) for path in config.paths] or ([inbox] if inbox.is_dir() else [])
    if lake.is_demo_unasked and paths not in ([], [own / source]):
        message = (
            f"only the demo's lake is here; set CUSTOMS_HOME={DEMO_HOME} to land into it, "
            f"or CUSTOMS_HOME={HOME} to begin a lake of your own"
        )
        raise CustomsDataError(message)
    return paths


def _metadata(report: LandingReport) -> dict[str, Any]:
    found = report.as_json()
    counts = found["records"].values()
    return {
        "dagster/row_count": sum(count["accepted"] for count in counts),
        "quarantined_records": report.quarantined_records,
        "repeated_records": sum(count["repeated"] for count in counts),
        "files": report.files,
        "accepted_files": report.accepted_files,
        "not_applicable_files": report.not_applicable_files,
        "refused_files": report.refused_files,
        "duplicate_files": report.duplicate_files,
        "records": dg.MetadataValue.json(found["records"]),
        "drift": dg.MetadataValue.json(found["drift"]),
    }
