"""Makes Superset ready in one process: schema, roles, administrator, assets. Can be run again.

Usage: python bootstrap.py ASSETS_DIR, in Superset's own environment with superset_config's
environment variables and SUPERSET_ADMIN_PASSWORD.
"""

import os
import sys
from pathlib import Path

import yaml

ADMIN = "admin"


def main(assets_dir: Path) -> None:
    """Bring Superset to the state that the files describe."""
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        _migrate_schema()
        _make_roles_and_administrator(app)
        _import_assets(app, assets_dir)


def _migrate_schema() -> None:
    from flask_migrate import upgrade

    import superset

    upgrade(directory=str(Path(superset.__file__).parent / "migrations"))


def _make_roles_and_administrator(app: object) -> None:
    from superset import security_manager

    app.appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    if security_manager.find_user(ADMIN) is None:
        security_manager.add_user(
            ADMIN,
            "Customs",
            "Administrator",
            "admin@localhost",
            security_manager.find_role("Admin"),
            password=os.environ["SUPERSET_ADMIN_PASSWORD"],
        )


def _import_assets(app: object, assets_dir: Path) -> None:
    from flask import g

    from superset import security_manager
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    contents = {
        str(path.relative_to(assets_dir)): path.read_text(encoding="utf-8")
        for path in sorted(assets_dir.rglob("*.yaml"))
    }
    with app.test_request_context():
        g.user = security_manager.find_user(ADMIN)
        ImportAssetsCommand(contents).run()
    kinds = {name.split("/")[0] for name in contents if "/" in name}
    counts = {kind: sum(name.startswith(kind) for name in contents) for kind in sorted(kinds)}
    sys.stdout.write(yaml.safe_dump({"imported": counts}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
