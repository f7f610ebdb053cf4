"""What the assets are given: the settings of the lake, of the lanes and of the street itself.

They are plain values. Connections are opened and closed inside the operations, so that no step
keeps a DuckDB file from the next one.
"""

from typing import TYPE_CHECKING

import dagster as dg

from ml.lanes.settings import ServingSettings
from orchestration.settings import OrchestrationSettings
from warehouse.settings import LakeSettings

Lake = dg.ResourceParam[LakeSettings]
Serving = dg.ResourceParam[ServingSettings]
Orchestration = dg.ResourceParam[OrchestrationSettings]

# Dagster reads return annotations and refuses the one with its type argument.
if TYPE_CHECKING:
    Materialized = dg.MaterializeResult[None]
else:
    Materialized = dg.MaterializeResult

WRITER_POOL = "duckdb_writer"
"""Steps that write the lake or hold the build file; `dagster.yaml` gives the pool one slot."""


def resources(
    lake: LakeSettings, serving: ServingSettings, orchestration: OrchestrationSettings
) -> dict[str, object]:
    """Return the resources by the names that assets and checks ask for."""
    return {"lake": lake, "serving": serving, "orchestration": orchestration}
