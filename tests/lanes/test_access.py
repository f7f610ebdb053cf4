"""Nobody asks the service who cannot read the token in the home: every account reaches its port."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data_contracts.errors import CustomsDataError
from ml.lanes.access import Access, token_path
from tests.lanes.lane_lake import TOKEN, LaneLake
from tests.lanes.lane_server import COMMAND, ask, metric, serving, until_ready
from tests.lanes.raw_http import answers, connected, only, refused, request, sent
from tests.other_account import needs_root, opens_folders, reachable, readable
from tests.patience import PATIENCE_SECONDS
from tests.ports import free_port
from warehouse.layout import Layout

WRONG = [
    None,
    "",
    TOKEN,
    "Bearer",
    "Bearer ",
    f"Bearer{TOKEN}",
    f"Basic {TOKEN}",
    f"Bearer {TOKEN[:-1]}",
    f"Bearer {TOKEN}x",
    f"Bearer {TOKEN} {TOKEN}",
    f"Bearer {TOKEN.swapcase()}",
    "Bearer \u00ff",
]


@pytest.fixture(scope="module")
def port(lane_lake: LaneLake) -> Iterator[int]:
    with serving(lane_lake) as (port, _):
        yield port


@pytest.mark.parametrize("shown", WRONG)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/lanes"),
        ("GET", "/v1/lanes"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
        ("GET", "/"),
    ],
)
def test_without_the_token_nothing_is_told(
    port: int, lane_lake: LaneLake, shown: str | None, method: str, path: str
):
    body = json.dumps(lane_lake.requests(1)[0]).encode()
    headers = {"content-type": "application/json", "authorization": shown}
    status, told, answer = ask(port, method, path, body, **headers)
    assert (status, told["www-authenticate"]) == (401, "Bearer")
    error = json.loads(answer)["error"]
    assert set(error) == {"field", "expected", "found", "reason"}
    assert error["field"] == "authorization"
    assert TOKEN not in answer.decode()


def test_the_token_is_shown_once_in_any_case_of_its_scheme(port: int, lane_lake: LaneLake):
    body = json.dumps(lane_lake.requests(1)[0]).encode()
    for scheme in ("Bearer", "bearer", "BEARER"):
        headers = {"content-type": "application/json", "authorization": f"{scheme} {TOKEN}"}
        assert ask(port, "POST", "/v1/lanes", body, **headers)[0] == 200
    twice = request(body, f"authorization: Bearer {TOKEN}")
    refused(only(sent(port, twice)), 401, "authorization")


def test_whether_it_lives_is_told_to_everybody(port: int):
    status, _, body = ask(port, "GET", "/healthz", authorization=None)
    assert (status, json.loads(body)) == (200, {"status": "ok"})


def test_a_body_without_the_token_is_not_read(port: int):
    head = b"POST /v1/lanes HTTP/1.1\r\nhost: lanes\r\ncontent-type: application/json\r\n"
    with closing(connected(port)) as connection:
        connection.sendall(head + b"expect: 100-continue\r\ncontent-length: 900000\r\n\r\n")
        answer = only(answers(connection))
    refused(answer, 401, "authorization")
    assert answer.closes


def test_refusals_are_counted(port: int):
    refusals = 'customs_lane_requests_total{status="401"}'
    before = metric(port, refusals)
    ask(port, "POST", "/v1/lanes", b"{}", authorization="Bearer x")
    assert metric(port, refusals) == before + 1


def test_the_first_start_makes_a_token_and_the_next_keeps_it(lane_lake: LaneLake):
    path = token_path(lane_lake.layout)
    given = path.read_bytes()
    path.unlink()
    try:
        told = started_and_stopped(lane_lake, signal.SIGTERM, "--json")
        made = path.read_text(encoding="ascii").strip()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(made) >= 43
        assert json.loads(told[0])["token_file"] == str(path)
        assert str(path) in told[1]
        assert made not in told[0] + told[1]
        again = started_and_stopped(lane_lake, signal.SIGINT, "--workers", "2")
        assert path.read_text(encoding="ascii").strip() == made
        assert str(path) in again[1]
        assert made not in again[0] + again[1]
    finally:
        path.unlink()
        path.write_bytes(given)
        path.chmod(0o600)


def started_and_stopped(lake: LaneLake, number: signal.Signals, *options: str) -> tuple[str, str]:
    """Return what a service that was started and stopped by a signal wrote on both outputs."""
    port = free_port()
    command = [sys.executable, "-c", COMMAND, "lanes", "serve", "--port", str(port)]
    command += ["--home", str(lake.layout.home), *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, umask=0o022
    ) as process:
        token = token_path(lake.layout)
        until_ready(port, process, lambda: f"Bearer {token.read_text(encoding='ascii').strip()}")
        process.send_signal(number)
        told = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    # Whoever stops it reads no inner text after that.
    assert told[1].splitlines()[-1] == "stopped"
    return told


def test_two_that_start_at_once_have_the_same_token(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from ml.lanes.access import Access;"
        " from warehouse.layout import Layout; Access.load(Layout(Path(sys.argv[1])))"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(4)]
    assert [process.wait(timeout=PATIENCE_SECONDS) for process in processes] == [0] * 4
    secrets = Layout(tmp_path).secrets
    assert [path.name for path in secrets.iterdir()] == ["lane_token"]


@needs_root
@opens_folders
def test_another_account_cannot_read_the_token(tmp_path: Path):
    layout = Layout(tmp_path / "home")
    layout.home.mkdir(mode=0o755)
    Access.load(layout)
    with reachable(layout.home) as canary:
        assert readable([canary, token_path(layout)]) == [canary]


@pytest.mark.parametrize("text", ["", "short", "a" * 20 + " " + "b" * 20, "\u00e9" * 40])
def test_what_is_no_token_is_refused(tmp_path: Path, text: str):
    path = written(tmp_path, text, 0o600)
    with pytest.raises(CustomsDataError, match=r"lane_token: expected .*remove the file"):
        Access.load(Layout(tmp_path))
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_token_that_others_may_read_is_refused(tmp_path: Path):
    written(tmp_path, TOKEN, 0o640)
    with pytest.raises(CustomsDataError, match="readable by others"):
        Access.load(Layout(tmp_path))


def written(home: Path, text: str, mode: int) -> Path:
    path = token_path(Layout(home))
    path.parent.mkdir(mode=0o700)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path
