"""How well each method of control sees what differs: chances, once for the simulator and the judge.

`detection_chances.csv` holds the chance that a look by a method sees a gross difference that can be
seen by papers (`documents`), goods (`physical`) or books (`audit`). `detection_factors.csv` holds
by how much it is easier or harder for single mechanisms, where it really differs; the mechanism
`meant` stands for all that are no honest mistake.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from simulator.kernel.arrays import Floats, Ints
from simulator.reference.lists import rows_of

METHODS = (
    "documents", "scanner", "physical part", "physical whole", "specialised agency", "laboratory",
    "value consultation", "audit",
)  # fmt: skip
SIGHTS = ("documents", "physical", "audit")
MEANT = "meant"
# A difference of this share is seen half as well as one in which nothing agrees (assumption).
_HALF_SEEN = 0.2


@cache
def chances_by_sight() -> Floats:
    """Return the chance to see a gross difference, shape (SIGHTS, METHODS)."""
    table = np.zeros((len(SIGHTS), len(METHODS)))
    for row in rows_of("detection_chances.csv"):
        table[SIGHTS.index(row["sight"]), METHODS.index(row["method"])] = float(row["chance"])
    table.flags.writeable = False
    return table


@cache
def _factors() -> dict[tuple[str, str], float]:
    rows = rows_of("detection_factors.csv")
    return {(row["mechanism"], row["method"]): float(row["factor"]) for row in rows}


def chances_of(mechanism: str, sights: Sequence[str], *, is_meant: bool) -> tuple[float, ...]:
    """Return the chance that each method sees a gross difference of a mechanism, by METHODS.

    Args:
        mechanism: Its name.
        sights: What it can be seen by, some of SIGHTS; the best of them counts.
        is_meant: Whether it is no honest mistake.
    """
    known = [place for place, sight in enumerate(SIGHTS) if sight in sights]
    best = chances_by_sight()[known].max(axis=0, initial=0.0)
    usual = MEANT if is_meant else mechanism
    factors = _factors()
    chances = []
    for method, chance in zip(METHODS, best.tolist(), strict=True):
        factor = factors.get((mechanism, method), factors.get((usual, method), 1.0))
        chances.append(min(chance * factor, 1.0))
    return tuple(chances)


def visibility(share: Floats) -> Floats:
    """Return by how much the chance to see a difference is multiplied, 0 to 1.

    Of a difference of 3 % it is 0.02, of 20 % a half, of 50 % 0.86 (assumption).

    Args:
        share: Share of the larger of what is true and what is told by which they differ, 0 to 1.
    """
    seen: Floats = share**2 / (share**2 + _HALF_SEEN**2)
    return seen


def share_apart(*amounts: tuple[Ints, Ints]) -> Floats:
    """Return the share of the larger by which two amounts differ, 0 to 1: the most of all pairs."""
    share = np.zeros(len(amounts[0][0]))
    for one, other in amounts:
        larger = np.maximum(np.maximum(one, other), 1e-9)
        share = np.maximum(share, np.abs(one - other) / larger)
    return share
