"""What is in the lake: files by source and state, records by table, versions and sizes."""

from typing import Any

from warehouse import lake
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings


def summarise(settings: LakeSettings) -> dict[str, Any]:
    """Return the state of the lake; a home that does not exist holds nothing.

    Returns:
        `sources`: name to files by state, bytes received and the time of the last receipt;
        `tables`: name to accepted, quarantined and repeated records without withdrawn deliveries;
        `lake`: layer/table to version and bytes; `open_load`: a load that is running or was
        interrupted, null when there is none.
    """
    layout = Layout(settings.home)
    summary: dict[str, Any] = {
        "home": str(layout.home),
        "sources": {},
        "tables": {},
        "lake": {},
        "open_load": None,
    }
    if not layout.ledger_path.exists():
        return summary
    with Ledger(layout.ledger_path, read_only=True) as ledger:
        summary["sources"] = _sources(ledger)
        summary["tables"] = {
            table: count.as_json() for table, count in ledger.table_counts().items()
        }
        summary["open_load"] = ledger.open_load().load_id
    summary["lake"] = _tables(layout)
    return summary


def _sources(ledger: Ledger) -> dict[str, Any]:
    sources: dict[str, Any] = {}
    for row in ledger.states():
        empty = {"files": 0, "states": {}, "size_bytes": 0, "last_received_at": ""}
        source = sources.setdefault(row["source"], empty)
        source["files"] += row["files"]
        source["states"][row["state"]] = row["files"]
        source["size_bytes"] += row["size_bytes"]
        source["last_received_at"] = max(source["last_received_at"], row["last_received_at"])
    return sources


def _tables(layout: Layout) -> dict[str, Any]:
    tables = {}
    for key, version in lake.cut(layout).items():
        layer, _, table = key.partition("/")
        size_bytes = lake.size_bytes(layout, layer, table, version)
        tables[key] = {"version": version, "size_bytes": size_bytes}
    return tables
