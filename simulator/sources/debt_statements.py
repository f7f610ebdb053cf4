"""Rows of `no`: the monthly statement of debt, one row a trader, declaration and tax.

Debts of one declaration may come from its own block and from an audit years later: both hand over
raw rows, and the statement adds them up.
"""

import numpy as np
import pyarrow as pa

from simulator.delivery.outbox import Outbox
from simulator.kernel.arrays import coded, whole
from simulator.reference.calendar import to_date
from simulator.reference.tax_letters import LETTERS
from simulator.revenue.debts import STEPS, Debts, month_ends, statement_second

TABLE = "no"
_KEY = ("month", "MA_DN", "SO_TK_GOC", "letter")
_GROUPS = ("0", "1", "2", "3")


def put_debts(outbox: Outbox, debts: Debts, tax_code: pa.Array, declaration: pa.Array) -> None:
    """Hand over debts, raw.

    Args:
        outbox: Where to.
        debts: The debts.
        tax_code: Tax code of each debtor.
        declaration: Eleven digits of each declaration.
    """
    if len(debts) and outbox.wants(TABLE):
        columns = {
            "month": whole(debts.month),
            "MA_DN": tax_code.cast(pa.string()),
            "SO_TK_GOC": declaration.cast(pa.string()),
            "letter": whole(debts.letter),
            "open_vnd": whole(debts.open_vnd),
            "group": whole(debts.group),
            "step": whole(debts.step),
        }
        outbox.put(TABLE, statement_second(debts.month), columns)


def finish_debts(rows: pa.Table, day: int) -> pa.Table:
    """Return the statement of a day from the raw rows; the gravest group and step hold."""
    del day
    wanted = [("open_vnd", "sum"), ("group", "max"), ("step", "max")]
    held = rows.group_by(list(_KEY)).aggregate(wanted)
    held = held.sort_by([(name, "ascending") for name in _KEY]).combine_chunks()
    month, letter, group, step = (
        held[name].to_numpy() for name in ("month", "letter", "group_max", "step_max")
    )
    first = int(month.min())
    ends = month_ends(np.arange(first, int(month.max()) + 1)).tolist()
    return pa.table(
        {
            "THANG": coded([f"{to_date(end):%Y-%m}" for end in ends], month - first),
            "MA_DN": held["MA_DN"],
            "SO_TK_GOC": held["SO_TK_GOC"],
            "MA_SAC_THUE": coded(LETTERS, letter),
            "NHOM_NO": coded(_GROUPS, group),
            "CON_NO": whole(held["open_vnd_sum"].to_numpy()),
            "BIEN_PHAP": coded(STEPS, step),
        }
    )
