"""Signs of goods items from all outside tables, as known when the week of registration ended.

The signs are those of `benchmark.mechanisms.signs`. Left out are those that look at how the
declaration itself was inspected, which nobody knows who is still to choose, and those of slips. Its
lane stays, and so do the lane that an officer lowered, the red one of an earlier declaration of
the same goods and the non-trade declaration that follows a red one: they come before any check,
whatever it finds. What is on file of a trader is that of its other declarations: what came of one
in its own week (a decision, a correction, a case, an audit of its days) is no sign of it.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmark.arrays import DAY_SECONDS, last_second_of
from benchmark.mechanisms.files import take_in
from benchmark.mechanisms.ground import lay_files
from benchmark.mechanisms.signs import OF_INSPECTION, SIGNS, make_signs
from benchmark.outside import Limits, connection
from benchmark.outside_files import known_on
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_OF_SLIPS = ("cudan",)
SIGN_NAMES = tuple(
    name for name, tables in SIGNS.items() if name not in OF_INSPECTION and tables != _OF_SLIPS
)


def weekly_signs(world: Path, weeks: range, limits: Limits) -> pa.Table:
    """Return number, item and SIGN_NAMES of the items registered in some weeks.

    A week's signs are made of the files that had come by its last day, and of no later one. Who
    had cancelled by then has none.

    Args:
        world: Outside files of a nation.
        weeks: Weeks (Monday to Sunday, since 1970).
        limits: How much of the machine reading may take.
    """
    files = [path for path in sorted(world.rglob("*")) if path.is_file()]
    come = np.array([known_on(path) for path in files])
    parts, told = [], -1
    with connection(limits) as opened:
        for week in weeks:
            today = int(last_second_of(np.array([week]))[0]) // DAY_SECONDS
            fresh = np.flatnonzero((come > told) & (come <= today))
            take_in(opened, [files[place] for place in fresh])
            # What is made of the files of a week goes again, as the next week makes it anew.
            opened.begin()
            lay_files(opened)
            make_signs(opened)
            parts.append(opened.sql(_SQL["of_week"], params={"week": week}).to_arrow_table())
            opened.rollback()
            told = today
    return pa.concat_tables(parts).select(["number", "item", *SIGN_NAMES])
