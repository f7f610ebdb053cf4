"""What a reader may have meant: near names among the published tables and columns of a release."""

import json
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from warehouse import guard, opening

_TABLE = re.compile(r'Table with name "?(?P<name>[^"\s]+)"? does not exist')
_COLUMN = re.compile(r'(?:Referenced column|column named|Column) "(?P<name>[^"]+)"')
_MOST = 3
# What a call means elsewhere, by what DuckDB says of its arguments.
_MISFITS = (
    (re.compile(r"'trunc\((?:DATE|TIMESTAMP)"), "date_trunc('month', d)"),
    (re.compile(r"'date_(?:add|sub)\("), "d + interval 1 day"),
    (re.compile(r"'date_?diff\("), "date_diff('day', a, b)"),
    (re.compile(r"'decode\("), "case when a = 'x' then 1 else 0 end"),
    (re.compile(r"'[-+]\((?:DATE|TIMESTAMP)"), "d + interval 30 day"),
)
# How the data can fail a statement, by DuckDB's words before any value; ours hold none.
_FAILURES = (
    (
        r"Conversion Error: Unimplemented type for cast",
        "these types cannot be cast; DESCRIBE <table> tells what a column is",
    ),
    (
        r"Conversion Error",
        "a value is not of its type; try_cast makes such ones null, a date is '2026-01-31'",
    ),
    (
        r"Invalid Input Error: More than one row",
        "a subquery that stands for one value has several rows; aggregate, or use IN",
    ),
    (
        r"Invalid Input Error: (?:Could not parse|Failed to parse)",
        "a text does not fit its form; try_strptime makes such ones null",
    ),
    (r"Invalid Input Error: Malformed JSON", "a text is no JSON; json_valid says which are"),
    (r"Invalid Input Error: Map keys", "the keys of a map must be unique and not null"),
    (r"Out of Range Error", "a number is too large for its type; cast to double first"),
)


def hint(message: str, release: Path, named: Sequence[str] = ()) -> str:
    """Return what to add to DuckDB's word on an unknown name; '' when nothing is near.

    Args:
        message: DuckDB's message, its first line.
        release: The release's real folder; its manifest names tables and columns.
        named: The tables that the statement names; a column is meant of these.
    """
    tables = _tables(release)
    if found := _TABLE.search(message):
        name = found["name"].rsplit(".", 1)[-1].lower()
        if name == "dual":
            return "; leave out FROM dual"
        return _meant(name, tables) or "; SHOW TABLES says what there is"
    if found := _COLUMN.search(message):
        name = found["name"].lower()
        if elsewhere := [table for table in sorted(tables) if name in tables[table]]:
            return f"; it is a column of {' and '.join(elsewhere[:_MOST])}"
        meant = {table.rsplit(".", 1)[-1] for table in named} & tables.keys() or tables.keys()
        columns = {column for table in meant for column in tables[table]}
        return _meant(name, columns) or f"; a text is written in single quotes: '{name}'"
    misfits = (instead for form, instead in _MISFITS if form.search(message))
    return "".join(f"; write {instead}" for instead in misfits)


def failure(message: str) -> str:
    """Return what may be wrong where DuckDB's own words may show data; '' when it is not known."""
    return next((told for form, told in _FAILURES if re.match(form, message)), "")


def _meant(name: str, known: "set[str] | dict[str, list[str]]") -> str:
    if instead := guard.instead_of(name):
        return f"; write {instead}"
    close = get_close_matches(name, sorted(known), n=_MOST)
    # A part of the word is the next best: `value` means `customs_value_vnd`.
    close = close or sorted(entry for entry in known if name in entry)[:_MOST]
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _tables(release: Path) -> dict[str, list[str]]:
    manifest = json.loads((release / opening.MANIFEST_FILE).read_text(encoding="utf-8"))
    return {name: table["columns"] for name, table in manifest["tables"].items()}
