"""A small nation says the same as when it was last agreed: hashes over its decoded rows, by table.

To agree to what it says now, under a version of its own: python -m tests.simulator.test_golden
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from simulator.arguments import VERSION
from simulator.world import run
from tests.simulator.decoded import golden_hashes
from tests.simulator.test_determinism import small

GOLDEN = Path(__file__).parent / "golden.json"


def _said(folder: Path) -> dict[str, Any]:
    run(small(folder))
    return {"version": VERSION, "tables": golden_hashes(folder)}


def _agreed() -> Any:
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_every_table_says_what_was_agreed(tmp_path):
    assert _said(tmp_path / "nation") == _agreed()


def _agree() -> None:
    with tempfile.TemporaryDirectory() as folder:
        said, agreed = _said(Path(folder)), _agreed()
    if said["tables"] != agreed["tables"] and said["version"] == agreed["version"]:
        sys.exit(f"expected another version than {VERSION} in simulator/arguments.py")
    GOLDEN.write_text(json.dumps(said, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _agree()
