"""`customs train`: learn a model from the published analyst release; use it if it is not worse."""

from typing import Annotated, Any

import typer
from rich.console import Console

from ml.models import DEFAULT
from orchestration.cli.model_quality import quality_lines, quality_table, release_lines
from orchestration.cli.models import ModelArgument
from orchestration.cli.output import HomeOption, JsonOption, emit, progress_console, settings_from
from orchestration.operations.learning import as_payload, train_model


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("train")(train)


def train(
    model: ModelArgument = DEFAULT,
    release: Annotated[
        bool, typer.Option("--release", help="Use it even if it is worse than the one in use.")
    ] = False,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Learn from mature inspections; use the model if it is not worse than the one in use."""
    with progress_console().status("Learning …") as status:
        report = train_model(
            settings_from(home),
            model,
            must_release=release,
            progress=lambda line: status.update(f"Learning: {line} …"),
        )
    payload = as_payload(report)
    emit(payload, json_output=json_output, render=lambda console: _render(console, payload))


def _render(console: Console, payload: dict[str, Any]) -> None:
    console.print(f"Model {payload['model_id']} from release {payload['release']}")
    console.print(quality_table(payload["metrics"]))
    for line in quality_lines(payload["metrics"]):
        console.print(line)
    for line in release_lines(payload):
        console.print(line)
