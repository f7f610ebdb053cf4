"""Two short lists that others publish: commodity groups of the statistics, and limits of the laws.

`commodity_groups.csv` follows the main commodity groups of the Vietnamese statistics of trade; the
letters of the groups and the headings in them are our own choice, some by four digits, some by six.
`limitation_rules.csv` holds what the named articles say, as far as customs work uses it; who keeps
to one of its limits takes it from there.
"""

from datetime import date

import pyarrow as pa

from simulator.reference.calendar import to_day
from simulator.reference.dated_rows import Period, text_table
from simulator.reference.lists import rows_of

_NO_END = 10**7


def _holds(since: str, until: str, period: Period) -> bool:
    first, last = (str(pa.scalar(day, pa.date32())) for day in (period.first, period.last))
    return since <= last and (not until or until >= first)


def group_table(period: Period) -> pa.Table:
    """Return `nhomhang`, all text: one row a code and time that touches a period."""
    rows = [
        (code, one["since"], one["code"], one["name_vi"], one["name_en"], one["until"] or None)
        for one in rows_of("commodity_groups.csv")
        if _holds(one["since"], one["until"], period)
        for code in one["prefixes"].split()
    ]
    return text_table(("MA_HS", "TU_NGAY", "MA_NHOM", "TEN_VI", "TEN_EN", "DEN_NGAY"), sorted(rows))


def limit_of(code: str) -> int:
    """Return a limit that has never changed, in the unit of its row of `limitation_rules.csv`."""
    (value,) = {one["value"] for one in rows_of("limitation_rules.csv") if one["code"] == code}
    return int(value)


def late_payment_rates() -> list[tuple[int, int, int]]:
    """Return first day, last day (since 1970) and hundredths of a percent a day, in order."""
    return [
        (
            to_day(date.fromisoformat(one["since"])),
            to_day(date.fromisoformat(one["until"])) if one["until"] else _NO_END,
            round(float(one["value"]) * 100),
        )
        for one in rows_of("limitation_rules.csv")
        if one["code"] == "CHAM_NOP"
    ]


def limitation_table(period: Period) -> pa.Table:
    """Return `luatxp`, all text: periods of limitation and rules of late payment."""
    columns = ("code", "since", "value", "unit", "source", "until")
    rows = [
        tuple(one[column] or None for column in columns)
        for one in rows_of("limitation_rules.csv")
        if _holds(one["since"], one["until"], period)
    ]
    return text_table(("MA", "TU_NGAY", "GIA_TRI", "DON_VI", "CAN_CU", "DEN_NGAY"), rows)
