"""Where a command may write a file: never over, or in between, what it reads."""

from collections.abc import Iterable
from pathlib import Path

from data_contracts.errors import WrongUseError
from data_contracts.places import DANGLING, FILE, NOTHING, what_lies_at


def refuse_place(option: str, out: Path, read: Iterable[Path | None], ending: str = "") -> None:
    """Refuse a file to write that would harm what a command reads.

    Args:
        option: Name of the option that names the file.
        out: The file to write.
        read: Files and folders that the command reads; None is left out.
        ending: How the name has to end.

    Raises:
        WrongUseError: The name ends otherwise, the file is one that is read or lies in a folder
            that is, or something that is no file lies there.
    """
    if not out.name.endswith(ending):
        message = f"{option}: expected a file named *{ending}, found {out.name}"
        raise WrongUseError(message)
    if (found := what_lies_at(out)) not in {FILE, NOTHING, DANGLING}:
        message = f"{option}: expected a file, or none yet; {out} is {found}"
        raise WrongUseError(message)
    place = out.resolve()
    for path in filter(None, read):
        if place.is_relative_to(path.resolve()) or (out.exists() and out.samefile(path)):
            what = "lies in" if path.is_dir() else "is"
            message = f"{option}: expected a file apart from what is read, but {out} {what} {path}"
            message += "; choose another place"
            raise WrongUseError(message)
