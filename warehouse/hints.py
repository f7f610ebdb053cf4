"""What a reader may have meant: near names among the published tables and columns of a release."""

import json
import re
from difflib import get_close_matches
from pathlib import Path

from warehouse import guard, opening

_TABLE = re.compile(r'Table with name "?(?P<name>[^"\s]+)"? does not exist')
_COLUMN = re.compile(r'(?:Referenced column|column named|Column) "(?P<name>[^"]+)"')
_MOST = 3


def hint(message: str, release: Path) -> str:
    """Return what to add to DuckDB's word on an unknown name; '' when nothing is near.

    Args:
        message: DuckDB's message, its first line.
        release: The release's real folder; its manifest names tables and columns.
    """
    tables = _tables(release)
    if found := _TABLE.search(message):
        name = found["name"].rsplit(".", 1)[-1].lower()
        return _meant(name, tables) or "; SHOW TABLES says what there is"
    if found := _COLUMN.search(message):
        name = found["name"].lower()
        columns = {column for names in tables.values() for column in names}
        return _meant(name, columns)
    return ""


def _meant(name: str, known: "set[str] | dict[str, list[str]]") -> str:
    if instead := guard.instead_of(name):
        return f"; write {instead}"
    close = get_close_matches(name, sorted(known), n=_MOST)
    # A part of the word is the next best: `value` means `customs_value_vnd`.
    close = close or sorted(entry for entry in known if name in entry)[:_MOST]
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _tables(release: Path) -> dict[str, list[str]]:
    manifest = json.loads((release / opening.MANIFEST_FILE).read_text(encoding="utf-8"))
    return {name: table["columns"] for name, table in manifest["tables"].items()}
