"""What a request may bring, and how many of one user are answered at a time.

Superset parses SQL in many places (metrics, filters, datasets, SQL Lab) with a parser in Python
that holds up every other request, and goes back exponentially far over some short texts:
`array[array[…` of twenty levels takes minutes. So text and steps are bounded in the parser itself,
whoever calls it.

The server has some sixty threads, and a request can hold one for as long as a statement may take:
only few are of one user, so that whoever sends many keeps nobody else waiting.
"""

import threading
from collections import Counter
from typing import Any, NoReturn

from flask import Response, current_app, g, has_request_context, jsonify, request
from sqlglot.dialects.dialect import Dialect
from sqlglot.parser import Parser

from release_connection import SQL_LAB, logged_in

# On the path through the line above.
from access import tell_refusal
from warehouse.guard_bounds import text_problem

MAXIMUM_BYTES = 200_000
# Where Superset itself takes SQL apart.
_SQL_PATHS = (
    "/api/v1/chart/data",
    "/api/v1/database/",
    "/api/v1/dataset/",
    "/api/v1/datasource/",
    "/api/v1/sqllab/",
    "/explore_json",
    "/superset/explore_json",
)
_MAXIMUM_SQL_BYTES = 1 << 16
_PIECE_BYTES = 65_536
# Of one request; the longest text takes some 12,000, and is read three times over.
_MAXIMUM_STEPS = 36_000
# A browser sends six at a time; those of a page that was left go on.
MOST_AT_ONCE = 16
_at_work: Counter[str] = Counter()
_counting = threading.Lock()


def take_turn() -> tuple[Response, int] | None:
    """Refuse a request of a user whose earlier ones are at work, as many as may be."""
    user = None if request.path.startswith("/static/") else logged_in()
    if user is None:
        return None
    with _counting:
        if _at_work[user] < MOST_AT_ONCE:
            _at_work[user] += 1
            g.at_work = user
            return None
    message = f"{MOST_AT_ONCE} requests of yours are being answered, as many as may; ask again"
    return jsonify({"message": message}), 429


def end_turn(_fault: BaseException | None) -> None:
    """Count a request no longer."""
    if user := g.pop("at_work", None):
        with _counting:
            _at_work[user] -= 1


def refuse_large_body() -> tuple[Response, int] | None:
    """Refuse a body that is no file and larger than anything people draw or ask.

    SQL Lab's own text may be of any length that the server reads: the door refuses and records it.
    """
    is_typed = request.path.rstrip("/") == SQL_LAB
    if is_typed or request.mimetype == "multipart/form-data":
        most = current_app.config["MAX_CONTENT_LENGTH"]
    else:
        most = _MAXIMUM_SQL_BYTES if request.path.startswith(_SQL_PATHS) else MAXIMUM_BYTES
    # Without a length it would be read to its end.
    if "Transfer-Encoding" not in request.headers and (request.content_length or 0) <= most:
        return None
    # Whoever is still sending would not hear the answer; how long, the worker bounds.
    while request.environ["wsgi.input"].read(_PIECE_BYTES):
        pass
    return jsonify({"message": f"a request here has at most {most:,} bytes, and a length"}), 413


def stream_nothing() -> None:
    """Let a chart be exported within its request: a stream goes on after its turn, and fails."""
    from superset.charts.data.api import ChartDataRestApi

    ChartDataRestApi._should_use_streaming = lambda *_given: False


def bound_parser() -> None:
    """Give Superset's SQL parser an end, for every text and every caller in this process."""
    from superset.exceptions import SupersetParseError

    def refuse(message: str) -> NoReturn:
        tell_refusal(422, message)
        raise SupersetParseError(sql="", message=message)

    tokenize, advance, parse = Dialect.tokenize, Parser._advance, Parser._parse

    def bounded_tokenize(self: Dialect, sql: str, **options: Any) -> Any:
        if problem := text_problem(sql):
            refuse(problem)
        return tokenize(self, sql, **options)

    def bounded_advance(self: Parser, *times: int) -> None:
        counted = g if has_request_context() else self
        steps = getattr(counted, "parser_steps", 0) + 1
        counted.parser_steps = steps
        if steps > _MAXIMUM_STEPS:
            refuse("the SQL of this request takes too long to read; write it simpler")
        advance(self, *times)

    def bounded_parse(self: Parser, *given: Any, **named: Any) -> Any:
        try:
            return parse(self, *given, **named)
        except RecursionError:
            refuse("the SQL is nested too deep")

    Dialect.tokenize, Parser._advance, Parser._parse = (
        bounded_tokenize,
        bounded_advance,
        bounded_parse,
    )
