"""Superset's way to a published release: the newest one, read-only, locked, behind the same gate.

Runs in Superset's environment. `warehouse/guard.py` and `warehouse/opening.py` need only DuckDB and
the standard library and are loaded by their path, so that Superset and `customs sql` judge a
statement with the same code.

Two walls: the query mutator judges what people write, and so does the cursor, because Superset also
runs statements that no mutator sees.
"""

import importlib.util
import os
import resource
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import duckdb_engine
from flask import Response, jsonify, request
from sqlalchemy.dialects import registry
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from access import check_release

WAREHOUSE = Path(__file__).resolve().parents[2] / "warehouse"
RELEASES = Path(os.environ["CUSTOMS_RELEASES"])
DRIVER = "duckdb+release"
SQL_LAB = "/api/v1/sqllab/execute"
MEMORY_MB = 1024
THREADS = 2
QUERY_MILLISECONDS = 30_000
# Texts that a query makes are not counted in DuckDB's memory; this ends it before the machine.
ADDRESS_SPACE_MB = 8192

_preparing = threading.Lock()


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"customs_{name}", WAREHOUSE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


guard = _load("guard")
opening = _load("opening")


def admit(sql: str, **_context: Any) -> str:
    """Return the statement as it is, or refuse it: the query mutator of charts and SQL Lab."""
    statement = sql.strip().rstrip(";")
    guard.check_statement(statement)
    return statement


def refuse_in_sql_lab() -> tuple[Response, int] | None:
    """Judge what is typed in SQL Lab as a whole, before Superset splits it into statements."""
    if request.path.rstrip("/") != SQL_LAB or request.method != "POST":
        return None
    written = request.get_json(silent=True) or {}
    try:
        guard.check_statement(str(written.get("sql", "")).strip().rstrip(";"))
    except guard.RefusedStatementError as refusal:
        error = {"message": str(refusal), "error_type": "GENERIC_DB_ENGINE_ERROR", "level": "error"}
        return jsonify({"errors": [error | {"extra": {}}]}), 400
    return None


def point_at_release(
    uri: Any, _params: dict[str, Any], _user: str, _manager: Any, _source: Any
) -> tuple[Any, dict[str, Any]]:
    """Send `duckdb:////customs/<role>` to the hub file of that role's current release.

    The real path is taken, not the link: a new release is a new path, so no connection of an old
    release that is still open can answer for it.
    """
    role = Path(str(uri.database)).name
    check_release(role)
    release = (RELEASES / role / "current").resolve(strict=True)
    config = opening.CONNECTION_CONFIG | {
        "memory_limit": f"{MEMORY_MB}MB",
        "threads": str(THREADS),
        "max_execution_time": str(QUERY_MILLISECONDS),
        "temp_directory": "",
    }
    # Nothing that an administrator wrote beside the address is kept.
    kept = {"poolclass": NullPool, "connect_args": {"read_only": True, "config": config}}
    return make_url(f"{DRIVER}:///{release / opening.HUB_FILE}"), kept


class _GuardedCursor(duckdb_engine.CursorWrapper):
    """Runs what passes the gate, and the dialect's own look at the catalogue."""

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        guard.check_statement(statement.strip().rstrip(";"))
        super().execute(statement, parameters, context)

    def executemany(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        message = "only one SELECT may reach a release"
        raise guard.RefusedStatementError(message)

    def reflect(self, statement: str, parameters: Any, context: Any) -> None:
        """Run a SELECT over the catalogue that the dialect wrote itself."""
        kinds = [parsed.type for parsed in duckdb.extract_statements(statement)]
        if kinds != [duckdb.StatementType.SELECT]:
            message = "only one SELECT may reach a release"
            raise guard.RefusedStatementError(message)
        super().execute(statement, parameters, context)


class _ReleaseConnection(duckdb_engine.ConnectionWrapper):
    def __init__(self, raw: duckdb.DuckDBPyConnection) -> None:
        super().__init__(raw)
        self._raw = raw

    def cursor(self) -> _GuardedCursor:
        return _GuardedCursor(self._raw, self)


class ReleaseDialect(duckdb_engine.Dialect):
    """DuckDB's dialect over a release: opened like every reader opens it, SELECT only."""

    driver = "release"
    supports_statement_cache = False

    def connect(
        self, database: str, read_only: bool, config: dict[str, Any], **_url: Any
    ) -> _ReleaseConnection:
        """Open the hub, attach the months, lock."""
        check_release(Path(database).resolve().relative_to(RELEASES).parts[0])
        raw = duckdb.connect(database, read_only=read_only, config=config)
        with _preparing:
            opening.prepare(raw, Path(database).parent)
        return _ReleaseConnection(raw)

    def do_execute(
        self, cursor: _GuardedCursor, statement: str, parameters: Any, context: Any = None
    ) -> None:
        """Run what SQLAlchemy itself asks; people's statements go to the cursor directly."""
        cursor.reflect(statement, parameters, context)


def register_dialect() -> None:
    """Make `duckdb+release://` known to SQLAlchemy, and bound the process that will answer."""
    bytes_allowed = ADDRESS_SPACE_MB << 20
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or hard > bytes_allowed:
        resource.setrlimit(resource.RLIMIT_AS, (bytes_allowed, hard))
    registry.register("duckdb.release", __name__, "ReleaseDialect")
