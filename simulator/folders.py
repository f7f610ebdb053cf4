"""Whose a folder is: what its marks say of nation and run, and what a run refuses to write into."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from data_contracts import simulated
from data_contracts.errors import ContractViolationError
from simulator.arguments import VERSION, SimulationArguments

# What may differ between runs into the same folder.
_MAY_DIFFER = {"out", "truth", "processes", "only", "only_days", "reach"}
SPILL = ".spill"


def refuse_inside(arguments: SimulationArguments) -> None:
    """Refuse folders inside that of a nation: who reads it would take their files for its own."""
    for folder in filter(None, (arguments.out, arguments.truth)):
        if above := simulated.nation_above(folder):
            message = f"{folder} lies in the folder of the nation {above}; choose a place outside"
            raise ContractViolationError(message)


def refuse_foreign_folder(arguments: SimulationArguments, nation: str) -> None:
    """Refuse a folder with another nation or others' files: they could not be told apart.

    And one in which a run was broken off that wrote what this one would leave half written.
    """
    out = arguments.out
    ours = {simulated.MARKER, simulated.BEGUN, SPILL}
    held = [path for path in out.iterdir() if path.name not in ours and not simulated.is_part(path)]
    if held and simulated.nation_in(out) != nation:
        what = "another nation" if simulated.is_marked(out) else "other files"
        message = f"{out} holds {what}; choose an empty folder"
        raise ContractViolationError(message)
    own, begun = part_of(arguments), simulated.begun_in(out)
    if held and begun and own not in {simulated.WHOLE, begun}:
        message = f"{out}: a run was broken off that writes {begun}; give its command again, or "
        message += "choose an empty folder"
        raise ContractViolationError(message)


def part_of(arguments: SimulationArguments) -> str:
    """Return what of a nation a run writes, in one line."""
    days = [] if _days_of(arguments) == simulated.WHOLE else [_days_of(arguments)]
    return ", ".join((*arguments.only, *days)) or simulated.WHOLE


def _days_of(arguments: SimulationArguments) -> str:
    """Return which days of a nation a run writes, in one line."""
    stretches = [f"the days {first} to {last}" for first, last in arguments.only_days]
    reach = [] if arguments.reach is None else [f"reach {arguments.reach}"]
    return ", ".join((*stretches, *reach)) or simulated.WHOLE


def days_of_truth(arguments: SimulationArguments) -> str:
    """Return which days the truth is of: all, unless what lies far from them is not made."""
    return simulated.WHOLE if arguments.reach is None else _days_of(arguments)


def mark_of(arguments: SimulationArguments) -> str:
    """Return a slow hash that runs share whose files are of one nation, in one form.

    It is of all that decides the bytes, so of the mechanisms and the text of private ones too, and
    tells none of it: to try one set of them takes the seed, and as long as to try one seed.
    """
    said = {name: value for name, value in asdict(arguments).items() if name not in _MAY_DIFFER}
    folder = arguments.mechanism_folder
    modules = sorted(folder.glob("*.py")) if folder is not None else []
    said["mechanism_folder"] = [
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in modules
    ]
    said["mechanisms"] = sorted(set(arguments.mechanisms))
    return _slow_hash("files of a simulated nation", json.dumps(said, sort_keys=True, default=str))


def arguments_told(arguments: SimulationArguments) -> dict[str, Any]:
    """Return what `world.json` says of the arguments; nothing that could name what is planted.

    Who knows the seed can make the nation again with its truth: it is told as `nation`, a slow hash
    that equal seeds alone share.
    """
    said = asdict(arguments) | {"first_date": arguments.first_date.isoformat()}
    hidden = {"out", "truth", "processes", "mechanisms", "mechanism_folder", "seed"}
    told = {name: said[name] for name in said if name not in hidden}
    stretches = [[first.isoformat(), last.isoformat()] for first, last in arguments.only_days]
    told |= {"only": list(arguments.only), "only_days": stretches}
    return told | {"nation": _slow_hash("simulated nation", str(arguments.seed))}


def _slow_hash(what: str, text: str) -> str:
    """Return 32 hexadecimal digits of a text's scrypt hash (RFC 7914), slow to guess back."""
    salt = f"{what} {VERSION}".encode()
    return hashlib.scrypt(text.encode(), salt=salt, n=2**14, r=8, p=1, dklen=16).hex()
