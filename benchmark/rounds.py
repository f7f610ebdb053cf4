"""Rounds by commit and reveal: nobody can fit a policy to nations that are not yet told.

A round is a name, a list of seeds, the simulator's arguments, what policies may read and use, a
capacity, private mechanism files and a nonce. The commitment is the SHA-256 of their canonical
JSON; it is published before the round, the secret after it, and anybody can then compute the same
hash and make the same nations.

Canonical JSON: UTF-8, keys sorted, no spaces, no floats (a share is written as a text, "0.02"),
no NaN; so that every program writes the same bytes.
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmark.play.whole_weeks import whole_weeks
from benchmark.round_arguments import USUAL, simulation_of, terms_of, unshown, usual_checks
from benchmark.told_rounds import (
    CAPACITY_WORDS,
    FORMAT,
    Round,
    is_capacity,
    read_commitment,
    read_round,
    wrong_seeds,
)
from data_contracts.errors import CustomsDataError, WrongUseError
from data_contracts.json_files import kind_of
from data_contracts.simulated import put
from measures.counted import counted
from simulator.arguments import SimulationArguments
from simulator.mechanisms.loading import UnknownMechanismError, choose_mechanisms

COMMITMENT, SECRET = "commitment.json", "secret.json"
# The commitment is there to be read by everybody, whatever else this account keeps to itself.
_FOR_ALL, _FOR_THE_OWNER = 0o644, 0o600
_NONCE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Revealed:
    """What a reveal found.

    Attributes:
        sha256: Hash of the secret as computed now.
        is_true: Whether it is the published one, and private files are those of the secret.
        differences: What differs, or could not be compared, in words.
    """

    sha256: str
    is_true: bool
    differences: list[str]


def new_round(
    seeds: list[int],
    parameters: dict[str, Any],
    mechanisms: Path | None,
    *,
    name: str = "round",
    checks: int | None = None,
    audits: int = 0,
) -> Round:
    """Return a round with a fresh nonce, and with the usual values of what is not told.

    Args:
        seeds: One for each nation.
        parameters: Arguments of the simulator and terms by name.
        mechanisms: Folder of private mechanisms.
        name: Of the round.
        checks: Checks a week; None for those of 5 % of the declarations.
        audits: Audits a week.

    Raises:
        WrongUseError: No seed, a seed twice, one that can be guessed, no checks, or a name that
            cannot be shown.
        CustomsDataError: A nation that cannot be simulated, or not be played in whole weeks.
    """
    if wrong := wrong_seeds(seeds):
        message = f"a round: {wrong}"
        raise WrongUseError(message)
    if not name.isprintable():
        message = f"a round: expected a name in UTF-8 without control characters, found {name!a}"
        raise WrongUseError(message)
    arguments = _playable_arguments(parameters, mechanisms)
    terms_of(parameters)
    capacity = {
        "checks": usual_checks(arguments.scale) if checks is None else checks,
        "audits": audits,
    }
    if not is_capacity(capacity):
        message = f"a round: expected {CAPACITY_WORDS}, found {checks} and {audits}"
        raise WrongUseError(message)
    choose_mechanisms(arguments.mechanisms, mechanisms)
    made = Round(
        name=name,
        seeds=list(seeds),
        parameters={**USUAL, **parameters},
        capacity=capacity,
        mechanisms={} if mechanisms is None else digests_of(mechanisms),
        nonce=secrets.token_hex(_NONCE_BYTES),
    )
    canonical(_told(made))
    return made


def _playable_arguments(parameters: dict[str, Any], mechanisms: Path | None) -> SimulationArguments:
    """Return the arguments of a nation that `customs bench play` can play."""
    arguments = simulation_of(parameters, mechanism_folder=mechanisms)
    try:
        whole_weeks(arguments)
    except CustomsDataError as error:
        raise CustomsDataError(unshown(error)) from error
    return arguments


def _is_unicode(text: str) -> bool:
    """Tell whether a text can be written: what was no UTF-8 when it came cannot."""
    return text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text)


def canonical(value: Any) -> bytes:
    """Return a value as canonical JSON.

    Raises:
        CustomsDataError: It holds a float, or something that JSON or UTF-8 lacks.
    """
    _refuse_unclear(value, "round")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _refuse_unclear(value: Any, place: str) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str) or not _is_unicode(name):
                message = f"{place}: expected text in UTF-8 as a name, found {name!a}"
                raise CustomsDataError(message)
            _refuse_unclear(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _refuse_unclear(inner, f"{place}[{position}]")
    elif value is not None and not isinstance(value, str | int):
        message = f"{place}: expected text, a whole number, a boolean or a list, found "
        message += f"{kind_of(value)}; write a share as a text"
        raise CustomsDataError(message)


def digest(made: Round) -> str:
    """Return the SHA-256 of a round's canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(_told(made))).hexdigest()


def _told(made: Round) -> dict[str, Any]:
    """Return a round by the names of its file."""
    values = asdict(made)
    return {"round": values.pop("name"), **values}


def digests_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file under a folder, by its path inside it; none is left out.

    Raises:
        CustomsDataError: The folder is not there, holds no file, or something that is neither a
            file nor a folder: a link shows what lies elsewhere.
    """
    inside = sorted(folder.rglob("*"))
    for path in inside:
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            message = f"{path}: expected files and folders alone, no link; found something else"
            raise CustomsDataError(message)
    files = [path for path in inside if path.is_file()]
    if not files:
        message = f"{folder}: expected a folder with private mechanisms, found no file"
        raise CustomsDataError(message)
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def write_round(made: Round, folder: Path) -> str:
    """Write the commitment (to publish) and the secret (to keep); return the hash.

    Raises:
        CustomsDataError: The folder holds a round already; a published one is never replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = [file for file in (COMMITMENT, SECRET) if (folder / file).exists()]
    if taken:
        message = f"{folder}: expected a folder without a round, found {', '.join(taken)}"
        raise CustomsDataError(message)
    sha256 = digest(made)
    commitment = {"format": FORMAT, "round": made.name, "nations": len(made.seeds)}
    secret = folder / SECRET
    put(secret, partial(_write, {"format": FORMAT, **_told(made)}, _FOR_THE_OWNER))
    try:
        put(folder / COMMITMENT, partial(_write, commitment | {"sha256": sha256}, _FOR_ALL))
    except BaseException:
        secret.unlink()
        raise
    return sha256


def _write(value: dict[str, Any], mode: int, path: Path) -> None:
    path.touch(mode=_FOR_THE_OWNER)
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    path.chmod(mode)


def playable(secret: Path, mechanisms: Path | None) -> Round:
    """Return the round of a secret file, to be played with its private mechanisms.

    Raises:
        WrongUseError: A folder lacks, or is given though there are no private mechanisms.
        CustomsDataError: It is not one, its nations cannot be simulated, or the folder is not the
            one it was opened with.
    """
    told = read_round(secret)
    try:
        arguments = _playable_arguments(told.parameters, mechanisms)
    except CustomsDataError as error:
        message = f"{secret}, {error}"
        raise CustomsDataError(message) from error
    if told.mechanisms and mechanisms is None:
        message = f"{secret}: the round has private mechanisms ({', '.join(told.mechanisms)}); "
        message += "give --mechanism-folder the folder they lie in"
        raise WrongUseError(message)
    if not told.mechanisms and mechanisms is not None:
        message = f"{secret}: the round has no private mechanisms; leave --mechanism-folder out"
        raise WrongUseError(message)
    if mechanisms is not None:
        changed = _changed_files(mechanisms, told)
        if changed:
            message = f"{mechanisms}: expected the files committed to, differs in "
            message += ", ".join(changed)
            raise CustomsDataError(message)
    try:
        # Only now: what is loaded is run, so it has to be what was committed to.
        choose_mechanisms(arguments.mechanisms, mechanisms)
    except UnknownMechanismError as error:
        message = f"{secret}, parameters, mechanisms: expected names of mechanisms, found another"
        raise CustomsDataError(message) from error
    return told


def _changed_files(folder: Path, told: Round) -> list[str]:
    """Return the private files that are not those of a round: other, missing or added ones."""
    found = digests_of(folder)
    names = sorted(set(found) | set(told.mechanisms))
    return [name for name in names if found.get(name) != told.mechanisms.get(name)]


def reveal(commitment: Path, secret: Path, mechanisms: Path | None) -> Revealed:
    """Return whether a secret is what was committed to.

    Args:
        commitment: The published file.
        secret: The file told after the round.
        mechanisms: Folder of the private mechanisms; a round that has some is not true without.

    Raises:
        CustomsDataError: A file is not of its format.
    """
    published, told = read_commitment(commitment), read_round(secret)
    sha256 = digest(told)
    differences = []
    if published.sha256 != sha256:
        differences.append(f"sha256: published {published.sha256}, computed {sha256}")
    if published.nations != len(told.seeds):
        differences.append(
            f"nations: published {published.nations}, {counted(len(told.seeds), 'seed')}"
        )
    if published.name != told.name:
        differences.append(f"round: published {published.name!r}, told {told.name!r}")
    if mechanisms is None and told.mechanisms:
        differences.append(
            f"mechanism files {', '.join(told.mechanisms)}: not compared; give --mechanism-folder "
            "the folder they lie in"
        )
    if mechanisms is not None:
        differences += [
            f"mechanism file {name}: not the one committed to"
            for name in _changed_files(mechanisms, told)
        ]
    return Revealed(sha256, not differences, differences)
