"""Build the national database: dbt over one pinned cut of the lake.

A build is made aside and takes the place of the one before when it is whole and its tests held: one
that fails, or is killed, leaves that one as it was. What would come out the same is not made anew.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlglot import exp

from data_contracts.errors import CustomsDataError
from data_contracts.loading import contracts_of
from data_contracts.statements import statements_beside
from orchestration.operations.dbt_process import (
    PROJECT,
    DiskFullError,
    Node,
    Progress,
    made_from,
    run_dbt,
)
from warehouse import durable, engine, lake, locks, shapes
from warehouse.build_record import BuildRecord, record, recorded
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings

_SQL = statements_beside(__file__)
MARTS = "marts"
# What is built anew once items are scored.
SCORE_MART = "fct_risk_score"
UNCHANGED = "nothing changed since the build before: it stays"
_DERIVED_LAYERS = (shapes.SCORES, "decisions")
# The contracts, the views of the lake, dbt's project, and how it is run.
_PROGRAM = [
    PROJECT.parent / "data_contracts",
    PROJECT.parent / "warehouse",
    PROJECT,
    Path(__file__).parent,
]
_ENGINES = ("duckdb", "dbt-core", "dbt-duckdb")
# Made anew from the rest at each build, or by another program.
_MADE = frozenset({"derived", "target", "logs", "__pycache__", ".user.yml"})


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made.

    Attributes:
        rows: Rows of each mart in the build file, by name.
        tests_passed: Data tests that held.
        seconds: Wall seconds of the whole build.
        cut: Version of each lake table that the marts stand for, by `layer/table`.
        model_seconds: Wall seconds of each model and seed that dbt ran, by name.
        is_new: False where nothing had changed, so that the build before stays.
    """

    rows: dict[str, int]
    tests_passed: int
    seconds: float
    cut: lake.Cut
    model_seconds: dict[str, float] = field(default_factory=dict)
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What a build is made from."""

    cut: lake.Cut
    simulated_sources: Sequence[str]
    sha256: str


def build(
    settings: LakeSettings, *, select: str | None = None, progress: Progress | None = None
) -> BuildReport:
    """Build the marts from the newest cut of the lake and test them.

    Args:
        settings: The lake and its caps.
        select: dbt selection of the models to build. A partial build stays on the cut of the last
            whole one, except for what was derived from it (scores), which is taken as it is now.
        progress: Called with one line for each model or test that starts.

    Raises:
        CustomsDataError: Nothing has landed, a model or a test failed, another build or publish is
            running, the disk is full, or a partial build finds no whole one to stand on. What was
            built before stays.
    """
    started = time.monotonic()
    if select is not None and (not select.strip() or select.startswith("-")):
        message = "a selection is the name of a model, as fct_declaration, or dbt's form of it"
        raise CustomsDataError(message)
    layout = Layout(settings.home)
    layout.ensure()
    with locks.building(layout, settings.lock_wait_seconds), _full_disk_said():
        if select is None:
            before, based_on = _last(layout, settings), None
            inputs = _whole_inputs(layout)
        else:
            before = based_on = _opened(layout, settings)
            inputs = _partial_inputs(layout, before)
        if before and before.inputs_sha256 == inputs.sha256 and _is_understood(select):
            with engine.build_connection(layout, settings, read_only=True) as connection:
                rows = _row_counts(connection)
            if progress is not None:
                progress(UNCHANGED)
            seconds = time.monotonic() - started
            return BuildReport(rows, before.tests_passed, seconds, before.cut, is_new=False)
        rows, nodes = _made(layout, settings, inputs, based_on, (select, progress))
    return BuildReport(
        rows=rows,
        tests_passed=passed_tests(nodes),
        seconds=time.monotonic() - started,
        cut=inputs.cut,
        model_seconds=seconds_of_models(nodes),
    )


def program_sha256(*folders: Path) -> str:
    """Return a hash of the program in some folders: of the names and the content of its files."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.*")):
            place = path.relative_to(folder)
            if path.is_file() and not _MADE.intersection(place.parts):
                digest.update(f"{folder.name}/{place}\0{durable.digest(path)}\n".encode())
    return digest.hexdigest()


def _made(
    layout: Layout,
    settings: LakeSettings,
    inputs: _Inputs,
    based_on: BuildRecord | None,
    asked: tuple[str | None, Progress | None],
) -> tuple[dict[str, int], Sequence[Node]]:
    select, progress = asked
    with _draft(layout, is_copy=based_on is not None) as draft:
        with engine.build_connection(layout, settings, file=draft) as connection:
            engine.attach_lake(connection, layout, inputs.cut)
        selection = () if select is None else ("--select", select)
        command = ("build", "--exclude-resource-type", "unit_test", *selection)
        nodes = run_dbt(layout, settings, command, file=draft, progress=progress)
        if not nodes:
            message = f"no model is selected by {select!r}; docs/data_dictionary.md names the marts"
            raise CustomsDataError(message)
        sha256, tests_passed = inputs.sha256, passed_tests(nodes)
        if based_on is not None:
            tests_passed = based_on.tests_passed
            if not _is_as_whole(layout, based_on, inputs, nodes):
                sha256 = ""
        with engine.build_connection(layout, settings, file=draft) as connection:
            rows = _row_counts(connection)
            record(
                connection,
                inputs.cut,
                inputs.simulated_sources,
                inputs_sha256=sha256,
                tests_passed=tests_passed,
            )
        durable.replace(draft, layout.build_path)
    return rows, nodes


@contextmanager
def _draft(layout: Layout, *, is_copy: bool) -> Iterator[Path]:
    """Yield the path of a build that is not finished; what is left of it at the end is removed."""
    draft = layout.build_draft_path
    shutil.rmtree(draft.parent, ignore_errors=True)
    draft.parent.mkdir()
    try:
        if is_copy:
            durable.copy(layout.build_path, draft)
        yield draft
    finally:
        shutil.rmtree(draft.parent)


@contextmanager
def _full_disk_said() -> Iterator[None]:
    try:
        yield
    except engine.RESOURCE_ERRORS as error:
        if engine.NO_ROOM not in str(error):
            raise
        raise DiskFullError from error


def _last(layout: Layout, settings: LakeSettings) -> BuildRecord | None:
    """Return the record of the last build; none where that cannot be read, as it is made anew."""
    try:
        return _opened(layout, settings)
    except locks.BusyError:
        raise
    except CustomsDataError:
        return None


def _opened(layout: Layout, settings: LakeSettings) -> BuildRecord:
    if not layout.build_path.exists():
        message = f"there is no build at {layout.build_path} to stand on; run customs build"
        raise CustomsDataError(message)
    with engine.build_connection(layout, settings, read_only=True) as connection:
        return recorded(connection)


def cut_to_build(layout: Layout) -> lake.Cut:
    """Return the newest cut of the lake.

    Raises:
        CustomsDataError: Nothing has landed.
    """
    newest = lake.cut(layout)
    if not lake.holds_records(layout, shapes.BRONZE, newest):
        message = (
            f"no record has landed in {layout.home}, so there is nothing to build; "
            "customs land SOURCE PATH comes first, customs status shows what became of files"
        )
        raise CustomsDataError(message)
    return newest


def seconds_of_models(nodes: Sequence[Node]) -> dict[str, float]:
    """Return the wall seconds of each model and seed that dbt ran, by name."""
    return {node.name: node.seconds for node in nodes if node.kind in {"model", "seed"}}


def passed_tests(nodes: Sequence[Node]) -> int:
    """Return how many data tests held."""
    return sum(node.kind == "test" and node.status in {"pass", "warn"} for node in nodes)


def _whole_inputs(layout: Layout) -> _Inputs:
    newest = cut_to_build(layout)
    with Ledger(layout.ledger_path, read_only=True) as ledger:
        return _inputs(layout, newest, ledger.simulated_sources())


def _partial_inputs(layout: Layout, before: BuildRecord) -> _Inputs:
    newest = lake.cut(layout)
    derived = {name: newest[name] for name in newest if name.split("/")[0] in _DERIVED_LAYERS}
    return _inputs(layout, before.cut | derived, before.simulated_sources)


def _inputs(layout: Layout, cut: lake.Cut, simulated_sources: Sequence[str]) -> _Inputs:
    # Versions alone would do, but for a lake that was put back from a backup and went on.
    files = []
    for name, at in sorted(cut.items()):
        layer, _, table = name.partition("/")
        files.append(lake.live_files(layout, layer, table, at))
    engines = [version(name) for name in _ENGINES]
    made_by = [*engines, program_sha256(*_PROGRAM)]
    content = json.dumps([made_by, cut, files, list(simulated_sources)], sort_keys=True)
    return _Inputs(cut, simulated_sources, hashlib.sha256(content.encode()).hexdigest())


def _is_understood(select: str | None) -> bool:
    """Whether a selection is of something; what is no name of a mart is for dbt to say."""
    return select is None or select in {mart.name for mart in contracts_of("mart")}


def _is_as_whole(
    layout: Layout, before: BuildRecord, inputs: _Inputs, nodes: Sequence[Node]
) -> bool:
    """Whether a partial build holds what a whole one of its cut would.

    So it is where the one before did, and all was made anew that reads a table which has changed.
    """
    if before.inputs_sha256 != _inputs(layout, before.cut, before.simulated_sources).sha256:
        return False
    if before.cut == inputs.cut:
        return True
    stale = set().union(*(made_from(layout, layer) for layer in _DERIVED_LAYERS))
    return stale <= {(node.kind, node.name) for node in nodes}


def _row_counts(connection: Any) -> dict[str, int]:
    marts = (contract.name for contract in contracts_of("mart"))
    return {mart: _row_count(connection, mart) for mart in marts if _is_built(connection, mart)}


def _row_count(connection: Any, mart: str) -> int:
    counted = exp.select(exp.Count(this=exp.Star())).from_(exp.table_(mart, db=MARTS, quoted=True))
    return int(connection.execute(counted.sql(dialect="duckdb")).fetchall()[0][0])


def _is_built(connection: Any, mart: str) -> bool:
    return bool(connection.execute(_SQL["find_relation"], [MARTS, mart]).fetchall())
