"""Connections that never end and connections without number: each has its bound."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest

from tests.lanes.lane_lake import LaneLake
from tests.lanes.lane_server import metric, serving
from tests.lanes.raw_http import AUTHORIZATION, HEAD, answers, connected, only, refused
from tests.patience import wait_for
from tests.real_time import seconds_of

READ_SECONDS = 1
CONNECTIONS = 12
READY = f"GET /readyz HTTP/1.1\r\nhost: lanes\r\n{AUTHORIZATION}\r\n\r\n".encode()


@pytest.fixture(scope="module")
def impatient_port(lane_lake: LaneLake) -> Iterator[int]:
    with serving(lane_lake, read_seconds=str(READ_SECONDS), keep_alive_seconds="1") as (port, _):
        yield port


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"POST /v1/",
        b"POST /v1/lanes HTTP/1.1\r\nhost: lanes\r\nx-slow: ",
        HEAD + b"content-length: 1000\r\n\r\n{",
        HEAD + b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n",
    ],
)
def test_a_request_that_trickles_in_is_ended_in_time(impatient_port: int, start: bytes):
    more = b""
    if start:
        more = b"1\r\nx\r\n" if b"chunked" in start else b"1"
    found = []
    took = seconds_of(lambda: found.append(heard_while_sending(impatient_port, start, more)))
    (heard,) = found
    # One byte now and then keeps no clock from running.
    assert took >= READ_SECONDS * 0.9
    if start:
        assert heard.startswith(b"HTTP/1.1 408 ")
        assert json.loads(heard.partition(b"\r\n\r\n")[2])["error"]["field"] == "request"
    else:
        assert heard == b""


def heard_while_sending(port: int, start: bytes, more: bytes) -> bytes:
    """Send `more` again and again until the other side has ended; return what it said."""
    heard = bytearray()
    with closing(connected(port)) as connection:
        connection.settimeout(0.05)
        connection.sendall(start)

        def has_ended() -> bool:
            try:
                connection.send(more)
                data = connection.recv(4096)
            except TimeoutError:
                return False
            except OSError:
                return True
            heard.extend(data)
            return not data

        wait_for(has_ended, "the end of the connection")
    return bytes(heard)


def test_an_idle_connection_is_not_kept_open_by_empty_lines(impatient_port: int):
    heard = heard_while_sending(impatient_port, READY, b"\r\n")
    assert heard.startswith(b"HTTP/1.1 200 ")
    assert heard.count(b"HTTP/1.1") == 1


def test_more_connections_than_allowed_are_told_so(lane_lake: LaneLake):
    with serving(lane_lake, read_seconds="60", max_connections=str(CONNECTIONS)) as (port, _):
        fill_up(port)
        wait_until_served(port)


def fill_up(port: int) -> None:
    with ExitStack() as open_ones:
        for _ in range(CONNECTIONS):
            connection = open_ones.enter_context(closing(connected(port)))
            connection.sendall(READY)
            assert only(answers(connection, 1)).status == 200
        one_more = open_ones.enter_context(closing(connected(port)))
        one_more.sendall(READY)
        refused(only(answers(one_more)), 503, "connection")
        flood = [open_ones.enter_context(closing(connected(port))) for _ in range(CONNECTIONS * 3)]
        # The oldest make way for the newest.
        assert all(is_cut_off(connection) for connection in flood[:-CONNECTIONS])


def is_cut_off(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def wait_until_served(port: int) -> None:
    def is_served() -> bool:
        with suppress(OSError, AssertionError):
            return metric(port, "customs_lane_requests_total") >= 0
        return False

    wait_for(is_served, "room for another connection")
