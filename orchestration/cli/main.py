"""The entry to the `customs` command: from its first line on a signal ends it with one line.

What the commands need takes a while to be imported; until it is there, nothing has begun.
"""

import os
import signal
import sys
from types import FrameType

_WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


def main() -> None:
    """Run the command line, as `commands.main` says."""
    for number in _WORDS:
        # Who was started to ignore it, as in the background of a shell, goes on doing so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    from orchestration.cli import commands  # noqa: PLC0415

    commands.main()


def _end(number: int, _frame: FrameType | None) -> None:
    """End at once: an exception in the middle of an import can come out as any other."""
    message = f"{_WORDS[signal.Signals(number)]}; nothing had begun"
    if "--json" in sys.argv:
        os.write(1, f'{{"error":"Interrupted","message":"{message}"}}\n'.encode())
    os.write(2, f"customs: {message}\n".encode())
    os._exit(128 + number)


if __name__ == "__main__":
    main()
