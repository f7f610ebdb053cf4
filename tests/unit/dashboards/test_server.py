"""The port is ours before anything happens, and nothing outlives the process that started it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from dashboards.server import superset_folder, superset_server
from data_contracts.errors import CustomsDataError
from tests.patience import PATIENCE_SECONDS, wait_for
from tests.ports import free_port
from warehouse.layout import Layout
from warehouse.locks import BusyError
from warehouse.tethered import tethered

# Starts a tethered sleeper, says its number, and waits to be killed.
PARENT = """
import subprocess, sys, time
from warehouse.tethered import tethered
child = subprocess.Popen(tethered(["/bin/sleep", "600"]), start_new_session=True)
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def layout(tmp_path):
    """A home with the folder of a release, which is all that is looked at before the port is."""
    (tmp_path / "published" / "management" / "current").mkdir(parents=True)
    return Layout(tmp_path)


def test_a_taken_port_is_refused_before_anything_is_prepared(layout):
    told = []
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with (
            pytest.raises(CustomsDataError, match=rf"port {port} .* give another --port"),
            superset_server(layout, port=port, progress=told.append),
        ):
            pytest.fail("the server of another was taken for our own")
    assert told == []
    assert not layout.secrets.exists()


def test_a_server_of_another_that_says_it_is_healthy_is_not_taken_for_our_own(layout, tmp_path):
    (tmp_path / "health").write_text("OK")
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as other:
        try:
            wait_for(lambda: answers(port), "the server of another")
            with (
                pytest.raises(CustomsDataError, match=f"port {port} "),
                superset_server(layout, port=port, progress=lambda _line: None),
            ):
                pytest.fail("the server of another was taken for our own")
        finally:
            other.kill()


def test_a_second_server_beside_one_lake_is_refused(layout):
    told = []
    with (
        FileLock(superset_folder(layout) / "serve.lock", blocking=False),
        pytest.raises(BusyError, match=f"another Superset of {layout.home} is running") as refused,
        superset_server(layout, port=free_port(), progress=told.append),
    ):
        pytest.fail("two servers over one folder")
    assert refused.value.retryable
    assert told == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_what_is_tethered_ends_with_the_process_that_started_it(number):
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        wait_for(lambda: name_of(child) == "sleep", "the sleeper")
        parent.send_signal(number)
        parent.wait(timeout=PATIENCE_SECONDS)
    wait_for(lambda: name_of(child) is None, "the end of the sleeper")


def test_what_is_tethered_to_a_process_that_is_gone_does_not_begin():
    command = tethered(["/bin/echo", "begun"])
    command[command.index(str(os.getpid()))] = "999999999"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "begun" not in done.stdout


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def name_of(process):
    try:
        name, state = Path(f"/proc/{process}/stat").read_text().split("(")[1].split(")")
    except OSError:
        return None
    return None if state.split()[0] == "Z" else name
