"""Who sends a request byte by byte, or does not read its answer, holds nobody else up."""

import socket
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from dashboards.server import server_command
from tests.patience import PATIENCE_SECONDS, wait_for
from tests.real_time import seconds_of

pytestmark = pytest.mark.browser

SENDERS = 12
# Three times the threads of the server.
MANY = 200
# None of them may cost others all the time that the server waits for one.
MOST_SECONDS = 10
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
# Reads the whole body, as Superset does, and says how long that was; or sends more than any socket
# takes at once, as a file or as it is.
APPLICATION = """
import tempfile, timed_worker
large = bytes(%(large)d)
timed_worker.WAIT_SECONDS = %(wait)s
file = tempfile.TemporaryFile()
file.write(large)
file.seek(0)
class Large:
    def __init__(self):
        self.fileno = file.fileno
    def __iter__(self):
        yield large
def app(environ, start_response):
    read = environ["wsgi.input"].read()
    length = [("Content-Length", str(len(large)))] if environ["PATH_INFO"] == "/large" else []
    start_response("200 OK", [("Content-Type", "text/plain"), *length])
    if environ["PATH_INFO"] == "/file":
        return environ["wsgi.file_wrapper"](Large())
    if environ["PATH_INFO"] == "/large":
        return Large()
    return [str(len(read)).encode()]
"""


@pytest.fixture
def serving(request):
    """How much is large, and how many seconds the server waits."""
    return {"large": 1 << 24, "wait": 10.0} | getattr(request, "param", {})


@pytest.fixture
def port(tmp_path, serving):
    (tmp_path / "echo.py").write_text(APPLICATION % serving)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        *command, _superset = server_command(listening.fileno())
        server = subprocess.Popen(
            [*command, "--chdir", str(tmp_path), "echo:app"], pass_fds=[listening.fileno()]
        )
        port = listening.getsockname()[1]
    try:
        wait_for(lambda: answer(port) == b"4", "the server")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_SECONDS)


def answer(port):
    """Send one whole request with a body of four bytes; return the body of the answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as sender:
            sender.sendall(b"POST / HTTP/1.0\r\nContent-Length: 4\r\n\r\nfour")
            return b"".join(iter(lambda: sender.recv(1000), b"")).rpartition(b"\r\n\r\n")[2]
    except ConnectionError:
        return b""


def assert_answered_in_time(port):
    answers = []
    assert seconds_of(lambda: answers.append(answer(port))) < MOST_SECONDS
    assert answers == [b"4"]


def is_open(sender):
    """Send one more byte; say whether the server still takes it."""
    try:
        sender.sendall(b"x")
        sender.settimeout(0.01)
        return sender.recv(1000) != b"" and is_open(sender)
    except TimeoutError:
        return True
    except OSError:
        return False


def crowd(stack, port, sent, many=MANY):
    """Connect many times, each time sending so much."""
    others = [
        stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(many)
    ]
    for other in others:
        other.sendall(sent)


@pytest.mark.parametrize("begun", [HEAD, BODY])
def test_slow_senders_hold_nobody_up_and_are_let_go(port, begun):
    with ExitStack() as stack:
        senders = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(SENDERS)
        ]
        for sender in senders:
            sender.sendall(begun)
        # Each sends within the time that gunicorn waits for a first byte, for ever.
        assert [is_open(sender) for sender in senders] == [True] * SENDERS
        assert answer(port) == b"4"

        def all_let_go():
            time.sleep(0.5)
            return [is_open(sender) for sender in senders] == [False] * SENDERS

        wait_for(all_let_go, "the end of the slow senders")
        assert answer(port) == b"4"


@pytest.mark.parametrize("path", [b"/file", b"/large"])
def test_who_reads_no_answer_holds_nobody_up(port, path):
    with ExitStack() as stack:
        crowd(stack, port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert_answered_in_time(port)


def test_who_does_not_hang_up_holds_nobody_up(port):
    with ExitStack() as stack:
        crowd(stack, port, b"GET / HTTP/1.0\r\n\r\n")
        assert_answered_in_time(port)


@pytest.mark.parametrize("begun", [b"", HEAD, BODY])
def test_a_crowd_of_slow_senders_holds_nobody_up(port, begun):
    with ExitStack() as stack:
        crowd(stack, port, begun)
        assert_answered_in_time(port)


@contextmanager
def dripping(others, step):
    """Let each of some sockets do a little again and again, as long as it is served."""
    ended = threading.Event()

    def drip():
        left = list(others)
        while not ended.wait(0.1):
            for other in list(left):
                try:
                    step(other)
                except BlockingIOError:
                    pass
                except OSError:
                    left.remove(other)

    dripper = threading.Thread(target=drip)
    dripper.start()
    try:
        yield
    finally:
        ended.set()
        dripper.join()


@pytest.mark.parametrize(
    ("begun", "step"),
    [
        (HEAD + b"X: ", lambda other: other.send(b"x")),
        (BODY, lambda other: other.send(b"x")),
        (b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n", lambda other: other.recv(1000)),
        (b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", lambda other: other.recv(1000)),
        (b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", lambda other: other.recv(5000)),
    ],
    ids=["head", "body", "file", "answer", "more of an answer"],
)
def test_a_crowd_that_goes_on_a_little_all_the_time_holds_nobody_up(port, begun, step):
    with ExitStack() as stack:
        others = [stack.enter_context(socket.socket()) for _ in range(MANY)]
        for other in others:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            other.connect(("127.0.0.1", port))
            other.sendall(begun)
            other.settimeout(0)
        with dripping(others, step):
            # All that can be taken at once is on its way.
            time.sleep(2)
            assert_answered_in_time(port)


def test_a_request_that_comes_in_pieces_is_answered(port):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as sender:
        for _ in range(2):
            for piece in (b"POST / HT", b"TP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nfo", b"ur"):
                sender.sendall(piece)
                time.sleep(0.2)
            assert sender.recv(1000).endswith(b"4\r\n0\r\n\r\n")


@pytest.mark.parametrize("serving", [{"large": 3 << 21, "wait": 2.0}], indirect=True)
@pytest.mark.parametrize("path", [b"/file", b"/large"])
def test_who_reads_slowly_and_steadily_gets_all(port, serving, path):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as reader:
        reader.sendall(b"GET " + path + b" HTTP/1.0\r\n\r\n")
        read = 0
        while part := reader.recv(1 << 16):
            read += len(part)
            # Room for a third of what is on the way, which ends a wait of the server, comes later.
            time.sleep(0.15)
    assert read > serving["large"]


@pytest.mark.parametrize("path", [b"/file", b"/large"])
def test_a_few_who_wait_hurry_nobody(port, path):
    with ExitStack() as stack:
        crowd(stack, port, HEAD, 40)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as reader:
            reader.sendall(b"GET " + path + b" HTTP/1.0\r\n\r\n")
            time.sleep(2)
            read = b"".join(iter(lambda: reader.recv(1 << 20), b""))
    assert len(read) > 1 << 24
