"""Imports databases, datasets, charts and dashboards from files, and keeps what people changed.

What Superset holds after an import is remembered as fingerprints, by uuid. An object that is
otherwise at the next start was changed by a person: it stays, and is named. A file is imported when
it is new or has changed.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from flask import g
from superset import db, security_manager
from superset.commands.chart.export import ExportChartsCommand
from superset.commands.dashboard.export import ExportDashboardsCommand
from superset.commands.dataset.export import ExportDatasetsCommand
from superset.commands.importers.v1.assets import ImportAssetsCommand
from superset.connectors.sqla.models import SqlaTable
from superset.models.core import Database
from superset.models.dashboard import Dashboard
from superset.models.slice import Slice

_MEMORY = Path(os.environ["SUPERSET_DATA_DIR"]) / "imported.json"
_KINDS = {
    "datasets": (SqlaTable, ExportDatasetsCommand),
    "charts": (Slice, ExportChartsCommand),
    "dashboards": (Dashboard, ExportDashboardsCommand),
}
# Superset writes these by itself when somebody looks, as it does a chart's query context.
_COLOURS = (
    "color_namespace",
    "color_scheme_domain",
    "map_label_colors",
    "shared_label_colors",
)
_IMPORTER = "admin"


def import_databases(folder: Path) -> tuple[dict[str, list[Database]], list[str]]:
    """Make the databases of `folder/databases`, without connecting to them.

    They are no work of people's: what was changed in Superset is set back.

    Returns:
        The databases by the release that their address names, and a sentence for each set back.
    """
    made: dict[str, list[Database]] = {}
    told = []
    for path in sorted((folder / "databases").glob("*.yaml")):
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        config["extra"] = json.dumps(config["extra"])
        address = config.pop("sqlalchemy_uri")
        database = db.session.query(Database).filter_by(uuid=config["uuid"]).first()
        if database:
            config["id"] = database.id
            is_same = all(
                str(getattr(database, key, config[key])) == str(config[key]) for key in config
            )
            if not is_same or database.sqlalchemy_uri != address:
                told.append(f"database {database.database_name!r} is set back to {path.name}")
        database = Database.import_from_dict(config, recursive=False)
        database.set_sqlalchemy_uri(address)
        db.session.flush()
        made.setdefault(Path(database.url_object.database).name, []).append(database)
    db.session.commit()
    return made, told


def import_files(app: Any, folder: Path, *, overwrite_edits: bool) -> list[str]:
    """Import what is new or changed in `folder`; keep what was changed in Superset.

    Args:
        app: Superset.
        folder: The asset files.
        overwrite_edits: Import over what people changed, too.

    Returns:
        A sentence for each object that was kept, overwritten or made again.
    """
    files = {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for kind in _KINDS
        for path in sorted((folder / kind).rglob("*.yaml"))
    }
    written = {name: yaml.safe_load(text) for name, text in files.items()}
    memory = json.loads(_MEMORY.read_text()) if _MEMORY.exists() else {}
    told, wanted = [], {}
    with app.test_request_context():
        g.user = security_manager.find_user(_IMPORTER)
        held = _held(entry["uuid"] for entry in written.values())
        for name, text in files.items():
            uuid, title = written[name]["uuid"], _title(written[name])
            remembered = memory.get(uuid, {})
            is_edited = uuid in held and held[uuid] != remembered.get("held")
            if is_edited:
                done = "overwritten" if overwrite_edits else "kept (--overwrite-edits replaces it)"
                told.append(f"changed in Superset and {done}: {title}")
            elif remembered and uuid not in held:
                told.append(f"deleted in Superset and made again: {title}")
            is_current = uuid in held and remembered.get("file") == _print(text)
            if overwrite_edits if is_edited else not is_current:
                wanted[name] = text
        if wanted:
            description = (folder / "metadata.yaml").read_text(encoding="utf-8")
            ImportAssetsCommand({"metadata.yaml": description, **wanted}, sparse=True).run()
            held = _held(written[name]["uuid"] for name in wanted)
    for name, text in wanted.items():
        uuid = written[name]["uuid"]
        memory[uuid] = {"file": _print(text), "held": held[uuid]}
    _MEMORY.write_text(json.dumps(memory, indent=1))
    return told


def _title(asset: dict[str, Any]) -> str:
    """Return the name by which people know a dashboard, a chart or a dataset."""
    names = ("dashboard_title", "slice_name", "table_name")
    return next(str(asset[name]) for name in names if name in asset)


def _held(uuids: Iterable[str]) -> dict[str, str]:
    """Return the fingerprint of each object of Superset that has one of the uuids."""
    wanted, found = list(uuids), {}
    for model, export in _KINDS.values():
        for entry in db.session.query(model).filter(model.uuid.in_(wanted)):
            _metadata, (_, content) = export([entry.id], export_related=False).run()
            found[str(entry.uuid)] = _print(_plain(content()))
    return found


def _plain(exported: str) -> str:
    content = yaml.safe_load(exported)
    content.pop("query_context", None)
    for name in _COLOURS:
        content.get("metadata", {}).pop(name, None)
    return json.dumps(content, sort_keys=True, default=str)


def _print(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
