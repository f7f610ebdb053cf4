"""What a lake holds, in a form that two lakes can be compared by."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from warehouse import engine, lake, shapes
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

# When and in which call a record came is no content.
_CIRCUMSTANCES = ("receipt_number", "received_at", "load_id")


def contents(settings: LakeSettings) -> dict[str, list[str]]:
    """Return the rows of every bronze table and of the quarantine as sorted texts."""
    layout = Layout(settings.home)
    found = {}
    with engine.memory_connection(settings) as connection:
        engine.attach_lake(connection, layout, lake.cut(layout))
        for layer, table in shapes.tables():
            relation = connection.table(f"{layer}.{table}")
            kept = [name for name in relation.columns if name not in _CIRCUMSTANCES]
            rows = relation.select(*kept).fetchall()
            if rows:
                found[f"{layer}/{table}"] = sorted(map(str, rows))
    return found


def rows(settings: LakeSettings, table: str, *names: str) -> list[tuple[Any, ...]]:
    """Return some columns of a bronze table, sorted."""
    layout = Layout(settings.home)
    with engine.memory_connection(settings) as connection:
        engine.attach_lake(connection, layout, lake.cut(layout))
        found = connection.table(f"bronze.{table}").select(*names).fetchall()
    return sorted(found, key=str)


def column(settings: LakeSettings, table: str, name: str) -> list[Any]:
    """Return one column of a bronze table, sorted."""
    return [row[0] for row in rows(settings, table, name)]


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}
