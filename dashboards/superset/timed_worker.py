"""A worker of gunicorn whose threads wait for nobody while somebody waits for a thread.

Gunicorn's own waits in a thread for whoever only connects, sends a byte now and then, or does not
read its answer; and in front of everybody for whoever does not hang up. A few hundred of these stop
a server. Here the other side may be slow, as a bad network is, until all threads are taken: then it
has to be quick, for going on a little all the time would hold a thread as well.
"""

import errno
import fcntl
import math
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

# How long a thread waits for the other side, and how many bytes that it sends or takes make it a
# second more.
WAIT_SECONDS = 10.0
_LEAST_BYTES_A_SECOND = 1 << 14
# The same, while a request waits for a thread.
HURRIED_SECONDS = 1.0
_HURRIED_BYTES_A_SECOND = 1 << 20
_STEP_SECONDS = 0.25
_PART_BYTES = 1 << 20


class TimedWorker(ThreadWorker):
    """Gunicorn's own, whose connections have a deadline for each request."""

    def handle(self, conn: TConn) -> Any:
        """Answer one request of a connection, in a thread."""
        if not isinstance(conn.sock, _TimedSocket):
            conn.sock = _TimedSocket(fileno=conn.sock.detach())
            conn.sock.is_hurried = self._is_hurried
        if not conn.initialized and not conn.wait_for_data(0):
            # The worker waits for the first byte without a thread.
            return _DEFER
        conn.sock.begin()
        goes_on = super().handle(conn)
        if not goes_on:
            conn.sock.end()
        return goes_on

    def _is_hurried(self) -> bool:
        """Say whether a request waits for a thread."""
        return bool(self.tpool._work_queue.qsize())  # noqa: SLF001


class _Patience:
    """The seconds that the other side may still be waited for; what moves makes them more again.

    Args:
        most: Seconds there are at first, and at most.
        bytes_a_second: How much it has to send or take for each second more.
    """

    def __init__(self, most: float, bytes_a_second: int) -> None:
        self.seconds = self._most = most
        self._bytes_a_second = bytes_a_second

    def spend(self, seconds: float, moved: int) -> None:
        """Count a wait, and the bytes that moved meanwhile."""
        more = self.seconds + moved / self._bytes_a_second - seconds
        self.seconds = min(more, self._most)


class _TimedSocket(socket.socket):
    """A socket whose other side is waited for only so long in one exchange.

    Raises:
        ConnectionResetError: By all that read or write: the other side is too slow. It is as if it
            had hung up, which gunicorn passes over quietly.
    """

    is_hurried: Callable[[], bool]
    is_given_up = False
    sent = 0

    def begin(self) -> None:
        """Begin an exchange: a request and its answer."""
        self._usual = _Patience(WAIT_SECONDS, _LEAST_BYTES_A_SECOND)
        self._in_a_hurry = _Patience(HURRIED_SECONDS, _HURRIED_BYTES_A_SECOND)
        self._taken = self._count_taken()

    def setblocking(self, flag: bool) -> None:
        """Wait, but not for ever."""
        self.settimeout(WAIT_SECONDS if flag else 0)

    def recv(self, *size: int) -> bytes:
        """Return what has come, where the other side is not too slow."""
        if allowed := self.gettimeout():
            self._wait(select.POLLIN, allowed)
        received = super().recv(*size)
        self._spend(0.0, len(received))
        return received

    def sendall(self, data: Any, *flags: int) -> None:
        """Send a part of an answer."""
        left = memoryview(data)
        while left:
            self._wait(select.POLLOUT)
            sent = self.send(left, *flags)
            self.sent += sent
            left = left[sent:]

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file, or a part of it; return its bytes."""
        sent = 0
        while count is None or sent < count:
            self._wait(select.POLLOUT)
            part = _PART_BYTES if count is None else min(_PART_BYTES, count - sent)
            taken = os.sendfile(self.fileno(), file.fileno(), offset + sent, part)
            if not taken:
                break
            sent += taken
            self.sent += taken
        return sent

    def end(self) -> None:
        """Say that nothing more comes, and give the other side a moment to see it.

        Else gunicorn does so, for one connection after the other and nothing else meanwhile.
        """
        if not self.is_given_up and self.fileno() >= 0:
            ending = self.dup()
            ending.is_hurried = self.is_hurried
            ending.begin()
            util.close_graceful(ending)
        self.is_given_up = True

    def _count_taken(self) -> int:
        """Return the bytes of answers that the other side has taken."""
        told = fcntl.ioctl(self.fileno(), termios.TIOCOUTQ, bytes(4))
        return self.sent - int(struct.unpack("i", told)[0])

    def _wait(self, event: int, allowed: float = math.inf) -> None:
        """Wait until the socket is ready, for some seconds at most."""
        ready = select.poll()
        ready.register(self.fileno(), event)
        begun = last = time.monotonic()
        is_ready = False
        while not is_ready:
            is_ready = bool(ready.poll(0 if self.is_given_up else _STEP_SECONDS * 1000))
            before, last = last, time.monotonic()
            taken, self._taken = self._taken, self._count_taken()
            self._spend(last - before, self._taken - taken)
            if not is_ready and (self.is_given_up or last - begun >= allowed):
                self._give_up()

    def _spend(self, seconds: float, moved: int) -> None:
        self._usual.spend(seconds, moved)
        if self.is_hurried():
            self._in_a_hurry.spend(seconds, moved)
        else:
            self._in_a_hurry = _Patience(HURRIED_SECONDS, _HURRIED_BYTES_A_SECOND)
        if min(self._usual.seconds, self._in_a_hurry.seconds) < 0:
            self._give_up()

    def _give_up(self) -> None:
        self.is_given_up = True
        raise ConnectionResetError(errno.ECONNRESET, "too slow")
