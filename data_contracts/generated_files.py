"""Every file that is derived from the contracts and committed, and whether it is still fresh."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from data_contracts.generated_text import HEADER
from data_contracts.loading import load_contracts
from data_contracts.to_dbt import (
    MASS_UNITS_PATH,
    SOURCES_PATH,
    LakeTable,
    mart_path,
    mart_yaml,
    mass_units_csv,
    sources_yaml,
)
from data_contracts.to_dictionary import DICTIONARY_PATH, dictionary

_DBT_MODELS = "dbt_project/models"


def generated_files(lake_tables: Iterable[LakeTable]) -> dict[str, str]:
    """Return text by path (from the root of the repository) of every generated file.

    Args:
        lake_tables: The tables of the lake with their columns, as the warehouse builds them.
    """
    contracts = load_contracts()
    marts = [contract for contract in contracts.values() if contract.kind == "mart"]
    return {
        SOURCES_PATH: sources_yaml(lake_tables),
        MASS_UNITS_PATH: mass_units_csv(),
        **{mart_path(contract): mart_yaml(contract) for contract in marts},
        DICTIONARY_PATH: dictionary(contracts.values()),
    }


def write(root: Path, files: Mapping[str, str]) -> list[str]:
    """Write the files that differ below `root`, remove the ones no contract asks for any more.

    Returns:
        The paths that changed, removed ones included.
    """
    changed = [path for path in files if _text(root / path) != files[path]]
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(files[path], encoding="utf-8")
    orphans = _orphans(root, files)
    for path in orphans:
        (root / path).unlink()
    return [*changed, *orphans]


def stale(root: Path, files: Mapping[str, str]) -> list[str]:
    """Return a sentence for every file below `root` that is missing, differs or is left over."""
    found = []
    for path, text in files.items():
        present = _text(root / path)
        if present is None:
            found.append(f"{path}: missing")
        elif present != text:
            found.append(f"{path}: line {_first_difference(present, text)} is not as generated")
    found.extend(f"{path}: no contract asks for it" for path in _orphans(root, files))
    return found


def _orphans(root: Path, files: Mapping[str, str]) -> list[str]:
    models = sorted((root / _DBT_MODELS).rglob("*.yml"))
    generated = [path for path in models if (_text(path) or "").startswith(HEADER)]
    paths = [path.relative_to(root).as_posix() for path in generated]
    return [path for path in paths if path not in files]


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _first_difference(present: str, expected: str) -> int:
    pairs = zip(present.splitlines(), expected.splitlines(), strict=False)
    for number, (left, right) in enumerate(pairs, start=1):
        if left != right:
            return number
    return min(len(present.splitlines()), len(expected.splitlines())) + 1
