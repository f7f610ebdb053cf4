"""`customs quarantine list|show`: which records and files did not get in, and why."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from data_contracts.errors import CustomsDataError
from ingestion.reason_hints import hint
from ingestion.sources.catalog import SOURCES, UnknownSourceError, find_source
from orchestration.cli.output import (
    MANY,
    ExitStatus,
    HomeOption,
    JsonOption,
    emit,
    fail,
    settings_from,
)
from warehouse import quarantine
from warehouse.layout import Layout
from warehouse.quarantine import Group, Reason, Record, RefusedFile
from warehouse.settings import LakeSettings

ShaArgument = Annotated[str, typer.Argument(help="Hash of the file, or its first characters.")]
RecordOption = Annotated[
    int | None, typer.Option("--record", min=1, max=MANY, help="Only this record number.")
]
SourceOption = Annotated[str | None, typer.Option(help=f"Only this source ({', '.join(SOURCES)}).")]
ReasonOption = Annotated[str | None, typer.Option(help="Only this reason code, like E_TYPE.")]
LimitOption = Annotated[int, typer.Option(min=1, max=MANY, help="At most so many.")]

_SHORTEST_HASH = 4
_HASH = re.compile(rf"[0-9a-fA-F]{{{_SHORTEST_HASH},64}}")


def register(app: typer.Typer) -> None:
    """Add the command group to the app."""
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="quarantine")

    @group.command("list")
    def list_groups(
        source: SourceOption = None,
        reason: ReasonOption = None,
        limit: LimitOption = 50,
        home: HomeOption = None,
        json_output: JsonOption = False,
    ) -> None:
        """Count records in quarantine by reason, field and file; list the refused files."""
        settings = settings_from(home)
        if source is not None:
            try:
                find_source(source, settings.home)
            except UnknownSourceError as error:
                fail(error, json_output=json_output)
                raise typer.Exit(ExitStatus.WRONG_USE) from error
        _existing(settings)
        groups, total = quarantine.groups(settings, source=source, reason=reason, limit=limit)
        refused = quarantine.refused_files(settings, source=source, reason=reason)
        payload = {
            "records": total,
            "groups": [asdict(group) for group in groups],
            "refused_files": len(refused),
            "refused": [asdict(file) for file in refused[:limit]],
        }

        def render(console: Console) -> None:
            _render_list(console, groups, total)
            _render_refused(console, refused[:limit], len(refused))

        emit(payload, json_output=json_output, render=render)

    @group.command()
    def show(
        sha: ShaArgument,
        record: RecordOption = None,
        limit: LimitOption = 20,
        home: HomeOption = None,
        json_output: JsonOption = False,
    ) -> None:
        """Show records of one file as they were delivered; they may name persons."""
        if _HASH.fullmatch(sha) is None:
            message = (
                f"{sha!r} is no hash of a file: expected its first {_SHORTEST_HASH} to 64 "
                "characters, digits and letters a to f; customs quarantine list shows them"
            )
            fail(CustomsDataError(message), json_output=json_output)
            raise typer.Exit(ExitStatus.WRONG_USE)
        settings = _existing(settings_from(home))
        records = quarantine.records(settings, sha, record_number=record, limit=limit)
        payload = {"records": [_with_hints(found, settings.home) for found in records]}
        emit(
            payload,
            json_output=json_output,
            render=lambda out: _render_show(out, records, settings.home),
        )


def _existing(settings: LakeSettings) -> LakeSettings:
    layout = Layout(settings.home)
    if not layout.ledger_path.exists():
        message = f"there is no lake in {layout.home}; land something first"
        raise CustomsDataError(message)
    return settings


def _render_list(console: Console, groups: list[Group], total: int) -> None:
    if not groups:
        console.print("No record is in quarantine.")
        return
    table = Table("Records", "Reason", "Table", "File", "From record", title="Quarantine")
    for group in groups:
        reason = Reason(
            code=group.reason_code,
            field=group.field,
            text_vi=group.reason_vi,
            text_en=group.reason_en,
        )
        file = f"{group.file} ({group.sha256[:12]})"
        first = str(group.first_record_number)
        table.add_row(f"{group.records:,}", _in_words(reason), group.table_name, file, first)
    console.print(table)
    console.print(f"{total:,} records in all. One file: customs quarantine show HASH")


def _render_refused(console: Console, refused: list[RefusedFile], total: int) -> None:
    if not refused:
        return
    table = Table("Source", "File", "Reason", "Received (UTC)", title="Refused files")
    for file in refused:
        named = f"{file.file} ({file.sha256[:12]})"
        reason = f"{file.reason_code}: {file.reason_text}"
        table.add_row(file.source, named, reason, f"{file.received_at:%Y-%m-%d %H:%M:%S}")
    console.print(table)
    console.print(
        f"{total:,} refused files in all; mended, or under the right name, land them again."
    )


def _render_show(console: Console, records: list[Record], home: Path) -> None:
    if not records:
        console.print("No quarantined record of such a file.")
    for record in records:
        withdrawn = ", delivery withdrawn" if record.is_withdrawn else ""
        console.print(
            f"{record.table_name} · {record.file} · record {record.record_number}{withdrawn}"
        )
        for reason in record.reasons:
            found = hint(record, reason, home)
            columns = f" ({', '.join(found.columns)})" if found.columns else ""
            wanted_en = f"; expected {found.expected_en}" if found.expected_en else ""
            wanted_vi = f"; yêu cầu {found.expected_vi}" if found.expected_vi else ""
            console.print(
                f"  {_in_words(reason, columns)}{wanted_en} / {reason.text_vi}{wanted_vi}"
            )
        console.print(f"  {record.raw or '(no text)'}")


def _with_hints(record: Record, home: Path) -> dict[str, Any]:
    reasons = [asdict(reason) | asdict(hint(record, reason, home)) for reason in record.reasons]
    return asdict(record) | {"reasons": reasons}


def _in_words(reason: Reason, columns: str = "") -> str:
    field = f" [{reason.field}{columns}]" if reason.field else ""
    return f"{reason.code}{field}: {reason.text_en}"
