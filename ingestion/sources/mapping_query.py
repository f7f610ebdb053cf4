"""The SQL that maps the raw rows of an outside table, made from what its source's file says."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from sqlglot import exp

from data_contracts.code_lists import column_of
from data_contracts.rules import rules_at
from data_contracts.to_python import judge_of
from ingestion.sources.outside_tables import (
    EXTRAS,
    WRITTEN_PART,
    Filling,
    OutsideColumn,
    OutsideSource,
    OutsideTable,
)
from ingestion.sources.reading import TableMapping

_DIALECT = "duckdb"
_NUMBERS = ("number", "integer")
_DAY, _CLOCK = "YYYY-MM-DD", "HH:mm:ss"
_ISO_PARTS = (
    ("YYYY", "0000"),
    ("MM", "01"),
    ("DD", "01"),
    ("HH", "00"),
    ("mm", "00"),
    ("ss", "00"),
)
# Of `conform.sql` too.
_MARK = "?"
_Parts = Sequence[tuple[OutsideColumn, Filling]]


@cache
def mapping_of(source: OutsideSource, table: OutsideTable) -> TableMapping:
    """Return how a table of a source fills its contract."""
    return TableMapping(table.contract_name, table.name, mapping_query(source, table))


def own_reasons(source: OutsideSource, table: OutsideTable) -> frozenset[str]:
    """Return the reasons (`CODE:field`) that a source gives by a rule of its own."""
    return frozenset(reason for reason, _ in _reasons(source, table))


def mapping_query(source: OutsideSource, table: OutsideTable) -> str:
    """Return one SELECT over the raw rows of a table, as `TableMapping.sql` has it.

    A text that its transform does not understand gets a mark (`?`), or stays as it is for the
    contract to judge. Where the contract takes the mark, the mapping itself says what is wrong.
    """
    fills: dict[str, list[tuple[OutsideColumn, Filling]]] = {}
    for column in table.columns:
        for field, how in column.fills.items():
            fills.setdefault(field, []).append((column, how))
    held = fills.pop(EXTRAS, [])
    named = {
        **{field: exp.Literal.string(text) for field, text in table.constants.items()},
        **{field: _field(source, table, field, parts) for field, parts in fills.items()},
    }
    if source.month_in_name:
        named[source.month_in_name] = exp.column(source.month_in_name)
    if held:
        named |= _held(source, held)
    if "wco_dec" in source.forms:
        named |= {name: exp.column(name) for name in (EXTRAS, "further_content")}
    if reasons := list(_reasons(source, table)):
        named["mapping_errors"] = _listed(reasons)
    return (
        exp.select("record_number", *[exp.alias_(value, name) for name, value in named.items()])
        .from_(exp.to_identifier(table.name, quoted=True))
        .sql(dialect=_DIALECT)
    )


def _field(source: OutsideSource, table: OutsideTable, field: str, parts: _Parts) -> exp.Expr:
    """Return the value of a field from the column or the columns that fill it."""
    kind = table.contract.field(field).logical_type
    values = [_value(source, column, how, kind) for column, how in parts]
    first = parts[0][1]
    if first.member:
        return _object_or_nothing(_call("json_merge_patch", _text("{}"), _object(source, parts)))
    if first.joined is not None:
        return _call("nullif", _call("concat_ws", _text(first.joined), *values), _text(""))
    return values[0]


def _value(
    source: OutsideSource, column: OutsideColumn, how: Filling, kind: str = "string"
) -> exp.Expr:
    value: exp.Expr = _raw(column.name)
    if kind in _NUMBERS:
        value = _pointed(source, value)
    value = _taken(source, how, value, kind)
    if how.mass is not None:
        value = _call("in_kilograms", value, _text(column_of("mass_unit", "kg")[how.mass]))
    if how.crosswalk is not None:
        value = _crosswalk(value, how.our_codes)
    if how.tax_line is not None:
        value = _call("tax_line", value, _raw(how.tax_line))
    if how.otherwise is not None:
        value = _call("coalesce", value, _text(how.otherwise))
    return value


def _pointed(source: OutsideSource, number: exp.Expr) -> exp.Expr:
    return number if source.decimal == "." else _call("with_decimal_point", number)


def _taken(source: OutsideSource, how: Filling, value: exp.Expr, kind: str) -> exp.Expr:
    if how.written is not None:
        after = "" if kind == "date" else f" {_CLOCK}{source.utc_offset}"
        return _iso_of_written(value, how.written, f"{_DAY}{after}")
    if how.take == "local_instant":
        return _call("instant", value, _text(source.utc_offset))
    return value if how.take == "text" else _call(how.take, value)


def _iso_of_written(value: exp.Expr, written: str, iso: str) -> exp.Expr:
    """Return a day or a time as ISO 8601 whose parts stand as `written` says."""
    order = WRITTEN_PART.findall(written)
    gaps = [re.escape(gap) for gap in WRITTEN_PART.split(written)]
    digits = [*(f"([0-9]{{{len(part)}}})" for part in order), ""]
    pattern = "".join(gap + digit for gap, digit in zip(gaps, digits, strict=True))
    for part, usual in _ISO_PARTS:
        iso = iso.replace(part, f"\\{order.index(part) + 1}" if part in order else usual)
    found = _call("regexp_replace", value.copy(), _text(pattern), _text(iso))
    is_written = _call("regexp_full_match", value.copy(), _text(pattern))
    return exp.case().when(is_written, found).else_(_marked(value))


def _crosswalk(value: exp.Expr, our_codes: dict[str, str]) -> exp.Expr:
    found = exp.Case(this=_comparable(value, our_codes))
    for code, ours in our_codes.items():
        found = found.when(_text(code), _text(ours))
    return found.else_(_marked(value))


def _comparable(value: exp.Expr, texts: Iterable[str]) -> exp.Expr:
    """Return a value in the Unicode form of a source's file, where that may make a difference."""
    is_ascii = all(text.isascii() for text in texts)
    return value.copy() if is_ascii else _call("nfc_normalize", value.copy())


def _held(source: OutsideSource, parts: _Parts) -> dict[str, exp.Expr]:
    """Return the extras and the further content of columns that no field holds."""
    members = _object(source, parts)
    before = _call("coalesce", exp.column(EXTRAS), _text("{}"))
    content = _as_text(members) if len(parts) > 1 else _value(source, *parts[0])
    return {
        EXTRAS: _object_or_nothing(_call("json_merge_patch", before, members.copy())),
        "further_content": content,
    }


def _object(source: OutsideSource, parts: _Parts) -> exp.Expr:
    """Return a JSON object of columns by their names."""
    members: list[exp.Expr] = []
    for column, how in parts:
        members += [_text(column.name), _value(source, column, how)]
    return _call("json_object", *members)


def _object_or_nothing(value: exp.Expr) -> exp.Expr:
    return _call("nullif", _as_text(value), _text("{}"))


def _reasons(source: OutsideSource, table: OutsideTable) -> Iterator[tuple[str, list[exp.Expr]]]:
    """Yield the reasons of the source's own rules, each with what brings it about."""
    found: dict[str, list[exp.Expr]] = {}
    for column in table.columns:
        for reason, is_wrong in _broken_rules(source, table, column):
            found.setdefault(reason, []).append(is_wrong)
    yield from found.items()


def _broken_rules(
    source: OutsideSource, table: OutsideTable, column: OutsideColumn
) -> Iterator[tuple[str, exp.Expr]]:
    if column.is_required and not _is_required_anyway(source, table, column):
        yield f"E_REQUIRED:{next(iter(column.fills))}", _raw(column.name).is_(exp.null())
    for field, how in column.fills.items():
        rules = {
            "E_PATTERN": how.pattern is not None and _is_of_other_form(column, how.pattern),
            "E_CODE": bool(how.codes) and _is_other_code(_value(source, column, how), how),
        }
        yield from ((f"{code}:{field}", is_wrong) for code, is_wrong in rules.items() if is_wrong)
        for is_bound, code, macro in (
            (how.is_id, "E_PATTERN", "is_spoiled_id"),
            (how.is_number, "E_TYPE", "is_no_plain_number"),
            (how.take == "kilograms", "E_CODE", "is_no_mass"),
        ):
            if is_bound:
                yield f"{code}:{field}", _call(macro, _pointed(source, _raw(column.name)))
        if _may_mark(how) and (field == EXTRAS or _takes_marks(source, table, field)):
            code = "E_PATTERN" if how.crosswalk is None else "E_CODE"
            is_marked = _call("starts_with", _value(source, column, how), _text(_MARK))
            yield f"{code}:{field}", is_marked


def _may_mark(how: Filling) -> bool:
    """Whether a text that the transform does not understand gets a mark."""
    is_told = how.crosswalk is not None or how.written is not None
    return is_told or how.take in {"base_number", "epoch_ms"}


def _takes_marks(source: OutsideSource, table: OutsideTable, name: str) -> bool:
    """Whether the contract would take a text with a mark for one of its own."""
    field = table.contract.field(name)
    judge = judge_of(field, rules_at(field, source.name))
    return judge(_MARK) is None


def _is_required_anyway(source: OutsideSource, table: OutsideTable, column: OutsideColumn) -> bool:
    """Whether the contract refuses an empty column by one of the fields it fills."""
    fields = [table.contract.field(name) for name in column.fills if name != EXTRAS]
    return any(field.required or source.name in field.required_sources for field in fields)


def _is_of_other_form(column: OutsideColumn, pattern: str) -> exp.Expr:
    value = _comparable(_raw(column.name), [pattern])
    return exp.not_(_call("regexp_full_match", value, _text(pattern)))


def _is_other_code(value: exp.Expr, how: Filling) -> exp.Expr:
    is_bound = [
        _comparable(_raw(name), codes).isin(*map(_text, codes)) for name, codes in how.when.items()
    ]
    found = _comparable(value, how.codes).isin(*map(_text, how.codes))
    return exp.and_(*is_bound, exp.not_(found))


def _listed(reasons: Sequence[tuple[str, list[exp.Expr]]]) -> exp.Expr:
    cases = [exp.case().when(exp.or_(*wrong), _text(reason)) for reason, wrong in reasons]
    joined = _call("nullif", _call("concat_ws", _text(";"), *cases), _text(""))
    return _call("string_split", joined, _text(";"))


def _marked(value: exp.Expr) -> exp.Expr:
    return exp.DPipe(this=_text(_MARK), expression=value.copy())


def _as_text(value: exp.Expr) -> exp.Expr:
    return exp.cast(value, "varchar")


def _raw(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _text(value: str) -> exp.Literal:
    return exp.Literal.string(value)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
