"""How much is written by hand; `python -m tests.architecture.counts` prints it.

Lines are those of tracked files, blank ones and comments too.
"""

import json
import sys

from tests.architecture.tree import REPOSITORY, tracked_files
from tests.worked_examples import example


def lines_of(*parts: str, ending: str) -> int:
    """Count the lines of the tracked files below a folder."""
    folder = REPOSITORY.joinpath(*parts)
    return sum(
        path.read_text(encoding="utf-8").count("\n")
        for path in tracked_files()
        if path.is_relative_to(folder) and path.name.endswith(ending)
    )


def contract_lines() -> int:
    """Count the YAML of contracts, their columns, kinds of record and traits of sources."""
    return lines_of("data_contracts", ending=".yaml")


def private_lines() -> int:
    """Count the YAML of dbt models that no contract describes, unit tests included."""
    layers = ("staging", "intermediate")
    counted = [lines_of("dbt_project", "models", layer, ending=".yml") for layer in layers]
    assert min(counted) > 0
    return sum(counted)


def new_table() -> tuple[int, int]:
    """Return the lines and files that the run book writes for an outside table with its mart."""
    written = example("A new table")
    return written.line_count(), len(written.texts)


if __name__ == "__main__":
    lines, files = new_table()
    counts = {
        "new_table_lines": lines,
        "new_table_files": files,
        "contract_yaml_lines": contract_lines(),
        "private_dbt_yaml_lines": private_lines(),
    }
    sys.stdout.write(json.dumps(counts, indent=2) + "\n")
