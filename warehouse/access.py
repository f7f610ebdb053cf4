"""Who else may read a release: the group of the machine that a setting names for its role.

Everything under the home is for its owner alone. A group that is named for a role can pass through
to `published/<role>` and read that; nothing else lets it in.
"""

import grp
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from data_contracts.errors import CustomsDataError
from warehouse import durable
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

_FOLDER, _FILE = 0o700, durable.READ_ONLY
_SHARED_FOLDER, _SHARED_FILE = 0o750, 0o440
# Passed through, not listed. There is one group a folder: several must all be let pass.
_WAY_OF_ONE, _WAY_OF_SEVERAL = 0o710, 0o711


def release_groups(settings: LakeSettings, roles: Iterable[str]) -> dict[str, int]:
    """Return the number of the group of each role that has one.

    Raises:
        CustomsDataError: A role or a group that is named does not exist.
    """
    known = list(roles)
    found = {}
    for role, name in settings.release_groups.items():
        if role not in known:
            message = f"CUSTOMS_RELEASE_GROUPS: there is no role {role}; roles: {', '.join(known)}"
            raise CustomsDataError(message)
        try:
            found[role] = grp.getgrnam(name).gr_gid
        except KeyError as error:
            message = f"CUSTOMS_RELEASE_GROUPS: this machine has no group {name}, named for {role}"
            raise CustomsDataError(message) from error
    return found


def share(folder: Path, group: int | None) -> None:
    """Let a group read a folder with all that is in it, or nobody but the owner.

    Raises:
        CustomsDataError: The group may not be given to files of this account.
    """
    for place, _, names in os.walk(folder):
        here = Path(place)
        _give(here, group, _FOLDER if group is None else _SHARED_FOLDER)
        for path in (here / name for name in names):
            if not path.is_symlink():
                _give(path, group, _FILE if group is None else _SHARED_FILE)


def open_ways(layout: Layout, groups: Mapping[str, int]) -> None:
    """Open the releases of the roles to their groups, close all others, and open the way to them.

    Args:
        layout: Where the lake lies.
        groups: Number of the group by role, as `release_groups` returns it.
    """
    published = layout.published_root
    for folder in sorted(published.iterdir()):
        share(folder, groups.get(folder.name))
    layout.close_beside_releases()
    passing = set(groups.values())
    way = _WAY_OF_SEVERAL if len(passing) > 1 else _WAY_OF_ONE if passing else _FOLDER
    for folder in (published, layout.home):
        _give(folder, min(passing, default=None), way)


def _give(path: Path, group: int | None, mode: int) -> None:
    try:
        # First who, then what: never the old group with the new mode.
        if group is not None and path.stat().st_gid != group:
            os.chown(path, -1, group)
        path.chmod(mode)
    except PermissionError as error:
        message = (
            f"{path} cannot be given to group {group}: this account must own it and be a member "
            "of the group"
        )
        raise CustomsDataError(message) from error
