"""Running the lane service under uvicorn until it is told to stop."""

import signal
import socket
from typing import Any

import uvicorn

from data_contracts.errors import CustomsDataError
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


def refuse_taken_address(host: str, port: int) -> None:
    """Try the address before anything is loaded for it.

    Raises:
        CustomsDataError: Nothing can listen there.
    """
    try:
        kind = socket.SOCK_STREAM
        family, *_, address = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
            tried.listen(1)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}; give another --port or --host"
        raise CustomsDataError(message) from error


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
