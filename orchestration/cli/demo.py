"""`customs demo`: the whole story on a small nation, in a home of its own."""

import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from data_contracts.errors import CustomsDataError, WrongUseError
from data_contracts.simulated import is_marked
from ingestion.sources.catalog import SOURCES
from orchestration.cli.days import DAY
from orchestration.cli.lane_decision import show_decision
from orchestration.cli.model_quality import quality_lines, quality_table, release_lines
from orchestration.cli.output import (
    MANY,
    ExitStatus,
    JsonOption,
    emit,
    fail,
    settings_of_new,
    tell,
)
from orchestration.cli.targets import INTERVAL, heads
from orchestration.operations.demo import DemoReport, Nation, run_demo
from simulator.arguments import LEAST_SCALE, MOST_DAYS, MOST_SCALE
from warehouse.layout import FORMAT, Layout
from warehouse.settings import DEMO_HOME, LakeSettings

_NATION = Nation()


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(demo)


def demo(
    with_files: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="SOURCE=PATH",
            help=f"Real files to land as well, of {', '.join(SOURCES)}.",
        ),
    ] = None,
    home: Annotated[
        Path, typer.Option("--home", help="The demo's own lake, apart from yours.")
    ] = DEMO_HOME,
    scale: Annotated[
        float, typer.Option(min=LEAST_SCALE, max=MOST_SCALE, help="1 is a national year.")
    ] = _NATION.scale,
    seed: Annotated[
        int, typer.Option(min=0, max=MANY, help="Seed of every random draw.")
    ] = _NATION.seed,
    first_date: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            **DAY,
            help=f"First day simulated (default: {_NATION.first_date}).",
        ),
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help="Number of days simulated.")
    ] = _NATION.days,
    random_arm: Annotated[
        float, typer.Option(min=0, max=1, help="Share of declarations inspected by lot.")
    ] = _NATION.random_arm,
    json_output: JsonOption = False,
) -> None:
    """Make the whole story on a small simulated nation, and say what to open next."""
    nation = Nation(
        first_date=first_date.date() if first_date else _NATION.first_date,
        days=days,
        scale=scale,
        seed=seed,
        random_arm=random_arm,
    )
    try:
        real_files = [_source_and_path(text) for text in with_files or []]
        nation.arguments(home)
    except CustomsDataError as error:
        fail(error, json_output=json_output)
        raise typer.Exit(ExitStatus.WRONG_USE) from error
    report = run_demo(
        demo_settings(home),
        nation,
        real_files=real_files,
        progress=lambda line: tell(f"· {line}"),
    )
    emit(report.as_json(), json_output=json_output, render=lambda out: _render(out, report))


def demo_settings(home: Path) -> LakeSettings:
    """Return the settings of the demo's lake; simulated records never fall into another.

    Raises:
        WrongUseError: The home holds a lake that no demo made.
    """
    settings = settings_of_new(home)
    layout = Layout(settings.home)
    has_landed = layout.ledger_path.exists() or any(layout.landing.glob("*"))
    # A lake of another format is refused with its own words.
    if layout.format_number == FORMAT and has_landed and not is_marked(layout.nation):
        message = (
            f"{layout.home} holds a lake that the demo did not make, and simulated records would "
            "fall among its own; give the demo a home of its own: customs demo --home NEW"
        )
        raise WrongUseError(message)
    return settings


def _source_and_path(text: str) -> tuple[str, Path]:
    source, _, path = text.partition("=")
    if source not in SOURCES or not path:
        message = f"--with takes SOURCE=PATH with a source of {', '.join(sorted(SOURCES))}"
        raise CustomsDataError(message)
    if not Path(path).exists():
        message = f"--with {source}: there is no {path}"
        raise CustomsDataError(message)
    return source, Path(path)


def _render(out: Console, report: DemoReport) -> None:
    out.print(_stages(report))
    out.print(_sources(report))
    if report.training["simulated_sources"]:
        out.print("Figures on simulated data: they measure the program, not customs.")
    out.print(quality_table(report.evaluation))
    for line in (*quality_lines(report.evaluation), *release_lines(report.training)):
        out.print(line)
    show_decision(out, report.lane)
    out.print(_targets(report))
    _show_next(out, report)


def _stages(report: DemoReport) -> Table:
    table = Table(title="What was done")
    table.add_column("step")
    table.add_column("rows", justify="right")
    table.add_column("of")
    table.add_column("seconds", justify="right")
    for stage in report.stages:
        table.add_row(stage.name, f"{stage.rows:,}", stage.of, f"{stage.seconds:.1f}")
    total = sum(stage.seconds for stage in report.stages)
    table.add_row("all", "", "", f"{total:.1f}")
    return table


def _sources(report: DemoReport) -> Table:
    table = Table(
        title="The national database, by source, cancelled and refused declarations left out"
    )
    names = ("declaration_count", "customs_value_vnd", "revenue_vnd", "inspected_count")
    table.add_column("source")
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for row in report.sources:
        cells = ("–" if row[name] is None else f"{int(row[name]):,}" for name in names)
        table.add_row(str(row["source_system"]), *cells)
    return table


def _targets(report: DemoReport) -> Table:
    table, head = Table(title="Audit targets: expected collectable VND"), heads()
    for heading in (head["rank"], head["trader_id"], head["expected_vnd"], INTERVAL):
        table.add_column(heading)
    table.add_column("Largest part")
    for target in report.targets:
        table.add_row(
            str(target["rank"]),
            str(target["trader_id"]),
            f"{target['expected_vnd']:,}",
            f"{target['low_vnd']:,} – {target['high_vnd']:,}",
            f"{target['reason_vnd']:,} VND: {target['reason_vi']} / {target['reason_en']}",
        )
    return table


def _show_next(out: Console, report: DemoReport) -> None:
    for what, place in report.files.items():
        out.print(f"{what}: {place}")
    out.print("Open next (each line can be pasted into a shell in this folder):")
    for line in next_lines(report):
        out.print(f"  {line}")


def next_lines(report: DemoReport) -> list[str]:
    """Return commands that look at a finished demo, as they are typed in the current folder."""
    customs = _typed(Path(sys.executable).parent / "customs")
    lake, request = _typed(Path(report.home)), _typed(Path(report.files["lane request"]))
    example = "select control_channel, count(*) as declarations from fct_declaration group by all"
    return [
        f"{customs} status --home {lake}",
        f'{customs} sql --home {lake} --role analyst "{example}"',
        f"{customs} lanes decide --home {lake} {request}",
        "make dashboards" if lake == str(DEMO_HOME) else f"make dashboards LAKE={lake}",
    ]


def _typed(path: Path) -> str:
    """Return a path as it is typed here: relative where it lies below, quoted where it must be."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
