"""A snapshot: model, history, thresholds and golden items of one release, in one folder.

`lanes/snapshots/<n>/{manifest.json,policy.json,golden.arrow,model/<fingerprint>/…,trader/…,
unit_value/…}`; `lanes/CURRENT` names the one in use. A snapshot is never changed once it has its
number. Whoever answers takes one snapshot per request and nothing from elsewhere.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec
import pyarrow as pa

from data_contracts.errors import BundleMismatchError, SourceUnavailableError
from data_contracts.json_files import read_json
from ml.bundle import Bundle
from ml.bundle import load as load_bundle
from ml.lanes.golden import check_golden
from ml.lanes.history import History, read_history
from ml.lanes.inputs import TRADER, UNIT_VALUE
from ml.lanes.policy import Policy
from warehouse import durable

logger = logging.getLogger(__name__)

SNAPSHOTS = "snapshots"
MANIFEST = "manifest.json"
POLICY = "policy.json"
GOLDEN = "golden.arrow"
MODEL = "model"
TRADER_HISTORY = "trader"
UNIT_VALUE_HISTORY = "unit_value"

_REMEDY = "run customs lanes snapshot"
# One row at a time has no work to share: a second thread only waits for the first.
_THREADS = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot holds and what it was made from.

    Attributes:
        number: Counted from 1.
        created_at: When it was made.
        model_id: The model.
        model_fingerprint: Folder of the model inside.
        release: Number of the analyst release.
        cut: Versions of the lake's tables that the release was built from.
        simulated_sources: Sources, sorted, of which the model or the history has seen simulated
            deliveries.
        pseudonym_key: Fingerprint of the key that the traders' pseudonyms were made with.
        first_date: First day of registration that the history can answer for.
        last_date: Last day that the history knows; declarations of the next day see all of it.
        trader_row_count: Rows of the traders' history.
        unit_value_row_count: Rows of the history of unit values.
        files: SHA-256 of every other file, by path inside the snapshot.
    """

    number: int
    created_at: datetime
    model_id: str
    model_fingerprint: str
    release: int
    cut: dict[str, int]
    simulated_sources: list[str]
    pseudonym_key: str | None
    first_date: date
    last_date: date
    trader_row_count: int
    unit_value_row_count: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot ready to answer; its history is mapped from the files.

    Attributes:
        snapshot_id: Number and the first 12 digits of the manifest's SHA-256.
        manifest: What it holds.
        bundle: The model.
        policy: Thresholds of the lanes.
        traders: History by source system and trader.
        unit_values: History by source system, HS6 and origin.
    """

    snapshot_id: str
    manifest: Manifest
    bundle: Bundle
    policy: Policy
    traders: History
    unit_values: History


def current_folder(lanes: Path) -> Path:
    """Return the folder of the snapshot in use.

    Raises:
        SourceUnavailableError: None was made yet.
        BundleMismatchError: What names it is no number.
    """
    pointer = lanes / durable.CURRENT
    if not pointer.exists():
        message = f"there is no snapshot for the lanes yet: {_REMEDY}"
        raise SourceUnavailableError(message)
    return (
        lanes
        / SNAPSHOTS
        / durable.pointed_at(pointer, form=rb"[0-9]+", remedy=_REMEDY, error=BundleMismatchError)
    )


def load_snapshot(folder: Path) -> Snapshot:
    """Read a snapshot, check every file against its hash and score its golden items.

    Raises:
        BundleMismatchError: A file was changed or is missing, the model does not fit this program,
            or a golden item gets another margin than in the batch.
    """
    manifest, digest = _manifest(folder)
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or durable.digest(path) != expected:
            message = f"snapshot {folder.name}: {name} is missing or was changed"
            raise BundleMismatchError(message)
    bundle = load_bundle(folder / MODEL / manifest.model_fingerprint, threads=_THREADS)
    policy = _policy(folder)
    traders = read_history(folder / TRADER_HISTORY, manifest.trader_row_count, TRADER)
    unit_values = read_history(
        folder / UNIT_VALUE_HISTORY, manifest.unit_value_row_count, UNIT_VALUE
    )
    snapshot = Snapshot(
        f"{manifest.number}-{digest[:12]}", manifest, bundle, policy, traders, unit_values
    )
    check_golden(_golden(folder), bundle, traders, unit_values)
    logger.info("loaded snapshot_id=%s model_id=%s", snapshot.snapshot_id, bundle.model_id)
    return snapshot


def _manifest(folder: Path) -> tuple[Manifest, str]:
    path = folder / MANIFEST
    manifest = read_json(path, Manifest, remedy=_REMEDY, error=BundleMismatchError)
    return manifest, durable.digest(path)


def _policy(folder: Path) -> Policy:
    try:
        return msgspec.json.decode((folder / POLICY).read_bytes(), type=Policy)
    except msgspec.DecodeError as error:
        message = (
            f"snapshot {folder.name}: its policy is of another version of this program; {_REMEDY}"
        )
        raise BundleMismatchError(message) from error


def _golden(folder: Path) -> pa.Table:
    with pa.memory_map(str(folder / GOLDEN)) as source:
        return pa.ipc.open_file(source).read_all()
