"""One HTTP connection of the lane service: uvicorn's, with bounds on what and how long it reads.

uvicorn parses, pipelines and writes. Added here is what it has no setting for: a deadline for a
whole request, bounds of its head, refusals in the service's own form and in their turn, answers to
clients that close their half early, an end that resets nobody, and no place for who shows no token.
"""

import asyncio
import fcntl
import functools
import http
import struct
import termios
from typing import TYPE_CHECKING, Any

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ml.lanes.places import Places
from ml.lanes.refusal import error_json

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

LINGER_SECONDS = 1.0
"""How long a connection that is closed still takes (and drops) what the client is sending."""

_MOST_PIPELINED = 64
# Enough for the loop to read what lies in the kernel already.
_A_MOMENT_SECONDS = 0.05
_Refusal = tuple[int, str, str, str]
"""Status, field, expected, found."""

_MALFORMED: _Refusal = (400, "request", "an HTTP/1.1 request", "something else")
_CUT_SHORT: _Refusal = (400, "body", "the whole request", "its end before that")
_TOO_SLOW: _Refusal = (408, "request", "the whole request in time", "a part of it")
_TOO_MANY: _Refusal = (503, "connection", "fewer open connections", "too many")
_OTHER_PROTOCOL: _Refusal = (400, "upgrade", "HTTP/1.1 to be spoken on", "a wish for another")
_PIPELINED: _Refusal = (429, "connection", "fewer requests ahead of their answers", "too many")


class LingeringTransport:
    """A transport that closes its own half first, so that the last answer can be read.

    A socket that is closed while the client still sends answers with a reset, and a reset can
    overtake the answer.

    Attributes:
        is_peer_done: Whether the client has closed its half; nothing has to be waited for then.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._ending: asyncio.TimerHandle | None = None
        self.is_peer_done = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Return whether nothing more can be written."""
        return self._ending is not None or self._transport.is_closing()

    def close(self) -> None:
        """End the own half; the rest ends with the client's, or after a while."""
        if self.is_closing():
            return
        if self.is_peer_done:
            self._transport.close()
            return
        self._ending = self._loop.call_later(LINGER_SECONDS, self._transport.close)
        self._transport.write_eof()
        self._transport.resume_reading()

    def ended(self) -> None:
        """Forget the timer of a connection that is gone."""
        if self._ending is not None:
            self._ending.cancel()


class LaneConnection(HttpToolsProtocol):
    """One connection; `app` is the lane service, whose settings and access bound it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._serving = self.app.serving
        self._places: Places = self.server_state.places  # type: ignore[attr-defined]
        self._is_in_head = False
        self._is_in_message = False
        self._head_bytes = 0
        self._chunk_bytes = 0
        self._read_timer: asyncio.TimerHandle | None = None
        self._answering: RequestResponseCycle | None = None
        self._has_had_a_moment = False
        self._why: _Refusal = _MALFORMED
        self._refusal: bytes | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection; another one may have to make way."""
        super().connection_made(LingeringTransport(transport, self.loop))  # type: ignore[arg-type]
        self._be_idle_for(self._serving.read_seconds)
        if self.server_state.is_draining:  # type: ignore[attr-defined]
            self.shutdown()
        self._places.let_in(self.transport, self._serving.max_connections)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timers and of the place."""
        self._stop_reading_clock()
        self._unset_keepalive_if_required()
        self.transport.ended()  # type: ignore[attr-defined]
        self._places.let_go(self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; after a refusal, or while closing, drop what still comes."""
        if self.transport.is_closing() or self._refusal is not None:
            return
        was_in_head = self._is_in_head
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self._refuse(self._why)
            return
        if was_in_head and self._is_in_head:
            self._chunk_bytes += len(data)
            if self._chunk_bytes > self._serving.max_header_bytes:
                self._refuse(self._large_head())

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """Answer what was sent whole before the client closed its half, then close."""
        self.transport.is_peer_done = True  # type: ignore[attr-defined]
        if self._is_in_message:
            self._refuse(_CUT_SHORT)
        return self._answering is not None

    def on_message_begin(self) -> None:
        """Start the clock of a request."""
        super().on_message_begin()
        self._unset_keepalive_if_required()
        self._is_in_head = self._is_in_message = True
        self._has_had_a_moment = False
        self._head_bytes = self._chunk_bytes = 0
        self._read_timer = self.loop.call_later(self._serving.read_seconds, self._read_too_long)

    def on_url(self, url: bytes) -> None:
        """Take a part of the request line."""
        super().on_url(url)
        if len(self.url) > self._serving.max_header_bytes:
            most = self._serving.max_header_bytes
            self._give_up((414, "path", f"a path of at most {most} bytes", "a longer one"))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header if there are not too many."""
        super().on_header(name, value)
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > self._serving.max_header_bytes:
            self._give_up(self._large_head())
        if len(self.headers) > self._serving.max_header_count:
            most = self._serving.max_header_count
            self._give_up((431, "headers", f"at most {most} headers", "more"))

    def on_headers_complete(self) -> None:
        """Start or queue the answer, the last one for who does not show the token."""
        if len(self.pipeline) >= _MOST_PIPELINED:
            self._give_up(_PIPELINED)
        if self.parser.should_upgrade():
            # The parser would take no body.
            self._give_up(_OTHER_PROTOCOL)
        is_granted = self.app.access.is_granted(self.headers)
        if is_granted and not self._places.keep(self.transport, self._serving.max_connections):
            self._give_up(_TOO_MANY)
        super().on_headers_complete()
        self.cycle.keep_alive &= is_granted
        self._is_in_head = False

    def on_message_complete(self) -> None:
        """Stop the clock of the request."""
        self._is_in_message = False
        self._stop_reading_clock()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with what was pipelined; then say what was refused, or close."""
        self._answering = None
        super().on_response_complete()
        if self._answering is None:
            if self._refusal is not None:
                self._write_refusal()
            elif self.transport.is_peer_done:  # type: ignore[attr-defined]
                self.transport.close()

    def shutdown(self) -> None:
        """Answer what comes, told to be the last, and close once nothing comes any more."""
        idle_seconds = self._serving.stop_idle_seconds
        self.timeout_keep_alive = idle_seconds
        if self.timeout_keep_alive_task is not None:
            self._be_idle_for(idle_seconds)

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is idle, unless something has come meanwhile."""
        if self.transport.is_closing():
            return
        if self._has_unread():
            self._be_idle_for(_A_MOMENT_SECONDS)
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be parsed."""
        del msg
        self._refuse(_MALFORMED)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: "ASGI3Application") -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, functools.partial(self._run, cycle, app))

    async def _run(
        self, cycle: RequestResponseCycle, app: Any, scope: Any, receive: Any, send: Any
    ) -> None:
        async def send_and_tell(message: Any) -> None:
            if message["type"] == "http.response.start" and self._is_last(cycle):
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        await app(scope, receive, send_and_tell)

    def _is_last(self, cycle: RequestResponseCycle) -> bool:
        """Return whether the connection ends with the answer of this cycle."""
        if cycle.more_body:
            # Answered before it was read: the rest must not be taken for the next request.
            return True
        if not self.server_state.is_draining:  # type: ignore[attr-defined]
            return False
        is_more_to_come = (
            self.pipeline or self._is_in_message or self._refusal is not None or self._has_unread()
        )
        return not is_more_to_come

    def _give_up(self, why: _Refusal) -> None:
        """Leave the parser, out of one of its callbacks."""
        self._why = why
        raise ValueError(why[1])

    def _refuse(self, why: _Refusal) -> None:
        """Answer with an error and close, after everything that was asked before."""
        if self._refusal is not None:
            return
        self._stop_reading_clock()
        self._unset_keepalive_if_required()
        self._refusal = _as_http(why)
        if self._is_in_message and not self._is_in_head:
            self._drop_unfinished()
        if self._answering is None:
            self._write_refusal()

    def _drop_unfinished(self) -> None:
        """Forget the request that is being read; it will never be whole."""
        if self.pipeline and self.pipeline[0][0] is self.cycle:
            self.pipeline.popleft()
            return
        if self.cycle.response_started:
            self._refusal = b""
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        self._answering = None

    def _write_refusal(self) -> None:
        if not self.transport.is_closing():
            if self._refusal:
                self.transport.write(self._refusal)
            self.transport.close()

    def _read_too_long(self) -> None:
        """Refuse a request that is not whole in time, unless its rest waits to be read."""
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            self._wait_again(self._serving.read_seconds)
        elif self._has_unread() and not self._has_had_a_moment:
            self._has_had_a_moment = True
            self._wait_again(_A_MOMENT_SECONDS)
        else:
            self._refuse(_TOO_SLOW)

    def _wait_again(self, seconds: float) -> None:
        self._read_timer = self.loop.call_later(seconds, self._read_too_long)

    def _stop_reading_clock(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def _be_idle_for(self, seconds: float) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    def _has_unread(self) -> bool:
        """Return whether the kernel holds bytes of the client that were not read yet."""
        socket = self.transport.get_extra_info("socket")
        try:
            found = fcntl.ioctl(socket.fileno(), termios.FIONREAD, b"\0\0\0\0")
        except OSError:
            return False
        return bool(struct.unpack("i", found)[0])

    def _large_head(self) -> _Refusal:
        most = self._serving.max_header_bytes
        return (431, "headers", f"headers of at most {most} bytes", "larger ones")


def _as_http(why: _Refusal) -> bytes:
    status, field, expected, found = why
    body = msgspec.json.encode(error_json(field, expected, found))
    return (
        f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n"
        "content-type: application/json\r\n"
        f"content-length: {len(body)}\r\n"
        "connection: close\r\n\r\n"
    ).encode() + body
