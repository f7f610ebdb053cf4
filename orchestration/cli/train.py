"""`customs train`: learn a model from the published analyst release and put it into use."""

from typing import Annotated, Any

import typer
from rich.console import Console

from orchestration.cli.model_quality import quality_lines, quality_table
from orchestration.cli.models import Model
from orchestration.cli.output import HomeOption, JsonOption, emit, progress_console, settings_from
from orchestration.operations.learning import as_payload, train_model


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("train")(train)


def train(
    model: Annotated[Model, typer.Argument(help="Which model.")] = Model.RISK,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="The data came from the simulator; lists say so.")
    ] = False,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Learn from mature inspections, measure on the last quarter, and use the new model."""
    with progress_console().status("Learning …") as status:
        report = train_model(
            settings_from(home),
            model.value,
            is_simulated=simulated,
            progress=lambda line: status.update(f"Learning: {line} …"),
        )
    payload = as_payload(report)
    emit(payload, json_output=json_output, render=lambda console: _render(console, payload))


def _render(console: Console, payload: dict[str, Any]) -> None:
    console.print(f"Model {payload['model_id']} from release {payload['release']}")
    console.print(quality_table(payload["metrics"]))
    for line in quality_lines(payload["metrics"]):
        console.print(line)
