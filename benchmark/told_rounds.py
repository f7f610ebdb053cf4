"""The two files of a round, read: each says all that it has to say, and nothing beside.

What stands in a secret is never shown, only where and of what kind it is: messages are kept and
passed on before the round is over.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.csv_headers import shown_names
from benchmark.round_arguments import simulation_of, terms_of
from data_contracts.errors import CustomsDataError
from data_contracts.json_files import kind_of, read_json
from measures.counted import counted
from simulator.arguments import MOST_SEED, VERSION

FORMAT = 4
CAPACITY_WORDS = "checks a week from 1 and audits from 0"
_REMEDY = "give a file of customs bench commit"
_DIGITS = re.compile(r"[0-9a-f]{64}")
# Who can try all smaller ones finds the nation that he plays in: millions a second are tried.
LEAST_SEED = 2**56


@dataclass(frozen=True, slots=True)
class Round:
    """What is kept secret until the round is over.

    Attributes:
        name: Of the round, as published.
        seeds: One for each nation.
        parameters: Arguments of the simulator and terms by name, as `round_arguments` reads them.
        capacity: Checks and audits a week.
        mechanisms: SHA-256 of each private file, by its path inside the folder.
        nonce: 64 hexadecimal digits; without it a short list of seeds could be guessed.
    """

    name: str
    seeds: list[int]
    parameters: dict[str, Any]
    capacity: dict[str, int]
    mechanisms: dict[str, str]
    nonce: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is published of a round before it.

    Attributes:
        name: Of the round.
        nations: How many there are.
        sha256: Of the secret's canonical JSON, 64 hexadecimal digits.
    """

    name: str
    nations: int
    sha256: str


def wrong_seeds(seeds: list[int]) -> str:
    """Return what is wrong with seeds; nothing of one for each nation that cannot be guessed."""
    if not seeds or len(set(seeds)) < len(seeds):
        found = f"found {counted(len(seeds), 'seed')}, {len(set(seeds))} of them different"
        return f"expected different seeds, one for each nation, {found}"
    for place, seed in enumerate(seeds, start=1):
        if not LEAST_SEED <= seed <= MOST_SEED:
            wanted = f"expected seeds drawn at random from {LEAST_SEED} to {MOST_SEED}"
            return f"{wanted}, so that nobody can guess one; entry {place} is none"
    return ""


def is_capacity(told: dict[str, Any]) -> bool:
    """Whether checks and audits a week can be a capacity."""
    if set(told) != {"checks", "audits"}:
        return False
    checks, audits = told["checks"], told["audits"]
    return type(checks) is int and type(audits) is int and checks > 0 and audits >= 0


def read_round(path: Path) -> Round:
    """Return the round of a secret file.

    Raises:
        CustomsDataError: It is not one, a seed can be guessed, or what it says can be played by no
            version.
    """
    value = _read(path, _OF_A_SECRET)
    for place, seed in enumerate(value["seeds"], start=1):
        if type(seed) is not int:
            message = f"{path}, seeds, entry {place}: expected a whole number, "
            message += f"found {kind_of(seed)}"
            raise CustomsDataError(message)
    if wrong := wrong_seeds(value["seeds"]):
        message = f"{path}, seeds: {wrong}"
        raise CustomsDataError(message)
    try:
        # Another version is the same to all who only compare.
        for read in (simulation_of, terms_of):
            read({**value["parameters"], "version": VERSION})
    except CustomsDataError as error:
        message = f"{path}, {error}"
        raise CustomsDataError(message) from error
    return Round(name=value.pop("round"), **value)


def read_commitment(path: Path) -> Commitment:
    """Return the commitment of a published file.

    Raises:
        CustomsDataError: It is not one.
    """
    value = _read(path, _OF_A_COMMITMENT)
    return Commitment(name=value.pop("round"), **value)


def _read(path: Path, forms: "_Forms") -> dict[str, Any]:
    """Return what a file of this format says by name, each held to its form."""
    value: dict[str, Any] = read_json(path, dict[str, Any], remedy=_REMEDY, each_once=True)
    if repr(value.pop("format", None)) != repr(FORMAT):
        message = f"{path}: expected a round of format {FORMAT}, found something else; {_REMEDY}"
        raise CustomsDataError(message)
    lacking, unknown = sorted(set(forms) - set(value)), sorted(set(value) - set(forms))
    if lacking or unknown:
        message = f"{path}: expected {', '.join(sorted({'format', *forms}))}; lacks "
        message += f"{', '.join(lacking) or 'none'}, has {shown_names(unknown) or 'none'} beside; "
        message += _REMEDY
        raise CustomsDataError(message)
    for name, (what, kind, is_so) in forms.items():
        # A boolean is a whole number to Python alone.
        is_kind = type(value[name]) is kind
        if not (is_kind and is_so(value[name])):
            found = "another one" if is_kind else kind_of(value[name])
            message = f"{path}, {name}: expected {what}, found {found}"
            raise CustomsDataError(message)
    return value


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_DIGITS.fullmatch(value))


def _are_hashes(value: dict[str, Any]) -> bool:
    return all(map(_is_hash, value.values()))


def _is_any(_: Any) -> bool:
    return True


_Forms = dict[str, tuple[str, type, Callable[[Any], bool]]]
_OF_A_SECRET: _Forms = {
    "round": ("a text", str, _is_any),
    "seeds": ("a list of whole numbers", list, _is_any),
    "parameters": ("an object", dict, _is_any),
    "capacity": (CAPACITY_WORDS, dict, is_capacity),
    "mechanisms": ("a SHA-256 by path", dict, _are_hashes),
    "nonce": ("64 hexadecimal digits", str, _is_hash),
}
_OF_A_COMMITMENT: _Forms = {
    "round": ("a text", str, _is_any),
    "nations": ("a whole number from 1", int, lambda count: count >= 1),
    "sha256": ("64 hexadecimal digits", str, _is_hash),
}
