"""What comes over a socket and is no request, or one that never ends: a clear error, and an end."""

import json
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.lanes.lane_lake import LaneLake
from tests.lanes.lane_server import serving
from tests.lanes.raw_http import (
    AUTHORIZATION,
    HEAD,
    answers,
    connected,
    only,
    refused,
    request,
    sent,
)


@pytest.fixture(scope="module")
def port(lane_lake: LaneLake) -> Iterator[int]:
    with serving(lane_lake, read_seconds="60") as (port, _):
        yield port


@pytest.fixture(scope="module")
def body(lane_lake: LaneLake) -> bytes:
    return json.dumps(lane_lake.requests(1)[0]).encode()


MALFORMED = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello over TLS",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"garbage\r\n\r\n",
    b"POST\r\n\r\n",
    b"POST /v1/lanes HTTP/3.7\r\n\r\n",
    b"POST /v1/lanes FTP/1.1\r\n\r\n",
    b"G\x00T /healthz HTTP/1.1\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\n\r\n",
    HEAD + b"content-length: -1\r\n\r\n",
    HEAD + b"content-length: 1 2\r\n\r\n",
    HEAD + b"content-length: 0x10\r\n\r\n",
    HEAD + b"content-length: 99999999999999999999999\r\n\r\n",
    HEAD + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    HEAD + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
    HEAD + b"transfer-encoding: chunked\r\n\r\n2\r\n{}X\r\n0\r\n\r\n",
    HEAD + b"transfer-encoding: gzip\r\n\r\n",
    HEAD + b"no colon here\r\n\r\n",
    HEAD + b"a header : 1\r\n\r\n",
    HEAD + b"x: a\r\n folded\r\ncontent-length: 2\r\n\r\n{}",
]


@pytest.mark.parametrize("data", MALFORMED)
def test_what_is_no_http_request_is_a_bad_request(port: int, data: bytes):
    answer = only(sent(port, data))
    refused(answer, 400, "request")
    assert answer.closes


@pytest.mark.parametrize("half", [1, 30, 120, -1])
def test_a_request_that_ends_too_early_is_told_so(port: int, body: bytes, half: int):
    refused(only(sent(port, request(body)[:half])), 400, "body")


def test_a_content_length_that_is_too_short_leaves_no_json(port: int, body: bytes):
    short = request(body).replace(
        f"content-length: {len(body)}".encode(), f"content-length: {len(body) - 5}".encode()
    )
    first, second = sent(port, short)
    refused(first, 400, "$")
    refused(second, 400, "request")


@pytest.mark.parametrize(
    ("head", "status", "field"),
    [
        (b"x: " + b"a" * 20_000 + b"\r\n", 431, "headers"),
        (b"".join(b"x-%d: a\r\n" % n for n in range(70)), 431, "headers"),
        (b"".join(b"x-%d: %s\r\n" % (n, b"a" * 600) for n in range(30)), 431, "headers"),
        (b"x: " + b"a" * 2_000_000 + b"\r\n", 431, "headers"),
    ],
)
def test_a_head_that_is_too_large_is_refused(port: int, head: bytes, status: int, field: str):
    start = b"GET /healthz HTTP/1.1\r\nhost: lanes\r\n"
    refused(only(sent(port, start + head + b"\r\n")), status, field)


def test_a_header_that_never_ends_is_refused_before_the_clock(port: int):
    with closing(connected(port)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nx: ")
        for _ in range(4):
            connection.sendall(b"a" * 8_000)
            time.sleep(0.02)
        refused(only(answers(connection)), 431, "headers")


def test_a_path_that_is_too_long_is_refused(port: int):
    data = b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nhost: lanes\r\n\r\n"
    refused(only(sent(port, data)), 414, "path")


@pytest.mark.parametrize(
    "kind",
    [
        "content-type: text/plain",
        "content-type: application/x-www-form-urlencoded",
        "content-type: application/jsonp",
        "content-type: application/json, text/plain",
        "x-nothing: 1",
        "content-type:",
    ],
)
def test_another_content_type_is_refused(port: int, body: bytes, kind: str):
    data = request(body).replace(b"content-type: application/json", kind.encode())
    refused(only(sent(port, data)), 415, "content-type")


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x=y"]
)
def test_json_under_any_of_its_names_is_taken(port: int, body: bytes, kind: str):
    data = request(body).replace(b"application/json", kind.encode())
    assert only(sent(port, data)).status == 200


def test_a_packed_body_is_refused(port: int, body: bytes):
    data = request(body, "content-encoding: gzip")
    refused(only(sent(port, data)), 415, "content-encoding")


def test_a_chunked_body_over_the_limit_is_refused_while_it_comes(port: int):
    chunk = b"186a0\r\n" + b"x" * 100_000 + b"\r\n"
    with closing(connected(port)) as connection:
        connection.sendall(HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunk * 11)
        answer = only(answers(connection))
    refused(answer, 413, "$")
    assert answer.closes


def test_whoever_waits_to_be_asked_for_the_body_is_asked(port: int, body: bytes):
    data = request(body, "expect: 100-continue")
    head, _, _ = data.partition(b"\r\n\r\n")
    with closing(connected(port)) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert only(answers(connection, 1)).status == 200


@pytest.mark.parametrize(
    ("length", "path", "status"), [(2_000_000, "/v1/lanes", 413), (10, "/v1/nothing", 404)]
)
def test_a_body_that_is_not_wanted_is_not_asked_for(port: int, length: int, path: str, status: int):
    head = HEAD.replace(b"/v1/lanes", path.encode())
    with closing(connected(port)) as connection:
        connection.sendall(head + b"expect: 100-continue\r\ncontent-length: %d\r\n\r\n" % length)
        answer = only(answers(connection))
    assert (answer.status, answer.closes) == (status, True)


def test_http_1_0_is_answered_and_closed(port: int, body: bytes):
    with closing(connected(port)) as connection:
        connection.sendall(request(body, version="1.0"))
        answer = only(answers(connection))
    assert (answer.status, answer.closes) == (200, True)


@pytest.mark.parametrize("first", ["POST /v1/lanes", "CONNECT lanes:443"])
def test_a_wish_for_another_protocol_is_refused(port: int, body: bytes, first: str):
    wish = ("connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAMAAABk")
    data = request(body, *wish).replace(b"POST /v1/lanes", first.encode())
    refused(only(sent(port, data)), 400, "upgrade")


def test_pipelined_requests_are_answered_in_turn_and_what_follows_is_refused(
    port: int, lane_lake: LaneLake
):
    documents = lane_lake.requests(12)
    bodies = [request(json.dumps(one).encode()) for one in documents]
    *found, last = sent(port, *bodies, b"garbage\r\n\r\n")
    assert [one.document["declaration_number"] for one in found] == [
        one["declaration_number"] for one in documents
    ]
    refused(last, 400, "request")


def test_a_broken_body_after_good_requests_is_refused_in_its_turn(port: int, body: bytes):
    broken = HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n"
    first, second, last = sent(port, request(body), request(body), broken)
    assert (first.status, second.status) == (200, 200)
    refused(last, 400, "request")


def test_thousands_of_requests_ahead_of_their_answers_are_not_queued(port: int):
    one = f"GET /healthz HTTP/1.1\r\n{AUTHORIZATION}\r\n\r\n".encode()
    with closing(connected(port)) as connection:
        connection.sendall(one * 5_000)
        found = answers(connection)
    assert found[-1].status in {200, 429}
    assert {answer.status for answer in found[:-1]} <= {200}
    if len(found) < 5_000:
        refused(found[-1], 429, "connection")
