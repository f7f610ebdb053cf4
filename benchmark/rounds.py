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
import re
import reprlib
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmark.play.whole_weeks import whole_weeks
from benchmark.round_arguments import USUAL, simulation_of, terms_of, usual_checks
from data_contracts.errors import CustomsDataError, WrongUseError
from data_contracts.json_files import read_json
from data_contracts.simulated import put
from measures.counted import counted
from simulator.arguments import MOST_SEED, VERSION, SimulationArguments
from simulator.mechanisms.loading import choose_mechanisms

FORMAT = 4
COMMITMENT, SECRET = "commitment.json", "secret.json"
# The commitment is there to be read by everybody, whatever else this account keeps to itself.
_FOR_ALL, _FOR_THE_OWNER = 0o644, 0o600
_NONCE_BYTES = 32
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
        WrongUseError: No seed, a seed twice, one that can be guessed, no checks, or a name that is
            no text.
        CustomsDataError: A nation that cannot be simulated, or not be played in whole weeks.
    """
    if wrong := _wrong_seeds(seeds):
        message = f"a round: {wrong}"
        raise WrongUseError(message)
    if not _is_unicode(name):
        message = f"a round: expected a name in UTF-8, found {name!a}"
        raise WrongUseError(message)
    arguments = _playable_arguments(parameters, mechanisms)
    terms_of(parameters)
    capacity = {
        "checks": usual_checks(arguments.scale) if checks is None else checks,
        "audits": audits,
    }
    if not _is_capacity(capacity):
        message = f"a round: expected {_CAPACITY_WORDS}, found {checks} and {audits}"
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
        message = f"parameters: {error}"
        raise CustomsDataError(message) from error
    return arguments


def _wrong_seeds(seeds: list[int]) -> str:
    """Return what is wrong with seeds; nothing of one for each nation that cannot be guessed."""
    if not seeds or len(set(seeds)) < len(seeds):
        found = f"found {counted(len(seeds), 'seed')}, {len(set(seeds))} of them different"
        return f"expected different seeds, one for each nation, {found}"
    weak = [seed for seed in seeds if not LEAST_SEED <= seed <= MOST_SEED]
    if not weak:
        return ""
    wanted = f"expected seeds drawn at random from {LEAST_SEED} to {MOST_SEED}"
    return f"{wanted}, so that nobody can guess one; found {weak[0]}"


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
        message += f"{reprlib.repr(value)}; write a share as a text"
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


def read_round(path: Path) -> Round:
    """Return the round of a secret file.

    Raises:
        CustomsDataError: It is not one, a seed can be guessed, or what it says can be played by no
            version.
    """
    value = _read(path)
    lacking, unknown = sorted(_NAMES - set(value)), sorted(set(value) - _NAMES)
    if lacking or unknown:
        message = f"{path}: expected {', '.join(sorted(_NAMES))}; "
        message += (
            f"lacks {', '.join(lacking) or 'none'}, has {', '.join(unknown) or 'none'} beside"
        )
        raise CustomsDataError(message)
    for name, what, is_so in _FORMS:
        if not is_so(value[name]):
            message = f"{path}, {name}: expected {what}, found {reprlib.repr(value[name])}"
            raise CustomsDataError(message)
    if wrong := _wrong_seeds(value["seeds"]):
        message = f"{path}, seeds: {wrong}"
        raise CustomsDataError(message)
    try:
        # Another version is the same to all who only compare.
        for read in (simulation_of, terms_of):
            read({**value["parameters"], "version": VERSION})
    except CustomsDataError as error:
        message = f"{path}, {error}"
        raise CustomsDataError(message) from error
    del value["format"]
    return Round(name=value.pop("round"), **value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_seeds(value: Any) -> bool:
    return isinstance(value, list) and all(type(seed) is int for seed in value)


def _is_capacity(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"checks", "audits"}:
        return False
    checks, audits = value["checks"], value["audits"]
    return type(checks) is int and type(audits) is int and checks > 0 and audits >= 0


def _are_digests(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(digest, str) and _DIGITS.fullmatch(digest) for digest in value.values()
    )


def _is_nonce(value: Any) -> bool:
    return isinstance(value, str) and bool(_DIGITS.fullmatch(value))


_CAPACITY_WORDS = "checks a week from 1 and audits from 0"
_FORMS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("round", "a text", _is_text),
    ("seeds", "a list of whole numbers", _are_seeds),
    ("parameters", "an object", lambda value: isinstance(value, dict)),
    ("capacity", _CAPACITY_WORDS, _is_capacity),
    ("mechanisms", "a SHA-256 by path", _are_digests),
    ("nonce", "64 hexadecimal digits", _is_nonce),
)
_NAMES = {"format", *(name for name, _, _ in _FORMS)}


def playable(secret: Path, mechanisms: Path | None) -> Round:
    """Return the round of a secret file, to be played with its private mechanisms.

    Raises:
        WrongUseError: A folder lacks, or is given though there are no private mechanisms.
        CustomsDataError: It is not one, its nations cannot be simulated, or the folder is not the
            one it was opened with.
    """
    told = read_round(secret)
    try:
        _playable_arguments(told.parameters, mechanisms)
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
    published, told = _read(commitment), read_round(secret)
    if unknown := sorted(published.keys() - {"format", "round", "nations", "sha256"}):
        message = f"{commitment}: expected nothing but what is committed to, found {unknown[0]!r}"
        raise CustomsDataError(message)
    sha256 = digest(told)
    differences = []
    if published.get("sha256") != sha256:
        differences.append(f"sha256: published {published.get('sha256')}, computed {sha256}")
    if repr(published.get("nations")) != repr(len(told.seeds)):
        differences.append(
            f"nations: published {published.get('nations')}, {counted(len(told.seeds), 'seed')}"
        )
    if published.get("round") != told.name:
        differences.append(f"round: published {published.get('round')!r}, told {told.name!r}")
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


def _read(path: Path) -> dict[str, Any]:
    remedy = "give a file of customs bench commit"
    value = read_json(path, dict[str, Any], remedy=remedy, each_once=True)
    if repr(value.get("format")) != repr(FORMAT):
        message = f"{path}: expected a round of format {FORMAT}, found something else"
        raise CustomsDataError(message)
    return value
