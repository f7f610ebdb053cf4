"""What a command says where neither memory nor disk has room for what it would say."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS

PROGRAM = [sys.executable, "-m", "orchestration.cli.main"]
MEGABYTE = 2**20


def customs(*words: str, **how: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
        **how,
    )


def test_a_failure_is_told_on_standard_error_where_standard_output_is_full(tmp_path: Path) -> None:
    words = ("bench", "score", "--selection", str(tmp_path / "none.csv"), "--json")
    with (tmp_path / "told.json").open("w") as there:
        told = customs(*words, stdout=there)
    with Path("/dev/full").open("w") as full:
        done = customs(*words, stdout=full)
    assert json.loads((tmp_path / "told.json").read_text())["message"]
    assert done.returncode == told.returncode == 2
    assert done.stderr == told.stderr
    assert "does not exist" in done.stderr


@pytest.mark.parametrize("limit_mb", [450, 600, 750])
def test_too_little_memory_is_told_in_a_sentence(tmp_path: Path, limit_mb: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit_mb * MEGABYTE, limit_mb * MEGABYTE))

    out, truth = str(tmp_path / "out"), str(tmp_path / "truth")
    words = ("--scale", "0.0005", "--days", "5", "--warmup", "0", "--processes", "1")
    done = customs(
        "simulate", "run", "--out", out, "--truth", truth, *words,
        stdout=subprocess.DEVNULL, preexec_fn=limit,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert (done.returncode == 0) == (tmp_path / "out" / "world.json").exists()
