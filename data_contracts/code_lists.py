"""Closed code lists and crosswalks between the codes of two systems, as data.

A list is `code_lists/<name>.csv` with code, label_vi, label_en and source, for pages with a short
name in both languages and a colour, and with whatever else its codes say (`column_of`); a crosswalk
is `code_lists/crosswalks/<name>.csv` with from_code and to_code. Open lists of the outside formats
have no file: a code that nobody can list is text.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from data_contracts.errors import UnknownCodeError


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a code list.

    Attributes:
        code: The value.
        label_vi: What it means, Vietnamese.
        label_en: The same in English.
        source: Who made the code.
        short_vi: Its name in a chart; the label where the list gives none.
        short_en: The same in English.
        colour: Colour of it wherever it is drawn, `#rrggbb`; None where the list gives none.
    """

    code: str
    label_vi: str
    label_en: str
    source: str
    short_vi: str
    short_en: str
    colour: str | None


def code_list_names() -> tuple[str, ...]:
    """Return the names of all code lists."""
    return _names(_folder())


def crosswalk_names() -> tuple[str, ...]:
    """Return the names of all crosswalks."""
    return _names(_folder().joinpath("crosswalks"))


@cache
def code_list(name: str) -> tuple[Code, ...]:
    """Return a code list in the order of its file.

    Raises:
        UnknownCodeError: There is no such list, or one of its codes is there twice.
    """
    found = tuple(
        Code(
            row["code"],
            row["label_vi"],
            row["label_en"],
            row["source"],
            row.get("short_vi", row["label_vi"]),
            row.get("short_en", row["label_en"]),
            row.get("colour"),
        )
        for row in _listed_rows(name)
    )
    if len({entry.code for entry in found}) != len(found):
        message = f"code list {name}: a code is there twice"
        raise UnknownCodeError(message)
    return found


@cache
def codes(name: str) -> frozenset[str]:
    """Return the codes of a list.

    Raises:
        UnknownCodeError: There is no such list.
    """
    return frozenset(entry.code for entry in code_list(name))


@cache
def known_at(name: str) -> dict[str, frozenset[str]]:
    """Return the source systems that know fewer codes of a list, each with those that it knows.

    The column `unknown_to` of a list names for a code the source that does not know it.

    Raises:
        UnknownCodeError: There is no such list.
    """
    unknown: dict[str, set[str]] = {}
    for row in _listed_rows(name):
        if source := row.get("unknown_to"):
            unknown.setdefault(source, set()).add(row["code"])
    return {source: codes(name) - of_source for source, of_source in unknown.items()}


@cache
def column_of(name: str, column: str) -> dict[str, str]:
    """Return what a further column of a list says of each code.

    Raises:
        UnknownCodeError: There is no such list.
    """
    return {row["code"]: row[column] for row in _listed_rows(name)}


@cache
def agreement_schedules() -> frozenset[str]:
    """Return the tariff schedules of trade agreements, whose rates rest on a proof of origin."""
    told = column_of("tariff_schedule", "is_agreement")
    return frozenset(code for code, is_agreement in told.items() if is_agreement == "true")


@cache
def crosswalk(name: str) -> dict[str, str]:
    """Return a crosswalk: code of the outside system to the code of the lake.

    Raises:
        UnknownCodeError: There is no such crosswalk, or it maps a code twice.
    """
    rows = _rows(_folder().joinpath("crosswalks", f"{name}.csv"), f"crosswalk {name}")
    found = {row["from_code"]: row["to_code"] for row in rows}
    if len(found) != len(rows):
        message = f"crosswalk {name}: a code is mapped twice"
        raise UnknownCodeError(message)
    return found


def _listed_rows(name: str) -> list[dict[str, str]]:
    return _rows(_folder().joinpath(f"{name}.csv"), f"code list {name}")


def _folder() -> Traversable:
    return resources.files("data_contracts").joinpath("code_lists")


def _names(folder: Traversable) -> tuple[str, ...]:
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".csv") for name in names if name.endswith(".csv")))


def _rows(file: Traversable, what: str) -> list[dict[str, str]]:
    if not file.is_file():
        message = f"there is no {what}"
        raise UnknownCodeError(message)
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
