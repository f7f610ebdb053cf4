"""Reads the lists that stand beside the code: CSV, one header line, in UTF-8.

Every row says in `source` where it is from, or "assumption". Several values in a field are set
apart by spaces; `CN=2535` is a name and its value.
"""

import csv
from collections.abc import Callable
from importlib.resources import files
from typing import TypeVar

from data_contracts.errors import ContractViolationError

One = TypeVar("One")
_HERE = "simulator.reference"


def read_list(
    name: str, make: Callable[[dict[str, str]], One], house: str = _HERE
) -> tuple[One, ...]:
    """Return what is made of each row of a list, in its order.

    Args:
        name: The file.
        make: Makes one of a row.
        house: The package beside whose modules it stands.

    Raises:
        ContractViolationError: A row is cut, too long, without source, or refused by `make` with a
            ValueError; the message says list and line.
    """
    text = files(house).joinpath(name).read_text("utf-8")
    return tuple(make_each(name, text, make))


def make_each(name: str, text: str, make: Callable[[dict[str, str]], One]) -> list[One]:
    """Return what is made of each row of a list with this text."""
    reader = csv.DictReader(text.splitlines())
    made = []
    for row in reader:
        try:
            made.append(make(_whole(row)))
        except (KeyError, ValueError) as error:
            message = f"{name}, line {reader.line_num}: {error}"
            raise ContractViolationError(message) from error
    return made


def rows_of(name: str, house: str = _HERE) -> list[dict[str, str]]:
    """Return the rows of a list as they stand."""
    return list(read_list(name, dict, house))


def named_values(text: str) -> dict[str, str]:
    """Return names and values of a field such as `CN=2535 ID=1303`; a bare name has an empty one.

    Raises:
        ValueError: A name stands twice.
    """
    pairs = [part.partition("=") for part in text.split()]
    values = {name: value for name, _, value in pairs}
    if len(values) < len(pairs):
        message = f"a name stands twice in {text!r}"
        raise ValueError(message)
    return values


def _whole(row: dict[str, str]) -> dict[str, str]:
    if None in row or None in row.values():
        message = "as many fields as the header expected"
        raise ValueError(message)
    if not row.get("source", "").strip():
        message = 'a source, or "assumption", expected'
        raise ValueError(message)
    return row
