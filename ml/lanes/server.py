"""Running the lane service under uvicorn until it is told to stop."""

import signal
from typing import Any

import uvicorn

from ml.lanes.service import LaneService

_SERVICE = "ml.lanes.service:create_service"
_GRACE_SECONDS = 10
_WORKER_START_SECONDS = 60
_OPTIONS: dict[str, Any] = {
    "loop": "uvloop",
    "http": "httptools",
    "ws": "none",
    "lifespan": "on",
    "access_log": False,
    "log_level": "warning",
    "server_header": False,
    "timeout_graceful_shutdown": _GRACE_SECONDS,
}


def serve_one(service: LaneService, *, host: str, port: int) -> None:
    """Serve in this process; SIGTERM and SIGINT let running requests finish."""
    # uvicorn raises the signal again when it is done; a clean stop is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    uvicorn.Server(uvicorn.Config(service, host=host, port=port, **_OPTIONS)).run()


def serve_many(*, host: str, port: int, workers: int) -> None:
    """Serve in `workers` processes, each of which reads the environment and loads the snapshot."""
    uvicorn.run(
        _SERVICE,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        timeout_worker_healthcheck=_WORKER_START_SECONDS,
        **_OPTIONS,
    )
