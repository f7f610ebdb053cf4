"""Superset's way to a published release: which one a connection opens, and how it is looked at.

Runs in Superset's environment. Every statement goes to the door (`release_dbapi`): what charts and
SQL Lab ask, what Superset itself runs, and its looks at the catalogue.
"""

import re
from contextlib import suppress
from typing import Any

import duckdb_engine
import release_dbapi
from flask import Response, current_app, jsonify, request
from flask_jwt_extended import verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import PyJWTError
from sqlalchemy import exc, types
from sqlalchemy.dialects import registry
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

# On the path through the line above that imports the interface.
from access import tell_refusal
from data_contracts.errors import CustomsDataError
from warehouse.door import BusyDoorError

DRIVER = "duckdb+release"
SCHEMA = "marts"
SQL_LAB = "/api/v1/sqllab/execute"
_ROLE_URI = re.compile(r"(?:.*/)?(?P<role>[a-z]+)")
_TYPES = {
    "BIGINT": types.BigInteger,
    "BOOLEAN": types.Boolean,
    "DATE": types.Date,
    "DOUBLE": types.Float,
    "INTEGER": types.Integer,
    "SMALLINT": types.SmallInteger,
    "TIMESTAMP": types.DateTime,
    "TIMESTAMP WITH TIME ZONE": types.DateTime,
    "VARCHAR": types.String,
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


class NoReleaseError(CustomsDataError):
    """What was asked names no release."""


def opened_role(uri: Any) -> str:
    """Return the role whose release a database of Superset opens: `duckdb:////customs/<role>`.

    The one place that decides it; whoever asks gets this release or none.

    Args:
        uri: The database's address, as SQLAlchemy reads it.

    Raises:
        NoReleaseError: The address names no role.
        RefusedReleaseError: Who is logged in may not open this release.
    """
    found = _ROLE_URI.fullmatch(uri.database or "")
    if found is None:
        message = f"the database {uri.database!r} names no role: duckdb:////customs/<role>"
        tell_refusal(422, message)
        raise NoReleaseError(message)
    release_dbapi.door(found["role"], repr(uri))
    return found["role"]


def check_database(database: Any) -> None:
    """Refuse a database of Superset whose release is closed to who is logged in.

    Raises:
        CustomsDataError: It is, or the address names no role.
    """
    opened_role(make_url(database.sqlalchemy_uri))


def point_at_release(
    uri: Any, _params: dict[str, Any], _user: str | None, _manager: Any, _source: Any
) -> tuple[Any, dict[str, Any]]:
    """Send every database of Superset, whatever its address and parameters, to a role's door."""
    return make_url(f"{DRIVER}:///{opened_role(uri)}"), {"poolclass": NullPool}


def refuse_in_sql_lab() -> tuple[Response, int] | None:
    """Judge what is typed in SQL Lab as a whole, before Superset parses and splits it.

    In a process of its own: a text that stalls a parser stalls no server.
    """
    release_dbapi.in_sql_lab.set(None)
    is_sql_lab = request.path.rstrip("/") == SQL_LAB and request.method == "POST"
    # Superset itself turns away who is not logged in.
    if not is_sql_lab or not logged_in():
        return None
    written = request.get_json(silent=True) or {}
    typed = str(written.get("sql", ""))
    if written.get("runAsync"):
        return _told("a statement runs while you wait: there are no workers beside the server"), 422
    try:
        role = opened_role(_database_uri(written.get("database_id")))
        door = release_dbapi.door(role, typed)
        door.judge(typed, release_dbapi.limits(door, typed))
    except BusyDoorError as busy:
        return _told(str(busy)), 429
    except CustomsDataError as refusal:
        return _told(str(refusal)), 400
    release_dbapi.in_sql_lab.set(release_dbapi.Typed(typed, _shown_rows(written)))
    return None


def _told(message: str) -> Response:
    error = {"message": message, "error_type": "GENERIC_DB_ENGINE_ERROR", "level": "error"}
    return jsonify({"errors": [error | {"extra": {}}]})


def as_typed(sql: str, **_context: Any) -> str:
    """Return what was typed in SQL Lab and has been judged; elsewhere what Superset made.

    Superset writes a statement anew before it runs, and not always the same: measured,
    `interval '1 day 01:02:03'` becomes `INTERVAL '1' DAY`. Where it must add to the text (row-level
    security, templates), its own text runs.
    """
    from superset import is_feature_enabled

    if any(map(is_feature_enabled, ("RLS_IN_SQLLAB", "ENABLE_TEMPLATE_PROCESSING"))):
        return sql
    typed = release_dbapi.in_sql_lab.get()
    return typed.sql if typed else sql


def keep_written_limits() -> None:
    """Let SQL Lab cut an answer where its control says, and leave the statement's LIMIT alone.

    Superset would put the control's number in place of the LIMIT that was typed; the interface
    stops after the control's rows instead.
    """
    from superset.db_engine_specs.base import LimitMethod
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec

    DuckDBEngineSpec.limit_method = LimitMethod.FETCH_MANY


def logged_in() -> str | None:
    """Return the name of who is logged in, by session or by token; None for nobody."""
    with suppress(JWTExtendedException, PyJWTError):
        # A program's token is read here already; a session was read before.
        verify_jwt_in_request(optional=True)
    return release_dbapi.user_name()


def _shown_rows(written: dict[str, Any]) -> int:
    """Return how many rows SQL Lab's control shows."""
    most = current_app.config["SQL_MAX_ROW"]
    asked = written.get("queryLimit")
    return min(asked, most) if isinstance(asked, int) and asked > 0 else most


def _database_uri(number: Any) -> Any:
    from superset import db
    from superset.models.core import Database

    database = db.session.get(Database, number) if isinstance(number, int) else None
    if database is None:
        message = "the statement names no database of this server"
        raise NoReleaseError(message)
    return make_url(database.sqlalchemy_uri)


class ReleaseDialect(duckdb_engine.Dialect):
    """DuckDB's dialect over a release; what it looks at, it asks at the door."""

    driver = "release"
    supports_statement_cache = False
    default_schema_name = SCHEMA
    # DuckDB takes a backslash in a text as it stands.
    _backslash_escapes = False

    @classmethod
    def dbapi(cls) -> Any:
        """Return the interface."""
        return release_dbapi

    def create_connect_args(self, url: Any) -> tuple[list[Any], dict[str, Any]]:
        """Return what `connect` takes: the role."""
        return [], {"role": url.database}

    def connect(self, role: str) -> release_dbapi.Connection:
        """Return a connection; nothing is opened before a statement comes."""
        return release_dbapi.connect(role)

    def initialize(self, connection: Any) -> None:
        """Ask nothing: a release has one server version and one schema."""
        self.server_version_info = (8, 0)

    def do_ping(self, connection: Any) -> bool:
        """Ask the release for a row: it is there, and open to who asks."""
        connection.cursor().execute("select 1")
        return True

    def do_begin(self, connection: Any) -> None:
        """Do nothing: a release is only read."""

    def do_commit(self, connection: Any) -> None:
        """Do nothing: a release is only read."""

    def do_rollback(self, connection: Any) -> None:
        """Do nothing: a release is only read."""

    def get_schema_names(self, connection: Any, **_kw: Any) -> list[str]:
        """Return the one schema."""
        return [SCHEMA]

    def get_table_names(self, connection: Any, schema: str | None = None, **_kw: Any) -> list[str]:
        """Return the published tables."""
        if schema not in {None, SCHEMA}:
            return []
        return [name for (name,) in connection.exec_driver_sql("show tables")]

    def get_view_names(self, connection: Any, schema: str | None = None, **_kw: Any) -> list[str]:
        """Return none: a reader sees tables, however the release keeps them."""
        return []

    def has_table(
        self, connection: Any, table_name: str, schema: str | None = None, **_kw: Any
    ) -> bool:
        """Say whether a table is published."""
        return table_name in self.get_table_names(connection, schema)

    def get_columns(
        self, connection: Any, table_name: str, schema: str | None = None, **_kw: Any
    ) -> list[dict[str, Any]]:
        """Return the columns of a table."""
        name = self.identifier_preparer.quote_identifier(table_name)
        try:
            rows = list(connection.exec_driver_sql(f"describe {SCHEMA}.{name}"))
        except exc.DBAPIError as error:
            raise exc.NoSuchTableError(table_name) from error
        return [
            {"name": name, "type": _type(kind), "nullable": True, "default": None, "comment": None}
            for name, kind, *_ in rows
        ]

    def get_pk_constraint(
        self, connection: Any, table_name: str, *_schema: Any, **_kw: Any
    ) -> dict[str, Any]:
        """Return none."""
        return {"constrained_columns": [], "name": None}

    def get_foreign_keys(
        self, connection: Any, table_name: str, *_schema: Any, **_kw: Any
    ) -> list[Any]:
        """Return none."""
        return []

    def get_indexes(self, connection: Any, table_name: str, *_schema: Any, **_kw: Any) -> list[Any]:
        """Return none."""
        return []

    def get_unique_constraints(
        self, connection: Any, table_name: str, *_schema: Any, **_kw: Any
    ) -> list[Any]:
        """Return none."""
        return []

    def get_check_constraints(
        self, connection: Any, table_name: str, *_schema: Any, **_kw: Any
    ) -> list[Any]:
        """Return none."""
        return []

    def get_table_comment(
        self, connection: Any, table_name: str, *_schema: Any, **_kw: Any
    ) -> dict[str, Any]:
        """Return none."""
        return {"text": None}


def _type(kind: str) -> Any:
    if decimal := _DECIMAL.fullmatch(kind):
        return types.Numeric(int(decimal[1]), int(decimal[2]))
    return _TYPES.get(kind, types.String)()


def register_dialect() -> None:
    """Make `duckdb+release://` known to SQLAlchemy."""
    registry.register("duckdb.release", __name__, "ReleaseDialect")
