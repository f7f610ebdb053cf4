"""SIGTERM under load: whoever has sent a whole request gets its answer, and nobody is reset."""

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ml.lanes.server import bound_socket
from tests.lanes.lane_lake import LaneLake
from tests.lanes.lane_server import serving
from tests.lanes.raw_http import answers, connected, request
from tests.patience import PATIENCE_SECONDS, wait_for

MOST_REQUESTS = 3_000
PIPELINED = 6
BACKLOG = 60
# Clients of a slow machine get as long as the test waits: what is tested is not how fast they are.
PATIENT = dict.fromkeys(
    ("read_seconds", "keep_alive_seconds", "stop_seconds", "stop_idle_seconds"),
    str(round(PATIENCE_SECONDS)),
)

SEVERAL = [(), ("--workers", "2")]


@dataclass
class Tally:
    """What the clients of one round saw."""

    answered: int = 0
    lost: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, answered: int, wanted: int, why: str) -> None:
        with self.lock:
            self.answered += answered
            if answered < wanted:
                self.lost.append(why)


Client = Callable[[socket.socket, bytes, Tally], None]
"""Sends requests on one connection until it ends."""


def exchange(connection: socket.socket, data: bytes, wanted: int, tally: Tally, why: str) -> bool:
    """Send whole requests and read their answers; True while the connection stays."""
    try:
        connection.sendall(data)
    except OSError:
        # Not sent whole: the service owes nothing.
        return False
    return hear(connection, wanted, tally, why)


def hear(connection: socket.socket, wanted: int, tally: Tally, why: str) -> bool:
    found = []
    try:
        found = answers(connection, wanted)
    except OSError as error:
        why = f"{why}: {type(error).__name__}"
    tally.add(sum(answer.status == 200 for answer in found), wanted, why)
    return len(found) == wanted and not found[-1].closes


def one_by_one(connection: socket.socket, data: bytes, tally: Tally) -> None:
    exchange(connection, data, 1, tally, "one by one")


def kept_alive(connection: socket.socket, data: bytes, tally: Tally) -> None:
    while exchange(connection, data, 1, tally, "kept alive"):
        pass


def pipelined(connection: socket.socket, data: bytes, tally: Tally) -> None:
    while exchange(connection, data * PIPELINED, PIPELINED, tally, "pipelined"):
        pass


def half_closed(connection: socket.socket, data: bytes, tally: Tally) -> None:
    connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)
    hear(connection, 1, tally, "half closed")


CLIENTS: tuple[Client, ...] = (one_by_one, kept_alive, pipelined, half_closed)


def load(port: int, data: bytes, tally: Tally, number: int) -> None:
    """Open connection after connection until nobody listens any more."""
    client = CLIENTS[number % len(CLIENTS)]
    while tally.answered < MOST_REQUESTS:
        try:
            connection = connected(port)
        except OSError:
            return
        with closing(connection):
            client(connection, data, tally)


def waiting_connections(port: int, data: bytes) -> Iterator[socket.socket]:
    """Send whole requests on many connections at once: most wait for the process to take them."""
    for _ in range(BACKLOG):
        connection = connected(port)
        connection.sendall(data)
        yield connection


def stop_under_load(
    port: int,
    process: subprocess.Popen[bytes],
    data: bytes,
    *,
    at: int,
    tell: Callable[[subprocess.Popen[bytes]], None] = subprocess.Popen.terminate,
) -> Tally:
    tally = Tally()
    threads = [
        threading.Thread(target=load, args=(port, data, tally, number)) for number in range(12)
    ]
    for thread in threads:
        thread.start()
    wait_for(lambda: tally.answered >= at, "a load")
    waiting = list(waiting_connections(port, data))
    tell(process)
    for connection in waiting:
        with closing(connection):
            hear(connection, 1, tally, "in the backlog")
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
    assert process.wait(PATIENCE_SECONDS) == 0
    return tally


@pytest.fixture(scope="module")
def data(lane_lake: LaneLake) -> bytes:
    return request(json.dumps(lane_lake.requests(1)[0]).encode())


@pytest.mark.parametrize("at", [50, 200])
def test_nobody_is_reset_when_the_service_stops(lane_lake: LaneLake, data: bytes, at: int):
    with serving(lane_lake, **PATIENT) as (port, process):
        tally = stop_under_load(port, process, data, at=at)
    assert tally.lost == []
    assert tally.answered >= at + BACKLOG


@pytest.mark.full
def test_nobody_is_reset_when_several_workers_stop(lane_lake: LaneLake, data: bytes):
    with serving(lane_lake, "--workers", "2", **PATIENT) as (port, process):
        tally = stop_under_load(port, process, data, at=100)
    assert tally.lost == []
    assert tally.answered >= 100 + BACKLOG


@pytest.mark.parametrize("options", [(), pytest.param(SEVERAL[1], marks=pytest.mark.full)])
def test_nobody_is_reset_when_the_terminal_is_closed(
    lane_lake: LaneLake, data: bytes, options: tuple[str, ...]
):
    with serving(lane_lake, *options, **PATIENT) as (port, process):
        tally = stop_under_load(port, process, data, at=50, tell=hang_up)
    assert tally.lost == []
    assert tally.answered >= 50 + BACKLOG


def hang_up(process: subprocess.Popen[bytes]) -> None:
    """Tell the service and its workers, as a terminal does that is closed."""
    os.killpg(process.pid, signal.SIGHUP)


@pytest.mark.full
@pytest.mark.parametrize("options", SEVERAL)
def test_a_service_that_is_to_outlive_its_terminal_does(
    lane_lake: LaneLake, options: tuple[str, ...]
):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with serving(lane_lake, *options) as (_, process):
            signal.signal(signal.SIGHUP, before)
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    finally:
        signal.signal(signal.SIGHUP, before)
    ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
    assert ignored & 1 << (signal.SIGHUP - 1)


@pytest.mark.full
def test_workers_end_with_the_process_that_started_them(lane_lake: LaneLake):
    with serving(lane_lake, "--workers", "2") as (port, process):
        started = (
            Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
        )
        assert len(started) >= 2
        process.kill()
        try:
            wait_for(lambda: not any(map(lives, started)), "the end of the workers")
        finally:
            for one in filter(lives, started):
                os.kill(int(one), signal.SIGKILL)
    bound_socket("127.0.0.1", port).close()


def lives(process: str) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.full
@pytest.mark.parametrize("options", SEVERAL)
def test_nobody_is_reset_in_many_rounds(lane_lake: LaneLake, data: bytes, options: tuple[str, ...]):
    for at in range(20, 220, 20):
        with serving(lane_lake, *options, **PATIENT) as (port, process):
            tally = stop_under_load(port, process, data, at=at)
        assert tally.lost == [], at


@pytest.mark.full
def test_a_client_that_never_ends_does_not_keep_the_service_alive(lane_lake: LaneLake, data: bytes):
    with (
        serving(lane_lake, read_seconds="300", stop_seconds="2") as (port, process),
        closing(connected(port)) as half,
        closing(connected(port)) as silent,
    ):
        half.sendall(data[:-1])
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert silent.recv(1) == b""
