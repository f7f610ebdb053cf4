"""Settings of the lane service and of its snapshots."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ml.models import DEFAULT


class ServingSettings(BaseSettings):
    """Bounds of a request and shares of the lanes; environment prefix `CUSTOMS_LANES_`.

    Attributes:
        max_body_bytes: Largest request body.
        max_header_bytes: Largest head of a request, and largest path.
        max_header_count: Most headers of a request.
        max_connections: Most open connections of one process that have shown the token, more are
            answered with 503; and most that have not, the oldest is cut off for another one.
        read_seconds: Time in which a request must have come whole, from its first byte.
        keep_alive_seconds: How long a connection may stay idle after an answer.
        stop_seconds: How long a service that is told to stop answers what was sent before.
        stop_idle_seconds: How long a connection without a request stays open when the service is
            told to stop: whoever sends one within it is answered.
        max_items: Most goods items of one request; the national form holds 50.
        model: The model whose scores decide, by name.
        red_share: Share of declarations that officers can examine physically.
        yellow_share: Share of declarations whose documents they can check beside those because
            of their risk; what another law puts under control comes on top.
        capacity_days: Days of scored declarations that the shares are measured on.
        profile_days: Days of history that a snapshot can answer for; older registrations are
            refused rather than answered with the wrong history.
        history_stale_days: Age of the history, in days before registration, above which an answer
            and the metrics call it stale.
        golden_items: Items that are scored again whenever a snapshot is loaded.
        reload_seconds: How often a running service looks for a newer snapshot.
    """

    model_config = SettingsConfigDict(env_prefix="CUSTOMS_LANES_", frozen=True, extra="forbid")

    max_body_bytes: int = Field(default=1_000_000, ge=1_000)
    max_header_bytes: int = Field(default=16_384, ge=1_024)
    max_header_count: int = Field(default=64, ge=8)
    max_connections: int = Field(default=400, ge=1)
    read_seconds: float = Field(default=5.0, gt=0)
    keep_alive_seconds: int = Field(default=5, ge=1)
    stop_seconds: int = Field(default=9, ge=2)
    stop_idle_seconds: float = Field(default=1.0, gt=0)
    max_items: int = Field(default=50, ge=1, le=99_999)
    model: str = DEFAULT
    red_share: float = Field(default=0.03, gt=0, lt=1)
    yellow_share: float = Field(default=0.30, gt=0, lt=1)
    capacity_days: int = Field(default=90, ge=1)
    profile_days: int = Field(default=1_100, ge=1)
    history_stale_days: int = Field(default=7, ge=1)
    golden_items: int = Field(default=200, ge=1)
    reload_seconds: float = Field(default=2.0, gt=0)
