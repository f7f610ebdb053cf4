"""One process at a time: who comes second is told who is at work, and may try again."""

import signal
import subprocess
import sys

import pytest

from tests.architecture.tree import REPOSITORY
from warehouse import locks
from warehouse.layout import Layout

HOLDER = """
import sys, time
from pathlib import Path
from warehouse import locks
from warehouse.layout import Layout
with locks.building(Layout(Path(sys.argv[1])), 0.0):
    print("held", flush=True)
    time.sleep(1_000_000)
"""


def test_a_busy_lock_says_who_holds_it_and_goes_with_its_process(layout: Layout) -> None:
    command = [sys.executable, "-c", HOLDER, str(layout.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        told = rf"another build or publish of .* is running: process {holder.pid} .*; wait until"
        with pytest.raises(locks.BusyError, match=told) as busy, locks.building(layout, 0.0):
            pytest.fail("two held one lock")
        holder.send_signal(signal.SIGKILL)
    assert busy.value.retryable
    with locks.building(layout, 0.0):
        pass


def test_a_lock_that_is_free_again_names_nobody(layout: Layout) -> None:
    with locks.landing(layout, 0.0):
        assert (layout.locks / "land.lock").read_text().startswith("process ")
    assert (layout.locks / "land.lock").read_text() == ""
