"""Models ask for nothing that one engine alone knows: that stands behind `adapter.dispatch`.

What they may ask for is a closed list of functions, types, words and signs: a new one is added when
`tests/integration/test_sail_build.py` has run it on Sail.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlglot import tokenize
from sqlglot.tokens import TokenType

from tests.dbt.test_models import MODELS, PROJECT

MACROS = sorted((PROJECT / "macros").glob("*.sql"))
TESTS = sorted((PROJECT / "tests").glob("*/*.sql"))

# Of both engines, with the same result of what models give them: logarithms and quotients of what
# is above zero, and whole numbers alone where one is cast to. No list of words can see more: the
# two nations of `test_sail_build.py` do.
FUNCTIONS = re.compile(
    "abs|bool_or|cast|coalesce|concat_ws|count|date_trunc|greatest|lag|last_value|lead|least"
    "|left|length|ln|max|min|nullif|round|row_number|sum|try_cast|year"
)
TYPES = re.compile("bigint|date|decimal|double|integer|string")
# What stands before a bracket and is no function.
OPENING = re.compile("and|as|by|decimal|exists|from|in|join|not|or|over|select|then|when|where")
WORDS = re.compile(
    f"{OPENING.pattern}|{TYPES.pattern}|all|asc|between|case|cross|desc|distinct|else|end|false"
    "|first|full|group|having|inner|interval|is|left|null|on|order|outer|partition|range|row|rows"
    "|true|union|window|with"
)
SIGNS = re.compile(r"[(),.=<>+*/-]|<>|!=|<=|>=|\|\|")
# What signs and words say together.
FORMS = {
    "a window that goes on": r"over \( (?!partition|order|rows|range)\w+ (?!\))",
    "columns by their names": r"union (?:all )?by",
    "all that is not named": r"(?<!union )all",
    "a star with an exception": r"(?:(?<=select )|(?<=, )|(?<=\. ))\* (?!,|\)|from|$)",
    "an infinite day": r"'-?infinity'",
}

COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
ENGINE_MACRO = re.compile(r"\{%-?\s*macro\s+(?:duckdb|spark)__.*?endmacro\s*-?%\}", re.DOTALL)
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# What a macro runs by itself, on one engine, and what dbt is told; a pattern is no SQL.
RUN = re.compile(
    r"\{%-?\s*(?:do\b|set \w+ = run_query\().*?%\}|\{\{-?\s*config\(.*?\}\}", re.DOTALL
)
PATTERN = re.compile(r"(?P<call>\bmatches\([^,]*,)\s*'[^']*'")
QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
# What stands for an expression of Jinja.
ANY = "x"


class Word(NamedTuple):
    """A word or a sign of SQL, lower case; `is_free` where SQL means nothing by it."""

    line: int
    text: str
    is_free: bool


def blank(found: re.Match[str]) -> str:
    """Return nothing, or a name for an expression, on as many lines."""
    word = ANY if found[0].startswith("{{") else ""
    return word + re.sub(r"\S", " ", found[0])[len(word) :]


def pieces_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the SQL of a text with the line of its start: what is around Jinja, each text in it."""
    for unread in (ENGINE_MACRO, COMMENT):
        text = unread.sub(blank, text)
    yield 1, JINJA.sub(blank, text)
    text = PATTERN.sub(lambda found: found["call"].ljust(len(found[0])), RUN.sub(blank, text))
    for jinja in JINJA.finditer(text):
        for quoted in QUOTED.finditer(jinja[0]):
            yield text.count("\n", 0, jinja.start() + quoted.start()) + 1, quoted[0][1:-1]


def words_of(sql: str, line: int) -> list[Word]:
    """Return the words of a piece of SQL that begins on a line."""
    words = []
    for token in tokenize(sql, dialect="duckdb"):
        is_free = token.token_type in {TokenType.VAR, TokenType.NUMBER, TokenType.STRING}
        is_text = token.token_type is TokenType.STRING
        texts = [f"'{token.text}'".replace(" ", "")] if is_text else token.text.lower().split()
        words += [Word(line + token.line - 1, text, is_free) for text in texts]
    return words


def is_common(before: str, word: Word, after: str) -> bool:
    """Whether both engines know a word between two others."""
    if after == "(" and not SIGNS.fullmatch(word.text):
        return word.text == ANY or any(one.fullmatch(word.text) for one in (FUNCTIONS, OPENING))
    known = word.is_free or before == "."
    return known or any(one.fullmatch(word.text) for one in (WORDS, SIGNS))


def is_foreign(of_type: str) -> bool:
    """Whether a type is not of both engines."""
    return of_type != ANY and not TYPES.fullmatch(of_type)


def misplaced(words: list[Word]) -> Iterator[tuple[int, str]]:
    """Yield the line of each `from` that no `select` stands before, and of each foreign type."""
    calls, selects = [""], [False]
    for before, word in pairwise([Word(0, "", is_free=True), *words]):
        if word.text == "(":
            calls, selects = [*calls, before.text], [*selects, False]
        elif word.text == ")":
            calls, selects = calls[:-1] or [""], selects[:-1] or [False]
        elif word.text in {"select", "union"}:
            selects[-1] = word.text == "select"
        elif word.text == "from" and before.text != "distinct" and not selects[-1]:
            yield word.line, "a from alone"
        elif before.text == "as" and calls[-1].endswith("cast") and is_foreign(word.text):
            yield word.line, word.text


def asked_of_one_engine(path: Path) -> list[str]:
    """Return what a model, a test or a macro asks of one engine, each as `FILE:LINE WHAT`."""
    found = set()
    for line, sql in pieces_of(path.read_text(encoding="utf-8")):
        words = words_of(sql, line)
        texts = ["", *(word.text for word in words), ""]
        found |= {
            (word.line, word.text)
            for before, word, after in zip(texts, words, texts[2:], strict=False)
            if not is_common(before, word, after)
        }
        found |= set(misplaced(words))
        said = " ".join(texts[1:-1])
        for what, form in FORMS.items():
            for match in re.finditer(rf"(?<!\S){form}", said):
                found.add((words[said.count(" ", 0, match.start())].line, what))
    return [f"{path.name}:{line} {what}" for line, what in sorted(found)]


@pytest.mark.parametrize("path", [*MODELS, *TESTS, *MACROS], ids=lambda path: path.stem)
def test_what_one_engine_alone_knows_stands_behind_a_dispatched_macro(path):
    assert asked_of_one_engine(path) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("strftime(day, '%Y')", "strftime"),
        ("list_distinct(codes)", "list_distinct"),
        ("epoch(moment)", "epoch"),
        ("arg_max(a, b)", "arg_max"),
        # Where a is null: DuckDB takes the next row, Sail does not; DuckDB leaves it out.
        ("max_by(a, b)", "max_by"),
        ("concat(a, b)", "concat"),
        ("regexp_matches(a, 'x')", "regexp_matches"),
        ("columns(*)", "columns"),
        ("{{ declaration_key('md5_number(number)') }}", "md5_number"),
        ("{{ office_date('a') }}, json_extract_string(b, '$.c')", "json_extract_string"),
        ("{{ office_date('a::date') }}", "::"),
        ("{% set told = ['true', \"a // 2\"] %}", "//"),
        ("a from t qualify row_number() over (order by a) = 1", "qualify"),
        ("a from t asof join s on t.a >= s.a", "asof"),
        ("a from t positional join s", "positional"),
        ("a from t using sample 3", "using"),
        ("a from t limit 3", "limit"),
        ("a from t group by all", "all that is not named"),
        ("a from t order by all", "all that is not named"),
        ("a from t union by name select b from s", "columns by their names"),
        ("a from t union all by name select b from s", "columns by their names"),
        ("a from (from t)", "a from alone"),
        ("a from t union from s", "a from alone"),
        ("* exclude (a) from t", "a star with an exception"),
        ("t.* replace (1 as a) from t", "a star with an exception"),
        ("count(*) filter (where a)", "filter"),
        ("sum(a) over (w rows between 1 following and 2 following)", "a window that goes on"),
        ("cast(a at time zone 'UTC' as date)", "time"),
        ("cast(a as varchar)", "varchar"),
        ("cast(a as text)", "text"),
        ("cast(a as timestamptz)", "timestamptz"),
        ("try_cast(a as uinteger)", "uinteger"),
        ("cast(a as varint)", "varint"),
        ("date 'infinity'", "an infinite day"),
        ("timestamp '2025-01-01'", "timestamp"),
        ("[a, b]", "["),
        ("{'a': b}", "{"),
        ("a::text", "::"),
        ("a // 2", "//"),
        ("a ** 2", "**"),
        ("a == b", "=="),
        ("a ^@ 'b'", "^@"),
        ("a ~ 'b'", "~"),
        ("a->>'$.x'", "->>"),
        ("a->'x'", "->"),
        ("a glob 'x'", "glob"),
        ("a ilike 'x'", "ilike"),
        ("a similar to 'x'", "similar"),
        ('"a"', "a"),
        ("$$a$$", "a"),
    ],
)
def test_a_planted_construct_of_duckdb_is_refused_with_its_file_and_line(tmp_path, asked, told):
    planted = tmp_path / "planted.sql"
    planted.write_text(f"-- Grain: one row.\nselect\n    b,\n    {asked}\n")
    assert f"planted.sql:4 {told}" in asked_of_one_engine(planted)


def test_a_planted_query_without_a_select_is_refused(tmp_path):
    planted = tmp_path / "planted.sql"
    planted.write_text("with a as (\n    select 1 as b\n)\n\nfrom a\n")
    assert asked_of_one_engine(planted) == ["planted.sql:5 a from alone"]


def test_what_a_dispatched_macro_gives_to_its_engine_may_be_its_own(tmp_path):
    macro = tmp_path / "day.sql"
    text = "{{% macro {}(a) %}}\n    strftime({{{{ a }}}})\n{{% endmacro %}}"
    macro.write_text(text.format("duckdb__day"))
    assert asked_of_one_engine(macro) == []
    macro.write_text(text.format("day"))
    assert asked_of_one_engine(macro) == ["day.sql:2 strftime"]


def test_every_dispatched_macro_has_a_form_for_each_engine():
    texts = {path.stem: path.read_text(encoding="utf-8") for path in MACROS}
    dispatched = {name for name, text in texts.items() if "adapter.dispatch(" in text}
    assert dispatched
    for name in dispatched:
        for engine in ("duckdb", "spark"):
            assert f"macro {engine}__{name}(" in texts[name]
