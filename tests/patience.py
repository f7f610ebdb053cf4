"""How long a test waits for what must happen, before it calls it hung: never a measure of speed.

Every wait of a test ends with the event that it waits for; this bound only keeps a hung one from
blocking the suite. `CUSTOMS_TEST_PATIENCE=0.5` halves and `=2` doubles it, and the suite must pass.
"""

import os
import time
from collections.abc import Callable

PATIENCE_SECONDS = 240 * float(os.environ.get("CUSTOMS_TEST_PATIENCE", "1"))
_PAUSE_SECONDS = 0.05


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Return as soon as `condition` is true.

    Raises:
        AssertionError: It is not after `PATIENCE_SECONDS`.
    """
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up_at, f"it never happened: {what}"
        time.sleep(_PAUSE_SECONDS)
