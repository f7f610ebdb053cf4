"""A worker of gunicorn that waits some seconds for the other side, and for few of them so long.

Gunicorn's own waits in a thread for whoever only connects, sends a byte now and then, or does not
read its answer; and in front of everybody for whoever does not hang up. A few hundred of these stop
a server. Here some may be slow, as a bad network is; those beyond them have to be quick.
"""

import errno
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

# For a whole request; and for a part of an answer to be taken.
WAIT_SECONDS = 10.0
HURRIED_SECONDS = 0.5
LONG_WAITS = 16

_long_waits = threading.BoundedSemaphore(LONG_WAITS)


class TimedWorker(ThreadWorker):
    """Gunicorn's own, whose connections have a deadline for each request."""

    def handle(self, conn: TConn) -> Any:
        """Answer one request of a connection, in a thread."""
        if not isinstance(conn.sock, _TimedSocket):
            conn.sock = _TimedSocket(fileno=conn.sock.detach())
        if not conn.initialized and not conn.wait_for_data(0):
            # The worker waits for the first byte without a thread.
            return _DEFER
        conn.sock.read_until = time.monotonic() + WAIT_SECONDS
        goes_on = super().handle(conn)
        if not goes_on and conn.sock.fileno() >= 0:
            conn.sock.end()
        return goes_on


class _TimedSocket(socket.socket):
    """A socket that is read until a moment, and written to without waiting long for the reader.

    Raises:
        ConnectionResetError: By all that read or write: the other side is too slow. It is as if it
            had hung up, which gunicorn passes over quietly.
    """

    read_until = 0.0

    def setblocking(self, flag: bool) -> None:
        """Wait, but not for ever."""
        self.settimeout(WAIT_SECONDS if flag else 0)

    def recv(self, *size: int) -> bytes:
        """Return what has come, where all of the request comes in its time."""
        usual = self.gettimeout()
        if usual == 0:
            return super().recv(*size)
        with self._waited() as seconds:
            now = time.monotonic()
            if seconds == HURRIED_SECONDS:
                self.read_until = min(self.read_until, now + seconds)
            # Not 0, which would mean not to wait at all.
            self.settimeout(max(min(self.read_until - now, usual or seconds), 0.001))
            return super().recv(*size)

    def sendall(self, data: Any, *flags: int) -> None:
        """Send a part of an answer, as long as some of it is taken now and then."""
        left = memoryview(data)
        with self._waited():
            while left:
                left = left[self.send(left, *flags) :]

    def sendfile(self, *file: Any, **part: Any) -> int:
        """Send a file, as long as some of it is taken now and then; return its bytes."""
        with self._waited():
            return super().sendfile(*file, **part)

    def end(self) -> None:
        """Say that nothing more comes, and give the other side a moment to see it.

        Else gunicorn does so, for one connection after the other and nothing else meanwhile.
        """
        ending = self.dup()
        ending.read_until = time.monotonic() + WAIT_SECONDS
        util.close_graceful(ending)
        self.read_until = 0.0

    @contextmanager
    def _waited(self) -> Iterator[float]:
        usual, is_long = self.gettimeout(), _long_waits.acquire(blocking=False)
        seconds = WAIT_SECONDS if is_long else HURRIED_SECONDS
        try:
            self.settimeout(seconds)
            yield seconds
        except TimeoutError as late:
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from late
        finally:
            self.settimeout(usual)
            if is_long:
                _long_waits.release()
