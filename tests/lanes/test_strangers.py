"""Whoever does not show the token holds no connection, and keeps nobody out who shows it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from tests.lanes.lane_lake import LaneLake
from tests.lanes.lane_server import ask, serving
from tests.lanes.raw_http import AUTHORIZATION, answers, connected, only

CONNECTIONS = 12
# Nothing ends by a clock here: what is tested is who makes way.
PATIENT = {"max_connections": str(CONNECTIONS), "read_seconds": "600", "keep_alive_seconds": "600"}
# How strangers hold a connection: silent, within a head, within a body, with whole requests.
HEALTH = b"GET /healthz HTTP/1.1\r\nhost: lanes\r\n\r\n"
HOLDS = {
    "silent": b"",
    "head": b"POST /v1/lanes HTTP/1.1\r\nhost: lanes\r\n",
    "body": b"POST /healthz HTTP/1.1\r\nhost: lanes\r\ncontent-length: 90\r\n\r\n{",
    "health": HEALTH,
    "refused": b"GET /metrics HTTP/1.1\r\nhost: lanes\r\nauthorization: Bearer x\r\n\r\n",
}
READY = f"GET /readyz HTTP/1.1\r\nhost: lanes\r\n{AUTHORIZATION}\r\n\r\n".encode()


@pytest.fixture(scope="module")
def port(lane_lake: LaneLake) -> Iterator[int]:
    with serving(lane_lake, **PATIENT) as (port, _):
        yield port


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("GET", "/healthz", "x: 1"),
        ("GET", "/healthz", "authorization: Bearer x"),
        ("POST", "/healthz", "x: 1"),
        ("GET", "/readyz", "x: 1"),
        ("POST", "/v1/lanes", f"{AUTHORIZATION}x"),
        ("GET", "/nothing", "x: 1"),
    ],
)
def test_a_request_without_the_token_is_the_last_of_its_connection(
    port: int, method: str, path: str, shown: str
):
    data = f"{method} {path} HTTP/1.1\r\nhost: lanes\r\n{shown}\r\n\r\n".encode()
    with closing(connected(port)) as connection:
        # The second goes unanswered.
        connection.sendall(data * 2)
        assert only(answers(connection)).closes


def test_a_client_that_showed_the_token_once_is_parted_from_when_it_does_not(port: int):
    with closing(connected(port)) as connection:
        connection.sendall(READY + READY + HEALTH)
        *first, last = answers(connection)
    assert [(answer.status, answer.closes) for answer in first] == [(200, False)] * 2
    assert (last.status, last.closes) == (200, True)


@pytest.mark.parametrize("hold", HOLDS)
def test_strangers_without_number_keep_nobody_out_who_shows_the_token(port: int, hold: str):
    with ExitStack() as open_ones:
        known = open_ones.enter_context(closing(connected(port)))
        known.sendall(READY)
        assert only(answers(known, 1)).status == 200
        for _ in range(CONNECTIONS * 3):
            stranger = open_ones.enter_context(closing(connected(port)))
            stranger.sendall(HOLDS[hold])
            assert ask(port, "GET", "/readyz")[0] == 200
        known.sendall(READY)
        assert only(answers(known, 1)).status == 200
