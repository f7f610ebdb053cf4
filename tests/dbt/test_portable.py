"""Models ask for nothing that one engine alone knows: that stands behind `adapter.dispatch`.

The list of functions is closed: a new one is added when `tests/integration/test_sail_build.py` has
run it on Sail. What Spark lacks and DuckDB has is told by its words.
"""

import re

import pytest

from tests.dbt.test_models import MODELS, PROJECT

MACROS = sorted((PROJECT / "macros").glob("*.sql"))
TESTS = sorted((PROJECT / "tests").glob("*/*.sql"))

# Functions of both engines, with the same result.
COMMON = re.compile(
    "abs|bool_or|cast|coalesce|concat|concat_ws|count|date_trunc|greatest|lag|last_value|lead|least"
    "|left|length|ln|max|max_by|min|nullif|round|row_number|sum|try_cast|year"
)
# What stands before a bracket and is no function: words of SQL, of types, of Jinja and of dbt.
WORDS = re.compile(
    "and|as|by|decimal|exists|from|in|not|or|over|select|then|when|where"
    "|config|contract_of|dispatch|join|ref|reject|return|source|sources_with|test"
)
ALONE = {
    "a clause": r"\b(?:qualify|pivot|unpivot|asof|positional|sample|summarize)\b",
    "a star with an exception": r"\*\s*(?:exclude|except|replace)\b",
    "a moment in a zone": r"\bat\s+time\s+zone\b",
    "a type": r"\b(?:varchar|hugeint|timestamptz|time\s+zone|struct|json)\b",
    "an infinite day": r"'-?infinity'",
    "a list": r"\[",
    "a window that goes on": r"\bover\s*\(\s*(?!partition|order|rows|range)\w+\s+\w",
    "groups that are not named": r"\bby\s+all\b",
}
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
CALL = re.compile(r"\b([a-z_]\w*)\s*\(")
ENGINE_MACRO = re.compile(r"\{%-?\s*macro\s+(?:duckdb|spark)__.*?endmacro\s*-?%\}", re.DOTALL)


def is_common(name: str) -> bool:
    """Whether what stands before a bracket is known to both engines, or is a macro."""
    macros = {macro.stem for macro in MACROS}
    return bool(COMMON.fullmatch(name) or WORDS.fullmatch(name)) or name in macros


def asked_of_one_engine(text: str) -> list[str]:
    """Return what a model, a test or a macro asks of one engine without a dispatched macro."""
    text = COMMENT.sub(" ", ENGINE_MACRO.sub(" ", text.lower()))
    # What stands in an expression of Jinja may be SQL as well: an argument of a macro.
    calls = [name for name in CALL.findall(STATEMENT.sub(" ", text)) if not is_common(name)]
    sql = EXPRESSION.sub(" x ", STATEMENT.sub(" ", text))
    return [*calls, *(what for what, form in ALONE.items() if re.search(form, sql))]


@pytest.mark.parametrize("path", [*MODELS, *TESTS, *MACROS], ids=lambda path: path.stem)
def test_what_one_engine_alone_knows_stands_behind_a_dispatched_macro(path):
    assert asked_of_one_engine(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select strftime(day, '%Y') from t", "strftime"),
        ("select list_distinct(codes) from t", "list_distinct"),
        ("select epoch(moment) from t", "epoch"),
        ("select arg_max(a, b) from t", "arg_max"),
        ("select regexp_matches(a, 'x') from t", "regexp_matches"),
        ("select {{ declaration_key('md5_number(number)') }} from t", "md5_number"),
        (
            "select {{ office_date('a') }}, json_extract_string(b, '$.c') from t",
            "json_extract_string",
        ),
        ("select a from t qualify row_number() over (order by a) = 1", "a clause"),
        ("select * exclude (a) from t", "a star with an exception"),
        ("select cast(a at time zone 'UTC' as date) from t", "a moment in a zone"),
        ("select cast(a as varchar) from t", "a type"),
        ("select date 'infinity' from t", "an infinite day"),
        ("select [a, b] from t", "a list"),
        (
            "select sum(a) over (w rows between 1 following and 2 following) from t",
            "a window that goes on",
        ),
        ("select a, count(*) from t group by all", "groups that are not named"),
    ],
)
def test_a_planted_construct_of_duckdb_is_caught(sql, told):
    assert told in asked_of_one_engine(sql)


def test_what_a_dispatched_macro_gives_to_its_engine_may_be_its_own():
    macro = "{{% macro {}(a) %}}strftime({{{{ a }}}}){{% endmacro %}}"
    assert asked_of_one_engine(macro.format("duckdb__day")) == []
    assert asked_of_one_engine(macro.format("day")) == ["strftime"]


def test_every_dispatched_macro_has_a_form_for_each_engine():
    texts = {path.stem: path.read_text(encoding="utf-8") for path in MACROS}
    dispatched = {name for name, text in texts.items() if "adapter.dispatch(" in text}
    assert dispatched
    for name in dispatched:
        for engine in ("duckdb", "spark"):
            assert f"macro {engine}__{name}(" in texts[name]
