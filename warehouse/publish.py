"""Publishes the build: one release per role, holding only what that role may see.

What a role may not see is not in its files. A release is whole before readers meet it, months whose
published content is as before are linked from the release before, and a release that would be equal
to the current one is not made.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from data_contracts.errors import CustomsDataError
from data_contracts.loading import contracts_of
from data_contracts.model import Contract, Role
from data_contracts.statements import statements_beside
from warehouse import access, locks, opening, release
from warehouse.audit import AuditLog
from warehouse.build_record import recorded
from warehouse.engine import build_connection
from warehouse.layout import Layout
from warehouse.masked_tables import (
    RELEASE_MART,
    MaskedTable,
    as_view_of_versions,
    check_mart,
    mask,
    measure,
    name_release,
)
from warehouse.masking import Pseudonymiser
from warehouse.pseudonym_tables import make_pseudonyms
from warehouse.release_files import hub_fingerprint, month_fingerprints, write_hub, write_month
from warehouse.settings import LakeSettings

ROLES = tuple(map(str, Role))
LOGGER = logging.getLogger(__name__)
_SQL = statements_beside(__file__)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """What publishing for one role came to; `is_new` is false when nothing had changed."""

    manifest: release.Manifest
    is_new: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class _Source:
    """What every release of one run is made from."""

    connection: duckdb.DuckDBPyConnection
    layout: Layout
    lake_cut: dict[str, int]
    model_ids: list[str]
    simulated_sources: list[str]
    audit_record: str
    pseudonymiser: Pseudonymiser
    groups: dict[str, int]
    progress: Progress


def publish(
    settings: LakeSettings,
    *,
    roles: Sequence[str] = ROLES,
    progress: Progress | None = None,
) -> dict[str, PublishedRelease]:
    """Publish the marts of the build for each of `roles`.

    Args:
        settings: The lake and its bounds.
        roles: Some of `ROLES`.
        progress: Called with one line per step.

    Raises:
        CustomsDataError: Another process publishes or builds, there is no build, a mart is missing
            or not as its contract says, or a role cannot be opened to its group. Readers keep the
            release they had.
    """
    layout = Layout(settings.home)
    layout.ensure()
    if not layout.build_path.exists():
        message = f"there is no build at {layout.build_path}; run customs build"
        raise CustomsDataError(message)
    groups = access.release_groups(settings, ROLES)
    with (
        locks.building(layout, settings.lock_wait_seconds),
        build_connection(layout, settings, read_only=True) as connection,
    ):
        source = _source(connection, layout, groups, progress or LOGGER.debug)
        published = _publish_roles(source, contracts_of("mart"), roles)
        access.open_ways(layout, groups)
        return published


def _source(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    groups: dict[str, int],
    progress: Progress,
) -> _Source:
    build = recorded(connection)
    return _Source(
        connection=connection,
        layout=layout,
        lake_cut=build.cut,
        model_ids=_model_ids(connection),
        simulated_sources=list(build.simulated_sources),
        audit_record=_audit_record(layout),
        pseudonymiser=Pseudonymiser.load(layout),
        groups=groups,
        progress=progress,
    )


def _publish_roles(
    source: _Source, marts: Sequence[Contract], roles: Sequence[str]
) -> dict[str, PublishedRelease]:
    for contract in marts:
        check_mart(source.connection, contract)
    if "analyst" in roles:
        analyst_marts = [contract for contract in marts if "analyst" in contract.roles]
        make_pseudonyms(source.connection, analyst_marts, source.pseudonymiser)
    published = {}
    for role in roles:
        started = time.perf_counter()
        contracts = [contract for contract in marts if role in contract.roles]
        manifest, is_new = _publish_role(source, role, contracts)
        seconds = time.perf_counter() - started
        LOGGER.info("published role=%s release=%d new=%s", role, manifest.release, is_new)
        published[role] = PublishedRelease(manifest, is_new, seconds)
    return published


def _publish_role(
    source: _Source, role: str, contracts: Sequence[Contract]
) -> tuple[release.Manifest, bool]:
    tables = _masked_tables(source.connection, contracts, role)
    source.progress(f"{role}: {len(tables)} tables measured")
    key = source.pseudonymiser.fingerprint if role == "analyst" else None
    salt = f"{release.FORMAT_VERSION}|{duckdb.__version__}|{key}"
    months = month_fingerprints(tables, salt)
    hub = hub_fingerprint(tables, months, salt)
    before = _release_before(source, role)
    if before and _is_equal(before[1], hub, source):
        return before[1], False
    number = release.next_number(source.layout, role)
    published_at = datetime.now(UTC).isoformat(timespec="seconds")
    if any(table.name == RELEASE_MART for table in tables):
        name_release(source.connection, number, published_at, source.simulated_sources)
    staging = release.begin(source.layout, role, number)
    files, changes = _write_files(source, staging, (role, number), tables, months, before)
    manifest = release.Manifest(
        role=role,
        release=number,
        published_at=published_at,
        lake_cut=source.lake_cut,
        model_ids=source.model_ids,
        simulated_sources=source.simulated_sources,
        pseudonym_key=key,
        hub=hub,
        months=months,
        tables={table.name: _released_table(table) for table in tables},
        files=files,
        changes=changes,
        audit_record=source.audit_record,
    )
    release.finish(source.layout, staging, manifest, source.groups.get(role))
    source.progress(f"{role}: release {number} is current")
    return manifest, True


def _release_before(source: _Source, role: str) -> tuple[Path, release.Manifest] | None:
    """Return the current release to carry on from; a damaged one is replaced as a whole."""
    try:
        return release.previous_release(source.layout, role)
    except CustomsDataError as error:
        source.progress(f"{role}: every month is written anew, {error}")
        return None


def _masked_tables(
    connection: duckdb.DuckDBPyConnection, contracts: Sequence[Contract], role: str
) -> list[MaskedTable]:
    measured: dict[str, MaskedTable] = {}
    for contract in contracts:
        mask(connection, contract, role)
        measured[contract.name] = measure(connection, contract)
    return [
        as_view_of_versions(connection, table, versions)
        if (versions := measured.get(table.contract.view_of or ""))
        else table
        for table in measured.values()
    ]


def _write_files(
    source: _Source,
    staging: Path,
    target: tuple[str, int],
    tables: Sequence[MaskedTable],
    months: Mapping[str, str],
    before: tuple[Path, release.Manifest] | None,
) -> tuple[dict[str, release.ReleasedFile], release.Changes]:
    role, number = target
    files: dict[str, release.ReleasedFile] = {}
    written, carried = [], []
    for month, fingerprint in months.items():
        file = opening.month_file(staging, month)
        name = str(file.relative_to(staging))
        if before and before[1].months.get(month) == fingerprint:
            release.carry(before[0] / name, file)
            files[name] = before[1].files[name]
            carried.append(month)
            continue
        write_month(source.connection, file, month, tables)
        files[name] = release.seal(file, number)
        written.append(month)
        source.progress(f"{role}: month {month} written")
    write_hub(source.connection, staging, tables, list(months))
    files[opening.HUB_FILE] = release.seal(staging / opening.HUB_FILE, number)
    source.progress(f"{role}: hub written")
    removed = sorted(set(before[1].months) - set(months)) if before else []
    return files, release.Changes(written, carried, removed)


def _is_equal(manifest: release.Manifest, hub: str, source: _Source) -> bool:
    made = (manifest.hub, manifest.lake_cut, manifest.model_ids, manifest.simulated_sources)
    now = (hub, source.lake_cut, source.model_ids, source.simulated_sources)
    # One of before names no record: the next does.
    return made == now and manifest.audit_record == source.audit_record


def _released_table(table: MaskedTable) -> release.ReleasedTable:
    by_month = {month: part.row_count for month, part in sorted(table.parts.items())}
    return release.ReleasedTable(
        contract_version=table.contract.version,
        columns=list(table.columns),
        rows=table.row_count,
        rows_by_month=by_month if table.contract.month_column else {},
    )


def _audit_record(layout: Layout) -> str:
    # Carried on from release to release: one that is begun anew has another first line.
    named = sorted(release.audit_records(layout))
    return named[0] if named else AuditLog.of(layout).begin()


def _model_ids(connection: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        rows = connection.execute(_SQL["model_ids"]).fetchall()
    except duckdb.CatalogException:
        return []  # the build has no scores yet
    return [str(model_id) for (model_id,) in rows]
