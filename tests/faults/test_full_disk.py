"""A full disk: what only looks goes on."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.delivery import deliver
from tests import builders
from tests.architecture.tree import REPOSITORY
from tests.patience import PATIENCE_SECONDS
from warehouse.settings import LakeSettings

# Compiled modules are not written: where little may be written they would be broken ones.
ENVIRONMENT = {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize("command", [("status",), ("quarantine", "list")])
def test_what_only_looks_needs_no_room_on_the_disk(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk()])
    deliver(LakeSettings(home=home), "vcis_extract", [inbox])
    before = _customs(home, *command, limit_bytes=resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    full = _customs(home, *command, limit_bytes=0)
    assert (full.returncode, full.stderr) == (0, "")
    assert json.loads(full.stdout) == json.loads(before.stdout)


def _customs(home: Path, *words: str, limit_bytes: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", *words, "--json", "--home", str(home)],
        cwd=REPOSITORY,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes)),
    )
