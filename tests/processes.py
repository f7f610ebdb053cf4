"""Processes that a test starts and sees end, with nothing of this account around them."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE_SECONDS

REPOSITORY = Path(__file__).parents[1]
# Compiled modules are not written: a process that dies or may write little would leave broken ones.
_ENVIRONMENT = {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}


def python(
    *words: str | Path, file_limit_bytes: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python to its end; no file of it grows beyond the limit, as on a full disk."""

    def begin() -> None:
        # In the background of a shell it would be ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if file_limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit_bytes, file_limit_bytes))

    return subprocess.run(
        [sys.executable, *words],
        cwd=REPOSITORY,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        preexec_fn=begin,
    )


def customs(
    *words: str | Path, file_limit_bytes: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return python("-m", "orchestration.cli.main", *words, file_limit_bytes=file_limit_bytes)
