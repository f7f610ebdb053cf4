"""Runs statements through the door and tells what came of each, and what it took; a process alone.

Usage: python -m tests.integration.exploding HOME, `limits` and `statements` as JSON on standard
input.
"""

import json
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.real_time import seconds_of
from warehouse.door import QueryLimits, QueryRefusedError
from warehouse.layout import Layout
from warehouse.reading import query
from warehouse.settings import LakeSettings


def main(home: Path) -> None:
    settings = LakeSettings(home=home, threads=2, refusal_delay_seconds=0)
    asked = json.load(sys.stdin)
    limits = QueryLimits(**asked["limits"])

    def explode(statement):
        told = []

        def ask():
            try:
                rows = query(Layout(home), settings, "analyst", statement, limits=limits).row_count
                told.append(f"{rows} rows")
            except QueryRefusedError as refused:
                told.append(str(refused))

        seconds = seconds_of(ask)
        return {"statement": statement[:300], "told": told[0], "seconds": seconds}

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(explode, asked["statements"]))
    worker_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    # The same figure of this process would count the one that started it, too.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    caller_mb = int(status.split("VmHWM:")[1].split()[0]) // 1024
    sys.stdout.write(json.dumps({"ended": ended, "worker_mb": worker_mb, "caller_mb": caller_mb}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
