"""Mechanisms of others: what fails in them is told by file and method, not as a fault of ours."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from data_contracts.errors import ContractViolationError
from simulator.kernel.arrays import Floats, Ints
from simulator.mechanisms.mechanism import (
    METHODS,
    PARAMETERS,
    WARNINGS,
    Case,
    Deed,
    Errand,
    Mechanism,
    Route,
    Schemes,
)
from simulator.reference.detection import SIGHTS
from simulator.setting import Setting

_WHOLE = "iu"

Returned = TypeVar("Returned")


def load_module(path: Path) -> ModuleType:
    """Return a file from outside as a module; its source is run, never what was compiled of it.

    Raises:
        ContractViolationError: The file is not there, or fails while it is read.
    """
    if path.is_symlink() or not path.is_file():
        message = f"{path}: expected a Python file, no link to one; found none"
        raise ContractViolationError(message)
    module = ModuleType(f"private_{path.stem}")
    module.__file__ = str(path)
    try:
        # An import would take an unchecked .pyc instead: other code than the file shows.
        exec(compile(path.read_bytes(), path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        message = f"{path.name}: the module itself fails: {error_in(path, error)}"
        raise ContractViolationError(message) from error
    return module


def error_in(path: Path, error: BaseException) -> str:
    """Return type and text of an error, with the last line of a file that it passed through."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == path.resolve()
    ]
    place = f" (line {lines[-1]})" if lines else ""
    return f"{type(error).__name__}: {error}{place}"


class PrivateMechanism(Mechanism):
    """A mechanism of a file from outside, held to what `Mechanism` promises."""

    def __init__(self, own: Mechanism, path: Path) -> None:
        """Take the class attributes of `own` as they are now.

        Raises:
            ContractViolationError: One of them is not what `Mechanism` asks for.
        """
        self._own, self._path = own, path
        for attribute in Mechanism.__annotations__:
            setattr(self, attribute, getattr(own, attribute, None))
        for holds, what in self._promises():
            self._expect(what, holds=holds)

    def plan(self, setting: Setting) -> Schemes:
        """Return the schemes of a nation."""
        plan = self._called("plan", lambda: self._own.plan(setting))
        if not isinstance(plan, Schemes):
            self._expect(f"plan to return Schemes, found {type(plan).__name__}", holds=False)
        shape = np.shape(plan.trader)
        self._expect_shapes("plan", plan, shape, {"parameters": (*shape, PARAMETERS)})
        self._expect_positions("plan", "trader", plan.trader, len(setting.traders))
        return plan

    def route(self, setting: Setting, errand: Errand) -> Route:
        """Return by whom the declarations of its running schemes go."""
        route = self._called("route", lambda: self._own.route(setting, errand))
        if not isinstance(route, Route):
            self._expect(f"route to return a Route, found {type(route).__name__}", holds=False)
        self._expect_shapes("route", route, (len(errand.key),), {})
        self._expect("route to return is_used of booleans", holds=route.is_used.dtype == bool)
        self._expect_positions("route", "office", route.office, len(setting.offices.role))
        self._expect_positions("route", "broker", route.broker + 1, len(setting.brokers) + 1)
        self._expect_positions("route", "officer", route.officer + 1, len(setting.officers) + 1)
        return route

    def shown_again(self, setting: Setting, parameters: Floats) -> Ints:
        """Return the country whose certificate of two months each scheme shows; -1 for none."""
        origin = self._called("shown_again", lambda: self._own.shown_again(setting, parameters))
        shape = getattr(origin, "shape", "no array")
        what = f"shown_again to return shape {(len(parameters),)}, found {shape}"
        self._expect(what, holds=shape == (len(parameters),))
        countries = len(setting.countries.codes)
        self._expect_positions("shown_again", "countries", origin + 1, countries + 1)
        return origin

    def act(self, setting: Setting, case: Case) -> Deed:
        """Return what is declared of the items of running schemes."""
        deed = self._called("act", lambda: self._own.act(setting, case))
        if not isinstance(deed, Deed):
            self._expect(f"act to return a Deed, found {type(deed).__name__}", holds=False)
        self._expect_shapes("act", deed, (len(case),), {})
        self._expect("act to return takes_part of booleans", holds=deed.takes_part.dtype == bool)
        parts = deed.takes_part
        self._expect_positions("act", "line", deed.line[parts], len(setting.goods.codes))
        self._expect_positions("act", "origin", deed.origin[parts], len(setting.countries.codes))
        return deed

    def _called(self, method: str, call: Callable[[], Returned]) -> Returned:
        try:
            return call()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            message = f"{self._path.name}: {method} of mechanism {self.name} fails: "
            message += error_in(self._path, error)
            raise ContractViolationError(message) from error

    def _promises(self) -> Sequence[tuple[bool, str]]:
        is_named = isinstance(self.name, str) and bool(self.name)
        chances, share = _numbers(self.seen_by), _numbers((self.collectable_share,))
        return (
            (is_named, "a name"),
            (
                len(chances) == len(METHODS) and all(0 <= one <= 1 for one in chances),
                f"seen_by of {len(METHODS)} chances, found {self.seen_by!r}",
            ),
            (
                not isinstance(self.visible_by, str)
                and bool(self.visible_by)
                and set(self.visible_by) <= set(SIGHTS),
                f"visible_by of {', '.join(SIGHTS)}, found {self.visible_by!r}",
            ),
            (
                self.warned_of in ("", *WARNINGS),
                f"warned_of empty or of {', '.join(WARNINGS)}, found {self.warned_of!r}",
            ),
            (
                len(share) == 1 and 0 <= share[0] <= 1,
                f"collectable_share from 0 to 1, found {self.collectable_share!r}",
            ),
        )

    def _expect_shapes(
        self,
        method: str,
        record: Schemes | Deed | Route,
        shape: tuple[int, ...],
        others: dict[str, tuple[int, ...]],
    ) -> None:
        for item in fields(record):
            found = getattr(getattr(record, item.name), "shape", "no array")
            wanted = others.get(item.name, shape)
            what = f"{method} to return {item.name} of shape {wanted}, found {found}"
            self._expect(what, holds=found == wanted)

    def _expect_positions(self, method: str, name: str, values: Any, count: int) -> None:
        inside = values.dtype.kind in _WHOLE and bool(np.all((values >= 0) & (values < count)))
        self._expect(f"{method} to return {name} of positions from 0 to {count - 1}", holds=inside)

    def _expect(self, what: str, *, holds: bool) -> None:
        if not holds:
            message = f"{self._path.name}: mechanism {self.name}: expected {what}"
            raise ContractViolationError(message)


def _numbers(values: Any) -> list[float]:
    """Return what is a list of numbers; nothing where it is something else."""
    try:
        return [float(value) for value in values]
    except (TypeError, ValueError):
        return []
