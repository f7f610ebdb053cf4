"""Making a snapshot: written under a hidden name, proven, numbered, and only then current."""

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from data_contracts.errors import BundleMismatchError, SourceUnavailableError
from data_contracts.statements import statements_beside
from ml import extraction
from ml.bundle import Bundle
from ml.bundle import load as load_bundle
from ml.extraction import Connection
from ml.inputs import GOODS_ITEM
from ml.lanes import snapshot as places
from ml.lanes.golden import draw_golden
from ml.lanes.history import write_history
from ml.lanes.inputs import TRADER, UNIT_VALUE
from ml.lanes.policy import set_policy
from ml.lanes.settings import ServingSettings
from ml.lanes.snapshot import Manifest, Snapshot, load_snapshot
from warehouse import durable

_SQL = statements_beside(__file__)

logger = logging.getLogger(__name__)

KEPT_SNAPSHOTS = 10

_BATCH_ROWS = 100_000
_STAGING = ".staging"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotOrder:
    """What a snapshot is made of.

    Attributes:
        lanes: The lake's folder of the lanes.
        model_folder: The bundle, `models/<name>/<fingerprint>`.
        release: Number of the analyst release that the connection reads.
        cut: Versions of the lake's tables that the release was built from.
        simulated_sources: Sources of which the release holds simulated deliveries.
        pseudonym_key: Fingerprint of the key of the release's pseudonyms.
        serving: Shares, windows and number of golden items.
    """

    lanes: Path
    model_folder: Path
    release: int
    cut: dict[str, int]
    simulated_sources: Sequence[str]
    pseudonym_key: str | None
    serving: ServingSettings


def make_snapshot(
    connection: Connection, order: SnapshotOrder, *, progress: Callable[[str], None]
) -> Snapshot:
    """Make a snapshot, prove it, and put it in use.

    Callers hold a lock: two at once would take the same number.

    Args:
        connection: To the analyst release.
        order: What to make it of.
        progress: Called with one line for each step.

    Raises:
        SourceUnavailableError: The release knows nothing of the model's systems, or holds no
            scores of the model.
        BundleMismatchError: The lanes' own door gives another margin than the batch's, or cannot
            give what the model reads.
    """
    snapshots = order.lanes / places.SNAPSHOTS
    staging = snapshots / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        _write(connection, order, staging, progress)
        progress("scoring the golden items through the lanes' own door")
        load_snapshot(staging)
        number = _next_number(snapshots)
        folder = snapshots / str(number)
        durable.replace(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    made = load_snapshot(folder)
    durable.point(order.lanes / durable.CURRENT, f"{number}\n".encode())
    _remove_old(snapshots, number)
    logger.info("made snapshot_id=%s", made.snapshot_id)
    return made


def _write(
    connection: Connection, order: SnapshotOrder, staging: Path, progress: Callable[[str], None]
) -> None:
    bundle = load_bundle(order.model_folder, threads=1)
    if bundle.model.inputs != GOODS_ITEM:
        message = (
            f"model {bundle.model_id} reads {bundle.model.inputs.name}: the lanes can give "
            f"{GOODS_ITEM.name} only"
        )
        raise BundleMismatchError(message)
    last_date = _last_date(connection, bundle)
    first_date = last_date - timedelta(days=order.serving.profile_days)
    progress("history of traders and unit values")
    counts = [
        write_history(
            staging / folder,
            _history(connection, name, bundle.model.source_systems, first_date),
            prefix,
        )
        for folder, name, prefix in (
            (places.TRADER_HISTORY, "trader_history", TRADER),
            (places.UNIT_VALUE_HISTORY, "unit_value_history", UNIT_VALUE),
        )
    ]
    progress("thresholds and golden items")
    policy = set_policy(connection, bundle.model_id, last_date, order.serving)
    (staging / places.POLICY).write_bytes(msgspec.json.format(msgspec.json.encode(policy)))
    days = (policy.first_date, last_date)
    golden = draw_golden(connection, bundle, days, order.serving.golden_items)
    with pa.ipc.new_file(str(staging / places.GOLDEN), golden.schema) as writer:
        writer.write_table(golden)
    shutil.copytree(
        order.model_folder, staging / places.MODEL / bundle.fingerprint, copy_function=shutil.copy
    )
    manifest = Manifest(
        number=_next_number(staging.parent),
        created_at=datetime.now(UTC),
        model_id=bundle.model_id,
        model_fingerprint=bundle.fingerprint,
        release=order.release,
        cut=order.cut,
        simulated_sources=sorted({*bundle.facts.simulated_sources, *order.simulated_sources}),
        pseudonym_key=order.pseudonym_key,
        first_date=first_date,
        last_date=last_date,
        trader_row_count=counts[0],
        unit_value_row_count=counts[1],
        files=_sealed(staging),
    )
    content = msgspec.json.format(msgspec.json.encode(manifest))
    (staging / places.MANIFEST).write_bytes(content)
    durable.seal(staging / places.MANIFEST)


def _last_date(connection: Connection, bundle: Bundle) -> date:
    day = extraction.last_date(connection, bundle.model.source_systems)
    if day is None:
        systems = ", ".join(bundle.model.source_systems)
        message = f"the analyst release holds nothing of {systems}: land, build and publish first"
        raise SourceUnavailableError(message)
    return day


def _history(
    connection: Connection, name: str, source_systems: tuple[str, ...], first_date: date
) -> Any:
    wanted = {"source_systems": list(source_systems), "first_date": first_date}
    return connection.sql(_SQL[name], params=wanted).to_arrow_reader(_BATCH_ROWS)


def _sealed(staging: Path) -> dict[str, str]:
    """Make every file immutable and durable; return the hashes by path."""
    digests: dict[str, str] = {}
    for path in sorted(staging.rglob("*")):
        if path.is_file():
            digests[path.relative_to(staging).as_posix()] = durable.seal(path)
    return digests


def _next_number(snapshots: Path) -> int:
    return max(_numbers(snapshots), default=0) + 1


def _numbers(snapshots: Path) -> list[int]:
    return [int(path.name) for path in snapshots.iterdir() if path.name.isdecimal()]


def _remove_old(snapshots: Path, newest: int) -> None:
    # A service that still maps a removed file keeps it until it lets go.
    for number in _numbers(snapshots):
        if number <= newest - KEPT_SNAPSHOTS:
            shutil.rmtree(snapshots / str(number), ignore_errors=True)
