"""What Superset's own rights leave open: owners, imports, SQL in charts, and where one lands.

Rights of Superset are by kind of object and verb. Here stands what they cannot say: that whoever is
no administrator gives no work to others, imports no files, sees neither who else there is nor what
others asked, and that SQL is written only by who may use SQL Lab.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn
from zipfile import is_zipfile

from flask import Response, current_app, g, jsonify, redirect, request
from release_connection import check_database, logged_in
from chart_bounds import chart_problem
from data_contracts.errors import CustomsDataError
from logins import SlowedSecurityManager

_IMPORT = re.compile(r"/api/v1/\w+/import/?")
_HOMES = ("/superset/welcome", "/sqllab", "/sqllab/history")
_OWN_FORM = "/resetmypassword/form"
_OTHER_WAYS = {
    # Asks for no password, and would end the session that asks.
    ("PUT", "/api/v1/me"): f"change your password at {_OWN_FORM}; names change administrators",
    # Goes on when its turn has ended.
    ("POST", "/api/v1/sqllab/export_streaming"): "export by /api/v1/sqllab/export/<client_id>/",
}
_CLOSED_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8">
<title>Không mở được / Not open to your role</title>
<p>Vai trò của bạn không mở trang này; hãy hỏi người quản trị Superset nếu cần.</p>
<p>Your role does not open this page; ask the administrator of Superset if you need it.</p>
<p><a href="{home}">Về bảng điều hành / Back to the dashboard</a></p></html>
"""
_SQL_KEYS = frozenset({"sqlExpression", "where", "having"})
_NAME = re.compile(r"\w*")


class CustomsSecurityManager(SlowedSecurityManager):
    """Superset's own, with slowed logins, bounded charts, and to each what they asked."""

    def raise_for_access(self, *given: Any, **asked: Any) -> None:
        """Refuse what the user may not see.

        Raises:
            SupersetSecurityException: It may not be seen, or it is SQL that no saved chart has.
            QueryObjectValidationError: It is a chart that asks for too much.
        """
        from superset.exceptions import QueryObjectValidationError

        if (query_context := asked.get("query_context")) is not None:
            if problem := chart_problem(query_context):
                raise QueryObjectValidationError(problem)
            if not self.can_access("can_execute_sql_query", "SQLLab"):
                _refuse_free_sql(query_context)
        elif asked.get("query") is not None and request.path.startswith("/api/v1/chart/"):
            # Superset hands on nothing of such a chart that could be judged.
            message = "a chart is drawn from a dataset; save the statement as one, and draw that"
            raise QueryObjectValidationError(message)
        _refuse_query_of_others(asked.get("query"))
        _refuse_closed_release(asked)
        super().raise_for_access(*given, **asked)


def _refuse_query_of_others(query: Any) -> None:
    from superset.utils.core import get_user_id

    asker = getattr(query, "user_id", None)
    if asker is not None and asker != get_user_id():
        _refuse("that was asked by somebody else")


def _refuse_closed_release(asked: Mapping[str, Any]) -> None:
    """Ask for the release here too: an answer that Superset has kept passes no door."""
    sources = [asked.get("datasource"), asked.get("query")]
    sources += [getattr(asked.get(key), "datasource", None) for key in ("query_context", "viz")]
    databases = [asked.get("database"), *(getattr(one, "database", None) for one in sources)]
    for database in filter(None, databases):
        try:
            check_database(database)
        except CustomsDataError as refusal:
            _refuse(str(refusal))


def _refuse(message: str) -> NoReturn:
    from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
    from superset.exceptions import SupersetSecurityException

    kind = SupersetErrorType.MISSING_OWNERSHIP_ERROR
    raise SupersetSecurityException(SupersetError(message, kind, ErrorLevel.ERROR))


def _refuse_free_sql(query_context: Any) -> None:
    from superset.utils import json

    saved = query_context.slice_
    texts = filter(None, (saved.params, saved.query_context)) if saved else ()
    known = {sql for text in texts for sql in _written_sql(json.loads(text))}
    asked = (sql for query in query_context.queries for sql in _written_sql(query.to_dict()))
    if any(not _NAME.fullmatch(sql) and sql not in known for sql in asked):
        _refuse("your role asks charts as they were saved, and writes no SQL")


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


def refuse_other_ways() -> tuple[Response, int] | None:
    """Refuse, to everybody, what Superset offers twice and is bounded in one way only."""
    message = _OTHER_WAYS.get((request.method, request.path.rstrip("/")))
    return (jsonify({"message": message}), 403) if message else None


def lead_to_password_form() -> Any:
    """Lead to the form that changes a password, from the page whose button does not."""
    is_info = request.path.rstrip("/") == "/user_info"
    return redirect(_OWN_FORM) if is_info and logged_in() else None


def lead_to_dashboard() -> Any:
    """Lead who only looks to the dashboard, from pages that offer what they may not do."""
    from superset import security_manager

    is_home = request.path.rstrip("/") in _HOMES
    if not is_home or not logged_in():
        return None
    if security_manager.can_access("can_write", "Dashboard"):
        return None
    return redirect(current_app.config["CUSTOMS_DASHBOARD"])


def explain_closed_page(response: Response) -> Response:
    """Say to people that their role does not open a page, where Superset shows them an error."""
    is_page = "text/html" in request.accept_mimetypes and not request.path.startswith("/api/")
    if response.status_code == 403 and is_page:  # noqa: PLR2004
        response.data = _CLOSED_PAGE.format(home=current_app.config["CUSTOMS_DASHBOARD"]).encode()
        response.content_type = "text/html; charset=utf-8"
    return response


def log_nothing_of_nobody() -> tuple[str, int] | None:
    """Take no events of who is not logged in.

    The login page sends some with the session that the login ends; led to that page, they would
    come back with a new one, in place of the session that has just logged in.
    """
    is_log = request.path.rstrip("/") == "/superset/log"
    return ("", 204) if is_log and not logged_in() else None


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


def seen_users(query: Any) -> Any:
    """Narrow a query of users to those whom the asker may see: all, or only oneself."""
    from superset import security_manager

    if security_manager.is_admin():
        return query
    return query.filter(security_manager.user_model.id == g.user.id)


def hide_others() -> None:
    """Show and stop by its name only what one asked oneself, and name no other users."""
    from superset import db, security_manager
    from superset.daos.query import QueryDAO
    from superset.models.sql_lab import Query
    from superset.views.base_api import BaseSupersetModelRestApi as ModelApi

    stop, add_named = QueryDAO.stop_query, ModelApi._add_extra_ids_to_result  # noqa: SLF001

    def stopped(client_id: str) -> None:
        found = db.session.query(Query).filter_by(client_id=client_id).one_or_none()
        _refuse_query_of_others(found)
        stop(client_id)

    def added(self: Any, datamodel: Any, column_name: str, ids: list[int], result: Any) -> None:
        # Superset adds whatever number is named, past its own filters.
        if security_manager.is_admin() or datamodel.obj is not security_manager.user_model:
            add_named(self, datamodel, column_name, ids, result)

    QueryDAO.stop_query = staticmethod(stopped)
    ModelApi._add_extra_ids_to_result = added  # noqa: SLF001
