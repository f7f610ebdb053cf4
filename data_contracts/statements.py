"""SQL that is no model: it lies beside the module that runs it, each statement under its name.

`sifting.py` has `sifting.sql`, and what is long in files of its own, as `sifting.verdicts.sql`.
A line `-- name: fragments` begins each statement.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def statements_beside(module: str) -> Mapping[str, str]:
    """Return the statements of a module by name.

    Args:
        module: `__file__` of the module.
    """
    named: dict[str, str] = {}
    for file in files_beside(Path(module)):
        _, *parts = _NAME.split(file.read_text(encoding="utf-8"))
        named |= {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    return named


def files_beside(module: Path) -> list[Path]:
    """Return the files with the statements of a module."""
    own = {module.with_suffix(".sql"), *module.parent.glob(f"{module.stem}.*.sql")}
    return sorted(file for file in own if file.is_file())
