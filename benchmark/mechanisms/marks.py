"""How far from honest goods a sign puts those of a mechanism."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from benchmark.arrays import Bools, Floats, Ints
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
    if others < LEAST_ROWS:
        return Mark(sign, 0.0, np.inf)
    below = np.zeros(len(own))
    for part in honest:
        below += np.searchsorted(part, own) + np.searchsorted(part, own, "right")
    return _mark(sign, below / (2 * others) - 0.5, items.trader[rows])


def mark_within_traders(
    items: Rows, mechanism: str, sign: str, signs: Floats, beside: Bools
) -> Mark:
    """Return where items of a mechanism lie among the honest ones of their own traders by a sign.

    Args: as of `mark_of`, and `beside`, the honest ones that they are looked at beside, shape (n,).
    """
    rows = items.kinds[mechanism]
    rows = rows[~np.isnan(signs[rows])]
    is_theirs = np.zeros(int(items.trader.max()) + 1, dtype=bool)
    is_theirs[items.trader[rows]] = True
    honest = np.flatnonzero(beside & is_theirs[items.trader] & ~np.isnan(signs))
    # One number for trader and sign: the signs of a trader lie together, rising.
    values, place = np.unique(signs[np.concatenate([honest, rows])], return_inverse=True)
    code = items.trader[np.concatenate([honest, rows])] * (len(values) + 1) + place
    others, own = np.sort(code[: len(honest)]), code[len(honest) :]
    first = items.trader[rows] * (len(values) + 1)
    begins, ends = (np.searchsorted(others, one) for one in (first, first + len(values)))
    known = np.flatnonzero(ends > begins)
    below = (np.searchsorted(others, own) + np.searchsorted(others, own, "right")) / 2 - begins
    share = below[known] / (ends - begins)[known] - 0.5
    return _mark(sign, share, items.trader[rows[known]])


def _mark(sign: str, share: Floats, trader: Ints) -> Mark:
    """Return the mark of rows by the share of others below each, less a half."""
    _, cluster = np.unique(trader, return_inverse=True)
    few = len(cluster) == 0 or cluster.max() + 1 < LEAST_TRADERS
    if few or len(share) < LEAST_ROWS:
        return Mark(sign, 0.0, np.inf)
    mean = float(share.mean())
    # Linearised variance of a mean over clusters (traders), wider where they are few (Student).
    rest = np.bincount(cluster, share - mean)
    wider = float(stdtrit(len(rest) - 1, ndtr(_SURE))) / _SURE
    error = wider * float(np.sqrt((rest**2).sum())) / len(share)
    return Mark(sign, mean, max(error, 0.5 / len(share)))
