"""Customs offices that register declarations, the few that do not, and their two sets of codes.

`offices.csv` beside this module lists the published unit codes before the reorganisation of
2025-03-01 (names shortened) with weights of our own: one office in ten handles about 89 % of the
declarations. Since then offices stand under a region instead of a department, and several became
one. The codes they have now could not be confirmed: those in the column `new_code` are ours, built
so that none equals an older code. Change the column to use others. `departments.csv` has their
parents until then: name, neighbour across the land border, a point to a tenth of a degree.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from simulator.kernel.arrays import Bools, Floats, Ints, coded
from simulator.reference.calendar import to_day
from simulator.reference.lists import read_list, rows_of

REORGANISED = to_day(date(2025, 3, 1))
ROLES = ("CK", "NCK", "KTSTQ", "DOI", "TEST")
HANDLING_ROLES = ("CK", "NCK", "DOI")
TEST_CODE = "88AB"


class Department(NamedTuple):
    """A department of the customs, parent of offices until the reorganisation.

    Attributes:
        code: First two digits of its offices' codes.
        name: Of its province or provinces, in Vietnamese.
        neighbour: Country across its land border (ISO 3166-1), empty for none.
        latitude, longitude: Of one point in it, degrees.
    """

    code: str
    name: str
    neighbour: str
    latitude: float
    longitude: float


def _department(row: dict[str, str]) -> Department:
    point = float(row["latitude"]), float(row["longitude"])
    return Department(row["code"], row["name"], row["neighbour"], *point)


DEPARTMENTS = {one.code: one for one in read_list("departments.csv", _department)}


@dataclass(frozen=True, slots=True)
class Offices:
    """Customs offices, one position each, in the order of their old codes.

    Attributes:
        old_codes, new_codes: Until and since `REORGANISED`; several may have one new code.
        names: In Vietnamese.
        department, region: Parent until and since the reorganisation, such as 02ZZ and KV02.
        role: Position in `ROLES`.
        province: Two digits of the province, as before July 2025.
        transport: VNACCS code of what mostly arrives there.
        import_weight, export_weight: Shares of declarations; 0 where none are registered.
        platform: Provincial gate platform (0 none, 1 Lang Son, 2 Lao Cai).
        port_code: Place of discharge in UN/LOCODE form (land gates: letters of our own).
        handles: Registers declarations.
    """

    old_codes: list[str]
    new_codes: list[str]
    names: list[str]
    department: list[str]
    region: list[str]
    role: Ints
    province: list[str]
    transport: Ints
    import_weight: Floats
    export_weight: Floats
    platform: Ints
    port_code: list[str]
    handles: Bools

    def position(self, code: str) -> int:
        """Return the position of an office by its old code.

        Raises:
            ValueError: The code is not in the list.
        """
        return self.old_codes.index(code)


def codes(offices: Offices, office: Ints, day: Ints) -> pa.Array:
    """Return the code of each office that is right on its day, as dictionary text."""
    return coded([*offices.old_codes, *offices.new_codes], code_position(offices, office, day))


def code_position(offices: Offices, office: Ints, day: Ints) -> Ints:
    """Return the position of each office's code of the day in old codes followed by new ones."""
    return office + np.where(np.asarray(day) >= REORGANISED, len(offices.old_codes), 0)


def _floats(rows: list[dict[str, str]], column: str) -> Floats:
    return np.array([float(row[column]) for row in rows])


def _ints(rows: list[dict[str, str]], column: str) -> Ints:
    return np.array([int(row[column]) for row in rows], dtype=np.int64)


@cache
def load_offices() -> Offices:
    """Return the customs offices."""
    rows = rows_of("offices.csv")
    roles = [row["role"] for row in rows]
    return Offices(
        old_codes=[row["code"] for row in rows],
        new_codes=[row["new_code"] for row in rows],
        names=[row["name"] for row in rows],
        department=[row["department"] for row in rows],
        region=[row["region"] for row in rows],
        role=np.array([ROLES.index(role) for role in roles], dtype=np.int64),
        province=[row["province"] for row in rows],
        transport=_ints(rows, "transport"),
        import_weight=_floats(rows, "import_weight"),
        export_weight=_floats(rows, "export_weight"),
        platform=_ints(rows, "platform"),
        port_code=[row["port"] for row in rows],
        handles=np.isin(roles, HANDLING_ROLES),
    )
