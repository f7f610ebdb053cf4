"""A worker of gunicorn that reads a request within some seconds, or lets it go.

Gunicorn waits for the first byte only: whoever sends a byte now and then holds a thread for hours.
"""

import errno
import socket
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

READ_SECONDS = 10.0


class TimedWorker(ThreadWorker):
    """Gunicorn's own, whose connections have a deadline for each request."""

    def handle(self, conn: TConn) -> Any:
        """Answer one request of a connection, in a thread."""
        if not isinstance(conn.sock, _TimedSocket):
            conn.sock = _TimedSocket(fileno=conn.sock.detach())
        conn.sock.read_until = time.monotonic() + READ_SECONDS
        return super().handle(conn)


class _TimedSocket(socket.socket):
    """A socket that is read until a moment, and written to without waiting long for the reader."""

    read_until = 0.0

    def setblocking(self, flag: bool) -> None:
        """Wait, but not for ever."""
        self.settimeout(READ_SECONDS if flag else 0)

    def recv(self, *size: int) -> bytes:
        """Return what has come.

        Raises:
            ConnectionResetError: Not all of the request has come in its time.
        """
        usual, left = self.gettimeout(), self.read_until - time.monotonic()
        if usual == 0:
            return super().recv(*size)
        try:
            # Not 0, which would mean not to wait at all.
            self.settimeout(min(max(left, 0.001), usual or READ_SECONDS))
            return super().recv(*size)
        except TimeoutError as late:
            # As if the sender had hung up, which gunicorn passes over quietly.
            raise ConnectionResetError(errno.ECONNRESET, "sent too slowly") from late
        finally:
            self.settimeout(usual)
