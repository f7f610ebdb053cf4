"""The bounds of a statement: of its text, and of the functions that make much out of little.

`range(1, 10)` has ten steps and `lpad(code, 8, '0')` eight signs, and that can be read off the
statement; of `range(n)` it cannot, so it is refused with the way to bound it. What is read is the
span in which an expression lies: numbers, moments and intervals (both in seconds), and `least` and
`greatest`, of which only one end counts.

Like the gate, this needs the standard library only.
"""

import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from math import inf, isnan
from typing import Any, NamedTuple

# 100,000 nested subqueries crash the parser; this many characters cannot nest that deep.
MAXIMUM_CHARACTERS = 20_000
MAXIMUM_STEPS = 100_000
MAXIMUM_WIDTH = 1_000

# A whole number of at most three digits is no more than the widest that may be.
_LONG_NUMBER = re.compile(r"\d{4}")
_PRINTF_FIELD = re.compile(r"%([-+ #0-9.*$',]*)")
_FORMAT_FIELD = re.compile(r"\{([^{}]*\{?)")
_NUMBERS = frozenset(
    {"tinyint", "smallint", "int", "integer", "bigint", "hugeint", "double", "decimal"}
)
_MOMENTS = frozenset({"date", "timestamp", "timestamptz", "timestamp with time zone", "datetime"})
_DAY = 86_400
# The shortest and the longest that a unit can be, in seconds.
_UNIT_SECONDS: dict[str, tuple[float, float]] = {
    "to_milliseconds": (1e-3, 1e-3),
    "to_seconds": (1, 1),
    "to_minutes": (60, 60),
    "to_hours": (3_600, 3_600),
    "to_days": (_DAY, _DAY),
    "to_weeks": (7 * _DAY, 7 * _DAY),
    "to_months": (28 * _DAY, 31 * _DAY),
    "to_quarters": (90 * _DAY, 92 * _DAY),
    "to_years": (365 * _DAY, 366 * _DAY),
}
_PARTS_OF_A_YEAR = frozenset({"year", "quarter", "month", "week", "day", "hour"})
# As people write it: `interval '1 day'`, `'3 months'::interval`.
_INTERVAL = re.compile(
    r"\s*(?P<count>-?\d{1,9})\s*(?P<unit>second|minute|hour|day|week|month|quarter|year)s?\s*",
    re.IGNORECASE,
)
_NOW = frozenset({"current_date", "current_timestamp", "today", "now", "get_current_timestamp"})

Node = dict[str, Any]


class _Span(NamedTuple):
    """The least and the greatest that an expression can be; both open where nothing shows."""

    kind: str
    low: float
    high: float


_UNKNOWN = _Span("", -inf, inf)
_ONE = _Span("number", 1, 1)


def text_problem(sql: str) -> str:
    """Return why a text is none that the gate can look at; '' when it can."""
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        return f"the statement is not UTF-8: its character {error.start + 1} cannot be read"
    if len(sql) > MAXIMUM_CHARACTERS or "\0" in sql:
        return f"a statement has at most {MAXIMUM_CHARACTERS:,} characters and no NUL"
    return ""


def bound_problem(name: str, node: Node) -> str:
    """Return why a call may grow without bound, and how to bound it; '' when it may not.

    Args:
        name: The function, in small letters.
        node: The call in DuckDB's syntax tree.
    """
    judge = _JUDGES.get(name)
    if judge is None:
        return ""
    arguments = node.get("arguments", ())
    if any("name" in argument for argument in arguments):
        return f"{name} takes its arguments by place here"
    return judge(name, [argument["expression"] for argument in arguments])


def _steps_problem(name: str, arguments: Sequence[Node]) -> str:
    spans = [_span(argument) for argument in arguments]
    match spans:
        case [stop]:
            start, step = _Span("number", 0, 0), _ONE
        case [start, stop]:
            step = _ONE
        case [start, stop, step]:
            pass
        case _:
            return f"{name} takes one to three arguments"
    kinds = (start.kind, stop.kind, step.kind)
    smallest = max(step.low, -step.high)
    longest = stop.high - start.low if step.low > 0 else start.high - stop.low
    is_known = kinds in {("number",) * 3, ("moment", "moment", "interval")} and smallest > 0
    if is_known and longest / smallest <= MAXIMUM_STEPS:
        return ""
    return (
        f"{name} needs bounds that the statement shows, and at most {MAXIMUM_STEPS:,} steps: "
        f"{name}(1, 100), {name}(1, least(n, 100)), "
        f"{name}(date '2026-01-01', current_date, interval 1 day)"
    )


def _width_problem(name: str, arguments: Sequence[Node]) -> str:
    width = _span(arguments[1]) if len(arguments) > 1 else _UNKNOWN
    if width.kind == "number" and width.high <= MAXIMUM_WIDTH:
        return ""
    return (
        f"{name} needs a length that the statement shows, at most {MAXIMUM_WIDTH:,}: "
        "a whole number, or least(n, 100)"
    )


def _printf_problem(name: str, arguments: Sequence[Node]) -> str:
    form = _literal_text(arguments)
    fields = ["*"] if form is None else _PRINTF_FIELD.findall(form)
    return _form_problem(f"{name}('%05d', n)", name, fields, "*")


def _format_problem(name: str, arguments: Sequence[Node]) -> str:
    form = _literal_text(arguments)
    # Two braces are one that is written; a field inside a field takes its width from the data.
    fields = ["{"] if form is None else _FORMAT_FIELD.findall(form.replace("{{", ""))
    example = f"{name}('{{:05d}}', n); of a date, strftime(d, '%d/%m/%Y')"
    return _form_problem(example, name, fields, "{")


def _form_problem(example: str, name: str, fields: Sequence[str], from_data: str) -> str:
    if not any(from_data in field or _LONG_NUMBER.search(field) for field in fields):
        return ""
    return (
        f"{name} needs its form written in the statement, with widths as numbers up to 999: "
        f"{example}"
    )


def _literal_text(arguments: Sequence[Node]) -> str | None:
    literal = arguments[0].get("literal", {}) if arguments else {}
    return literal.get("text", "") if literal.get("kind") == "STRING" else None


def _span(node: Node) -> _Span:
    match node.get("type"):
        case "VALUE_CONSTANT":
            literal = node.get("literal", {})
            is_number = literal.get("kind") in {"INTEGER", "NUMERIC"}
            return _number_span(literal.get("text", "")) if is_number else _UNKNOWN
        case "OPERATOR_CAST":
            return _cast_span(node)
        case "COLUMN_REF" if _called(node.get("column_names", ())) in _NOW:
            return _now_span()
        case "FUNCTION":
            return _function_span(node)
    return _UNKNOWN


def _number_span(text: str) -> _Span:
    try:
        return _Span("number", float(text), float(text))
    except ValueError:
        return _UNKNOWN


def _cast_span(node: Node) -> _Span:
    kind = str(node.get("type_expr", {}).get("type_name", "")).lower()
    child = node.get("child", {})
    text = _literal_text([child])
    if text is None:
        span = _span(child)
        fits = kind in {"number": _NUMBERS, "moment": _MOMENTS}.get(span.kind, ())
        return span if fits else _UNKNOWN
    if kind in _NUMBERS:
        return _number_span(text)
    if kind == "interval" and (found := _INTERVAL.fullmatch(text)):
        return _interval_span(f"to_{found['unit'].lower()}s", _number_span(found["count"]))
    try:
        moment = datetime.fromisoformat(text) if kind in _MOMENTS else None
    except ValueError:
        moment = None
    return _moment_span(moment) if moment else _UNKNOWN


def _moment_span(moment: datetime) -> _Span:
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return _Span("moment", seconds, seconds)


def _interval_span(unit: str, count: _Span) -> _Span:
    ends = [end * length for end in count[1:] for length in _UNIT_SECONDS[unit]]
    return _Span("interval", min(ends), max(ends))


def _function_span(node: Node) -> _Span:
    name = _called(node["qualified_name"]["path"])
    arguments = [argument["expression"] for argument in node.get("arguments", ())]
    spans = [_span(argument) for argument in arguments]
    if name in _NOW:
        return _now_span()
    if name in _UNIT_SECONDS and spans:
        return _interval_span(name, spans[0])
    if name in {"date_trunc", "datetrunc"} and _literal_text(arguments) in _PARTS_OF_A_YEAR:
        return _sum([spans[1], _Span("interval", -366 * _DAY, 0)]) if spans[1:] else _UNKNOWN
    combined = _COMBINED.get(name)
    return combined(spans) if combined and spans else _UNKNOWN


def _sum(spans: Sequence[_Span]) -> _Span:
    match [span.kind for span in spans]:
        case ["number", "number"] | ["interval", "interval"] | ["moment", "interval"]:
            first, second = spans
        case ["moment", "number"]:  # a number of days
            first, second = spans[0], _Span("", spans[1].low * _DAY, spans[1].high * _DAY)
        case _:
            return _UNKNOWN
    return _Span(first.kind, first.low + second.low, first.high + second.high)


def _difference(spans: Sequence[_Span]) -> _Span:
    last = spans[-1]
    negative = _Span(last.kind, -last.high, -last.low)
    return negative if len(spans) == 1 else _sum([spans[0], negative])


def _product(spans: Sequence[_Span]) -> _Span:
    if [span.kind for span in spans] != ["number", "number"]:
        return _UNKNOWN
    ends = [first * second for first in spans[0][1:] for second in spans[1][1:]]
    # Infinity times nothing is no number.
    return _UNKNOWN if any(map(isnan, ends)) else _Span("number", min(ends), max(ends))


def _made_date(spans: Sequence[_Span]) -> _Span:
    try:
        year, month, day = (int(span.low) for span in spans if span.low == span.high)
        return _moment_span(datetime(year, month, day, tzinfo=UTC))
    except (ValueError, OverflowError):
        return _UNKNOWN


def _least(spans: Sequence[_Span]) -> _Span:
    return _Span(_kind(spans), min(span.low for span in spans), min(span.high for span in spans))


def _greatest(spans: Sequence[_Span]) -> _Span:
    return _Span(_kind(spans), max(span.low for span in spans), max(span.high for span in spans))


def _kind(spans: Sequence[_Span]) -> str:
    kinds = {span.kind for span in spans} - {""}
    return kinds.pop() if len(kinds) == 1 else ""


def _now_span() -> _Span:
    return _Span("moment", time.time() - _DAY, time.time() + _DAY)


def _called(path: Sequence[str]) -> str:
    return str(path[0]).lower() if len(path) == 1 else ""


_COMBINED: dict[str, Callable[[Sequence[_Span]], _Span]] = {
    "least": _least,
    "greatest": _greatest,
    "+": _sum,
    "-": _difference,
    "*": _product,
    "make_date": _made_date,
    "trunc": lambda spans: spans[0],
}

_JUDGES: dict[str, Callable[[str, Sequence[Node]], str]] = {
    "range": _steps_problem,
    "generate_series": _steps_problem,
    "lpad": _width_problem,
    "rpad": _width_problem,
    "repeat": _width_problem,
    "list_resize": _width_problem,
    "array_resize": _width_problem,
    "printf": _printf_problem,
    "format": _format_problem,
}
