"""A full disk: what only looks goes on."""

import json
from pathlib import Path

import pytest

from ingestion.land import land_files
from tests import builders
from tests.processes import customs
from warehouse.settings import LakeSettings


@pytest.mark.parametrize("command", [("status",), ("quarantine", "list")])
def test_what_only_looks_needs_no_room_on_the_disk(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk()])
    land_files(LakeSettings(home=home), "vcis_extract", [inbox])
    words = [*command, "--json", "--home", home]
    before = customs(*words)
    full = customs(*words, file_limit_bytes=0)
    assert (full.returncode, full.stderr) == (0, "")
    assert json.loads(full.stdout) == json.loads(before.stdout)
