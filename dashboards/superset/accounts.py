"""Makes Superset's roles and first users exactly as `security.yaml` has them."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from superset import db, security_manager
from superset.models.core import Database
from werkzeug.security import check_password_hash, generate_password_hash

from security import FirstUser, Role, Security, SecurityFileError

_PASSWORD_BYTES = 12


def apply_roles(security: Security, databases: dict[str, list[Database]]) -> list[str]:
    """Give each role its rights and the databases of its releases, and take all others from it.

    Args:
        security: The file.
        databases: The databases by the release that they open.

    Returns:
        A sentence for each role that somebody had changed in Superset.
    """
    security_manager.sync_role_definitions()
    told = []
    for name, role in security.roles.items():
        if role.rights is None:
            continue
        found = security_manager.add_role(name)
        wanted = {*_rights(name, role), *_databases(role, databases)}
        had = set(found.permissions)
        found.permissions = sorted(wanted, key=lambda right: right.id)
        if had and had != wanted:
            told.append(f"role {name}: rights set back to security.yaml")
    db.session.commit()
    return told


def apply_users(security: Security, folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Make the first users, with a password of their own each, and give each its role alone.

    A password file that is not there is made, and the user's password with it.

    Args:
        security: The file.
        folder: Where the password files lie.

    Returns:
        For each user its name, its role, its password file and whether that password holds; and a
        sentence for whatever was changed.
    """
    users, told = [], []
    for name, first in security.users.items():
        path = folder / f"superset_{name}_password"
        user = security_manager.find_user(name)
        is_new = user is None
        user = user or _add_user(name, first)
        if [role.name for role in user.roles] != [first.role] or user.groups:
            told.append(f"user {name}: role set back to {first.role}, as in security.yaml")
            user.roles, user.groups = [security_manager.find_role(first.role)], []
        if not path.exists():
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
            user.password = generate_password_hash(password)
            db.session.commit()
            # After the database: a file that is there has a password that holds.
            _write_secret(path, password)
            told += [] if is_new else [f"user {name}: a new password is in {path}"]
        elif is_new:
            user.password = generate_password_hash(path.read_text().strip())
        holds = check_password_hash(user.password, path.read_text().strip())
        users.append({"user": name, "role": first.role, "password_path": str(path), "holds": holds})
    db.session.commit()
    return users, told


def _add_user(name: str, first: FirstUser) -> Any:
    role = security_manager.find_role(first.role)
    return security_manager.add_user(
        name,
        first.first_name,
        first.last_name,
        f"{name}@localhost",
        role,
        password=secrets.token_urlsafe(),
    )


def _rights(name: str, role: Role) -> Iterable[Any]:
    for permission, view in role.rights:
        right = security_manager.find_permission_view_menu(permission, view)
        if right is None:
            message = f"security.yaml, roles.{name}: Superset has no right {permission} on {view}"
            raise SecurityFileError(message)
        yield right


def _databases(role: Role, databases: dict[str, list[Database]]) -> Iterable[Any]:
    for release in role.opens:
        for database in databases.get(release, []):
            yield security_manager.add_permission_view_menu("database_access", database.perm)


def _write_secret(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
