"""Python's database interface (PEP 249) to a published release: every statement through the door.

Runs in Superset's environment. One statement is one process of its own (`warehouse.door`), judged,
recorded and killed there, so nothing that a chart, SQL Lab or a look at the catalogue asks outlives
its time in the server. There are no transactions and no parameters: a release is only read, and
Superset writes its values into the text.
"""

import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import g, has_app_context, has_request_context
from flask_login import current_user

# At the end: nothing of this project may stand before what Superset imports.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from access import (
    RefusedReleaseError,
    check_release,
    opened_releases,
    seconds_gone,
    tell_refusal,
)
from data_contracts.errors import CustomsDataError
from warehouse.audit import AuditLog
from warehouse.door import (
    QUERIES_PER_ROLE,
    REFUSAL_DELAY_SECONDS,
    BusyDoorError,
    Door,
    QueryLimits,
    QueryRefusedError,
)
from warehouse.durations import duration_text, with_durations
from warehouse.layout import Layout

apilevel = "2.0"
threadsafety = 1
paramstyle = "qmark"

RELEASES = Path(os.environ["CUSTOMS_RELEASES"])
LAYOUT = Layout(RELEASES.parent)
SECONDS = int(os.environ.get("CUSTOMS_QUERY_SECONDS", "30"))
MEMORY_MB = 1024
THREADS = 2
# Superset makes tables of an answer, and JSON in which every row names its columns.
MAXIMUM_MB = 64
_MOST_CELLS = 2_000_000
_LONGEST_NAME = 120
_LARGEST_INTEGER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed in SQL Lab and judged: the text, and the rows it shows."""

    sql: str
    shown_rows: int


# Of the request that this thread answers. Not Flask's own places: Superset runs a statement of SQL
# Lab in a request context that it makes up.
in_sql_lab: ContextVar[Typed | None] = ContextVar("in_sql_lab", default=None)


class Error(Exception):
    """Base of the errors of this interface."""


class InterfaceError(Error):
    """The interface was used wrongly."""


class DatabaseError(Error):
    """The door did not answer."""


class ProgrammingError(DatabaseError):
    """The statement was refused, or failed; the message says why and shows no data."""


class NotSupportedError(DatabaseError):
    """A release is only read, and takes no parameters."""


def connect(role: str) -> "Connection":
    """Return a connection to the current release of `role`; nothing is opened yet."""
    return Connection(role)


def door(role: str, asked: str) -> Door:
    """Return the door to the current release of `role`, if who is logged in may open that release.

    Args:
        role: Whose release.
        asked: What a refusal is recorded with: the statement, or the address of the database.

    Raises:
        RefusedReleaseError: No role of the user opens it.
    """
    opened = _door(role)
    try:
        check_release(role)
    except RefusedReleaseError as refusal:
        opened.turn_away(asked, str(refusal), RefusedReleaseError)
    return opened


def _door(role: str) -> Door:
    release = RELEASES / role / "current"
    return Door(
        log=AuditLog.of(LAYOUT),
        locks=LAYOUT.locks,
        role=role,
        # The real path, not the link: a statement reads one release to its end.
        release=release.resolve() if release.exists() else None,
        threads=THREADS,
        # Who opens the same releases shares places, whichever of them is read: else analysts, who
        # may look at the managers' release, could take every place of it.
        sharing="+".join(sorted(opened_releases() or ())) or None,
        queries_per_role=int(os.environ.get("CUSTOMS_QUERIES_PER_ROLE", QUERIES_PER_ROLE)),
        refusal_delay_seconds=float(
            os.environ.get("CUSTOMS_REFUSAL_DELAY_SECONDS", REFUSAL_DELAY_SECONDS)
        ),
        asker={"door": "superset", "user": user_name() or "superset itself"},
    )


def user_name() -> str | None:
    """Return the name of who is logged in; None when Superset asks for itself."""
    if not has_app_context():
        return None
    by_token = getattr(g, "user", None)
    by_session = current_user if has_request_context() else None
    names = (getattr(user, "username", None) for user in (by_token, by_session))
    return next((str(name) for name in names if name), None)


def limits(opened: Door, statement: str) -> QueryLimits:
    """Return what a statement may take: all those of one request have their seconds together.

    Raises:
        BusyDoorError: None are left; that is no fault of the statement.
    """
    typed = in_sql_lab.get()
    seconds = SECONDS - int(seconds_gone())
    if seconds < 1:
        reason = f"the statements of a request have {SECONDS} s in all; ask again, or for less"
        opened.turn_away(statement, reason, BusyDoorError)
    return QueryLimits(
        seconds=seconds,
        memory_mb=MEMORY_MB,
        maximum_mb=MAXIMUM_MB,
        # And one more, by which Superset tells that there are more.
        enough_rows=typed.shown_rows + 1 if typed else None,
    )


class Connection:
    """A way to the door of one role."""

    def __init__(self, role: str) -> None:
        self.role = role
        # SQLAlchemy looks here for what a server says beside its answer.
        self.notices: list[str] = []

    def cursor(self) -> "Cursor":
        """Return a cursor."""
        return Cursor(self)

    def close(self) -> None:
        """Do nothing: no statement outlives its execution."""

    def commit(self) -> None:
        """Do nothing: a release is only read."""

    def rollback(self) -> None:
        """Do nothing: a release is only read."""


class Cursor:
    """One statement after another, each with its whole answer."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self._rows: list[tuple[Any, ...]] = []
        self._next = 0

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        """Ask one question.

        Raises:
            NotSupportedError: It comes with parameters.
            ProgrammingError: It was refused or failed, or is not for who is logged in.
        """
        if parameters:
            message = "a statement over a release takes no parameters"
            raise NotSupportedError(message)
        try:
            opened = door(self.connection.role, statement)
            answer = opened.ask(statement, limits(opened, statement))
        except QueryRefusedError as refusal:
            # One that passes by itself is to be asked again.
            tell_refusal(429 if isinstance(refusal, BusyDoorError) else 422, str(refusal))
            raise ProgrammingError(str(refusal)) from refusal
        except CustomsDataError as error:
            raise ProgrammingError(str(error)) from error
        if len(answer.rows) * len(answer.columns) > _MOST_CELLS:
            message = f"more than {_MOST_CELLS:,} cells; take fewer columns or rows, or aggregate"
            tell_refusal(422, message)
            raise ProgrammingError(message)
        changed = [_change(kind) for _, kind in answer.columns]
        self.description = [
            (
                name[:_LONGEST_NAME],
                kind if change is None else "VARCHAR",
                None,
                None,
                None,
                None,
                None,
            )
            for (name, kind), change in zip(answer.columns, changed, strict=True)
        ]
        self._rows = _changed(answer.rows, changed)
        self._next = 0
        self.rowcount = len(self._rows)

    def executemany(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        """Refuse: only one question may reach a release.

        Raises:
            NotSupportedError: Always.
        """
        message = "only one SELECT may reach a release"
        raise NotSupportedError(message)

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, None after the last."""
        return next(iter(self.fetchmany(1)), None)

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """Return the next rows, at most `size`."""
        first = self._next
        self._next = min(first + (size or self.arraysize), len(self._rows))
        return self._rows[first : self._next]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        first, self._next = self._next, len(self._rows)
        return self._rows[first:] if first else self._rows

    def close(self) -> None:
        """Let the rows go."""
        self._rows = []

    def setinputsizes(self, sizes: Any) -> None:
        """Do nothing, as the interface allows."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Do nothing, as the interface allows."""


def _change(kind: str) -> Any:
    """Return what must be done to the cells of a type that Superset cannot show; None: nothing."""
    if "INTERVAL" in kind:
        return lambda cell: with_durations(cell, duration_text)
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return lambda cell: cell
    return None


def _changed(rows: list[tuple[Any, ...]], changes: list[Any]) -> list[tuple[Any, ...]]:
    return [
        tuple(
            _fitting(cell) if change is None else change(cell)
            for cell, change in zip(row, changes, strict=True)
        )
        for row in rows
    ]


def _fitting(cell: Any) -> Any:
    """Return a cell as Superset can hold it: whole numbers of 64 bits, larger ones as decimals."""
    if isinstance(cell, int) and abs(cell) > _LARGEST_INTEGER:
        return Decimal(cell)
    return cell
