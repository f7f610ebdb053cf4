"""`customs lanes`: make a snapshot, decide on one declaration, or serve decisions over HTTP."""

import os
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from data_contracts.code_lists import code_list
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.settings import ServingSettings
from ml.lanes.snapshot import Snapshot
from orchestration.cli.output import (
    ExitStatus,
    HomeOption,
    JsonOption,
    emit,
    progress_console,
    settings_from,
    tell,
    until_stopped,
)
from orchestration.operations import lanes

_COLOURS = {
    "green": "bold white on green",
    "yellow": "bold black on yellow",
    "red": "bold white on red",
}

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
        if json_output:
            emit(error.as_json(), json_output=True, render=_nothing)
        place = getattr(file, "name", "standard input")
        tell(f"customs: {place}, {error}; nothing was decided, mend the request")
        raise typer.Exit(ExitStatus.FAILED) from error
    emit(answer, json_output=json_output, render=lambda console: _show_decision(console, answer))


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
    """Answer POST /v1/lanes; GET /healthz, /readyz and /metrics beside it. Ctrl-C stops it."""
    settings = settings_from(home)
    if workers > 1:
        # Workers are processes of their own, which read the lake's place from here.
        os.environ["CUSTOMS_HOME"] = str(settings.home.absolute())
    url = f"http://{host}:{port}/v1/lanes"

    def ready(used: Snapshot) -> None:
        facts = {"snapshot_id": used.snapshot_id, "model_id": used.bundle.model_id}
        emit({"url": url, **facts}, json_output=json_output, render=_nothing)
        tell(f"{url}: snapshot {used.snapshot_id}, model {used.bundle.model_id}")

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
        f"Red from margin {policy['red_margin']:.4f}, yellow from {policy['yellow_margin']:.4f}: "
        f"{policy['measured_red_share']:.1%} and {policy['measured_yellow_share']:.1%} of the "
        f"{policy['declaration_count']:,} declarations from {policy['first_date']} to "
        f"{policy['last_date']}. {policy['measured_ruled_share']:.1%} are yellow by rule "
        "alone: another law asks for a control, or no trader is named."
    )


def _show_decision(console: Console, answer: dict[str, Any]) -> None:
    label = next(one for one in code_list("control_channel") if one.code == answer["lane"])
    console.print(
        Text.assemble(
            (f" {label.label_vi.upper()} ", _COLOURS[answer["lane"]]),
            f" {label.label_en}. Tờ khai / declaration {answer['declaration_number']}, ",
            f"margin {answer['margin']:.4f}",
        )
    )
    for ground in answer["grounds"]:
        console.print(f"  {ground['text_vi']}")
        console.print(f"  {ground['text_en']}")
    for item in answer["items"]:
        console.print()
        console.print(f"Dòng hàng / item {item['item_number']}: margin {item['margin']:.4f}")
        for reason in item["reasons"]:
            console.print(f"  {reason['contribution']:+.4f}  {reason['text_vi']}")
            console.print(f"           {reason['text_en']}")
        console.print(f"  {item['other_contribution']:+.4f}  còn lại / all else")
        console.print(f"  {answer['base_margin']:+.4f}  mức chung / base")
    console.print()
    console.print(answer["finding_vi"])
    console.print(answer["finding_en"])
    console.print(
        f"model {answer['model_id']}, snapshot {answer['snapshot_id']}, "
        f"policy {answer['policy_id']}, history as of {answer['history_as_of']}"
    )
