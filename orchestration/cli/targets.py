"""`customs targets`: the list of post-clearance audit targets as a workbook."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from data_contracts.loading import load_contract
from ml.models import DEFAULT
from ml.targets.expected import COLLECTABLE_RATIO, TargetRule
from orchestration.cli.models import ModelOption
from orchestration.cli.output import HomeOption, JsonOption, emit, progress_console, settings_from
from orchestration.operations.targeting import TargetReport, as_payload, make_target_list

INTERVAL = "95 % interval of what inspections would bring"

_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("targets")(targets)


def targets(
    out: Annotated[
        Path, typer.Option("--out", help="Workbook (.xlsx) to write.", dir_okay=False)
    ] = Path("targets.xlsx"),
    top: Annotated[int, typer.Option(min=1, max=10_000, help="Traders on the list.")] = 50,
    collectable: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Share of an assessment that is collected.")
    ] = COLLECTABLE_RATIO,
    model: ModelOption = DEFAULT,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Rank traders by the duty at stake. The list holds names: it is for auditors."""
    if out.suffix.lower() != ".xlsx" or not out.absolute().parent.is_dir():
        message = f"expected the name of an .xlsx file in a folder that exists, found {out}"
        raise typer.BadParameter(message, param_hint="--out")
    with progress_console().status("Ranking traders …"):
        report = make_target_list(
            settings_from(home),
            out,
            rule=TargetRule(model=model, top=top, collectable_ratio=collectable),
        )
    emit(
        as_payload(report),
        json_output=json_output,
        render=lambda console: _render(console, report),
    )


def heads() -> dict[str, str]:
    """Return what stands above each column of the list, in English, as its contract says."""
    return {
        field.name: field.listed.head_en + (f" ({field.unit})" if field.unit == "VND" else "")
        for field in load_contract("audit_target").fields
        if field.listed is not None
    }


def _render(console: Console, report: TargetReport) -> None:
    table = Table(title=f"Audit targets on {report.as_of.isoformat()}, model {report.model_id}")
    head = heads()
    for name in ("rank", "trader_id", "trader_name", "expected_vnd"):
        table.add_column(head[name])
    table.add_column(INTERVAL)
    table.add_column(head["found_vnd"])
    for trader in report.traders[:_SHOWN]:
        table.add_row(
            str(trader["rank"]),
            trader["trader_id"],
            trader["trader_name"] or "",
            f"{trader['expected_vnd']:,}",
            f"{trader['low_vnd']:,} – {trader['high_vnd']:,}",
            f"{trader['found_vnd']:,}",
        )
    console.print(table)
    if report.simulated_sources:
        console.print(
            f"Holds simulated data ({', '.join(report.simulated_sources)}): not for real cases."
        )
    console.print(f"{len(report.traders)} targets with evidence and reasons: {report.file}")
