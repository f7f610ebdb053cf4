"""The tree of customs offices as a file: departments until 2025-02-28, regions since."""

from collections.abc import Iterable

import pyarrow as pa

from simulator.reference.calendar import to_date
from simulator.reference.dated_rows import text_table
from simulator.reference.offices import DEPARTMENTS, REORGANISED, ROLES, TEST_CODE, Offices

_FIRST = "2010-01-01"
_LAST_OLD = to_date(REORGANISED - 1).isoformat()
_FIRST_NEW = to_date(REORGANISED).isoformat()
_COLUMNS = ("MA_HQ", "TEN", "MA_CHA", "VAI_TRO", "TU_NGAY", "DEN_NGAY", "MA_MOI")
_Row = tuple[str | None, ...]


def office_table(offices: Offices) -> pa.Table:
    """Return departments, regions and offices with the days on which each code holds, as text.

    Several old codes may name the same successor; that has one row, with the name of the largest.
    """
    rows = [*_parents(offices), *_old(offices), *_new(offices)]
    return text_table(_COLUMNS, rows)


def _parents(offices: Offices) -> Iterable[_Row]:
    known = set(offices.department)
    for one in DEPARTMENTS.values():
        code = f"{one.code}ZZ"
        if code in known:
            yield code, f"Cục Hải quan {one.name}", None, None, _FIRST, _LAST_OLD, None
    for region in sorted(set(offices.region)):
        name = f"Chi cục Hải quan khu vực {int(region[2:])}"
        yield region, name, None, None, _FIRST_NEW, None, None


def _old(offices: Offices) -> Iterable[_Row]:
    for place, code in enumerate(offices.old_codes):
        role = ROLES[int(offices.role[place])]
        if code == TEST_CODE:
            yield code, offices.names[place], None, role, _FIRST, None, None
        else:
            parent, successor = offices.department[place], offices.new_codes[place]
            yield code, offices.names[place], parent, role, _FIRST, _LAST_OLD, successor


def _new(offices: Offices) -> Iterable[_Row]:
    weight = offices.import_weight + offices.export_weight
    by_code: dict[str, list[int]] = {}
    for place, code in enumerate(offices.new_codes):
        by_code.setdefault(code, []).append(place)
    for code, places in sorted(by_code.items()):
        if code != TEST_CODE:
            largest = max(places, key=lambda place: float(weight[place]))
            role = ROLES[int(offices.role[largest])]
            parent = offices.region[largest]
            yield code, offices.names[largest], parent, role, _FIRST_NEW, None, None
