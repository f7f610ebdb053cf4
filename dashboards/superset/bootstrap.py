"""Makes Superset ready in one process: schema, roles, users, dashboards; again and again.

Usage: python bootstrap.py ASSETS_DIR SECRETS_DIR [--overwrite-edits], in Superset's own environment
with superset_config's environment variables. The last line of standard output is one JSON object:
`users` (name, role, file of the password, whether it still holds) and `told` (what was not as the
files say, and what was done about it), for people.
"""

import argparse
import json
import sys
from pathlib import Path


def main() -> None:
    """Bring Superset to the state that the files describe."""
    parser = argparse.ArgumentParser()
    parser.add_argument("assets", type=Path)
    parser.add_argument("secrets", type=Path)
    parser.add_argument("--overwrite-edits", action="store_true")
    given = parser.parse_args()

    from superset.app import create_app

    app = create_app()
    with app.app_context():
        _migrate_schema()
        # These import Superset's models, which are there only now.
        import accounts
        import assets
        from security import load_security

        security = load_security()
        app.appbuilder.add_permissions(update_perms=True)
        databases, told = assets.import_databases(given.assets)
        told += accounts.apply_roles(security, databases)
        users, told_of_users = accounts.apply_users(security, given.secrets)
        told += told_of_users
        told += assets.import_files(app, given.assets, overwrite_edits=given.overwrite_edits)
    answer = {"users": users, "told": told}
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


def _migrate_schema() -> None:
    from flask_migrate import upgrade

    import superset

    upgrade(directory=str(Path(superset.__file__).parent / "migrations"))


if __name__ == "__main__":
    main()
