"""Mechanisms of others: what fails in them is told by file and method, not as a fault of ours."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import NoReturn, TypeVar

import numpy as np

from data_contracts.errors import ContractViolationError
from simulator.kernel.arrays import Floats, Ints, pick
from simulator.mechanisms.mechanism import (
    INTERFACE,
    PARAMETERS,
    Case,
    Deed,
    Errand,
    Mechanism,
    Route,
    Schemes,
)
from simulator.mechanisms.promises import (
    ATTRIBUTES,
    BOOLEANS,
    Limits,
    of_countries,
    of_deed,
    of_route,
    of_schemes,
    shape_fault,
    too_dear,
    value_fault,
)
from simulator.setting import Setting

_SHOWN = 60
# What an array becomes, whatever width it came in.
_STORED = {"b": np.bool_, "i": np.int64, "u": np.int64, "f": np.float64}

Returned = TypeVar("Returned")
Record = TypeVar("Record", Schemes, Deed, Route)


def load_mechanism(path: Path) -> "PrivateMechanism":
    """Return the mechanism of a file from outside: its source is run, never what was compiled.

    Raises:
        ContractViolationError: The file is not there, fails while it is read, was written for
            another interface, or has no mechanism that keeps what `Mechanism` promises.
    """
    if path.is_symlink() or not path.is_file():
        message = f"{path}: expected a Python file, no link to one; found none"
        raise ContractViolationError(message)
    module = ModuleType(f"private_{path.stem}")
    module.__file__ = str(path)
    guarded(path, "the module itself", lambda: _run(path, module))
    said = guarded(path, "INTERFACE", lambda: getattr(module, "INTERFACE", None))
    if type(said) is not int or said != INTERFACE:
        message = f"{path}: expected INTERFACE = {INTERFACE}, what the module was written "
        message += f"for (simulator/mechanisms/mechanism.py); found {_shown(said)}"
        raise ContractViolationError(message)
    found = guarded(path, "MECHANISM", lambda: getattr(module, "MECHANISM", None))
    # What an object says of its class may fail too.
    if found is None or not guarded(path, "MECHANISM", lambda: isinstance(found, Mechanism)):
        message = f"{path}: expected MECHANISM, an instance of Mechanism; found {_shown(found)}"
        raise ContractViolationError(message)
    return PrivateMechanism(found, path)


def _run(path: Path, module: ModuleType) -> None:
    # An import would take an unchecked .pyc instead: other code than the file shows.
    exec(compile(path.read_bytes(), path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102


def guarded(path: Path, what: str, call: Callable[[], Returned]) -> Returned:
    """Return what a call into a file from outside returns.

    Raises:
        ContractViolationError: It fails; also by what would end the program, but for a Ctrl-C.
    """
    try:
        return call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        message = f"{path}: {what} fails: {_error_in(path, error)}"
        raise ContractViolationError(message) from error


def _error_in(path: Path, error: BaseException) -> str:
    """Return type and text of an error, with the last line of a file that it passed through."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == path.resolve()
    ]
    place = f" (line {lines[-1]})" if lines else ""
    return f"{type(error).__name__}: {_text_of(error, str)}{place}"


def _shown(value: object) -> str:
    """Return a value as Python writes it, cut short."""
    text = _text_of(value, repr)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _text_of(value: object, write: Callable[[object], str]) -> str:
    try:
        return write(value)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a stranger's __repr__; that it fails is no news here
        return f"a {type(value).__name__} that cannot be shown"


class PrivateMechanism(Mechanism):
    """A mechanism of a file from outside, held to what `Mechanism` promises."""

    def __init__(self, own: Mechanism, path: Path) -> None:
        """Take the class attributes of `own` as they are now.

        Raises:
            ContractViolationError: One of them is not what `Mechanism` asks for.
        """
        self._own, self._path = own, path
        said = "the name"
        for attribute, (holds, what) in ATTRIBUTES.items():
            value = guarded(path, said, partial(getattr, own, attribute, None))
            if not guarded(path, said, partial(holds, value)):
                place = f"mechanism {self.name}: " if attribute != "name" else ""
                message = f"{path}: {place}expected {'a ' if not place else ''}{attribute} {what}, "
                raise ContractViolationError(message + f"found {_shown(value)}")
            setattr(self, attribute, value)
            said = f"an attribute of mechanism {self.name}"

    def plan(self, setting: Setting) -> Schemes:
        """Return the schemes of a nation."""
        plan = self._called("plan", lambda: self._own.plan(setting))
        self._expect_type("plan", plan, Schemes)
        count = getattr(plan.trader, "shape", ())[:1] or (0,)
        self._expect_shapes("plan", plan, count, {"parameters": (*count, PARAMETERS)})
        plan = self._held("plan", plan, of_schemes(setting))
        ends = plan.end_day < plan.start_day
        if ends.any():
            first = int(np.flatnonzero(ends)[0])
            found = f"{plan.end_day[first]} after {plan.start_day[first]}"
            self._refuse(f"plan to return no end_day before its start_day, found {found}")
        return plan

    def route(self, setting: Setting, errand: Errand) -> Route:
        """Return by whom the declarations of its running schemes go."""
        route = self._called("route", lambda: self._own.route(setting, errand))
        self._expect_type("route", route, Route)
        self._expect_shapes("route", route, (len(errand.key),), {})
        return self._held("route", route, of_route(setting))

    def shown_again(self, setting: Setting, parameters: Floats) -> Ints:
        """Return the country whose certificate of two months each scheme shows; -1 for none."""
        origin = self._called("shown_again", lambda: self._own.shown_again(setting, parameters))
        if fault := shape_fault(origin, (len(parameters),)):
            self._refuse(f"shown_again to return {fault}")
        if fault := value_fault(origin, of_countries(setting)):
            self._refuse(f"shown_again to return countries of {fault}")
        return origin

    def act(self, setting: Setting, case: Case) -> Deed:
        """Return what is declared of the items of running schemes."""
        deed = self._called("act", lambda: self._own.act(setting, case))
        self._expect_type("act", deed, Deed)
        self._expect_shapes("act", deed, (len(case),), {})
        if fault := value_fault(deed.takes_part, BOOLEANS):
            self._refuse(f"act to return takes_part of {fault}")
        parts = np.flatnonzero(deed.takes_part)
        told = self._held("act", pick(deed, parts), of_deed(setting) | {"takes_part": BOOLEANS})
        dear = too_dear(pick(case, parts), told.quantity_e2, told.unit_price_e4)
        if dear.any():
            price = told.unit_price_e4[dear][0]
            self._refuse(
                f"act to return unit_price_e4 of no more than 100 times the true value of "
                f"the item, found {price}"
            )
        stored = {
            item.name: np.zeros(len(case), getattr(told, item.name).dtype) for item in fields(told)
        }
        for name, values in stored.items():
            values[parts] = getattr(told, name)
        return replace(deed, **stored)

    def _called(self, method: str, call: Callable[[], Returned]) -> Returned:
        return guarded(self._path, f"{method} of mechanism {self.name}", call)

    def _expect_type(self, method: str, returned: object, wanted: type) -> None:
        if type(returned) is not wanted:
            found = type(returned).__name__
            self._refuse(f"{method} to return a {wanted.__name__}, found {found}")

    def _expect_shapes(
        self,
        method: str,
        record: Schemes | Deed | Route,
        shape: tuple[int, ...],
        others: Mapping[str, tuple[int, ...]],
    ) -> None:
        for item in fields(record):
            fault = shape_fault(getattr(record, item.name), others.get(item.name, shape))
            if fault:
                self._refuse(f"{method} to return {item.name} of {fault}")

    def _held(self, method: str, record: Record, limits: Mapping[str, Limits]) -> Record:
        """Return a record whose values keep their limits, each in the width it is kept in."""
        stored = {}
        for name, own in limits.items():
            values = getattr(record, name)
            if fault := value_fault(values, own):
                self._refuse(f"{method} to return {name} of {fault}")
            is_key = name == "certificate"
            stored[name] = values.astype(np.uint64 if is_key else _STORED[own.kinds[0]])
        return replace(record, **stored)

    def _refuse(self, what: str) -> NoReturn:
        message = f"{self._path}: mechanism {self.name}: expected {what}"
        raise ContractViolationError(message)
