"""What is wrong with one field, as SQL predicates over its text; the parts of the check pass.

Every predicate is false for a null: an absent value breaks one rule only, that it is required.
"""

from collections.abc import Iterable, Iterator

from sqlglot import exp

from data_contracts.code_lists import codes
from data_contracts.model import Field
from data_contracts.text_forms import (
    clean_text_of,
    excess_decimals_of,
    form_of,
    outside_years_of,
)

_DIALECT = "duckdb"


def typed_value(field: Field) -> exp.Expr:
    """Return the field's value in its type, null where its text has no such value.

    Text is not changed. Decimals beyond the scale give null instead of a rounded number.
    """
    form = form_of(field)
    if form is None:
        return exp.column(field.name)
    lossless = _matches(field, form)
    excess = excess_decimals_of(field)
    if excess is not None:
        lossless = exp.and_(lossless, exp.not_(_matches(field, excess)))
    return exp.Case(ifs=[exp.If(this=lossless, true=_tried_cast(field))])


def reason_predicates(field: Field) -> Iterator[tuple[str, exp.Expr]]:
    """Yield (reason code, predicate that is true when the record breaks that rule)."""
    required = _missing(field)
    if required is not None:
        yield "E_REQUIRED", required
    form = form_of(field)
    if form is None:
        yield from _text_predicates(field)
    else:
        yield from _typed_predicates(field, form)


def _missing(field: Field) -> exp.Expr | None:
    is_null = exp.column(field.name).is_(exp.null())
    if field.required:
        return is_null
    return _within(field.required_sources, is_null) if field.required_sources else None


def _text_predicates(field: Field) -> Iterator[tuple[str, exp.Expr]]:
    column = exp.column(field.name)
    yield "E_CTRL_CHAR", exp.not_(_matches(field, clean_text_of(field)))
    if field.max_length is not None:
        # The limit counts letters, and a letter typed as base and accent is still one.
        length = _function("length", _function("nfc_normalize", column))
        yield "E_LENGTH", length > field.max_length
    if field.pattern is not None:
        mismatch = exp.not_(_matches(field, field.pattern))
        yield "E_PATTERN", _within(field.pattern_sources, mismatch)
    if field.code_list is not None:
        known = [exp.Literal.string(code) for code in sorted(codes(field.code_list))]
        yield "E_CODE", _within(field.code_list_sources, exp.not_(column.isin(*known)))


def _typed_predicates(field: Field, form: str) -> Iterator[tuple[str, exp.Expr]]:
    well_formed = _matches(field, form)
    yield "E_TYPE", exp.not_(well_formed)
    excess = excess_decimals_of(field)
    fits_scale: exp.Expr = exp.true()
    if excess is not None:
        yield "E_SCALE", _matches(field, excess)
        fits_scale = exp.not_(_matches(field, excess))
    too_large = _tried_cast(field).is_(exp.null())
    yield "E_RANGE", exp.and_(well_formed, fits_scale, exp.or_(too_large, *_out_of_bounds(field)))


def _out_of_bounds(field: Field) -> Iterator[exp.Expr]:
    value = typed_value(field)
    if field.minimum is not None:
        yield exp.LT(this=value, expression=exp.Literal.number(str(field.minimum)))
    if field.maximum is not None:
        yield exp.GT(this=value, expression=exp.Literal.number(str(field.maximum)))
    outside_years = outside_years_of(field)
    if outside_years is not None:
        yield _matches(field, outside_years)


def _matches(field: Field, pattern: str) -> exp.Expr:
    return _function("regexp_full_match", exp.column(field.name), pattern)


def _tried_cast(field: Field) -> exp.Expr:
    to = exp.DataType.build(field.sql_type, dialect=_DIALECT)
    return exp.TryCast(this=exp.column(field.name), to=to)


def _within(sources: Iterable[str], predicate: exp.Expr) -> exp.Expr:
    """Limit a rule to the source systems it binds; none named means all."""
    names = [exp.Literal.string(name) for name in sources]
    return exp.and_(exp.column("source_system").isin(*names), predicate) if names else predicate


def _function(name: str, column: exp.Expr, *texts: str) -> exp.Expr:
    arguments = [column, *[exp.Literal.string(text) for text in texts]]
    return exp.Anonymous(this=name, expressions=arguments)
