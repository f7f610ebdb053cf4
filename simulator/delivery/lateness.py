"""How real systems send: some files late, split, sent again, some rows repeated or out of order.

The shares are typical figures of our own. All follows from (seed, table, day, hour, part).
"""

from dataclasses import dataclass

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints

LATE_SHARE, SPLIT_SHARE, RESENT_SHARE, REPEATED_SHARE = 0.02, 0.03, 0.02, 0.02
SHUFFLED_SHARE = 0.2
LATEST_DAYS = 3
SECOND_HALF, AGAIN, REPEATED = 10, 20, 30
_REPEATED_ROWS = 0.05
_DRAW_BITS, _DRAWS = 16, 4


@dataclass(frozen=True, slots=True)
class Sending:
    """One file of some rows.

    Attributes:
        part: Number of the part.
        sent_day: Day (since 1970) in whose folder it lands.
        rows: Positions of its rows in order; None = all, in order.
    """

    part: int
    sent_day: int
    rows: Ints | None = None


def sendings(root: np.uint64, day: int, part: int, count: int) -> list[Sending]:
    """Return the files that carry `count` rows of a day.

    Args:
        root: Key of this table, day, hour and part.
        day: Day (since 1970) that the rows are about.
        part: 0 for rows of the day they are about, 1 for later changes.
        count: Number of rows, at least 1.
    """
    late, split, again, shuffled = _draws(root)
    sent_day = day + 1 + int(late / LATE_SHARE * LATEST_DAYS) if late < LATE_SHARE else day
    rows = None
    if shuffled < SHUFFLED_SHARE:
        rows = np.argsort(keyed.identities(root, count), kind="stable")
    if split < SPLIT_SHARE and count > 1:
        every = np.arange(count) if rows is None else rows
        halves = every[: count // 2], every[count // 2 :]
        found = [Sending(part, sent_day, halves[0])]
        found.append(Sending(part + SECOND_HALF, sent_day, halves[1]))
    else:
        found = [Sending(part, sent_day, rows)]
    if again < RESENT_SHARE:
        found.append(Sending(part + AGAIN, day + 1, rows))
    elif again < RESENT_SHARE + REPEATED_SHARE:
        length = max(1, int(count * _REPEATED_ROWS))
        start = int(split * (count - length + 1))
        found.append(Sending(part + REPEATED, day + 1, np.arange(start, start + length)))
    return found


def _draws(root: np.uint64) -> list[float]:
    """Return four numbers in [0, 1): pieces of the root, as this runs once a file."""
    mixed = int(root)
    scale = 1 << _DRAW_BITS
    return [(mixed >> (_DRAW_BITS * draw)) % scale / scale for draw in range(_DRAWS)]
