"""What every option is held to, whichever command it is of: no empty path, and numbers in range.

A path of no signs would be the folder one stands in, where a shell had nothing to put in its place.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import typer

_WHOLE = "a whole number"
_NUMBERS: Mapping[Any, str] = {int: _WHOLE, list[int]: _WHOLE, float: "a number"}


def hold(parameter: Any) -> None:
    """Let a parameter of a command refuse what cannot be meant, as wrong use."""
    read = parameter.process_value

    def held(ctx: Any, value: Any) -> Any:
        if parameter.type_descriptor.envvar_list_splitter and "" in _texts(value):
            message = "expected a path, found nothing"
            raise typer.BadParameter(message, ctx=ctx, param=parameter)
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
