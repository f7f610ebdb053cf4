"""The lanes put together: a snapshot of the published release, a decision, and the service.

The service loads snapshots only; it needs neither the lake nor a release.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from ml import bundle as bundles
from ml.lanes.decision import decide
from ml.lanes.policy import Policy
from ml.lanes.request import read_request
from ml.lanes.server import bound_socket, serve_many, serve_one
from ml.lanes.service import load_current, service_of
from ml.lanes.settings import ServingSettings
from ml.lanes.snapshot import Snapshot, current_folder
from ml.lanes.snapshot_writing import SnapshotOrder
from ml.lanes.snapshot_writing import make_snapshot as make
from orchestration.operations.learning import analyst_release
from warehouse import locks
from warehouse.layout import Layout
from warehouse.masking import Pseudonymiser
from warehouse.settings import LakeSettings

Progress = Callable[[str], None]


def make_snapshot(
    settings: LakeSettings,
    serving: ServingSettings,
    *,
    progress: Progress | None = None,
) -> Snapshot:
    """Make a snapshot of the lanes' model and the current analyst release, and put it in use.

    Args:
        settings: The lake and its caps.
        serving: The lanes' model and shares, windows, and number of golden items.
        progress: Called with one line for each step.

    Raises:
        CustomsDataError: No model, no release or no scores are there, the lanes' own door gives
            another margin than the batch's, or another snapshot is being made.
    """
    layout = Layout(settings.home)
    layout.ensure()
    model_folder = bundles.current_folder(layout.models, serving.model)
    with (
        locks.held(layout.locks / "lanes.lock", "making of a snapshot"),
        analyst_release(layout, settings) as (connection, manifest),
    ):
        order = SnapshotOrder(
            lanes=layout.lanes,
            model_folder=model_folder,
            release=manifest.release,
            cut=manifest.lake_cut,
            simulated_sources=manifest.simulated_sources,
            pseudonym_key=manifest.pseudonym_key,
            serving=serving,
        )
        return make(connection, order, progress=progress or _silent)


def snapshot_payload(snapshot: Snapshot) -> dict[str, Any]:
    """Return what a snapshot is, as plain values."""
    manifest = snapshot.manifest
    return {
        "snapshot_id": snapshot.snapshot_id,
        "model_id": snapshot.bundle.model_id,
        "release": manifest.release,
        "simulated_sources": manifest.simulated_sources,
        "history": {
            "first_date": manifest.first_date,
            "last_date": manifest.last_date,
            "trader_rows": manifest.trader_row_count,
            "unit_value_rows": manifest.unit_value_row_count,
        },
        "policy": policy_payload(snapshot.policy),
    }


def policy_payload(policy: Policy) -> dict[str, Any]:
    """Return the thresholds of the lanes and what they were set on, as plain values."""
    return {
        "policy_id": policy.policy_id,
        "red_margin": policy.red_margin,
        "yellow_margin": policy.yellow_margin,
        "red_share": policy.red_share,
        "yellow_share": policy.yellow_share,
        "measured_red_share": policy.measured_red_share,
        "measured_yellow_share": policy.measured_yellow_share,
        "measured_ruled_share": policy.measured_ruled_share,
        "history_stale_days": policy.history_stale_days,
        "declaration_count": policy.declaration_count,
        "first_date": policy.first_date,
        "last_date": policy.last_date,
    }


def decide_body(settings: LakeSettings, serving: ServingSettings, body: bytes) -> dict[str, Any]:
    """Decide on one request as the service would, with the snapshot in use.

    Args:
        settings: The lake.
        serving: Bounds of a request.
        body: The request, JSON.

    Raises:
        RequestRefusedError: The request is not one that can be decided on.
        CustomsDataError: There is no snapshot that can be used.
    """
    layout = Layout(settings.home)
    request = read_request(body, max_items=serving.max_items, now=datetime.now(UTC))
    # The snapshot first: without one there was no release either, and no key to make.
    folder = current_folder(layout.lanes)
    pseudonymiser = Pseudonymiser.load(layout)
    return decide(load_current(folder, pseudonymiser), request, pseudonymiser.pseudonym)


def serve(
    settings: LakeSettings,
    serving: ServingSettings,
    *,
    host: str,
    port: int,
    workers: int,
    ready: Callable[[Snapshot], None],
) -> None:
    """Serve lanes until the process is told to stop.

    With several workers each one reads its settings from the environment, which the caller has set.

    Args:
        settings: The lake.
        serving: Bounds of a request.
        host: Address to listen on.
        port: Port to listen on.
        workers: Processes; one for each core at most.
        ready: Called with the snapshot when it is loaded.

    Raises:
        CustomsDataError: There is no snapshot that can be used, or the address is taken.
    """
    with closing(bound_socket(host, port)) as bound:
        current_folder(Layout(settings.home).lanes)
        service = service_of(settings, serving)
        ready(service.snapshot)
        if workers == 1:
            serve_one(service, bound)
        else:
            serve_many(bound, serving, workers=workers)


def _silent(_line: str) -> None:
    """Say nothing."""
