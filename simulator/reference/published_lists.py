"""Two short lists that others publish: commodity groups of the statistics, and limits of the laws.

`commodity_groups.csv` follows the main commodity groups of the Vietnamese statistics of trade; the
letters of the groups and the headings in them are our own choice, some by four digits, some by six.
`limitation_rules.csv` holds what the named articles say, as far as customs work uses it.
"""

import pyarrow as pa

from simulator.reference.dated_rows import Period, text_table
from simulator.reference.lists import rows_of


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


def limitation_table(period: Period) -> pa.Table:
    """Return `luatxp`, all text: periods of limitation and rules of late payment."""
    columns = ("code", "since", "value", "unit", "source", "until")
    rows = [
        tuple(one[column] or None for column in columns)
        for one in rows_of("limitation_rules.csv")
        if _holds(one["since"], one["until"], period)
    ]
    return text_table(("MA", "TU_NGAY", "GIA_TRI", "DON_VI", "CAN_CU", "DEN_NGAY"), rows)
