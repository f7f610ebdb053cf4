"""What a mechanism from outside promises: which values its attributes and its arrays may have."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.kernel.arrays import Bools
from simulator.mechanisms.mechanism import METHODS, SHOWS, STOP, WARNINGS, Case
from simulator.reference.agreements import SCHEDULES
from simulator.reference.declaration_kinds import KINDS
from simulator.reference.detection import SIGHTS
from simulator.setting import Setting

# The truth calls traders without a scheme honest, and `--mechanisms none` plants nothing.
_TAKEN = ("honest", "none")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_PIECES = 15
# No scheme starts farther than ten years from the nation, or lasts beyond the year 4700.
_FAR_DAYS, _LAST_DAY = 3_660, 1_000_000
_MOST_GROUP, _MOST_E2, _MOST_E4, _MOST_VND = 2**53, 10**13, 10**15, 10**15
_MOST_WORTH = 1_000
# What is declared may be worth so many times what is true, that sums stay exact.
_MOST_TIMES, _SMALL = 100, 1e10


@dataclass(frozen=True, slots=True)
class Limits:
    """What an array may hold: `what` in words, kinds of numpy, least and most."""

    what: str
    kinds: str
    least: float
    most: float

    def __str__(self) -> str:
        """Return it in words."""
        return self.what if self.kinds == "b" else f"{self.what} from {self.least} to {self.most}"


BOOLEANS = Limits("booleans", "b", 0, 1)


def _positions(count: int, least: int = 0) -> Limits:
    return Limits("positions", "iu", least, count - 1)


def _whole(least: int, most: int) -> Limits:
    return Limits("whole numbers", "iu", least, most)


def _numbers(least: float, most: float) -> Limits:
    return Limits("numbers", "fiu", least, most)


def of_schemes(setting: Setting) -> dict[str, Limits]:
    """Return the limits of the fields of Schemes."""
    first, last = setting.first_day - _FAR_DAYS, setting.last_day + _FAR_DAYS
    most = float(np.finfo(np.float64).max)
    return _parties(setting, -1) | {
        "trader": _positions(len(setting.traders)),
        "group": _whole(-_MOST_GROUP, _MOST_GROUP),
        "start_day": _whole(first, last),
        "end_day": _whole(first, _LAST_DAY),
        "share": _numbers(0, 1),
        "response": _whole(0, STOP),
        "parameters": _numbers(-most, most),
    }


def of_route(setting: Setting) -> dict[str, Limits]:
    """Return the limits of the fields of Route."""
    return _parties(setting, 0) | {"is_used": BOOLEANS}


def _parties(setting: Setting, least_office: int) -> dict[str, Limits]:
    return {
        "office": _positions(len(setting.offices.role), least_office),
        "broker": _positions(len(setting.brokers), -1),
        "officer": _positions(len(setting.officers), -1),
    }


def of_deed(setting: Setting) -> dict[str, Limits]:
    """Return the limits of the fields of Deed, where an item takes part."""
    return {
        "line": _positions(len(setting.goods.codes)),
        "origin": _positions(len(setting.countries.codes)),
        "schedule": _positions(len(SCHEDULES)),
        "certificate": _whole(0, 2**64 - 1),
        "quantity_e2": _whole(1, _MOST_E2),
        "kg_e2": _whole(0, _MOST_E2),
        "unit_price_e4": _whole(0, _MOST_E4),
        "hidden_vnd": _whole(0, _MOST_VND),
        "hidden_worth": _numbers(0, _MOST_WORTH),
        "taken_off": _numbers(0, 1),
    }


def of_countries(setting: Setting) -> Limits:
    """Return the limits of positions of countries, -1 for none."""
    return _positions(len(setting.countries.codes), -1)


def shape_fault(values: Any, shape: tuple[int, ...]) -> str:
    """Return what is wrong with the shape of an array; empty where nothing is."""
    found = values.shape if type(values) is np.ndarray else f"no array but {type(values).__name__}"
    return "" if found == shape else f"shape {shape}, found {found}"


def value_fault(values: Any, limits: Limits) -> str:
    """Return what is wrong with the values of an array; empty where nothing is."""
    if values.dtype.kind not in limits.kinds:
        return f"{limits}, found {values.dtype}"
    inside = (values >= limits.least) & (values <= limits.most)
    return "" if inside.all() else f"{limits}, found {values[~inside].flat[0]}"


def too_dear(case: Case, quantity_e2: Any, unit_price_e4: Any) -> Bools:
    """Return where quantity x price is more than any paper says of such goods."""
    true = case.quantity_e2.astype(np.float64) * case.unit_price_e4
    told = quantity_e2.astype(np.float64) * unit_price_e4
    dear: Bools = told > np.maximum(true * _MOST_TIMES, _SMALL)
    return dear


def _is_truth(value: Any) -> bool:
    return type(value) is bool


def _is_share(value: Any) -> bool:
    is_number = isinstance(value, int | float | np.integer | np.floating)
    return is_number and not isinstance(value, bool) and bool(0 <= value <= 1)


def _is_list(value: Any) -> bool:
    return isinstance(value, tuple | list)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_TRUTH, _SHARE = (_is_truth, "True or False"), (_is_share, "from 0 to 1")
ATTRIBUTES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": (
        lambda one: isinstance(one, str) and bool(_NAME.fullmatch(one)) and one not in _TAKEN,
        f"of a to z, 0 to 9 and _, 40 at most, from a letter on, not {' or '.join(_TAKEN)}",
    ),
    "intent": _TRUTH,
    "seen_by": (
        lambda one: _is_list(one) and len(one) == len(METHODS) and all(map(_is_share, one)),
        f"of {len(METHODS)} chances",
    ),
    "visible_by": (
        lambda one: (
            _is_list(one)
            and 0 < len(one) <= len(SIGHTS)
            and all(isinstance(sight, str) and sight in SIGHTS for sight in one)
        ),
        f"of {', '.join(SIGHTS)}",
    ),
    "shows": (
        lambda one: isinstance(one, str) and one in SHOWS,
        f"of {', '.join(SHOWS)}",
    ),
    "warned_of": (
        lambda one: isinstance(one, str) and one in ("", *WARNINGS),
        f"empty or of {', '.join(WARNINGS)}",
    ),
    "collectable_share": _SHARE,
    "suppressed_kinds": (
        lambda one: (
            _is_list(one) and all(_is_whole(kind) and 0 <= kind < len(KINDS) for kind in one)
        ),
        f"of whole numbers from 0 to {len(KINDS) - 1}",
    ),
    "redeclares_after_red": _SHARE,
    "declares_again_after_notice": _SHARE,
    "passes_through": _TRUTH,
    "forges_certificates": _TRUTH,
    "overruns_lists": _TRUTH,
    "vanishes": _TRUTH,
    "most_pieces": (
        lambda one: _is_whole(one) and 1 <= one <= _MOST_PIECES,
        f"a whole number from 1 to {_MOST_PIECES}",
    ),
    "dies_when_caught": _TRUTH,
}
