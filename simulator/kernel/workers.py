"""Forked processes that share what was drawn before them."""

import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

_PR_SET_PDEATHSIG = 1


class Workers:
    """Forked processes that share the world's memory; with one, everything runs right here."""

    def __init__(self, processes: int) -> None:
        """Use so many processes."""
        self._pool: ProcessPoolExecutor | None = None
        self._processes = processes

    def __enter__(self) -> "Workers":
        """Fork."""
        if self._processes > 1:
            _give_back()
            context = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(
                self._processes, context, initializer=_end_with, initargs=(os.getpid(),)
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what runs, and leave out what does not yet."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            gc.unfreeze()

    def map(
        self, task: Callable[[tuple[int, int]], Any], parts: list[tuple[int, int]]
    ) -> Iterator[Any]:
        """Yield the result of each part, in order."""
        if self._pool is None:
            yield from map(task, parts)
            return
        waiting: list[Future[Any]] = [self._pool.submit(_do, task, part) for part in parts]
        for future in waiting:
            yield future.result()


def _end_with(parent: int) -> None:
    """Let this process be killed when the one that forked it is gone, however that one ended.

    The parent's own handler of a milder signal was forked with it, and would let it go on waiting.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        signal.raise_signal(signal.SIGKILL)


def _do(task: Callable[[tuple[int, int]], Any], part: tuple[int, int]) -> Any:
    """Do a part, and leave no waste of it in the heap: it would grow from part to part."""
    result = task(part)
    _trim()
    return result


def _give_back() -> None:
    """Return freed memory to the system before a fork.

    A forked process that writes into a page of the heap, free or not, gets a copy of its own: what
    the light pass used and left would be paid for once in each. What lives is set aside, so that no
    collection of garbage writes into it.
    """
    gc.collect()
    gc.freeze()
    _trim()


def _trim() -> None:
    """Return free pages of the heap; systems without glibc have no such call, and need none."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
