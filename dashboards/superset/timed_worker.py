"""A worker of gunicorn whose threads wait for nobody while somebody waits for a thread.

Gunicorn's own waits in a thread for whoever only connects, sends a byte now and then, or does not
read its answer; and in front of everybody for whoever does not hang up. A few hundred of these stop
a server. Here the other side may be slow, as a bad network is, until all threads are taken.
"""

import errno
import fcntl
import os
import select
import socket
import struct
import termios
import time
from collections.abc import Callable
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

# For a whole request; and for anything of an answer to be taken.
WAIT_SECONDS = 10.0
# The same, while a request waits for a thread.
HURRIED_SECONDS = 1.0
_STEP_SECONDS = 0.25
_PART_BYTES = 1 << 20


class TimedWorker(ThreadWorker):
    """Gunicorn's own, whose connections have a deadline for each request."""

    def handle(self, conn: TConn) -> Any:
        """Answer one request of a connection, in a thread."""
        if not isinstance(conn.sock, _TimedSocket):
            conn.sock = _TimedSocket(fileno=conn.sock.detach())
            conn.sock.patience = self._patience
        if not conn.initialized and not conn.wait_for_data(0):
            # The worker waits for the first byte without a thread.
            return _DEFER
        conn.sock.read_since = time.monotonic()
        goes_on = super().handle(conn)
        if not goes_on:
            conn.sock.end()
        return goes_on

    def _patience(self) -> float:
        """Return the seconds that a thread may wait for the other side."""
        return HURRIED_SECONDS if self.tpool._work_queue.qsize() else WAIT_SECONDS  # noqa: SLF001


class _TimedSocket(socket.socket):
    """A socket that is read for some seconds, and written to as long as the other side takes it.

    Raises:
        ConnectionResetError: By all that read or write: the other side is too slow. It is as if it
            had hung up, which gunicorn passes over quietly.
    """

    patience: Callable[[], float]
    read_since = 0.0
    is_waited_for = True

    def setblocking(self, flag: bool) -> None:
        """Wait, but not for ever."""
        self.settimeout(WAIT_SECONDS if flag else 0)

    def recv(self, *size: int) -> bytes:
        """Return what has come, where all of the request comes in its time."""
        allowed = self.gettimeout() or 0.0
        if allowed:
            begun = self.read_since
            self._wait(select.POLLIN, lambda: (begun, min(allowed, self.patience())))
        return super().recv(*size)

    def sendall(self, data: Any, *flags: int) -> None:
        """Send a part of an answer."""
        left = memoryview(data)
        while left:
            self._wait_until_taken()
            left = left[self.send(left, *flags) :]

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file, or a part of it; return its bytes."""
        sent = 0
        while count is None or sent < count:
            self._wait_until_taken()
            part = _PART_BYTES if count is None else min(_PART_BYTES, count - sent)
            taken = os.sendfile(self.fileno(), file.fileno(), offset + sent, part)
            if not taken:
                break
            sent += taken
        return sent

    def end(self) -> None:
        """Say that nothing more comes, and give the other side a moment to see it.

        Else gunicorn does so, for one connection after the other and nothing else meanwhile.
        """
        if self.is_waited_for and self.fileno() >= 0:
            ending = self.dup()
            ending.patience, ending.read_since = self.patience, time.monotonic()
            util.close_graceful(ending)
        self.is_waited_for = False

    def _wait_until_taken(self) -> None:
        moved, left = time.monotonic(), self._untaken()

        def limit() -> tuple[float, float]:
            nonlocal moved, left
            before, left = left, self._untaken()
            if left != before:
                moved = time.monotonic()
            return moved, self.patience()

        self._wait(select.POLLOUT, limit)

    def _untaken(self) -> int:
        """Return the bytes of answers that the other side has not yet taken."""
        told = fcntl.ioctl(self.fileno(), termios.TIOCOUTQ, bytes(4))
        return int(struct.unpack("i", told)[0])

    def _wait(self, event: int, limit: Callable[[], tuple[float, float]]) -> None:
        """Wait until the socket is ready; `limit` gives the moment it counts from, and seconds."""
        ready = select.poll()
        ready.register(self.fileno(), event)
        while not ready.poll(_STEP_SECONDS * 1000 if self.is_waited_for else 0):
            since, seconds = limit()
            self.is_waited_for &= time.monotonic() - since < seconds
            if not self.is_waited_for:
                raise ConnectionResetError(errno.ECONNRESET, "too slow")
