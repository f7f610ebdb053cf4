"""Reads `security.yaml`: what each role of Superset may do, which releases it opens, first users.

Only PyYAML and the standard library are imported: Superset's environment and the project's check of
the files both use it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SECURITY = Path(__file__).resolve().parents[1] / "security.yaml"
RELEASES = frozenset({"analyst", "management"})
"""Releases that a role may open here: never the restricted one."""
_EVERYTHING = "everything"


class SecurityFileError(ValueError):
    """The file contradicts itself or opens what may not be opened; the message says where."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a role may do, and which releases it opens.

    Attributes:
        rights: Pairs of permission and view as Superset names them; None is Superset's own set.
        opens: Releases, by the role of `customs publish` that they are made for.
    """

    rights: frozenset[tuple[str, str]] | None
    opens: frozenset[str]


@dataclass(frozen=True, slots=True)
class FirstUser:
    """A user who is there from the start."""

    role: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class Security:
    """The whole file: roles and first users by name."""

    roles: Mapping[str, Role]
    users: Mapping[str, FirstUser]

    def opened_by(self, roles: Iterable[str]) -> frozenset[str]:
        """Return the releases that a holder of these roles may open; unknown ones open none."""
        known = (self.roles[name].opens for name in roles if name in self.roles)
        return frozenset().union(*known)


def load_security(path: Path = SECURITY) -> Security:
    """Return the checked file.

    Raises:
        SecurityFileError: It opens a release that is not in `RELEASES`, or names a right or a role
            that it does not define.
    """
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    roles = {
        name: _role(path, name, role, written["rights"]) for name, role in written["roles"].items()
    }
    users = {name: FirstUser(**user) for name, user in written["users"].items()}
    for name, user in users.items():
        _known(path, f"users.{name}.role", {user.role}, roles)
    return Security(roles, users)


def _role(path: Path, name: str, role: Mapping[str, Any], rights: Mapping[str, Any]) -> Role:
    opens = frozenset(role["opens"])
    _known(path, f"roles.{name}.opens", opens, RELEASES)
    if role["may"] == _EVERYTHING:
        return Role(None, opens)
    _known(path, f"roles.{name}.may", role["may"], rights)
    pairs = (
        (permission, view)
        for right in role["may"]
        for view, permissions in rights[right].items()
        for permission in permissions
    )
    return Role(frozenset(pairs), opens)


def _known(path: Path, place: str, found: Iterable[str], expected: Iterable[str]) -> None:
    for name in found:
        if name not in expected:
            message = f"{path.name}, {place}: {name!r} is none of {', '.join(sorted(expected))}"
            raise SecurityFileError(message)
