"""What a killed game left behind goes when the next one begins; what is in use stays."""

import os
import subprocess
import sys
import tempfile
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
    (tmp_path / "customs-game-of-mine").mkdir()
    (tmp_path / "customs-game-of-mine" / "kept").touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], env=environment, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        held = Path(other.stdout.readline().strip())
        try:
            with game_folder():
                assert (held / "game" / "deep" / "file").exists()
        finally:
            other.kill()
            other.wait(PATIENCE_SECONDS)
    with game_folder():
        assert not held.exists()
    names = sorted(path.name for path in tmp_path.rglob("*"))
    assert names == ["customs-game-file", "customs-game-of-mine", "kept"]


def test_who_is_asked_to_stop_while_it_goes_ends_that_first(tmp_path, monkeypatch):
    rmdir = os.rmdir

    def asked(*_, **__):
        monkeypatch.setattr(os, "rmdir", rmdir)
        raise KeyboardInterrupt

    def play():
        with game_folder() as folder:
            (folder / "deep").mkdir()
            monkeypatch.setattr(os, "rmdir", asked)

    with pytest.raises(KeyboardInterrupt):
        play()
    assert not list(tmp_path.iterdir())


def test_no_link_is_followed_that_takes_the_place_of_a_folder_meanwhile(tmp_path, monkeypatch):
    outside, rename = tmp_path / "outside", os.rename
    outside.mkdir(0o755)
    (outside / "kept").touch()

    def swapped(source, *places, **parents):
        """Do what a process that lives on may do within its home."""
        monkeypatch.setattr(os, "rename", rename)
        rename(source, *places, **parents)
        os.symlink(outside, source, dir_fd=parents["src_dir_fd"])

    with game_folder() as folder:
        (folder / "home" / "deep").mkdir(parents=True)
        (folder / "home" / "deep").chmod(0)
        (folder / "link").symlink_to(outside)
        monkeypatch.setattr(os, "rename", swapped)
    assert (outside / "kept").exists()
    assert outside.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["outside"]
