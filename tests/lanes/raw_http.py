"""HTTP by hand: what is sent byte by byte, and every answer that comes back."""

import json
import socket
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from tests.lanes.lane_lake import TOKEN
from tests.patience import PATIENCE_SECONDS

AUTHORIZATION = f"authorization: Bearer {TOKEN}"
HEAD = (
    f"POST /v1/lanes HTTP/1.1\r\nhost: lanes\r\n{AUTHORIZATION}\r\n"
    "content-type: application/json\r\n"
).encode()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def closes(self) -> bool:
        return self.headers.get("connection") == "close"


def connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request(body: bytes, *headers: str, path: str = "/v1/lanes", version: str = "1.1") -> bytes:
    """Return a whole POST; headers given here come first."""
    lines = [f"POST {path} HTTP/{version}", *headers, "host: lanes", AUTHORIZATION]
    lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answers(connection: socket.socket, count: int | None = None) -> list[Answer]:
    """Read `count` answers, or all until the other side closes; a reset is an error."""
    found: list[Answer] = []
    with connection.makefile("rb") as stream:
        while count is None or len(found) < count:
            line = stream.readline()
            if not line:
                break
            status = int(line.split()[1])
            headers = {}
            while (header := stream.readline().strip()) != b"":
                name, _, value = header.decode().partition(": ")
                headers[name.lower()] = value
            if status >= 200:
                length = int(headers["content-length"])
                found.append(Answer(status, headers, stream.read(length)))
                assert len(found[-1].body) == length
    return found


def sent(port: int, *parts: bytes) -> list[Answer]:
    """Send everything at once, end the own half, and return all answers."""
    with closing(connected(port)) as connection:
        connection.sendall(b"".join(parts))
        connection.shutdown(socket.SHUT_WR)
        return answers(connection)


def only(found: list[Answer]) -> Answer:
    assert len(found) == 1
    return found[0]


def refused(answer: Answer, status: int, field: str) -> None:
    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    error = answer.document["error"]
    assert set(error) == {"field", "expected", "found", "reason"}
    assert error["field"] == field
