"""`customs audit`: the record of who asked what."""

import typer

from orchestration.cli.output import HomeOption, JsonOption, emit, settings_from
from warehouse.audit import AuditLog
from warehouse.layout import Layout
from warehouse.release import audit_records


def register(app: typer.Typer) -> None:
    """Add the group `audit` to the command line."""
    group = typer.Typer(no_args_is_help=True)
    group.command()(verify)
    app.add_typer(group, name="audit")


def verify(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """Check that no line of the record was changed, removed, put in or cut off, nor all of it.

    Whoever may write the record may also make it anew: keep the hash of the last line elsewhere.
    """
    layout = Layout(settings_from(home).home)
    log = AuditLog.of(layout)
    head = log.verify(audit_records(layout))
    emit(
        {"file": log.path, "lines": head.lines, "sha256": head.sha256},
        json_output=json_output,
        render=lambda out: out.print(f"{head.lines} lines, unbroken; the last has {head.sha256}"),
    )
