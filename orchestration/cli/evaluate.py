"""`customs evaluate`: learning on the public Korean declarations, both figures together."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmark.public.korea import evaluate_files
from orchestration.cli.output import FILE, JsonOption, UnusedHomeOption, emit, progress_console

_FIGURES = {
    "auc": "AUC",
    "precision_at_5": "precision at 5 %",
    "precision_at_10": "precision at 10 %",
    "recall_at_10": "recall at 10 %",
}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("evaluate")(evaluate)


def evaluate(
    train: Annotated[Path, typer.Option(help="Korean declarations to learn from, CSV.", **FILE)],
    test: Annotated[Path, typer.Option(help="Korean declarations to measure on, CSV.", **FILE)],
    home: UnusedHomeOption = None,  # noqa: ARG001
    json_output: JsonOption = False,
) -> None:
    """Learn on TRAIN, measure on TEST: as published, and on goods that TRAIN lacks."""
    with progress_console().status(f"Learning on {train.name}, measuring on {test.name} …"):
        payload = evaluate_files(train, test).as_json()
    emit(payload, json_output=json_output, render=lambda console: _render(console, payload))


def _render(console: Console, payload: dict[str, Any]) -> None:
    table = Table(title="Irregular declarations found in TEST, with 95 % intervals")
    for heading in ("", "as published", "goods never seen"):
        table.add_column(heading)
    for name, label in _FIGURES.items():
        table.add_row(
            label,
            _interval(payload["as_published"][name]),
            _interval(payload["tuple_disjoint"][name]),
        )
    console.print(table)
    rows, removed = payload["train_rows"], payload["train_rows"]["as_published"]
    removed -= rows["tuple_disjoint"]
    console.print(
        f"{payload['repeat_share']:.1%} of the {payload['test_rows']:,} TEST rows repeat a goods "
        "tuple (HS6, departure, origin, tax rate, tax type, net mass) of TRAIN, nearly always with "
        "the same outcome. The first column is therefore mostly recall of repeats."
    )
    console.print(
        f"For the second column the {removed:,} TRAIN rows with a tuple of TEST were left out of "
        "model and encodings; the same TEST rows are scored by the same code. It is what to expect "
        "on new goods. Neither figure stands without the other."
    )
    share = payload["calibration"]["as_published"]["irregular_share"]
    console.print(f"Picking at random would be right in {share:.1%} of the cases, with AUC 0.500.")


def _interval(figure: dict[str, float]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
