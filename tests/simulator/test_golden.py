"""A small nation says the same as when it was last agreed: hashes over its decoded rows, by table.

To agree to what it says now: python -m tests.simulator.test_golden
"""

import json
import tempfile
from pathlib import Path

from simulator.world import run
from tests.simulator.decoded import golden_hashes
from tests.simulator.test_determinism import small

GOLDEN = Path(__file__).parent / "golden.json"


def _said(folder: Path) -> dict[str, str]:
    run(small(folder))
    return golden_hashes(folder)


def test_every_table_says_what_was_agreed(tmp_path):
    assert _said(tmp_path / "nation") == json.loads(GOLDEN.read_text(encoding="utf-8"))


def _agree() -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = json.dumps(_said(Path(folder)), indent=2, sort_keys=True) + "\n"
    GOLDEN.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _agree()
