"""`customs dashboards`: Superset beside this lake, and the check of its files."""

import signal
import threading
from types import FrameType

import typer
from rich.console import Console

from dashboards.server import SupersetAddress, superset_server
from dashboards.validate import broken_references
from orchestration.cli.output import (
    ExitStatus,
    HomeOption,
    JsonOption,
    UnusedHomeOption,
    emit,
    settings_from,
    tell,
)
from warehouse.layout import Layout


def register(app: typer.Typer) -> None:
    """Add the group `dashboards` to the command line."""
    group = typer.Typer(no_args_is_help=True)
    group.command()(serve)
    group.command()(check)
    app.add_typer(group, name="dashboards")


def serve(
    home: HomeOption = None,
    port: int = typer.Option(8088, min=1, max=65_535, help="TCP port on 127.0.0.1."),
    json_output: JsonOption = False,
) -> None:
    """Prepare Superset, import the dashboards, start it, and say how to log in."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with superset_server(Layout(settings_from(home).home), port=port, progress=tell) as address:
        payload = {
            "dashboard_url": address.dashboard_url,
            "user": address.user,
            "password_path": address.password_path,
        }
        emit(payload, json_output=json_output, render=lambda out: _show(out, address))
        stopped.wait()


def _show(out: Console, address: SupersetAddress) -> None:
    out.print(f"dashboard  {address.dashboard_url}")
    out.print(f"log in as  {address.user}")
    out.print(f"password   in {address.password_path}")
    out.print("stop with  Ctrl-C")


def check(home: UnusedHomeOption = None, json_output: JsonOption = False) -> None:  # noqa: ARG001
    """Check that every dashboard, chart and dataset refers to what exists."""
    broken = broken_references()
    emit(
        {"broken_references": broken},
        json_output=json_output,
        render=lambda out: out.print("\n".join(broken) or "every reference is sound"),
    )
    if broken:
        raise typer.Exit(ExitStatus.FAILED)
