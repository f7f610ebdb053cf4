"""Policies of others: a Python file that says `POLICY`, called with what it may know.

`POLICY(history, seed)` returns an object with `learn` and `choose`; a class does. The history is
what legacy control left behind, the seed is for lots of its own: it is the number of the nation in
the contest, never the seed of the nation, from which anybody could make it again with its truth.
What fails is told by file and method.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa

from benchmark.kinds import KINDS
from benchmark.play.game import Policy, WeekView
from benchmark.play.opening import History
from benchmark.selection import Selection
from data_contracts.errors import CustomsDataError
from simulator.mechanisms.private import error_in, load_module

Maker = Callable[[History, int], Policy]
_WHOLE = "iu"

Returned = TypeVar("Returned")


class Outsider:
    """A policy of a file from outside, held to what `Policy` promises."""

    def __init__(self, make: Maker, path: Path, name: str, history: History, seed: int) -> None:
        """Make the policy.

        Raises:
            CustomsDataError: Making it fails, or it has no `learn` or no `choose`.
        """
        self.name, self._path = name, path
        self._own = self._called("POLICY(history, seed)", lambda: make(history, seed))
        for method in ("learn", "choose"):
            if not callable(getattr(self._own, method, None)):
                self._refuse("POLICY(history, seed)", f"an object with {method}", self._own)

    def learn(self, outcomes: pa.Table) -> None:
        """Take in what came back."""
        self._called("learn", lambda: self._own.learn(outcomes))

    def choose(self, week: WeekView) -> Selection:
        """Return checks and audits."""
        chosen = self._called("choose", lambda: self._own.choose(week))
        if not isinstance(chosen, Selection):
            self._refuse("choose", "a benchmark.selection.Selection", chosen)
        shape = np.shape(chosen.rank)
        if not isinstance(chosen.trader, pa.StringArray) or (len(chosen.trader),) != shape:
            self._refuse("choose", "trader as an Arrow array of text, shape (n,)", chosen.trader)
        for item in fields(chosen):
            values = getattr(chosen, item.name)
            if item.name == "trader":
                continue
            is_whole = isinstance(values, np.ndarray) and values.dtype.kind in _WHOLE
            if not is_whole or values.shape != shape or len(shape) != 1:
                self._refuse("choose", f"{item.name} of whole numbers, shape (n,)", values)
        if not np.isin(chosen.kind, np.arange(len(KINDS))).all():
            self._refuse("choose", f"kind from 0 to {len(KINDS) - 1}", chosen.kind)
        return chosen

    def _called(self, method: str, call: Callable[[], Returned]) -> Returned:
        try:
            return call()
        except Exception as error:
            message = f"{self._path}: {method} fails: {error_in(self._path, error)}"
            raise CustomsDataError(message) from error

    def _refuse(self, method: str, expected: str, found: object) -> None:
        message = f"{self._path}: {method}: expected {expected}; found {found!r:.80}"
        raise CustomsDataError(message)


def load_policies(paths: Sequence[Path]) -> dict[str, Maker]:
    """Return the policies of some files by name: that of `POLICY`, or else that of the file.

    Raises:
        CustomsDataError: A file cannot be read, has no POLICY to call, or two have one name.
    """
    loaded: dict[str, Maker] = {}
    for path in paths:
        make = getattr(load_module(path), "POLICY", None)
        if not callable(make):
            message = f"{path}: expected POLICY, called with a history and a seed; found {make!r}"
            raise CustomsDataError(message)
        name = getattr(make, "name", path.stem)
        if not isinstance(name, str) or not name or name in loaded:
            message = f"{path}: expected a name of its own, a text; found {name!r}"
            raise CustomsDataError(message)
        loaded[name] = _held(make, path, name)
    return loaded


def _held(make: Maker, path: Path, name: str) -> Maker:
    return lambda history, seed: Outsider(make, path, name, history, seed)
