"""Runs a program that ends when the process which started it ends, however that one ends.

Usage: python tethered.py PARENT_PID PROGRAM ARGUMENT… The kernel sends SIGTERM to the program when
its parent is gone: SIGKILL leaves a parent no time to do so.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def tethered(command: Sequence[str]) -> list[str]:
    """Return the command that runs `command` tied to this process; the program by its path.

    The thread that starts it must outlive it: to the kernel, the parent is that thread.
    """
    return [sys.executable, "-I", __file__, str(os.getpid()), *command]


def main() -> None:
    """Tie this process to its parent, then become the program."""
    parent, *command = sys.argv[1:]
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != int(parent):
        sys.exit(f"process {parent} is gone")
    os.execv(command[0], command)  # noqa: S606  a fixed program, no shell


if __name__ == "__main__":
    main()
