"""Settings of the orchestrated street: what comes in where, what is checked, when to try again.

Built in `orchestration/definitions.py` only; the lake and the lanes have settings of their own.
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OrchestrationSettings(BaseSettings):
    """How the street is run; environment variables carry the prefix `CUSTOMS_ORCHESTRATION_`.

    Attributes:
        inbox: Folder with one folder per source, whose files are landed again and again; None
            means `inbox` in the lake's home.
        max_quarantined_ratio: Largest share of the records that came for a bronze table on its last
            day which may lie in quarantine for the marts to be built on it.
        sample_rows: Newest rows of each bronze table that its expectations are run on.
        max_retries: Times a step is tried again after an error that may pass.
        retry_wait_seconds: Wait before each of them.
    """

    model_config = SettingsConfigDict(
        env_prefix="CUSTOMS_ORCHESTRATION_", frozen=True, extra="forbid"
    )

    inbox: Path | None = None
    max_quarantined_ratio: float = Field(default=0.05, ge=0, le=1)
    sample_rows: int = Field(default=500, ge=1, le=100_000)
    max_retries: int = Field(default=3, ge=0)
    retry_wait_seconds: float = Field(default=60.0, ge=0)
