"""SQL that is no model: it lies beside the module that runs it, each statement under its name.

`ledger.py` has `ledger.sql`, in which a line `-- name: close_load` begins each statement.
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
    file = Path(module).with_suffix(".sql")
    _, *parts = _NAME.split(file.read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
