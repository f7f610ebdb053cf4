"""The check pass of a contract: one SQL query that types, judges and hashes all records of a batch.

The input holds text as the source wrote it. A value is typed only if nothing is lost: no exponent,
no rounding, no date that the calendar does not have. All reasons of a record are given, not the
first one. The query knows nothing of other records; keys are compared where bronze is known.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import groupby

from sqlglot import exp, parse_one

from data_contracts.model import Contract, Field
from data_contracts.rules import Rule, is_free_text, is_of_time, rules, rules_of

_DIALECT = "duckdb"
# Accepted text holds no control character but tab and line breaks, so these cannot collide with it.
_FIELD_SEPARATOR = 31
_NULL_MARK = 30
# Several spellings may state one rate. What says nothing in it: zeros at the end of decimals, the
# percent sign, blanks at a plus.
_RATE = "rate_text"
_RATE_SPELLINGS = (
    (r"(\.[0-9]*[1-9])0+\b", r"\1"),
    (r"\.0+\b", ""),
    (r"%", ""),
    (r" *\+ *", "+"),
)


@cache
def check_query(contract: Contract, relation: str) -> str:
    """Return the check pass over `relation` as DuckDB SQL.

    Args:
        contract: What the records must be.
        relation: Name of a table or view with the contract's fields as VARCHAR, `record_number`
            BIGINT and `mapping_errors` VARCHAR[]; further columns are ignored.

    Returns:
        One SELECT with record_number, the contract's fields typed (null where the text has no such
        value), reason_codes VARCHAR[] (`E_TYPE:field`, …, then the mapping errors; empty when the
        record is good) and content_hash VARCHAR (md5 over the typed fields, independent of how the
        source spelled them and of the session's time zone).
    """
    typed = exp.select(
        "record_number",
        *[_alias(_typed(field), field.name) for field in contract.fields],
        "mapping_errors",
        _alias(_joined_reasons(contract), "joined_reasons"),
    ).from_("presented")
    checked = exp.select(
        "record_number",
        *[exp.column(name) for name in contract.names],
        _alias(_all_reasons(), "reason_codes"),
        _alias(_content_hash(contract), "content_hash"),
    ).from_("typed")
    query = checked.with_("presented", as_=_presented(contract, relation)).with_("typed", as_=typed)
    return query.sql(dialect=_DIALECT, pretty=True)


def _presented(contract: Contract, relation: str) -> exp.Select:
    """Empty text is null: the outside formats have no empty text.

    Text is kept in the Unicode form NFC with line feeds alone: neither says anything.
    """
    return exp.select(
        "record_number",
        "mapping_errors",
        *[
            _alias(_function("nullif", _one_form(field), exp.Literal.string("")), field.name)
            for field in contract.fields
        ],
    ).from_(exp.to_table(relation, dialect=_DIALECT))


def _one_form(field: Field) -> exp.Expr:
    text: exp.Expr = exp.column(field.name)
    if field.logical_type != "string":
        return text
    if is_free_text(field):
        text = _function("replace", text, exp.Literal.string("\r\n"), exp.Literal.string("\n"))
    # DuckDB's function ends the text at a NUL, which the check below must still see.
    has_nul = _function("contains", text.copy(), _function("chr", exp.Literal.number(0)))
    return exp.case().when(has_nul, text).else_(_function("nfc_normalize", text.copy()))


def _joined_reasons(contract: Contract) -> exp.Expr:
    """Reasons as one text: concat_ws drops the nulls, so no lambda per record is needed."""
    return _function("concat_ws", exp.Literal.string(";"), *_reason_cases(contract))


def _all_reasons() -> exp.Expr:
    joined = exp.column("joined_reasons")
    none = parse_one("cast([] as varchar[])", dialect=_DIALECT)
    own = exp.Case(
        ifs=[exp.If(this=joined.eq(exp.Literal.string("")), true=none)],
        default=_function("string_split", joined, exp.Literal.string(";")),
    )
    # A source's list may give the same reason as the contract's.
    others = parse_one(
        "list_filter(mapping_errors, "
        "lambda one : not list_contains(split(joined_reasons, ';'), one))",
        dialect=_DIALECT,
    )
    return _function("list_concat", own, _function("coalesce", others, none.copy()))


def _reason_cases(contract: Contract) -> Iterator[exp.Expr]:
    for field, of_field in rules_of(contract).items():
        for code, group in groupby(of_field, key=lambda rule: rule.code):
            alike = tuple(group)
            breaks = exp.or_(*[_within(rule, _breaks(rule, field)) for rule in alike])
            if alike[0].kind in {"at_least", "at_most"}:
                breaks = exp.and_(_is_plain(field), breaks)
            reason = exp.Literal.string(f"{code}:{field.name}")
            yield exp.Case(ifs=[exp.If(this=breaks, true=reason)])


def _breaks(rule: Rule, field: Field) -> exp.Expr:
    """Return the predicate that is true of a value that breaks a rule."""
    column, wanted = exp.column(field.name), rule.wanted
    breaks: exp.Expr
    match rule.kind:
        case "present":
            breaks = column.is_(exp.null())
        case "form":
            breaks = exp.not_(_matches(column, wanted))
        case "not_form":
            breaks = _matches(column, wanted)
        case "longest":
            breaks = _function("length", column) > wanted
        case "one_of":
            breaks = exp.not_(column.isin(*map(exp.Literal.string, sorted(wanted))))
        case "at_least":
            breaks = _number(field) < _of_type(field, wanted)
        case "at_most":
            number = _number(field)
            breaks = exp.or_(number.is_(exp.null()), number.copy() > _of_type(field, wanted))
    return breaks


def _typed(field: Field) -> exp.Expr:
    """Return the field's value in its type, null where its text has no such value.

    Text is not changed. Decimals beyond the scale give null instead of a rounded number.
    """
    if field.logical_type == "string":
        return exp.column(field.name)
    value = exp.TryCast(this=exp.column(field.name), to=_type(field.sql_type))
    return exp.Case(ifs=[exp.If(this=_is_plain(field), true=value)])


def _is_plain(field: Field) -> exp.Expr:
    """Return whether the text has the form of the field's type and loses nothing in it."""
    forms = [rule for rule in rules(field) if rule.kind in {"form", "not_form"}]
    return exp.and_(*[exp.not_(_breaks(rule, field)) for rule in forms])


def _number(field: Field) -> exp.Expr:
    """Return what limits are about, null where it is beyond the type: of a time its year."""
    text: exp.Expr = exp.column(field.name)
    if is_of_time(field):
        text = _function("left", text, exp.Literal.number(4))
    return exp.TryCast(this=text, to=_number_type(field))


def _of_type(field: Field, limit: Decimal) -> exp.Expr:
    return exp.Cast(this=exp.Literal.string(str(limit)), to=_number_type(field))


def _number_type(field: Field) -> exp.DataType:
    return _type("SMALLINT" if is_of_time(field) else field.sql_type)


def _type(sql_type: str) -> exp.DataType:
    return exp.DataType.build(sql_type, dialect=_DIALECT)


def _matches(column: exp.Expr, pattern: str) -> exp.Expr:
    return _function("regexp_full_match", column, exp.Literal.string(pattern))


def _within(rule: Rule, predicate: exp.Expr) -> exp.Expr:
    """Limit a rule to the source systems it binds; none named means all."""
    names = [exp.Literal.string(name) for name in rule.sources]
    return exp.and_(exp.column("source_system").isin(*names), predicate) if names else predicate


def _content_hash(contract: Contract) -> exp.Expr:
    values = [_hashable(field) for field in contract.fields]
    return _function("md5", _function("concat_ws", _character(_FIELD_SEPARATOR), *values))


def _hashable(field: Field) -> exp.Expr:
    """Text of a typed value; an instant as microseconds, as its text depends on the session.

    A rate counts as what it states: `5`, `5.00` and `5%` are one.
    """
    value: exp.Expr = exp.column(field.name)
    if field.name == _RATE:
        for spelling, plain in _RATE_SPELLINGS:
            value = _function(
                "regexp_replace", value, *map(exp.Literal.string, (spelling, plain, "g"))
            )
    if field.logical_type == "timestamp":
        value = _function("epoch_us", value)
    text = exp.cast(value, "varchar", dialect=_DIALECT)
    return _function("coalesce", text, _character(_NULL_MARK))


def _character(code_point: int) -> exp.Expr:
    return _function("chr", exp.Literal.number(code_point))


def _function(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _alias(expression: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(expression, name, copy=False)
