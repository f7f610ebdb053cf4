"""`customs score`: score what the model in use has not scored yet, into the lake."""

import typer

from ml.models import DEFAULT
from orchestration.cli.models import ModelArgument
from orchestration.cli.output import HomeOption, JsonOption, emit, progress_console, settings_from
from orchestration.operations.learning import as_payload, score_items


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("score")(score)


def score(
    model: ModelArgument = DEFAULT,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Score the current items; a second run appends nothing."""
    with progress_console().status("Scoring …") as status:
        report = score_items(
            settings_from(home), model, progress=lambda line: status.update(f"{line} …")
        )
    payload = as_payload(report)
    emit(
        payload,
        json_output=json_output,
        render=lambda console: console.print(
            f"{report.scored_count:,} items scored by {report.model_id}, "
            f"{report.present_count:,} were scored before. Build and publish to see them."
        ),
    )
