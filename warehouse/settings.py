"""Settings of the lake: where it lies and how much of the machine it may take.

Built at entry points only (the command line, the Dagster definitions); everything below takes
values.
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.door import QUERIES_PER_ROLE, REFUSAL_DELAY_SECONDS
from warehouse.layout import Layout

MEGABYTE = 1_000_000
"""Bytes of a MB, in which sizes are set."""
HOME = Path("customs-data")
DEMO_HOME = Path("customs-demo")


def found_home() -> Path:
    """Return the home where none is named: `./customs-data`, or the demo's where only that is."""
    without = Layout(HOME).format_number is None
    return DEMO_HOME if without and Layout(DEMO_HOME).format_number is not None else HOME


class LakeSettings(BaseSettings):
    """Where the lake lies and its bounds; environment variables carry the prefix `CUSTOMS_`.

    Attributes:
        home: The lake's folder; `./customs-data` where none is named, or `./customs-demo` where
            only that is there.
        memory_limit_mb: Memory cap of each DuckDB connection, in MB.
        threads: Threads of each DuckDB connection.
        spill_limit_mb: Disk that one connection may use for spilling, in MB.
        landing_max_file_mb: Largest file that is received, unpacked size of a gzip included, in MB.
        landing_max_ratio: Largest unpacked to packed size of a packed file above 10 MB unpacked.
        batch_max_mb: Unpacked bytes that are conformed in one pass, in MB, counted by
            `unpacked_size.measure`; the memory needed is about twenty times as much. One file may
            count twice as many.
        batch_max_files: Files that are conformed in one pass.
        lock_wait_seconds: How long a command waits for a lock that another one holds.
        release_groups: Group of the machine that may read the releases of a role, by role; a role
            that is not named is for the owner alone.
        queries_per_role: How many statements over one role's release may run at once.
        refusal_delay_seconds: Longest wait of who asks what is refused again and again; 0 turns
            it off.
    """

    model_config = SettingsConfigDict(env_prefix="CUSTOMS_", frozen=True, extra="forbid")

    home: Path = Field(default_factory=found_home)
    memory_limit_mb: int = Field(default=4096, ge=64)
    threads: int = Field(default=2, ge=1)
    spill_limit_mb: int = Field(default=20_000, ge=0)
    landing_max_file_mb: int = Field(default=4096, ge=1)
    landing_max_ratio: int = Field(default=200, ge=1)
    batch_max_mb: int = Field(default=128, ge=1)
    batch_max_files: int = Field(default=2000, ge=1)
    lock_wait_seconds: float = Field(default=10.0, ge=0)
    release_groups: dict[str, str] = Field(default_factory=dict)
    queries_per_role: int = Field(default=QUERIES_PER_ROLE, ge=1)
    refusal_delay_seconds: float = Field(default=REFUSAL_DELAY_SECONDS, ge=0)

    @property
    def is_home_named(self) -> bool:
        """Whether a person named the home."""
        return "home" in self.model_fields_set

    @property
    def is_demo_unasked(self) -> bool:
        """Whether the home is the demo's, which nobody named: no place for real files."""
        return not self.is_home_named and self.home == DEMO_HOME
