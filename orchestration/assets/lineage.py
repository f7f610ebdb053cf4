"""Which assets a mart is made from, read off the `ref` and `source` calls of the dbt models.

dbt's own manifest would say the same, but takes seconds and a folder to write; loading the
definitions may cost neither.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from graphlib import TopologicalSorter

import dagster as dg

from data_contracts.generated_files import mart_models
from orchestration.assets import keys
from orchestration.operations.dbt_process import PROJECT

_MODELS = PROJECT / "models"
_REF = re.compile(r"\bref\(\s*'(\w+)'\s*\)")
# The macro that reads a table of bronze, and the declarations for their numbers.
_NUMBERED = re.compile(r"\bnumbered_references\(\s*'(\w+)'\s*\)")
_RECORDS = re.compile(r"\b(?:records|latest)\(\s*'(\w+)'")
_SOURCE = re.compile(r"\bsource\(\s*'(\w+)'\s*,\s*'(\w+)'\s*\)")


def upstream(name: str) -> list[dg.AssetKey]:
    """Return the marts and lake tables that the mart `name` is made from, sorted."""
    return sorted(set(_reached(name, seen=set())))


def parents_first(names: Sequence[str]) -> list[str]:
    """Return marts so that each one comes after those that it is made from."""
    made_from = {
        name: [other for other in names if keys.mart(other) in upstream(name)] for name in names
    }
    return list(TopologicalSorter(made_from).static_order())


def _reached(name: str, seen: set[str]) -> Iterator[dg.AssetKey]:
    """Go up from a model until a mart or a lake table is met."""
    seen.add(name)
    text, marts = _models()[name], _mart_names()
    numbered = _NUMBERED.findall(text)
    read = [*numbered, *_RECORDS.findall(text), *(["declaration"] if numbered else [])]
    named = [("bronze", table) for table in read]
    for layer, table in (*_SOURCE.findall(text), *named):
        key = dg.AssetKey([layer, table])
        if key in _lake_tables():
            yield key
    for parent in _REF.findall(text):
        if parent in marts:
            yield keys.mart(parent)
        elif parent in _models() and parent not in seen:
            yield from _reached(parent, seen)


@cache
def _models() -> dict[str, str]:
    written = {path.stem: path.read_text(encoding="utf-8") for path in _MODELS.rglob("*.sql")}
    return written | mart_models()


@cache
def _mart_names() -> frozenset[str]:
    return frozenset(path.stem for path in (_MODELS / "marts").rglob("*.sql"))


@cache
def _lake_tables() -> frozenset[dg.AssetKey]:
    return frozenset({*keys.bronze_tables(), keys.SCORES})
