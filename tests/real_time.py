"""Real seconds, for the promises that name them, such as the end of a statement after its limit.

No other test may judge by a clock (`tests/architecture/test_clocks.py`): how fast a machine is
says nothing about the product. A promise in seconds can be held in no other way.
"""

import time
from collections.abc import Callable

PAST_LIMIT_SECONDS = 5
"""How long after its limit the end of a statement may come."""


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long `work` took."""
    started = time.monotonic()
    work()
    return time.monotonic() - started
