"""The lane service in a process of its own, and what asks it."""

import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from tests.lanes.lane_lake import TOKEN, LaneLake
from tests.patience import PATIENCE_SECONDS, wait_for
from tests.ports import free_port

COMMAND = (
    "import typer; from orchestration.cli import lanes; app = typer.Typer(); lanes.register(app);"
    " app()"
)


def ask(
    port: int, method: str, path: str, body: bytes | None = None, **headers: str | None
) -> tuple[int, dict[str, str], bytes]:
    """Ask with the token, unless `authorization` says something else; None leaves it out."""
    sent = {"authorization": f"Bearer {TOKEN}"} | headers
    given = {name: value for name, value in sent.items() if value is not None}
    with closing(
        http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    ) as connection:
        connection.request(method, path, body, given)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()


def post(port: int, document: Any) -> tuple[int, Any]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    kind = {"content-type": "application/json"}
    status, headers, answer = ask(port, "POST", "/v1/lanes", body, **kind)
    assert headers["content-type"] == "application/json"
    return status, json.loads(answer)


def metric(port: int, line: str) -> float:
    status, _, text = ask(port, "GET", "/metrics")
    assert status == 200
    values = [row.split()[-1] for row in text.decode().splitlines() if row.startswith(line)]
    return float(values[0]) if values else 0.0


@contextmanager
def serving(
    lake: LaneLake, *options: str, **settings: str
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    arguments = ["lanes", "serve", "--port", str(port), "--home", str(lake.layout.home), *options]
    environment = {"CUSTOMS_LANES_RELOAD_SECONDS": "0.2", "PATH": "/usr/bin:/bin"}
    environment |= {f"CUSTOMS_LANES_{name.upper()}": value for name, value in settings.items()}
    # In a group of its own, which a test can tell that its terminal was closed.
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments], env=environment, process_group=0
    ) as process:
        try:
            until_ready(port, process)
            yield port, process
        finally:
            process.terminate()


def until_ready(
    port: int,
    process: subprocess.Popen[Any],
    authorization: Callable[[], str] = lambda: f"Bearer {TOKEN}",
) -> None:
    def is_ready() -> bool:
        assert process.poll() is None, "the service ended before it was ready"
        try:
            return ask(port, "GET", "/readyz", authorization=authorization())[0] == 200
        except OSError:
            return False

    wait_for(is_ready, "a service that is ready")
