"""Lands in a process of its own that kills itself at a chosen point.

Usage: killed_landing.py HOME POINT NUMBER SOURCE PATH

POINT is `before:` or `after:` and the name of a step below; NUMBER says at which call of it. The
step is the real one: the wrapper only adds the death.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingestion import batches
from ingestion.land import land_files
from warehouse import lake, landing, ledger
from warehouse.settings import LakeSettings

STEPS: dict[str, tuple[Any, str]] = {
    "copy": (landing, "_copy"),
    "write_receipt": (landing, "write_receipt"),
    "store": (landing, "store"),
    "enter_deliveries": (ledger.Ledger, "add"),
    "begin_load": (ledger.Ledger, "begin_load"),
    "append": (lake, "append"),
    "delete": (lake, "delete_where"),
    "close_load": (ledger.Ledger, "close_load"),
    "restore": (lake, "restore"),
    "roll_back": (ledger.Ledger, "roll_back_load"),
    "conform": (batches, "conform"),
}


def arm(point: str, number: int) -> None:
    """Make the process die at the n-th call of a step."""
    moment, _, step = point.partition(":")
    owner, name = STEPS[step]
    original: Callable[..., Any] = getattr(owner, name)
    calls = itertools.count(1)

    def deadly(*arguments: Any, **named: Any) -> Any:
        # Steps may run side by side: each knows its own number.
        call = next(calls)
        if call == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **named)
        if call == number and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)


if __name__ == "__main__":
    home, point, number, source, path = sys.argv[1:]
    arm(point, int(number))
    land_files(LakeSettings(home=Path(home), batch_max_files=3), source, [Path(path)])
