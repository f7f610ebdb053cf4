"""What a killed game left behind goes when the next one begins; what is in use stays."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from benchmark.play.scratch import game_folder
from tests.patience import PATIENCE_SECONDS

HOLD = """
import sys, time
from benchmark.play.scratch import game_folder
with game_folder() as folder:
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "file").touch()
    print(folder.parent, flush=True)
    time.sleep(3_600)
"""
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_folder_goes_when_nobody_holds_it_any_more(tmp_path):
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    (tmp_path / "customs-game-file").touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], env=environment, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        held = Path(other.stdout.readline().strip())
        long_ago = time.time() - 3_600
        os.utime(held, (long_ago, long_ago))
        with game_folder():
            assert (held / "game" / "deep" / "file").exists()
        other.send_signal(signal.SIGKILL)
        other.wait(PATIENCE_SECONDS)
    os.utime(held, (long_ago, long_ago))
    with game_folder():
        assert not held.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["customs-game-file"]


def test_who_is_asked_to_stop_while_it_goes_ends_that_first(tmp_path, monkeypatch):
    rename = Path.rename

    def asked(*_):
        monkeypatch.setattr(Path, "rename", rename)
        raise KeyboardInterrupt

    def play():
        with game_folder() as folder:
            (folder / "deep").mkdir()
            monkeypatch.setattr(Path, "rename", asked)

    with pytest.raises(KeyboardInterrupt):
        play()
    assert not list(tmp_path.iterdir())
