"""What every option is held to, whichever command it is of: paths that can be, numbers in range.

A path of no signs would be the folder one stands in, where a shell had nothing to put in its place.
A link that leads to itself has no place, and what is no folder takes no files.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from data_contracts.places import DANGLING, LOOP, NOTHING, SPECIAL, what_lies_at

_WHOLE = "a whole number"
_NO_FOLDERS = {SPECIAL, DANGLING}
_NUMBERS: Mapping[Any, str] = {int: _WHOLE, list[int]: _WHOLE, float: "a number"}


def hold(parameter: Any) -> None:
    """Let a parameter of a command refuse what cannot be meant, as wrong use."""
    read = parameter.process_value

    def held(ctx: Any, value: Any) -> Any:
        if parameter.type_descriptor.envvar_list_splitter and (
            wrong := _wrong_path(parameter, value)
        ):
            raise typer.BadParameter(wrong, ctx=ctx, param=parameter)
        try:
            return read(ctx, value)
        except typer.BadParameter as refused:
            if (told := _wrong_number(parameter, refused)) is None:
                raise
            raise typer.BadParameter(told, ctx=ctx, param=parameter) from refused

    parameter.process_value = held


def _texts(value: Any) -> Iterator[Any]:
    """Yield the values that were given of an option: none, one or several."""
    if isinstance(value, list | tuple):
        yield from value
    else:
        yield value


def _wrong_path(parameter: Any, value: Any) -> str:
    """Return what was expected of the first path that cannot be meant; empty where all can."""
    option = parameter.type_descriptor.parameter_info
    what = "a folder" if not option.file_okay else "a path" if option.dir_okay else "a file"
    for text in (one for one in _texts(value) if one is not None):
        if text == "":
            return f"expected a path, found {NOTHING}"
        # What cannot be landed is told file by file.
        if parameter.param_type_name != "option":
            continue
        # What is written is named in files and answers; those are UTF-8.
        if not (option.exists or _is_utf8(str(text))):
            return f"expected {what} named in UTF-8, found {str(text)!a}"
        found = _found(Path(text))
        if found == LOOP or (not option.file_okay and found in _NO_FOLDERS):
            return f"expected {what}, found {found}: {text}"
    return ""


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _found(path: Path) -> str:
    try:
        return what_lies_at(path)
    except OSError:
        # Whoever uses it is told why it cannot be looked at.
        return NOTHING


def _wrong_number(parameter: Any, refused: typer.BadParameter) -> str | None:
    """Return what was expected of a number and what was found; None where no number was."""
    problems: list[Any] = getattr(refused.__cause__, "errors", list)()
    what = _NUMBERS.get(parameter.type_descriptor.annotation)
    if what is None or not problems:
        return None
    found = problems[0]["input"]
    return f"expected {what}{_range(parameter)}, found {found if found != '' else 'nothing'}"


def _range(parameter: Any) -> str:
    least, most = parameter.min, parameter.max
    low = "" if least is None else f" from {_plain(least)}"
    high = "" if most is None else f" to {_plain(most)}"
    return low + (high or (" on" if low else ""))


def _plain(bound: float) -> str:
    return str(bound) if isinstance(bound, int) else f"{bound:f}".rstrip("0").rstrip(".")
