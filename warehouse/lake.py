"""The Delta tables of the lake: append, delete, restore, and which files of a version are live.

Files are always found through the log, never by a directory glob (which would return deleted rows).
Reading live files as plain Parquet is right only without deletion vectors and column mapping, so
both are refused here.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError
from deltalake.writer import WriterProperties

from data_contracts.errors import CustomsDataError
from warehouse import durable
from warehouse.layout import Layout
from warehouse.ledger import Ledger

logger = logging.getLogger(__name__)

Cut = dict[str, int]
Range = tuple[str | None, str | None]

# Old versions stay readable: releases, models and decisions name the cut they were made from.
_HOOKS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)
_WRITER = WriterProperties(compression="ZSTD")
_FORBIDDEN_FEATURES = frozenset({"deletionVectors", "columnMapping"})
# Statistics of longer texts may be cut short by the writer, so they cannot rule a file out.
_STATISTICS_MAX_LENGTH = 32


def ensure(layout: Layout, layer: str, table: str, schema: pa.Schema) -> int:
    """Make an empty table where there is none yet, and return the current version."""
    version = current_version(layout, layer, table)
    if version >= 0:
        return version
    folder = layout.lake(layer, table)
    folder.parent.mkdir(parents=True, exist_ok=True)
    DeltaTable.create(folder.as_uri(), schema=schema, mode="ignore")
    version = current_version(layout, layer, table)
    _sync(folder, version)
    return version


def append(
    layout: Layout,
    layer: str,
    table: str,
    rows: pa.Table | pa.RecordBatchReader,
    metadata: Mapping[str, str],
) -> int:
    """Append rows in one commit and make it durable; the table is made if there is none.

    Args:
        layout: Where the lake lies.
        layer: `bronze`, `quarantine`, `scores` …
        table: Name of the table in the layer.
        rows: What to append; new columns are added to the table's schema.
        metadata: Goes into the commit (`load_id` and the like).

    Returns:
        The version of the new commit.
    """
    folder = layout.lake(layer, table)
    folder.mkdir(parents=True, exist_ok=True)
    write_deltalake(
        folder.as_uri(),
        rows,
        mode="append",
        schema_mode="merge",
        writer_properties=_WRITER,
        commit_properties=CommitProperties(custom_metadata=dict(metadata)),
        post_commithook_properties=_HOOKS,
    )
    version = current_version(layout, layer, table)
    _sync(folder, version)
    return version


def delete_where(
    layout: Layout, layer: str, table: str, predicate: str, metadata: Mapping[str, str]
) -> int:
    """Delete the rows that a predicate holds for (copy on write), and return the new version.

    A table that does not exist has nothing to delete: -1.
    """
    delta = _open(layout, layer, table)
    if delta is None:
        return -1
    delta.delete(
        predicate,
        writer_properties=_WRITER,
        commit_properties=CommitProperties(custom_metadata=dict(metadata)),
        post_commithook_properties=_HOOKS,
    )
    version = int(delta.version())
    _sync(layout.lake(layer, table), version)
    return version


def restore(layout: Layout, layer: str, table: str, version: int) -> None:
    """Make the content of `version` current again, as a new commit; harmless when it is.

    Raises:
        CustomsDataError: The table or the version is gone.
    """
    delta = _open(layout, layer, table)
    if delta is None or delta.version() < version:
        message = f"lake table {layer}/{table} does not reach version {version} any more"
        raise CustomsDataError(message)
    if delta.version() == version:
        return
    logger.warning("restore table=%s/%s version=%d", layer, table, version)
    delta.restore(version, post_commithook_properties=_HOOKS)
    _sync(layout.lake(layer, table), int(delta.version()))


def current_version(layout: Layout, layer: str, table: str) -> int:
    """Return the newest version of a table, -1 when there is no table."""
    delta = _open(layout, layer, table)
    return -1 if delta is None else int(delta.version())


def live_files(
    layout: Layout,
    layer: str,
    table: str,
    version: int | None = None,
    ranges: Mapping[str, Range] | None = None,
) -> list[str]:
    """Return the Parquet files that make up one version of a table.

    Args:
        layout: Where the lake lies.
        layer: Layer of the table.
        table: Name of the table.
        version: The version; newest when None, no files when -1.
        ranges: Text column to (least, greatest) value looked for; files whose statistics rule
            every value out are left out.

    Raises:
        CustomsDataError: The table uses deletion vectors or column mapping.
    """
    if version == -1:
        return []
    delta = _open(layout, layer, table, version)
    if delta is None:
        return []
    _refuse_unreadable(delta, f"{layer}/{table}")
    if not ranges:
        return sorted(_path(uri) for uri in delta.file_uris())
    actions = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    folder = layout.lake(layer, table)
    kept = [action for action in actions if _may_hold(action, ranges)]
    return sorted(str(folder / str(action["path"])) for action in kept)


def column_names(layout: Layout, layer: str, table: str, version: int) -> list[str]:
    """Return the column names of one version of a table; none where there is no table."""
    delta = None if version == -1 else _open(layout, layer, table, version)
    return [] if delta is None else [field.name for field in delta.schema().fields]


def cut(layout: Layout) -> Cut:
    """Return `layer/table` to version for all tables, without any half-done load in it.

    A load that is open (running, or left by a crash) counts as not there: its tables are taken at
    the versions that the ledger recorded before it began.
    """
    while True:
        before = Ledger.open_load_at(layout.ledger_path)
        versions = {
            f"{layer}/{table}": current_version(layout, layer, table)
            for layer, table in existing_tables(layout)
        }
        after = Ledger.open_load_at(layout.ledger_path)
        if before == after:
            return {**versions, **(before.versions if before.load_id else {})}


def holds_records(layout: Layout, layer: str, cut: Cut) -> bool:
    """Return whether any table of a layer has live files in a cut."""
    places = ((key.split("/"), version) for key, version in cut.items())
    return any(
        live_files(layout, found, table, version)
        for (found, table), version in places
        if found == layer
    )


def existing_tables(layout: Layout) -> list[tuple[str, str]]:
    """Return (layer, table) of every table on disk, sorted."""
    logs = layout.lake_root.glob("*/*/_delta_log")
    return sorted((log.parent.parent.name, log.parent.name) for log in logs)


def size_bytes(layout: Layout, layer: str, table: str, version: int) -> int:
    """Return the bytes of the live files of one version of a table."""
    return sum(Path(file).stat().st_size for file in live_files(layout, layer, table, version))


def _open(layout: Layout, layer: str, table: str, version: int | None = None) -> DeltaTable | None:
    folder = layout.lake(layer, table)
    if not (folder / "_delta_log").is_dir():
        return None
    try:
        return DeltaTable(folder.as_uri(), version=version)
    except TableNotFoundError:
        return None


def _path(uri: str) -> str:
    return unquote(uri.removeprefix("file://"))


def _refuse_unreadable(delta: DeltaTable, name: str) -> None:
    protocol = delta.protocol()
    features = _FORBIDDEN_FEATURES.intersection(protocol.reader_features or ())
    mapping = delta.metadata().configuration.get("delta.columnMapping.mode", "none")
    if features or mapping != "none":
        message = f"lake table {name} uses {sorted(features) or 'columnMapping'}: not read as files"
        raise CustomsDataError(message)


def _may_hold(action: Mapping[str, Any], ranges: Mapping[str, Range]) -> bool:
    for column, (least, greatest) in ranges.items():
        low, high = action.get(f"min.{column}"), action.get(f"max.{column}")
        if not (isinstance(low, str) and isinstance(high, str) and least and greatest):
            continue
        if max(len(low), len(high)) < _STATISTICS_MAX_LENGTH and (high < least or low > greatest):
            return False
    return True


def _sync(folder: Path, version: int) -> None:
    """Force one commit and the files it added to disk: the ledger promises them afterwards."""
    log = folder / "_delta_log"
    commit = log / f"{version:020d}.json"
    added = [folder / path for path in _added_paths(commit)]
    for path in (*added, commit, log, folder, folder.parent):
        durable.sync(path)


def _added_paths(commit: Path) -> Sequence[str]:
    # As bytes: in text, U+2028 and others of the values in it would end lines too.
    lines = commit.read_bytes().splitlines()
    return [entry["add"]["path"] for entry in map(json.loads, lines) if "add" in entry]
