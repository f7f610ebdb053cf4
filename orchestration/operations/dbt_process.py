"""dbt as a process of its own: what it is given, how far it is, what it says when it fails.

dbt gets an environment of its own (nothing of the caller's), reads no file outside the project and
writes its target and log below the lake's home.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts import generated_files
from data_contracts.errors import CustomsDataError
from data_contracts.loading import contracts_of
from data_contracts.office_time import OFFICE_TIME_ZONE
from warehouse import shapes
from warehouse.engine import HELD, NO_ROOM, held_elsewhere
from warehouse.layout import Layout
from warehouse.settings import LakeSettings
from warehouse.tethered import tethered

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
SPILL = "spill"
# The office's day: registered_date, ended_date and every as_of_date are days of this zone.
_VARIABLES = {"office_time_zone": OFFICE_TIME_ZONE}

Progress = Callable[[str], None]

_STARTED = "LogStartLine"
_BROKEN = frozenset({"error", "fail", "runtime error", "partial success"})
# Messages of the engine quote values; a tax code must not leave the lake in an error.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\b\d{4,}\b")
# What cannot be bound was read of the SQL and the tables' columns, and of no row.
_UNBOUND = re.compile(r"(?:Binder|Catalog) Error: ")
_VALUE = re.compile(r"'[^']*'|\"(?![a-z_][a-z0-9_]*\")[^\"]*\"|\b\d{4,}\b")
# A line of the table of columns that a model makes otherwise than its contract says.
_OTHERWISE = re.compile(
    r"\| *(?P<column>\w+) *\| *(?P<made>[^|]*?) *\| *(?P<said>[^|]*?) *"
    r"\| *(?P<why>missing in definition|missing in contract|data type mismatch) *\|"
)
_MESSAGE_LINES = 2
_COLUMNS_NAMED = 5
_NODES_NAMED = 3


class DiskFullError(CustomsDataError):
    """The disk had no room for the build."""

    def __init__(self) -> None:
        super().__init__("the disk is full: free disk space, then type customs build")


@dataclass(frozen=True, slots=True)
class Target:
    """An engine on which dbt builds.

    Attributes:
        name: Its target in `profiles.yml`.
        program: The command that takes dbt's arguments.
        environment: What it is told beside the caps, by the name of the variable.
    """

    name: str
    program: tuple[str, ...]
    environment: Mapping[str, str]


# dbt.cli imports the module that -m runs, which Python warns about.
DUCKDB = Target(
    "duckdb", (sys.executable, "-W", "ignore::RuntimeWarning", "-m", "dbt.cli.main"), {}
)


@dataclass(frozen=True, slots=True)
class Node:
    """One thing dbt worked on.

    Attributes:
        kind: model, seed, test or unit_test.
        name: Its name in the project.
        status: success, pass, error, fail, skipped, warn …
        seconds: Wall time.
        message: What dbt said of it, values masked; empty when all went well.
    """

    kind: str
    name: str
    status: str
    seconds: float
    message: str

    @property
    def is_broken(self) -> bool:
        """Whether it failed by itself (one that was only skipped did not)."""
        return self.status in _BROKEN


def run_dbt(
    layout: Layout,
    settings: LakeSettings,
    arguments: Sequence[str],
    *,
    file: Path | None = None,
    target: Target = DUCKDB,
    progress: Progress | None = None,
) -> tuple[Node, ...]:
    """Run one dbt command on a build file, which no one else may hold meanwhile.

    Args:
        layout: Where the lake lies.
        settings: Caps of the engine.
        arguments: Command and selection, such as `("build", "--select", "fct_declaration")`.
        file: The build file; the finished one by default.
        target: The engine; another one than DuckDB leaves the build file alone.
        progress: Called with one line for each node that starts.

    Returns:
        What became of each node, in the order of dbt's report.

    Raises:
        BusyError: Another process holds the build file.
        DiskFullError: The disk has no room left.
        CustomsDataError: A model or a test failed, or dbt could not start.
    """
    derive()
    file = file or layout.build_path
    work = _work(layout, target)
    work.mkdir(parents=True, exist_ok=True)
    report = work / "target" / "run_results.json"
    report.unlink(missing_ok=True)
    errors: list[str] = []
    try:
        with subprocess.Popen(
            # Not even SIGKILL of this process leaves dbt at work on the build file.
            tethered(_command(work, layout, target, arguments)),
            cwd=PROJECT,
            env={**_environment(file, settings, work), **target.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                for event in _events(process.stdout or ()):
                    _follow(event, progress, errors)
            except BaseException:
                # Leaving the block waits for dbt: whoever stops this process means dbt as well.
                process.terminate()
                raise
    finally:
        shutil.rmtree(work / SPILL, ignore_errors=True)
    nodes = _nodes(report)
    _raise_for(process.returncode, nodes, errors, (file, layout.logs))
    return nodes


def made_from(layout: Layout, layer: str) -> set[tuple[str, str]]:
    """Return kind and name of the tables that follow from a layer of the lake, and of their tests.

    As the last run of dbt understood the project; what is a view holds nothing of its own.
    """
    manifest = json.loads((_work(layout, DUCKDB) / "target" / "manifest.json").read_bytes())
    found: set[str] = set()
    left = [name for name, one in manifest["sources"].items() if one["source_name"] == layer]
    while left:
        new = set(manifest["child_map"].get(left.pop(), ())) - found
        found |= new
        left.extend(new)
    nodes = {name: node for name, node in manifest["nodes"].items() if name in found}
    tables = (name for name, one in nodes.items() if one["config"]["materialized"] != "view")
    return {_kind_and_name(name) for name in tables}


def marts_without_model() -> list[str]:
    """Return the marts that no model makes, in the order of their names."""
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    own = (contract.name for contract in contracts_of("mart") if contract.view_of is None)
    return [name for name in own if name not in models]


def derive(root: Path = PROJECT.parent) -> list[str]:
    """Bring up to date what dbt reads of the contracts; return the paths that changed."""
    tables = [(layer, table, shapes.columns(layer, table)) for layer, table in shapes.tables()]
    files = generated_files.dbt_files(tables)
    return [*generated_files.write(root, files), *generated_files.remove_others(root, files)]


def _work(layout: Layout, target: Target) -> Path:
    return layout.scratch / "dbt" / target.name


def _command(work: Path, layout: Layout, target: Target, arguments: Sequence[str]) -> list[str]:
    places = {
        "--target": target.name,
        "--project-dir": PROJECT,
        "--profiles-dir": PROJECT,
        "--target-path": work / "target",
        "--log-path": layout.logs,
        "--vars": json.dumps(_VARIABLES),
    }
    command, *selection = arguments
    options = [str(part) for pair in places.items() for part in pair]
    return [*target.program, "--log-format", "json", command, *selection, *options]


def _environment(file: Path, settings: LakeSettings, work: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(work),
        "LANG": "C.UTF-8",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "CUSTOMS_BUILD_PATH": str(file),
        "CUSTOMS_BUILD_MEMORY": f"{settings.memory_limit_mb}MB",
        "CUSTOMS_BUILD_THREADS": str(settings.threads),
        "CUSTOMS_BUILD_SPILL": f"{settings.spill_limit_mb}MB",
        "CUSTOMS_BUILD_TEMP_DIRECTORY": str(work / SPILL),
    }


def _events(lines: Iterator[str] | Sequence[str]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            # Not an event: a warning of Python, or the last words of a crash.
            event = {"info": {"level": "error", "name": "", "msg": line.strip()}}
        if isinstance(event, dict) and "info" in event:
            yield event


def _follow(event: Mapping[str, Any], progress: Progress | None, errors: list[str]) -> None:
    info = event["info"]
    if info.get("level") == "error" and info.get("msg"):
        errors.append(str(info["msg"]))
    if progress is not None and info.get("name") == _STARTED:
        data = event["data"]
        progress(f"{data['index']} of {data['total']}: {data['node_info']['node_name']}")


def _nodes(report: Path) -> tuple[Node, ...]:
    if not report.is_file():
        return ()
    results = json.loads(report.read_text(encoding="utf-8"))["results"]
    nodes = map(_node, results)
    # A hook is no part of the project's work, but for one that failed.
    return tuple(node for node in nodes if node.kind != "operation" or node.is_broken)


def _node(result: Mapping[str, Any]) -> Node:
    kind, name = _kind_and_name(str(result["unique_id"]))
    broken = result["status"] in _BROKEN
    return Node(
        kind=kind,
        name=name,
        status=str(result["status"]),
        seconds=float(result["execution_time"]),
        message=masked(str(result.get("message") or "")) if broken else "",
    )


def _kind_and_name(unique_id: str) -> tuple[str, str]:
    kind, _, name = unique_id.split(".", 2)
    return kind, name


def _raise_for(
    status: int, nodes: Sequence[Node], errors: Sequence[str], places: tuple[Path, Path]
) -> None:
    file, logs = places
    broken = [node for node in nodes if node.is_broken]
    if status == 0 and not broken:
        return
    if any(HELD in error for error in errors):
        raise held_elsewhere(file)
    # Each place says it in its own words, the log that cannot be written among them.
    if any(NO_ROOM in error for error in errors):
        raise DiskFullError
    if broken:
        said = "; ".join(
            f"{node.kind} {node.name}: {node.message}" for node in broken[:_NODES_NAMED]
        )
        left = len(broken) - _NODES_NAMED
        more = f" (and {left} more)" if left > 0 else ""
    else:
        said, more = masked(" ".join(errors[:2])) or f"dbt ended with status {status}", ""
    message = f"the build failed at {said}{more}; the whole log is {logs / 'dbt.log'}"
    raise CustomsDataError(message)


def masked(message: str) -> str:
    """Return a message of dbt or the engine, cut short and without the values it quotes.

    Columns that a model lacks, has too many or has in another type are named.
    """
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    said = [
        (_VALUE if _UNBOUND.match(line) else _QUOTED).sub("…", line)
        for line in lines[:_MESSAGE_LINES]
    ]
    found = [_otherwise(row) for row in map(_OTHERWISE.fullmatch, lines) if row]
    left = len(found) - _COLUMNS_NAMED
    more = [f"(and {left} more)"] if left > 0 else []
    return " ".join([*said, *filter(None, ["; ".join(found[:_COLUMNS_NAMED])]), *more])


def _otherwise(row: re.Match[str]) -> str:
    types = {"model": row["made"], "contract": row["said"]}
    told = ", ".join(f"{name}: {sql_type}" for name, sql_type in types.items() if sql_type)
    return f"{row['column']} {row['why']} ({told})"
