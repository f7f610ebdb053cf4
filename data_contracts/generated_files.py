"""Every file that is derived from the contracts, and how it is brought up to date.

The data dictionary is committed, for people to read; what dbt reads is not: it is written where it
differs before dbt starts.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from data_contracts.loading import contracts_of, load_contracts
from data_contracts.to_dbt import (
    LakeTable,
    contract_macro,
    mart_sql,
    mart_yaml,
    mass_units_csv,
    sources_yaml,
)
from data_contracts.to_dictionary import DICTIONARY_PATH, dictionary

SOURCES_FOLDER = "dbt_project/models/derived"
MARTS_FOLDER = "dbt_project/models/marts/derived"
_SEEDS_FOLDER, _MACROS_FOLDER = "dbt_project/seeds/derived", "dbt_project/macros/derived"


def committed_files() -> dict[str, str]:
    """Return text by path (from the root of the repository) of what is derived and committed."""
    return {DICTIONARY_PATH: dictionary(load_contracts().values())}


def dbt_files(lake_tables: Iterable[LakeTable]) -> dict[str, str]:
    """Return text by path of what is derived for dbt.

    Args:
        lake_tables: The tables of the lake with their columns, as the warehouse builds them.
    """
    return {
        f"{SOURCES_FOLDER}/sources.yml": sources_yaml(lake_tables),
        **{
            f"{MARTS_FOLDER}/{contract.name}.yml": mart_yaml(contract)
            for contract in contracts_of("mart")
        },
        **{f"{MARTS_FOLDER}/{name}.sql": text for name, text in mart_models().items()},
        f"{_SEEDS_FOLDER}/mass_unit.csv": mass_units_csv(),
        f"{_MACROS_FOLDER}/contract_of.sql": contract_macro(),
    }


def mart_models() -> dict[str, str]:
    """Return the derived model of each mart that has one, by its name."""
    texts = {contract.name: mart_sql(contract) for contract in contracts_of("mart")}
    return {name: text for name, text in texts.items() if text is not None}


def write(root: Path, files: Mapping[str, str]) -> list[str]:
    """Write the files that differ below `root`, each at once: others may read them meanwhile.

    Returns:
        The paths that changed.
    """
    changed = [path for path in files if _text(root / path) != files[path]]
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        beside = (root / path).with_name(f".{Path(path).name}.{os.getpid()}")
        beside.write_text(files[path], encoding="utf-8")
        beside.replace(root / path)
    return changed


def remove_others(root: Path, files: Mapping[str, str]) -> list[str]:
    """Remove what lies in the derived folders and no contract asks for any more.

    Returns:
        The paths that are gone.
    """
    present = [
        path.relative_to(root).as_posix()
        for folder in (SOURCES_FOLDER, MARTS_FOLDER, _SEEDS_FOLDER, _MACROS_FOLDER)
        for path in sorted((root / folder).glob("*.*"))
        if not path.name.startswith(".")
    ]
    gone = [path for path in present if path not in files]
    for path in gone:
        (root / path).unlink(missing_ok=True)
    return gone


def stale(root: Path, files: Mapping[str, str]) -> list[str]:
    """Return a sentence for every file below `root` that is missing or differs."""
    found = []
    for path, text in files.items():
        present = _text(root / path)
        if present is None:
            found.append(f"{path}: missing")
        elif present != text:
            found.append(f"{path}: line {_first_difference(present, text)} is not as generated")
    return found


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _first_difference(present: str, expected: str) -> int:
    pairs = zip(present.splitlines(), expected.splitlines(), strict=False)
    for number, (left, right) in enumerate(pairs, start=1):
        if left != right:
            return number
    return min(len(present.splitlines()), len(expected.splitlines())) + 1
