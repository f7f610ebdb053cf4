"""`customs lanes`: make a snapshot, decide on one declaration, or serve decisions over HTTP."""

import os
from typing import Annotated, Any

import typer
from rich.console import Console

from ml.lanes.access import token_path
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.settings import ServingSettings
from ml.lanes.snapshot import Snapshot
from orchestration.cli.lane_decision import show_decision
from orchestration.cli.output import (
    ExitStatus,
    HomeOption,
    JsonOption,
    emit,
    learned_from,
    progress_console,
    report_failure,
    settings_from,
    tell,
    until_stopped,
)
from orchestration.operations import lanes
from warehouse.layout import Layout

app = typer.Typer(no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add the commands to `parent`."""
    parent.add_typer(app, name="lanes")


@app.command()
def snapshot(
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Freeze model, history and thresholds for the service, prove them, and put them in use."""
    with progress_console().status("Making a snapshot …") as status:
        made = lanes.make_snapshot(
            settings_from(home),
            ServingSettings(),
            progress=lambda line: status.update(f"Making a snapshot: {line} …"),
        )
    payload = lanes.snapshot_payload(made)
    emit(payload, json_output=json_output, render=lambda console: _show(console, payload))


@app.command()
def decide(
    file: Annotated[
        typer.FileBinaryRead, typer.Argument(help="The request as JSON, - for standard input.")
    ],
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Decide on one declaration as the service would, with up to three reasons for each item."""
    try:
        answer = lanes.decide_body(settings_from(home), ServingSettings(), file.read())
    except RequestRefusedError as error:
        place = getattr(file, "name", "standard input")
        message = f"{place}, {error}; nothing was decided, mend the request"
        wrong = {"field": error.field, "expected": error.expected, "found": error.found}
        report_failure(type(error).__name__, message, json_output=json_output, more=wrong)
        raise typer.Exit(ExitStatus.FAILED) from error
    emit(answer, json_output=json_output, render=lambda console: show_decision(console, answer))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65_535)] = 8_070,
    workers: Annotated[
        int, typer.Option(help="Processes, one a core at most.", min=1, max=256)
    ] = 1,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Answer POST /v1/lanes; GET /healthz, /readyz and /metrics beside it. Ctrl-C stops it.

    Every request but /healthz shows the token of the lake, which the first start makes:
    curl -H "Authorization: Bearer $(cat HOME/secrets/lane_token)" …
    """
    settings = settings_from(home)
    if workers > 1:
        # Workers are processes of their own, which read the lake's place from here.
        os.environ["CUSTOMS_HOME"] = str(settings.home.absolute())
    url = f"http://{host}:{port}/v1/lanes"
    token = token_path(Layout(settings.home))

    def ready(used: Snapshot) -> None:
        sources = used.manifest.simulated_sources
        facts = {
            "url": url,
            "token_file": str(token),
            "snapshot_id": used.snapshot_id,
            "model_id": used.bundle.model_id,
            "simulated_sources": sources,
        }
        emit(facts, json_output=json_output, render=_nothing)
        tell(f"{url}: snapshot {used.snapshot_id}, model {used.bundle.model_id}")
        for line in learned_from(sources):
            tell(line)
        tell(f"Requests show its token: authorization: Bearer, and what is in {token}")

    serving = ServingSettings()
    with until_stopped():
        lanes.serve(settings, serving, host=host, port=port, workers=workers, ready=ready)


def _nothing(_console: Console) -> None:
    """Show nothing on standard output."""


def _show(console: Console, payload: dict[str, Any]) -> None:
    policy, history = payload["policy"], payload["history"]
    console.print(f"Snapshot {payload['snapshot_id']} of model {payload['model_id']} is in use.")
    console.print(
        f"History up to {history['last_date']}: {history['trader_rows']:,} rows of traders, "
        f"{history['unit_value_rows']:,} of unit values; registrations from "
        f"{history['first_date']} on can be decided."
    )
    console.print(
        f"Red from {policy['red_margin']:.1f} risk points, yellow from "
        f"{policy['yellow_margin']:.1f}: "
        f"{policy['measured_red_share']:.1%} and {policy['measured_yellow_share']:.1%} of the "
        f"{policy['declaration_count']:,} declarations from {policy['first_date']} to "
        f"{policy['last_date']}. {policy['measured_ruled_share']:.1%} are yellow by rule "
        "alone: another law asks for a control, or no trader is named."
    )
    for line in learned_from(payload["simulated_sources"]):
        console.print(line)
