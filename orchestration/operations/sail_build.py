"""Build the marts on Sail, which speaks Spark, to see that the models ask nothing of DuckDB alone.

What is made lies in `build/sail/<mart>/*.parquet`: to be compared, never to be published.
"""

import json
import shutil
import time
from pathlib import Path
from typing import Any

from sqlglot import exp

from data_contracts.errors import CustomsDataError
from data_contracts.loading import contracts_of
from orchestration.operations.build import (
    BuildReport,
    cut_to_build,
    passed_tests,
    seconds_of_models,
)
from orchestration.operations.dbt_process import PROJECT, Progress, Target, run_dbt
from warehouse import engine, lake, locks
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

ENVIRONMENT = PROJECT.parent / ".venv-sail"
_PROGRAM = Path(__file__).with_name("dbt_on_sail.py")
_MEGABYTE = 2**20


def build_on_sail(settings: LakeSettings, *, progress: Progress | None = None) -> BuildReport:
    """Build and test the marts from the newest cut of the lake, and keep them as Parquet.

    Args:
        settings: The lake and the caps of the server.
        progress: Called with one line for each model or test that starts.

    Raises:
        CustomsDataError: Nothing has landed, the environment of Sail is not made, a model or a test
            failed, or another build or publish is running.
    """
    started = time.monotonic()
    layout = Layout(settings.home)
    layout.ensure()
    cut = cut_to_build(layout)
    if not (ENVIRONMENT / ".installed").is_file():
        message = f"Sail has an environment of its own, {ENVIRONMENT}: type make sail"
        raise CustomsDataError(message)
    folder = layout.build_path.with_name("sail")
    with locks.building(layout, settings.lock_wait_seconds):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        nodes = run_dbt(
            layout,
            settings,
            ("build", "--exclude-resource-type", "unit_test"),
            target=_target(layout, settings, folder, cut),
            progress=progress,
        )
        rows = _keep_marts(settings, folder)
    return BuildReport(
        rows=rows,
        model_seconds=seconds_of_models(nodes),
        tests_passed=passed_tests(nodes),
        seconds=time.monotonic() - started,
        cut=cut,
    )


def _target(layout: Layout, settings: LakeSettings, folder: Path, cut: lake.Cut) -> Target:
    # Isolated: dbt takes whatever is named dbt_… beside the program for a plugin of its own.
    python = (str(ENVIRONMENT / "bin" / "python"), "-I", "-W", "ignore", str(_PROGRAM))
    environment = {
        "CUSTOMS_BUILD_PATH": str(folder),
        "CUSTOMS_LAKE": str(layout.lake_root),
        "CUSTOMS_LAKE_CUT": json.dumps(cut),
        "SAIL_RUNTIME__MEMORY_POOL__TYPE": "greedy",
        "SAIL_RUNTIME__MEMORY_POOL__GREEDY__MAX_SIZE": str(settings.memory_limit_mb * _MEGABYTE),
        "SAIL_RUNTIME__TEMPORARY_FILES__PATHS": json.dumps([str(layout.scratch)]),
        "SAIL_RUNTIME__TEMPORARY_FILES__MAX_SIZE": str(settings.spill_limit_mb * _MEGABYTE),
    }
    return Target("sail", python, environment)


def _keep_marts(settings: LakeSettings, folder: Path) -> dict[str, int]:
    """Give the folders of the marts their names, remove the others and count rows."""
    marts = {contract.name for contract in contracts_of("mart")}
    for made in folder.iterdir():
        # Sail tells tables of one name apart by a UUID of 36 characters.
        name = made.name[:-37]
        if name in marts:
            made.rename(folder / name)
        else:
            shutil.rmtree(made)
    with engine.memory_connection(settings) as connection:
        return {mart: _row_count(connection, folder / mart) for mart in sorted(marts)}


def _row_count(connection: Any, folder: Path) -> int:
    files = [exp.Literal.string(str(file)) for file in folder.glob("*.parquet")]
    if not files:
        # Sail writes no file of a table without rows.
        return 0
    read = exp.Anonymous(this="read_parquet", expressions=[exp.array(*files)])
    counted = exp.select(exp.Count(this=exp.Star())).from_(read)
    return int(connection.execute(counted.sql(dialect="duckdb")).fetchall()[0][0])
