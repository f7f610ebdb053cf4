"""Honest questions, as analysts, managers and Superset ask them: each is answered for its roles."""

from pathlib import Path


def _statements(name: str) -> tuple[str, ...]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return tuple(filter(None, (statement.strip() for statement in text.split(";\n"))))


FIGURES = _statements("sql_figures.sql") + _statements("sql_values.sql")
"""Over what every role has."""

DETAILS = _statements("sql_details.sql")
"""Over declarations and what hangs on them."""
