"""How a release is opened: read-only, its month files attached, then locked.

`hub.duckdb` holds the small tables and one view per large table over the month files; the views
name the catalogues `month_2026_01`, `month_undated`, so every reader attaches them under exactly
these names, hidden: the catalogue shows every table once, in the hub. `attach_statements` is that
sequence, `prepare` runs it on any DuckDB connection.

Only DuckDB and what needs the standard library alone are imported: query processes must start fast,
also in the environment of Superset.
"""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from data_contracts.office_time import OFFICE_TIME_ZONE

if TYPE_CHECKING:
    import duckdb

HUB_FILE = "hub.duckdb"
HUB_CATALOG = "hub"
MONTHS_FOLDER = "months"
MANIFEST_FILE = "manifest.json"

# What must be given when the file is opened; the rest is set by `prepare`.
CONNECTION_CONFIG: dict[str, str] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "max_expression_depth": "250",
    "pivot_limit": "1000",
}

_MONTH = re.compile(r"\d{4}-\d{2}|undated")
_LOCKED = "select current_setting('lock_configuration')"
# The office's: a moment cast to a date is its day, as in the columns `…_date` of the marts.
# Global, since every further connection to the same file starts from the global setting.
_TIME_ZONE = f"set global TimeZone = '{OFFICE_TIME_ZONE}'"
# A table's name alone finds it; this connection only, DuckDB has no such setting for all.
_SEARCH_PATH = f"set search_path = '{HUB_CATALOG}.marts'"
# External access goes off before the lock, and both after the attaching: neither can be undone.
_LOCKING = ("set enable_external_access = false", "set lock_configuration = true")


class Cursor(Protocol):
    """What a connection gives back."""

    def fetchone(self) -> tuple[object, ...] | None:
        """Return the next row."""
        ...


class Connection(Protocol):
    """A DuckDB connection, or a wrapper around one (SQLAlchemy's)."""

    def execute(self, statement: str) -> Cursor:
        """Run one statement."""
        ...


def month_catalog(month: str) -> str:
    """Return the catalogue name of a month file: `2026-01` is `month_2026_01`.

    Raises:
        ValueError: `month` is neither `YYYY-MM` nor `undated`.
    """
    if not _MONTH.fullmatch(month):
        message = f"not a month of a release: {month!r}"
        raise ValueError(message)
    return f"month_{month.replace('-', '_')}"


def month_file(release: Path, month: str) -> Path:
    """Return the path of a month file inside a release."""
    return release / MONTHS_FOLDER / f"{month}.duckdb"


def attach_statements(release: Path) -> list[str]:
    """Return the statements that attach the month files of a release, in the order of months.

    Args:
        release: The release's real folder (not the link `current`: it may move meanwhile).
    """
    manifest = json.loads((release / MANIFEST_FILE).read_text(encoding="utf-8"))
    return [
        f"attach if not exists {_literal(month_file(release, month))}"
        f" as {month_catalog(month)} (read_only, hidden)"
        for month in sorted(manifest["months"])
    ]


def prepare(connection: Connection, release: Path) -> None:
    """Attach the months, then turn external access off and lock the configuration.

    Connections of one process to one file share its DuckDB, so the second one finds all this done
    and nothing happens. Callers with several threads hold a lock of theirs around the call.

    Args:
        connection: Open on `release / HUB_FILE`, read-only, with `CONNECTION_CONFIG`.
        release: The release's real folder.
    """
    locked = connection.execute(_LOCKED).fetchone()
    if locked == (True,):
        return
    for statement in attach_statements(release):
        connection.execute(statement)
    connection.execute(_TIME_ZONE)
    connection.execute(_SEARCH_PATH)
    for statement in _LOCKING:
        connection.execute(statement)


def open_hub(
    release: Path,
    *,
    memory_mb: int,
    threads: int,
    spill: Path | None = None,
    milliseconds: int | None = None,
) -> "duckdb.DuckDBPyConnection":
    """Open a release, ready and locked.

    Args:
        release: The release's real folder.
        memory_mb: Memory cap, in MB.
        threads: Number of threads.
        spill: Folder for spilling; without it a query that needs more memory fails.
        milliseconds: Longest time one statement may take; None is no bound.
    """
    import duckdb  # noqa: PLC0415  who only looks for a release need not wait for it

    config = CONNECTION_CONFIG | {"memory_limit": f"{memory_mb}MB", "threads": str(threads)}
    config["temp_directory"] = str(spill) if spill else ""
    if milliseconds is not None:
        config["max_execution_time"] = str(milliseconds)
    connection = duckdb.connect(str(release / HUB_FILE), read_only=True, config=dict(config))
    prepare(connection, release)
    return connection


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
