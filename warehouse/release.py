"""Releases on disk: numbered folders, a manifest in each, and the link `current` that moves.

A release is written beside the others under a hidden name, made immutable, renamed to its number,
and then becomes current by the rename of a link. A crash anywhere leaves readers on the one before;
`begin` clears what it left.
"""

import re
import shutil
from contextlib import suppress
from pathlib import Path

import msgspec

from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from warehouse import durable, opening
from warehouse.access import share
from warehouse.layout import Layout

CURRENT = "current"
RELEASES = "releases"
KEPT_RELEASES = 3
FORMAT_VERSION = 1
_STAGING = ".staging-"
_NUMBER = re.compile(r"\d+")


class ReleasedFile(msgspec.Struct, frozen=True):
    """One file of a release; `written_in` is the release that wrote it (others link to it)."""

    sha256: str
    size_bytes: int
    written_in: int


class ReleasedTable(msgspec.Struct, frozen=True):
    """One table: contract version, columns, rows, and rows by month file (empty: in the hub)."""

    contract_version: str
    columns: list[str]
    rows: int
    rows_by_month: dict[str, int]


class Changes(msgspec.Struct, frozen=True):
    """Which months were written, linked from the release before, or are gone."""

    months_written: list[str]
    months_carried: list[str]
    months_removed: list[str]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a release holds and what it was made from.

    Attributes:
        role: Who it is for.
        release: Its number, counted from 1 per role.
        published_at: When it was made, ISO 8601 in UTC.
        lake_cut: Delta version of every lake table that the build read.
        model_ids: Models whose scores are inside.
        simulated_sources: Sources, sorted, with deliveries of the simulator.
        pseudonym_key: Fingerprint of the key of the pseudonyms; None where there are none.
        hub: Fingerprint of the content of the hub file.
        months: Fingerprint of the content of each month file.
        audit_record: SHA-256 of the first line of the record of statements; empty in a release of
            before this was written.
    """

    format_version: int = FORMAT_VERSION
    role: str
    release: int
    published_at: str
    lake_cut: dict[str, int]
    model_ids: list[str]
    simulated_sources: list[str]
    pseudonym_key: str | None
    hub: str
    months: dict[str, str]
    tables: dict[str, ReleasedTable]
    files: dict[str, ReleasedFile]
    changes: Changes
    audit_record: str = ""


def current_release(layout: Layout, role: str) -> Path:
    """Return the real folder of the current release of `role`.

    Raises:
        CustomsDataError: Nothing was published for this role yet.
    """
    path = layout.published(role) / CURRENT
    if not path.exists():
        message = f"there is no release for {role} yet; run customs publish"
        raise CustomsDataError(message)
    return path.resolve()


def read_manifest(release: Path) -> Manifest:
    """Return the manifest of a release.

    Raises:
        CustomsDataError: It cannot be read.
    """
    return read_json(release / opening.MANIFEST_FILE, Manifest, remedy="run customs publish")


def previous_release(layout: Layout, role: str) -> tuple[Path, Manifest] | None:
    """Return the current release and its manifest, None before the first."""
    if not (layout.published(role) / CURRENT).exists():
        return None
    path = current_release(layout, role)
    return path, read_manifest(path)


def audit_records(layout: Layout) -> set[str]:
    """Return what the current releases name as the record of statements; a damaged one, nothing."""
    named = set()
    for current in layout.published_root.glob(f"*/{CURRENT}"):
        with suppress(CustomsDataError):
            named.add(read_manifest(current).audit_record)
    return named - {""}


def next_number(layout: Layout, role: str) -> int:
    """Return the number of the release after the current one, whatever state that is in."""
    current = layout.published(role) / CURRENT
    return int(current.resolve().name) + 1 if current.exists() else 1


def begin(layout: Layout, role: str, number: int) -> Path:
    """Clear what a crash left, and return the empty folder in which release `number` is written."""
    folder = layout.published(role)
    releases = folder / RELEASES
    releases.mkdir(parents=True, exist_ok=True)
    for entry in releases.iterdir():
        stale = _NUMBER.fullmatch(entry.name) and int(entry.name) >= number
        if entry.name.startswith(_STAGING) or stale:
            shutil.rmtree(entry)
    staging = releases / f"{_STAGING}{number}"
    (staging / opening.MONTHS_FOLDER).mkdir(parents=True)
    return staging


def carry(file: Path, target: Path) -> None:
    """Put an unchanged file of an earlier release into a new one, as a hard link where possible."""
    try:
        target.hardlink_to(file)
    except OSError:
        shutil.copy2(file, target)


def seal(file: Path, number: int) -> ReleasedFile:
    """Force a finished file to disk, make it read-only, and return its record."""
    return ReleasedFile(
        sha256=durable.seal(file), size_bytes=file.stat().st_size, written_in=number
    )


def finish(layout: Layout, staging: Path, manifest: Manifest, group: int | None = None) -> Path:
    """Write the manifest, give the release its number, make it current; drop the oldest.

    Args:
        layout: Where the lake lies.
        staging: The folder that `begin` returned, with all files of the release.
        manifest: What it holds.
        group: Number of the group that may read it; None for the owner alone.

    Returns:
        The release's real folder.
    """
    file = staging / opening.MANIFEST_FILE
    file.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    seal(file, manifest.release)
    share(staging, group)
    durable.sync(staging / opening.MONTHS_FOLDER)
    folder = layout.published(manifest.role)
    target = folder / RELEASES / str(manifest.release)
    durable.replace(staging, target)
    durable.point_link(folder / CURRENT, Path(RELEASES) / str(manifest.release))
    _drop_old(target.parent, manifest.release)
    return target


def _drop_old(releases: Path, number: int) -> None:
    for entry in releases.iterdir():
        if _NUMBER.fullmatch(entry.name) and int(entry.name) <= number - KEPT_RELEASES:
            shutil.rmtree(entry)
