"""How far from honest goods a sign puts those of a mechanism."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from benchmark.arrays import Floats
from benchmark.mechanisms.rows import Rows

# Standard errors (over traders) by which a sign must tell something, and a silent table must not:
# there are many of these.
_SURE, _SURE_OF_SILENT = 3.0, 4.0
# A table in which nothing shows puts irregular goods within so much of the middle of honest ones.
_MIDDLE = 0.1
LEAST_ROWS, LEAST_TRADERS = 10, 6


@dataclass(frozen=True, slots=True)
class Mark:
    """How far from honest goods a sign puts those of a mechanism.

    Attributes:
        sign: Its name.
        apart: Mean share of honest items below an irregular one, less a half: -0.5 to 0.5.
        error: Standard error over traders; infinite where there is too little to tell.
    """

    sign: str
    apart: float
    error: float

    @property
    def shows(self) -> bool:
        """Whether it tells them beyond doubt."""
        return self.apart > _SURE * self.error

    @property
    def is_at_chance(self) -> bool:
        """Whether it lies in the middle beyond doubt, as the sign of a silent table does.

        What really tells a tenth and more is not called so by luck, however few there are.
        """
        return not self.shows and self.apart + _SURE * self.error < _MIDDLE

    @property
    def tells(self) -> bool:
        """Whether it tells them, or from them, although its tables should be silent."""
        return abs(self.apart) > max(_MIDDLE, _SURE_OF_SILENT * self.error)


def mark_of(
    items: Rows, mechanism: str, sign: str, signs: Floats, honest: Sequence[Floats]
) -> Mark:
    """Return where items of a mechanism lie among honest ones by a sign; ties count half.

    Args:
        items: All items.
        mechanism: Which.
        sign: Name of the sign.
        signs: What it says of each item; NaN where nothing.
        honest: What it says of honest ones, rising in each part.
    """
    rows = items.kinds[mechanism]
    rows = rows[~np.isnan(signs[rows])]
    own, others = signs[rows], sum(len(part) for part in honest)
    _, cluster = np.unique(items.trader[rows], return_inverse=True)
    few = len(cluster) == 0 or cluster.max() + 1 < LEAST_TRADERS
    if few or len(own) < LEAST_ROWS or others < LEAST_ROWS:
        return Mark(sign, 0.0, np.inf)
    below = np.zeros(len(own))
    for part in honest:
        below += np.searchsorted(part, own) + np.searchsorted(part, own, "right")
    share = below / (2 * others) - 0.5
    mean = float(share.mean())
    # Linearised variance of a mean over clusters (traders), wider where they are few (Student).
    rest = np.bincount(cluster, share - mean)
    wider = float(stdtrit(len(rest) - 1, ndtr(_SURE))) / _SURE
    error = wider * float(np.sqrt((rest**2).sum())) / len(share)
    return Mark(sign, mean, max(error, 0.5 / len(share)))


def honest_of_same_traders(items: Rows, mechanism: str, signs: Floats) -> Floats:
    """Return what honest items of the traders of a mechanism have of a sign, rising."""
    is_theirs = np.zeros(int(items.trader.max()) + 1, dtype=bool)
    is_theirs[items.trader[items.kinds[mechanism]]] = True
    return np.sort(signs[items.honest & is_theirs[items.trader] & ~np.isnan(signs)])
