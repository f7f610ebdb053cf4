"""Processes that share the work of a nation."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any


class Workers:
    """Forked processes that share the world's memory; with one, everything runs right here."""

    def __init__(self, processes: int) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._processes = processes

    def __enter__(self) -> "Workers":
        if self._processes > 1:
            context = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(
        self, task: Callable[[tuple[int, int]], Any], parts: list[tuple[int, int]]
    ) -> Iterator[Any]:
        """Yield the result of each part, in order."""
        if self._pool is None:
            yield from map(task, parts)
            return
        waiting: list[Future[Any]] = [self._pool.submit(task, part) for part in parts]
        for future in waiting:
            yield future.result()
