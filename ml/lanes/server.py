"""Running the lane service under uvicorn until it is told to stop."""

import signal
import socket
from collections.abc import Mapping
from typing import Any

import uvicorn

from data_contracts.errors import CustomsDataError
from ml.lanes.connection import LaneConnection
from ml.lanes.draining import LaneServer, Supervisor
from ml.lanes.service import LaneService
from ml.lanes.settings import ServingSettings

_SERVICE = "ml.lanes.service:create_service"
_WORKER_START_SECONDS = 60
_OPTIONS: dict[str, Any] = {
    "loop": "uvloop",
    "http": LaneConnection,
    "ws": "none",
    "lifespan": "on",
    "interface": "asgi3",
    "proxy_headers": False,
    "access_log": False,
    "log_level": "warning",
    "server_header": False,
}


def bound_socket(host: str, port: int) -> socket.socket:
    """Take the address before anything is loaded for it; who connects waits until that is done.

    Raises:
        CustomsDataError: Nothing can listen there.
    """
    try:
        kind = socket.SOCK_STREAM
        family, *_, address = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise _cannot_listen((host, port), error) from error
    bound = socket.socket(family, kind)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        # An address that is bound only can be bound by another as well.
        bound.listen()
    except OSError as error:
        bound.close()
        raise _cannot_listen((host, port), error) from error
    return bound


def serve_one(service: LaneService, bound: socket.socket) -> None:
    """Serve in this process; at SIGTERM, SIGINT and SIGHUP what was sent is answered first."""
    _stop_with_terminal()
    # uvicorn raises the signal again when it is done; a clean stop is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    LaneServer(_configured(service, service.serving), is_alone=True).run(sockets=[bound])


def serve_many(bound: socket.socket, serving: ServingSettings, *, workers: int) -> None:
    """Serve in `workers` processes, each of which reads the environment and loads the snapshot."""
    _stop_with_terminal()
    several = {
        "factory": True,
        "workers": workers,
        "timeout_worker_healthcheck": _WORKER_START_SECONDS,
    }
    Supervisor(_configured(_SERVICE, serving, several), [bound]).run()


def _stop_with_terminal() -> None:
    """Take a closed terminal, SIGHUP, for SIGTERM; who ignores it, as under nohup, goes on."""
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))


def _cannot_listen(address: tuple[Any, ...], error: OSError) -> CustomsDataError:
    host, port, *_ = address
    message = f"cannot listen on {host}:{port}: {error.strerror}; give another --port or --host"
    return CustomsDataError(message)


def _configured(
    app: LaneService | str, serving: ServingSettings, more: Mapping[str, Any] | None = None
) -> uvicorn.Config:
    options = {
        **_OPTIONS,
        "timeout_keep_alive": serving.keep_alive_seconds,
        "timeout_graceful_shutdown": serving.stop_seconds,
        **(more or {}),
    }
    return uvicorn.Config(app, **options)
