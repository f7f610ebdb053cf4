"""Stopping the service so that nobody who has sent a whole request is reset.

The kernel completes connections before the process takes them; closing the listening socket
resets those. So new ones are held off first, at the socket itself, then everything that waits is
taken and answered, and only then the socket is closed.
"""

import asyncio
import contextlib
import ctypes
import multiprocessing
import select
import signal
import socket
import struct
from collections.abc import Sequence

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.server import ServerState
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from ml.lanes.places import Places

# Handshakes that are under way end within a round trip or a few.
_SETTLE_SECONDS = 0.2
# The parent of several workers looks for signals every half second.
_SETTLE_AMONG_SEVERAL_SECONDS = 1.0
_LOOK_SECONDS = 0.01

_SO_ATTACH_FILTER = 26
# A classic BPF program over a TCP segment: 0 bytes of a lone SYN, all of any other.
_NO_NEW_CONNECTION = (
    (0x30, 0, 0, 13),  # load the byte of the flags
    (0x54, 0, 0, 0x12),  # keep SYN and ACK
    (0x15, 0, 1, 0x02),  # SYN alone?
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # take
)


def hold_new_connections(listeners: Sequence[socket.socket]) -> None:
    """Let the kernel drop what would open a connection; its clients try again and find nobody.

    Where the kernel has no such filter, connections that come between the last one taken and the
    closing of the socket are still reset.
    """
    program = ctypes.create_string_buffer(
        b"".join(struct.pack("HBBI", *step) for step in _NO_NEW_CONNECTION)
    )
    options = struct.pack("HL", len(_NO_NEW_CONNECTION), ctypes.addressof(program))
    for listener in listeners:
        with contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, options)


class DrainingState(ServerState):
    """What the connections of a server share.

    Attributes:
        is_draining: Whether the server was told to stop.
        places: Which connections are held, and by whom.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_draining = False
        self.places = Places()


class LaneServer(uvicorn.Server):
    """uvicorn's server with an orderly end.

    Args:
        config: Of uvicorn.
        is_alone: Whether no other process listens on the same sockets.
    """

    def __init__(self, config: uvicorn.Config, *, is_alone: bool) -> None:
        super().__init__(config)
        self.server_state: DrainingState = DrainingState()
        self._is_alone = is_alone

    async def on_tick(self, counter: int) -> bool:
        """Stop as well when the process that started this one is gone: SIGKILL tells nobody."""
        parent = multiprocessing.parent_process()
        if parent is not None and not parent.is_alive():
            # Nobody else holds off new connections then.
            self._is_alone = True
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take and answer everything that was sent whole, then stop."""
        listeners = sockets or []
        if self._is_alone:
            hold_new_connections(listeners)
        self.server_state.is_draining = True
        for connection in list(self.server_state.connections):
            connection.shutdown()
        stop_seconds = self.config.timeout_graceful_shutdown or 0
        loop = asyncio.get_running_loop()
        end = loop.time() + stop_seconds
        await self._empty(listeners, end)
        # One deadline for both: what is left of it is what open connections still get.
        self.config.timeout_graceful_shutdown = max(1, round(end - loop.time()))
        await super().shutdown(sockets)

    async def _empty(self, listeners: Sequence[socket.socket], end: float) -> None:
        """Wait until no connection waits to be taken; the loop takes them meanwhile."""
        waiting = select.poll()
        for listener in listeners:
            waiting.register(listener, select.POLLIN)
        await asyncio.sleep(_SETTLE_SECONDS if self._is_alone else _SETTLE_AMONG_SEVERAL_SECONDS)
        while waiting.poll(0) and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(_LOOK_SECONDS)


class _Worker(Process):
    """A process of several."""

    @property
    def server(self) -> LaneServer:
        if self._server is None:
            self._server = LaneServer(self.config, is_alone=False)
        return self._server  # type: ignore[return-value]

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until the supervisor says otherwise; it hears of a closed terminal as well."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        super().target(sockets)


class Supervisor(Multiprocess):
    """uvicorn's supervisor over workers that stop in order; it holds off new connections first."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        hung_up = signal.getsignal(signal.SIGHUP)
        super().__init__(config, sockets)
        # uvicorn would start workers of its own kind on these.
        for number in (signal.SIGTTIN, signal.SIGTTOU):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, hung_up)

    def init_processes(self) -> None:
        """Start the workers."""
        self.processes = [self._started() for _ in range(self.processes_num)]

    def terminate_all(self) -> None:
        """Hold off new connections and tell the workers to stop."""
        hold_new_connections(self.sockets)
        super().terminate_all()

    def keep_subprocess_alive(self) -> None:
        """Replace a worker that died or hangs; stop all when one cannot start."""
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if worker.is_alive(timeout=self.config.timeout_worker_healthcheck):
                continue
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                self.should_exit.set()
                return
            self.processes[place] = self._started()

    def _started(self) -> _Worker:
        worker = _Worker(self.config, self.sockets)
        worker.start()
        return worker
