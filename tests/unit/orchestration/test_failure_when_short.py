"""What a command says where the disk has no room for it, or no library can be loaded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli.failure import failure_of
from orchestration.cli.output import ExitStatus
from tests.patience import PATIENCE_SECONDS

PROGRAM = [sys.executable, "-m", "orchestration.cli.main"]


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


def test_a_library_that_cannot_be_loaded_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "warehouse.engine", None)
    for error in (ImportError("libduckdb.so: cannot map"), MemoryError()):
        told = failure_of(error)
        assert told.status == ExitStatus.FAILED
        assert told.message.startswith("a library could not be loaded: too little memory is left")
