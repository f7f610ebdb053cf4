"""What `world.json` beside a truth tells: where the outside files lie, and of which nation."""

import os
from dataclasses import dataclass
from pathlib import Path

from benchmark.outside import told_arguments
from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from data_contracts.simulated import NOTE, WHOLE, nation_in


@dataclass(frozen=True, slots=True)
class _Note:
    """What `world.json` beside the truth tells, with what a hand-written one may leave out."""

    out: str | None = None
    nation: str = ""
    days: str = WHOLE


def world_beside(folder: Path) -> tuple[Path | None, str]:
    """Return what `world.json` beside the truth tells, where it is there.

    Returns:
        The folder of outside files, and what tells its nation from every other
        (`data_contracts.simulated`); None and empty where untold.
    """
    told = _told(folder)
    if told is None:
        return None, ""
    if told.out is None:
        message = f"{folder / NOTE}: expected the folder of the outside files under `out`, found "
        message += "None"
        raise CustomsDataError(message)
    return folder / told.out, told.nation


def _told(folder: Path) -> _Note | None:
    note = folder / NOTE
    # Whatever else has this name is refused: without it two nations could not be told apart.
    if not os.path.lexists(note):
        return None
    return read_json(note, _Note, remedy="make the nation anew", each_once=True)


def refuse_another(truth: Path, world: Path) -> None:
    """Refuse a truth and outside files that tell that they are of two nations, or of other days.

    Raises:
        CustomsDataError: They do.
    """
    told = _told(truth) or _Note()
    if told.days != WHOLE and told_arguments(world).get("reach") is None:
        message = f"{truth}: expected the truth of the whole nation of {world}, found that of "
        message += f"{told.days}; make both by one command"
        raise CustomsDataError(message)
    if told.nation and nation_in(world) not in {"", told.nation}:
        message = f"{world}: expected the outside files of the nation that {truth} tells of, "
        message += "found those of another"
        raise CustomsDataError(message)
