"""Build the national database: dbt over one pinned cut of the lake.

The build file has one writer at a time: this process makes the views of the cut and lets go, dbt
works, this process counts the marts and writes down the cut that they stand for. Until then they
stand for none.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import exp

from data_contracts.errors import CustomsDataError
from data_contracts.loading import contracts_of
from orchestration.operations.dbt_process import DiskFullError, Node, Progress, run_dbt
from warehouse import engine, lake, shapes
from warehouse.build_cut import record_cut, recorded_cut, recorded_simulated_sources
from warehouse.build_lock import build_lock
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings

STATEMENTS = Path(__file__).parent / "statements"
MARTS = "marts"
# What is built anew once items are scored.
SCORED_MARTS = "fct_risk_score"
_DERIVED_LAYERS = ("scores/", "decisions/")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made.

    Attributes:
        rows: Rows of each mart in the build file, by name.
        model_seconds: Wall seconds of each model and seed that dbt ran, by name.
        tests_passed: Data tests that held.
        seconds: Wall seconds of the whole build.
        cut: Version of each lake table that the marts stand for, by `layer/table`.
    """

    rows: dict[str, int]
    model_seconds: dict[str, float]
    tests_passed: int
    seconds: float
    cut: lake.Cut


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
            running, the disk is full, or a partial build finds no whole one to stand on.
    """
    started = time.monotonic()
    if select is not None and (not select.strip() or select.startswith("-")):
        message = "a selection is the name of a model, as fct_declaration, or dbt's form of it"
        raise CustomsDataError(message)
    layout = Layout(settings.home)
    layout.ensure()
    with build_lock(layout, settings), _room_given_back(layout, settings):
        cut, simulated = _prepare(layout, settings, partial=select is not None)
        selection = () if select is None else ("--select", select)
        nodes = run_dbt(
            layout,
            settings,
            ("build", "--exclude-resource-type", "unit_test", *selection),
            progress=progress,
        )
        rows = _finish(layout, settings, cut, simulated)
    if not nodes:
        message = f"no model is selected by {select!r}; docs/data_dictionary.md names the marts"
        raise CustomsDataError(message)
    return BuildReport(
        rows=rows,
        model_seconds=seconds_of_models(nodes),
        tests_passed=passed_tests(nodes),
        seconds=time.monotonic() - started,
        cut=cut,
    )


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


def _prepare(
    layout: Layout, settings: LakeSettings, *, partial: bool
) -> tuple[lake.Cut, list[str]]:
    newest = lake.cut(layout) if partial else cut_to_build(layout)
    with engine.build_connection(layout, settings) as connection:
        cut = _partial_cut(connection, newest) if partial else newest
        simulated = (
            recorded_simulated_sources(connection) if partial else _simulated_sources(layout)
        )
        connection.execute(_statement("forget_lake_cut"))
        engine.attach_lake(connection, layout, cut)
    return cut, simulated


@contextmanager
def _room_given_back(layout: Layout, settings: LakeSettings) -> Iterator[None]:
    """Say so where the disk is full, and remove what was built: without its cut it is of no use."""
    try:
        yield
    except (DiskFullError, *engine.RESOURCE_ERRORS) as error:
        if not isinstance(error, DiskFullError) and engine.NO_ROOM not in str(error):
            raise
        if not _is_finished(layout, settings):
            # The log of changes first: by itself it would be taken for that of the next build.
            layout.build_path.with_name(f"{layout.build_path.name}.wal").unlink(missing_ok=True)
            layout.build_path.unlink(missing_ok=True)
        raise DiskFullError from error


def _is_finished(layout: Layout, settings: LakeSettings) -> bool:
    try:
        with engine.build_connection(layout, settings, read_only=True) as connection:
            try:
                return bool(recorded_cut(connection))
            except CustomsDataError:
                return False
    except (CustomsDataError, *engine.RESOURCE_ERRORS):
        # What cannot be looked into is not thrown away: a reader may hold it.
        return True


def _simulated_sources(layout: Layout) -> list[str]:
    with Ledger(layout.ledger_path, read_only=True) as ledger:
        return ledger.simulated_sources()


def _partial_cut(connection: Any, newest: lake.Cut) -> lake.Cut:
    derived = {name: newest[name] for name in newest if name.startswith(_DERIVED_LAYERS)}
    return recorded_cut(connection) | derived


def _finish(
    layout: Layout, settings: LakeSettings, cut: lake.Cut, simulated: list[str]
) -> dict[str, int]:
    with engine.build_connection(layout, settings) as connection:
        rows = {
            contract.name: _row_count(connection, contract.name)
            for contract in contracts_of("mart")
            if _is_built(connection, contract.name)
        }
        record_cut(connection, cut, simulated)
    return rows


def _row_count(connection: Any, mart: str) -> int:
    counted = exp.select(exp.Count(this=exp.Star())).from_(exp.table_(mart, db=MARTS, quoted=True))
    return int(connection.execute(counted.sql(dialect="duckdb")).fetchall()[0][0])


def _is_built(connection: Any, mart: str) -> bool:
    return bool(connection.execute(_statement("find_relation"), [MARTS, mart]).fetchall())


def _statement(name: str) -> str:
    return (STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")
