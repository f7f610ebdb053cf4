"""Provinces: their codes in the statistics, in tax codes and on plates, and how much they trade.

`provinces.csv` has the 63 provinces as before July 2025, which the registry keeps. Shares of the
exports of the eight largest are published (nine months of 2024, together 63 %).
"""

from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Floats, Ints
from simulator.reference.lists import read_list

NORTH, CENTRE, SOUTH = range(3)
_PARTS = ("NORTH", "CENTRE", "SOUTH")


class Province(NamedTuple):
    """A province.

    Attributes:
        name: In Vietnamese.
        code: Two digits of the statistics; with a 0 before them they begin a citizen's number.
        tax_prefix: First two digits of tax codes given out there.
        plates: Number-plate codes.
        part: NORTH, CENTRE or SOUTH.
        department: First two digits of its customs offices.
        traders: Weight by number of trading firms.
        exports: Weight by exports.
    """

    name: str
    code: str
    tax_prefix: int
    plates: tuple[int, ...]
    part: int
    department: str
    traders: float
    exports: float


def _province(row: dict[str, str]) -> Province:
    return Province(
        name=row["name"],
        code=row["code"],
        tax_prefix=int(row["tax_prefix"]),
        plates=tuple(int(plate) for plate in row["plates"].split()),
        part=_PARTS.index(row["part"]),
        department=row["department"],
        traders=float(row["traders"]),
        exports=float(row["exports"]),
    )


PROVINCES = read_list("provinces.csv", _province, "simulator.actors")
NAMES = tuple(province.name for province in PROVINCES)
CODES = tuple(province.code for province in PROVINCES)
CODE_NUMBERS: Ints = np.array(CODES).astype(np.int64)
PARTS: Ints = np.array([province.part for province in PROVINCES], dtype=np.int64)
TAX_PREFIXES: Ints = np.array([province.tax_prefix for province in PROVINCES], dtype=np.int64)
BY_TRADERS: Floats = np.array([province.traders for province in PROVINCES])
BY_EXPORTS: Floats = np.array([province.exports for province in PROVINCES])


def part_of_department(department: str) -> int:
    """Return NORTH, CENTRE or SOUTH for the first two digits of an office code."""
    parts = [province.part for province in PROVINCES if province.department == department]
    return parts[0] if parts else SOUTH
