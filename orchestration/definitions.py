"""The code location: `dagster dev -m orchestration.definitions`.

Loading it reads the settings and the contracts and nothing of the lake.
"""

import os

import dagster as dg

from ml.lanes.settings import ServingSettings
from ml.models import DEFAULT
from orchestration.assets.bronze import bronze_assets
from orchestration.assets.landing import landing_assets
from orchestration.assets.learning import learning_assets
from orchestration.assets.marts import mart_assets
from orchestration.assets.published import published_assets
from orchestration.assets.serving import serving_assets
from orchestration.checks import standalone_checks
from orchestration.environment import check_environment
from orchestration.resources import resources
from orchestration.settings import OrchestrationSettings
from warehouse.layout import keep_private
from warehouse.settings import LakeSettings

STREET = "street"


def build_definitions(
    *,
    lake: LakeSettings | None = None,
    serving: ServingSettings | None = None,
    orchestration: OrchestrationSettings | None = None,
) -> dg.Definitions:
    """Return everything that Dagster runs; settings that are not given come from the environment.

    Args:
        lake: Where the lake lies, and its caps.
        serving: Shares, windows and golden items of the lanes.
        orchestration: Inbox, limits of the checks, retries.
    """
    serving = serving or ServingSettings()
    return dg.Definitions(
        assets=[
            *landing_assets(),
            *bronze_assets(),
            *mart_assets(sorted({DEFAULT, serving.model})),
            *published_assets(),
            *learning_assets(),
            *serving_assets(serving.model),
        ],
        asset_checks=standalone_checks(),
        jobs=[
            dg.define_asset_job(
                STREET,
                selection=dg.AssetSelection.all(),
                description="The whole street: what lies in the inboxes becomes releases, scores, "
                "audit targets and a lane snapshot.",
            )
        ],
        resources=resources(
            lake or LakeSettings(),
            serving,
            orchestration or OrchestrationSettings(),
        ),
        # One step at a time: DuckDB lets one process write, and each new process costs seconds.
        executor=dg.in_process_executor,
    )


@dg.definitions
def customs() -> dg.Definitions:
    """Return the definitions of this installation; every process that runs a step begins here."""
    keep_private()
    check_environment(os.environ)
    return build_definitions()
