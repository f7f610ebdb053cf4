"""A service that is told to stop says so, with 0; no word of anything undone."""

import signal
import subprocess
import sys

import pytest

from tests.patience import PATIENCE_SECONDS

# As `customs` itself takes the signals; a runner in the background ignores some of them.
SERVICE = """
import signal, sys, time
from orchestration.cli import main, output
def stop(number, _frame): sys.exit(128 + number)
for number in output.STOPPING: signal.signal(number, stop)
def serve(**_options):
    with output.until_stopped():
        print("{}", flush=True)
        {ending}
main.build_app = lambda: serve
sys.exit(main._run(json_output=True))
"""


def started(ending):
    program = SERVICE.replace("{ending}", ending)
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_service_that_is_stopped_says_so_and_ends_with_0(number):
    with started("time.sleep(600)") as service:
        assert service.stdout.readline() == "{}\n"
        service.send_signal(number)
        more, errors = service.communicate(timeout=PATIENCE_SECONDS)
    assert (service.returncode, more, errors) == (0, "", "stopped\n")


def test_a_service_that_fails_keeps_its_status():
    with started("sys.exit(1)") as service:
        told, errors = service.communicate(timeout=PATIENCE_SECONDS)
    assert (service.returncode, told, errors) == (1, "{}\n", "")
