"""The SQL of this package."""

from pathlib import Path

_STATEMENTS = Path(__file__).parent / "statements"


def statement(name: str) -> str:
    """Return the text of one statement of `ml/lanes/statements`."""
    return (_STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")
