"""The lane service: plain ASGI, one process a core, one snapshot a request.

POST /v1/lanes, GET /healthz (the process lives), /readyz (a snapshot answers), /metrics; all but
/healthz for who shows the token (`ml.lanes.access`).
There is no framework on the path of a request; measured, one costs more than the decision will.
"""

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from data_contracts.errors import BundleMismatchError
from data_contracts.office_time import OFFICE_TIME
from ml.lanes.access import Access
from ml.lanes.decision import decide
from ml.lanes.grounds import HistoryAge, history_age
from ml.lanes.metrics import Metrics
from ml.lanes.refusal import RequestRefusedError, error_json
from ml.lanes.request import read_request
from ml.lanes.request_agreement import require_known_checks
from ml.lanes.settings import ServingSettings
from ml.lanes.snapshot import Snapshot, current_folder, load_snapshot
from warehouse.layout import Layout, keep_private
from warehouse.masking import Pseudonymiser
from warehouse.settings import LakeSettings

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Clock = Callable[[], datetime]
"""Returns the present moment with its offset."""

_JSON = b"application/json"
_TEXT = b"text/plain; version=0.0.4; charset=utf-8"
_LANES = "/v1/lanes"
_HEALTH = "/healthz"
_METHODS = {_LANES: "POST", _HEALTH: "GET", "/readyz": "GET", "/metrics": "GET"}
_ENCODER = msgspec.json.Encoder()


class LaneService:
    """One process of the service.

    Args:
        lanes: The lake's folder of the lanes.
        pseudonymiser: With the key that the snapshot's history was published under.
        access: Who is answered.
        serving: Bounds of a request and of a connection.
        clock: What the service takes for now.

    Raises:
        CustomsDataError: There is no snapshot, or it cannot be used; nothing is served then.
    """

    def __init__(
        self,
        lanes: Path,
        pseudonymiser: Pseudonymiser,
        access: Access,
        serving: ServingSettings,
        *,
        clock: Clock,
    ) -> None:
        self._lanes = lanes
        self._pseudonymiser = pseudonymiser
        self.access = access
        self.serving = serving
        self._clock = clock
        self._metrics = Metrics()
        self._folder = current_folder(lanes)
        self._snapshot = load_current(self._folder, pseudonymiser)

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that answers now."""
        return self._snapshot

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or run the life of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        wanted = _METHODS.get(path)
        if path != _HEALTH and not self.access.is_granted(scope["headers"]):
            self._metrics.observe(401, 0.0, None)
            expected = "Bearer and the token of the lake's secrets/lane_token"
            body = _error("authorization", expected, "none or another")
            await _send(send, 401, body, more=(b"www-authenticate", b"Bearer"))
        elif wanted is None:
            expected = f"one of the paths {', '.join(_METHODS)}"
            await _send(send, 404, _error("path", expected, "another one"))
        elif method != wanted:
            body = _error("method", f"{wanted}, which alone this path takes", "another one")
            await _send(send, 405, body, more=(b"allow", wanted.encode()))
        elif path == _LANES:
            await self._answer_lane(scope, receive, send)
        elif path == "/metrics":
            text = self._metrics.as_text(self._snapshot, self._today_history()).encode()
            await _send(send, 200, text, content_type=_TEXT)
        else:
            await _send(send, 200, self._state(path))

    async def _answer_lane(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            _refuse_other_content(scope)
            body = await self._body(scope, receive)
        except RequestRefusedError as error:
            self._metrics.observe(error.status, 0.0, None)
            await _send(send, error.status, _ENCODER.encode(error.as_json()))
            return
        if body is None:
            return
        started = time.perf_counter()
        status, answer = self._decide(body)
        self._metrics.observe(status, time.perf_counter() - started, answer)
        await _send(send, status, _ENCODER.encode(answer))

    def _decide(self, body: bytes) -> tuple[int, dict[str, Any]]:
        # Taken once: whatever is swapped meanwhile, one request sees one snapshot.
        snapshot = self._snapshot
        try:
            request = read_request(body, max_items=self.serving.max_items, now=self._clock())
            return 200, decide(snapshot, request, self._pseudonymiser.pseudonym)
        except RequestRefusedError as error:
            return error.status, error.as_json()
        except Exception:
            # Counted and told in the service's own form; the log holds the trace, not the request.
            logger.exception("decision failed snapshot_id=%s", snapshot.snapshot_id)
            expected = "a decision; the request may be sent again"
            return 500, error_json("$", expected, "a fault of the service")

    async def _body(self, scope: Message, receive: Receive) -> bytes | None:
        """Return the whole body, None when the client has gone."""
        limit = self.serving.max_body_bytes
        parts: list[bytes] = []
        size = _announced_size(scope)
        more = True
        while more and size <= limit:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message.get("body", b""))
            size = sum(map(len, parts))
            more = message.get("more_body", False)
        if size > limit:
            raise RequestRefusedError(
                field="$",
                expected=f"a body of at most {limit} bytes",
                found="a larger one",
                status=413,
            )
        return b"".join(parts)

    def _state(self, path: str) -> bytes:
        if path == _HEALTH:
            return _ENCODER.encode({"status": "ok"})
        snapshot = self._snapshot
        history = self._today_history()
        return _ENCODER.encode({
            "status": "ready",
            "snapshot_id": snapshot.snapshot_id,
            "model_id": snapshot.bundle.model_id,
            "policy_id": snapshot.policy.policy_id,
            "history_through": snapshot.manifest.last_date,
            "history_age_days": history.days,
            "is_history_stale": history.is_stale,
        })  # fmt: skip

    def _today_history(self) -> HistoryAge:
        """Return how old the history is for what is registered now."""
        return history_age(self._snapshot, self._clock().astimezone(OFFICE_TIME).date())

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        watcher = asyncio.create_task(self._watch())
        # What is loaded lives as long as the service: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        try:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        finally:
            # Libraries complain at the end of the process of what is still frozen then.
            gc.unfreeze()
            watcher.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watcher
        await send({"type": "lifespan.shutdown.complete"})

    async def _watch(self) -> None:
        """Take over a newer snapshot when there is one; a bad one is logged and left alone."""
        refused: Path | None = None
        while True:
            await asyncio.sleep(self.serving.reload_seconds)
            try:
                folder = current_folder(self._lanes)
                if folder in {self._folder, refused}:
                    continue
                refused = folder
                found = await asyncio.to_thread(load_current, folder, self._pseudonymiser)
                self._folder, self._snapshot = folder, found
            except Exception as error:  # noqa: BLE001  whatever it was, the next may be a good one
                self._metrics.reload_failures += 1
                kind = type(error).__name__
                logger.error("snapshot not taken over: %s: %s", kind, error)  # noqa: TRY400  one line


def load_current(folder: Path, pseudonymiser: Pseudonymiser) -> Snapshot:
    """Load a snapshot and check that its pseudonyms are those of this key.

    Raises:
        BundleMismatchError: The snapshot cannot be used.
    """
    snapshot = load_snapshot(folder)
    key = snapshot.manifest.pseudonym_key
    if key is not None and key != pseudonymiser.fingerprint:
        message = (
            f"snapshot {snapshot.snapshot_id} was made under the pseudonym key {key}, this lake "
            f"has {pseudonymiser.fingerprint}: no trader would be found"
        )
        raise BundleMismatchError(message)
    return snapshot


def create_service() -> LaneService:
    """Return the service of the lake that the environment names; each worker process calls it."""
    keep_private()
    return service_of(LakeSettings(), ServingSettings())


def service_of(lake: LakeSettings, serving: ServingSettings) -> LaneService:
    """Return the service of a lake.

    Raises:
        CustomsDataError: The contracts of a request, or the lake, cannot be served.
    """
    require_known_checks()
    layout = Layout(lake.home)
    return LaneService(
        layout.lanes,
        Pseudonymiser.load(layout),
        Access.load(layout),
        serving,
        clock=lambda: datetime.now(UTC),
    )


def _announced_size(scope: Message) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


def _refuse_other_content(scope: Message) -> None:
    """Refuse a body that is not plain JSON.

    Raises:
        RequestRefusedError: With status 415.
    """
    headers = dict(scope["headers"])
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    if kind != _JSON:
        expected = f"the content type {_JSON.decode()}"
        raise RequestRefusedError(
            field="content-type", expected=expected, found="another or none", status=415
        )
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise RequestRefusedError(
            field="content-encoding", expected="a body as it is", found="a packed one", status=415
        )


def _error(field: str, expected: str, found: str) -> bytes:
    return _ENCODER.encode(error_json(field, expected, found))


async def _send(
    send: Send,
    status: int,
    body: bytes,
    *,
    content_type: bytes = _JSON,
    more: tuple[bytes, bytes] | None = None,
) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    if more is not None:
        headers.append(more)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
