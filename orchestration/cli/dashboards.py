"""`customs dashboards`: Superset beside this lake, and the check of its files."""

import signal
import sys
from types import FrameType

import typer
from rich.console import Console

from dashboards.server import Account, RunningSuperset, superset_server
from dashboards.validate import broken_references
from orchestration.cli.output import (
    STOPPING,
    ExitStatus,
    HomeOption,
    JsonOption,
    UnusedHomeOption,
    emit,
    settings_from,
    tell,
    until_stopped,
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
    overwrite_edits: bool = typer.Option(
        False, "--overwrite-edits", help="Import over what people changed in the dashboards."
    ),
    json_output: JsonOption = False,
) -> None:
    """Prepare Superset, import the dashboards, start it, and say how to log in."""
    for number in STOPPING:
        signal.signal(number, _stop)
    layout = Layout(settings_from(home).home)
    with (
        until_stopped(),
        superset_server(
            layout, port=port, progress=tell, overwrite_edits=overwrite_edits
        ) as superset,
    ):
        payload = {
            "dashboard_url": superset.dashboard_url,
            "accounts": [
                {"user": account.user, "role": account.role, "password_path": account.password_path}
                for account in superset.accounts
            ],
        }
        emit(payload, json_output=json_output, render=lambda out: _show(out, superset))
        superset.wait()


def _stop(number: int, _frame: FrameType | None) -> None:
    # Once: what is unwinding is not to be disturbed again.
    for other in STOPPING:
        signal.signal(other, signal.SIG_IGN)
    sys.exit(128 + number)


def _show(out: Console, superset: RunningSuperset) -> None:
    out.print(f"dashboard  {superset.dashboard_url}")
    for account in superset.accounts:
        out.print(f"log in as  {account.user:<9} {account.role:<11} {_password(account)}")
    out.print("stop with  Ctrl-C")


def _password(account: Account) -> str:
    if account.holds:
        return f"password in {account.password_path}"
    return f"password changed in Superset (for a new one remove {account.password_path})"


def check(home: UnusedHomeOption = None, json_output: JsonOption = False) -> None:  # noqa: ARG001
    """Check that every dashboard, chart, dataset and role refers to what exists."""
    broken = broken_references()
    emit(
        {"broken_references": broken},
        json_output=json_output,
        render=lambda out: out.print(*(broken or ["every reference is sound"]), sep="\n"),
    )
    if broken:
        raise typer.Exit(ExitStatus.FAILED)
