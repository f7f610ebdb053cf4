"""A simulation that is killed: its workers end with it, and what it left is cleared."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmark.outside import Limits, read_declarations
from benchmark.truth import read_truth
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import begun_in
from tests.patience import PATIENCE_SECONDS, wait_for

pytestmark = pytest.mark.full

REPOSITORY = Path(__file__).parents[2]
# Long enough that nobody sees it end.
LONG = ["--scale", "0.02", "--days", "365", "--warmup", "0", "--processes", "2"]
# The same nation, of which less is written: what was begun would stay half written.
PART = [*LONG, "--only-days", "2024-07-02:2024-07-02", "--reach", "0"]
SHORT = ["--scale", "0.0001", "--days", "3", "--warmup", "0", "--processes", "2"]


def _command(out: Path, *options: str) -> list[str]:
    command = [sys.executable, "-m", "orchestration.cli.main", "simulate", "run"]
    return [*command, "--out", str(out), *options]


def _environment(temporary: Path) -> dict[str, str]:
    temporary.mkdir(exist_ok=True)
    return {"PYTHONPATH": str(REPOSITORY), "TMPDIR": str(temporary)}


def _simulate(out: Path, temporary: Path, options: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(out, *options),
        env=_environment(temporary),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def _running(session: int) -> list[int]:
    """Return the processes of a session that are no zombies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of_session = stat.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of_session) == session and state not in "ZX":
            found.append(int(stat.parent.name))
    return found


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a simulation into `out` whose workers have begun to spill."""
    with subprocess.Popen(
        _command(tmp_path / "out", "--truth", str(tmp_path / "truth"), *LONG),
        env=_environment(tmp_path / "temporary"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        wait_for(lambda: [*tmp_path.rglob("*.arrow")] or process.poll() is not None, "a spill")
        assert process.poll() is None
        yield process
        for number in _running(process.pid):
            os.kill(number, signal.SIGKILL)


def test_a_killed_simulation_is_taken_neither_for_a_nation_nor_for_its_truth(
    begun: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    wait_for(lambda: [*(tmp_path / "out").rglob("tk_*.csv.gz")], "declarations")
    begun.kill()
    begun.wait(PATIENCE_SECONDS)
    with pytest.raises(CustomsDataError, match="give the same command again"):
        read_declarations(tmp_path / "out", Limits())
    with pytest.raises(CustomsDataError, match=r"items\.parquet"):
        read_truth(tmp_path / "truth")


def test_a_killed_simulation_leaves_no_process_and_no_spill_for_long(
    begun: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert len(_running(begun.pid)) == 3
    wait_for(lambda: [*(tmp_path / "out").rglob("*.csv.gz")], "files")
    begun.kill()
    begun.wait(PATIENCE_SECONDS)
    wait_for(lambda: not _running(begun.pid), "its workers ended")
    assert list((tmp_path / "temporary").iterdir()) == []
    other = _simulate(tmp_path / "out", tmp_path / "temporary", PART)
    assert other.returncode == 1
    assert "a run was broken off that writes everything" in " ".join(other.stderr.split())
    again = _simulate(tmp_path / "out", tmp_path / "temporary", LONG)
    assert again.returncode == 0, again.stderr
    assert begun_in(tmp_path / "out") is None
    assert list(tmp_path.rglob("*.arrow")) == []
    assert not (tmp_path / "out" / ".spill").exists()


def test_a_second_simulation_into_the_same_folder_is_refused_and_harms_nothing(
    begun: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    second = _simulate(tmp_path / "out", tmp_path / "temporary", SHORT)
    assert second.returncode == 1
    assert "another simulation is writing into" in " ".join(second.stderr.split())
    assert list(tmp_path.rglob("*.arrow"))
    assert begun.poll() is None
