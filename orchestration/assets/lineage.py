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
from data_contracts.loading import load_contract
from orchestration.assets import keys
from orchestration.operations.dbt_process import PROJECT

_MODELS = PROJECT / "models"
_REF = re.compile(r"\bref\(\s*'(\w+)'\s*\)")
# The macros that read the records of a table.
_RECORDS = re.compile(r"\b(?:records|latest|clocked)\(\s*'(\w+)'")
_SOURCE = re.compile(r"\bsource\(\s*'(\w+)'\s*,\s*'(\w+)'\s*\)")


def upstream(name: str) -> list[dg.AssetKey]:
    """Return the marts and bronze tables that the mart `name` is made from, sorted."""
    return sorted(set(_reached(name, seen=set())))


def parents_first(names: Sequence[str]) -> list[str]:
    """Return marts so that each one comes after those that it is made from."""
    made_from = {
        name: [other for other in names if keys.mart(other) in upstream(name)] for name in names
    }
    return list(TopologicalSorter(made_from).static_order())


def _reached(name: str, seen: set[str]) -> Iterator[dg.AssetKey]:
    """Go up from a model until a mart or a bronze table is met."""
    seen.add(name)
    text, marts = _models()[name], _mart_names()
    named = [read for table in _RECORDS.findall(text) for read in _records_of(table)]
    for layer, table in (*_SOURCE.findall(text), *named):
        key = dg.AssetKey([layer, table])
        if key in _bronze_tables():
            yield key
    for parent in _REF.findall(text):
        if parent in marts:
            yield keys.mart(parent)
        elif parent in _models() and parent not in seen:
            yield from _reached(parent, seen)


def _records_of(table: str) -> list[tuple[str, str]]:
    """Return the bronze tables behind the records of one: the declarations number references."""
    is_numbered = "reference_owner_id" in load_contract(table).names
    return [("bronze", table), *([("bronze", "declaration")] if is_numbered else [])]


@cache
def _models() -> dict[str, str]:
    written = {path.stem: path.read_text(encoding="utf-8") for path in _MODELS.rglob("*.sql")}
    return written | mart_models()


@cache
def _mart_names() -> frozenset[str]:
    return frozenset(path.stem for path in (_MODELS / "marts").rglob("*.sql"))


@cache
def _bronze_tables() -> frozenset[dg.AssetKey]:
    return frozenset(keys.bronze_tables())
