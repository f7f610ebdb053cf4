"""What Superset's own rights leave open: owners, imports, SQL in charts, and where one lands.

Rights of Superset are by kind of object and verb. Here stands what they cannot say: that whoever is
no administrator gives no work to others, imports no files, and that SQL is written only by who may
use SQL Lab.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zipfile import is_zipfile

from flask import Response, current_app, g, jsonify, redirect, request
from release_connection import logged_in
from logins import SlowedSecurityManager

_IMPORT = re.compile(r"/api/v1/\w+/import/?")
_HOMES = ("/superset/welcome", "/sqllab", "/sqllab/history")
_SQL_KEYS = frozenset({"sqlExpression", "where", "having"})
_NAME = re.compile(r"\w*")


class CustomsSecurityManager(SlowedSecurityManager):
    """Superset's own, with slowed logins and no free SQL in the charts of who only looks."""

    def raise_for_access(self, *given: Any, **asked: Any) -> None:
        """Refuse what the user may not see.

        Raises:
            SupersetSecurityException: It may not be seen, or it is SQL that no saved chart has.
        """
        query_context = asked.get("query_context")
        if query_context is not None and not self.can_access("can_execute_sql_query", "SQLLab"):
            _refuse_free_sql(query_context)
        super().raise_for_access(*given, **asked)


def _refuse_free_sql(query_context: Any) -> None:
    from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
    from superset.exceptions import SupersetSecurityException
    from superset.utils import json

    saved = query_context.slice_
    texts = filter(None, (saved.params, saved.query_context)) if saved else ()
    known = {sql for text in texts for sql in _written_sql(json.loads(text))}
    asked = (sql for query in query_context.queries for sql in _written_sql(query.to_dict()))
    if any(not _NAME.fullmatch(sql) and sql not in known for sql in asked):
        message = "your role asks charts as they were saved, and writes no SQL"
        kind = SupersetErrorType.MISSING_OWNERSHIP_ERROR
        raise SupersetSecurityException(SupersetError(message, kind, ErrorLevel.ERROR))


def _written_sql(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in _SQL_KEYS and isinstance(value, str):
                yield value
            yield from _written_sql(value)
    elif isinstance(node, Iterable) and not isinstance(node, str | bytes):
        for value in node:
            yield from _written_sql(value)


def refuse_import() -> tuple[Response, int] | None:
    """Let administrators alone import, and ZIP files alone: a file sets owners, too."""
    from superset import security_manager

    if not _IMPORT.fullmatch(request.path) or not logged_in():
        return None
    if not security_manager.is_admin():
        return jsonify({"message": "only an administrator imports files"}), 403
    # Superset takes others for files of its early versions, and fails over them.
    is_zip = [is_zipfile(file.stream) for file in request.files.values()]
    for file in request.files.values():
        file.stream.seek(0)
    return None if all(is_zip) else (jsonify({"message": "an import is a ZIP file"}), 422)


def lead_to_dashboard() -> Any:
    """Lead who only looks to the dashboard, from pages that offer what they may not do."""
    from superset import security_manager

    is_home = request.path.rstrip("/") in _HOMES
    if not is_home or not logged_in():
        return None
    if security_manager.can_access("can_write", "Dashboard"):
        return None
    return redirect(current_app.config["CUSTOMS_DASHBOARD"])


def answer_in_json() -> None:
    """Let the API tell faults in JSON: else Superset sends a page, and 500 for all."""
    if request.path.startswith("/api/"):
        request.environ["HTTP_ACCEPT"] = "application/json"


def keep_owners() -> None:
    """Let nobody but administrators name other owners than themselves and those who are."""
    from superset import security_manager
    from superset.commands import base

    populate, compute = base.populate_owner_list, base.compute_owner_list

    def populated(owner_ids: list[int] | None, default_to_user: bool) -> list[Any]:
        if security_manager.is_admin():
            return populate(owner_ids, default_to_user)
        return [g.user]

    def computed(current: list[Any] | None, new: list[int] | None) -> list[Any]:
        if new is not None and not security_manager.is_admin():
            known = {owner.id for owner in current or []} | {g.user.id}
            new = [number for number in new if number in known]
        return compute(current, new)

    base.populate_owner_list, base.compute_owner_list = populated, computed
