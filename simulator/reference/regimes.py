"""Regime codes (mã loại hình) of Decision 1357/QD-TCHQ (2021): who uses which, how taxed.

`regimes.csv` says of each how it is taxed, under which code and law it is exempted, whether goods
stay for a time only, whether they travel under seal to their office (bonded and transit), and its
weight by trade and direction: typical figures of our own such that A11, A12, E31, E21, E11 lead
imports and B11, E62, E42, E52 exports.
"""

import numpy as np

from simulator.kernel.arrays import Bools, Ints
from simulator.reference.lists import rows_of

IMPORT, EXPORT = 0, 1
_ROWS = rows_of("regimes.csv")
REGIMES = tuple(row["code"] for row in _ROWS)
# How a regime is taxed: in full, computed and exempted, or (neither) not at all.
IS_TAXED: Bools = np.array([row["taxation"] == "TAXED" for row in _ROWS])
IS_EXEMPTED: Bools = np.array([row["taxation"] == "EXEMPTED" for row in _ROWS])
# Exemption code and legal ground of the regimes whose taxes are exempted; empty for the others.
EXEMPTION_CODES = tuple(row["exemption"] for row in _ROWS)
EXEMPTION_GROUNDS = tuple(row["ground"] for row in _ROWS)
IS_PROCESSING = np.array([code[0] == "E" for code in REGIMES])
IS_TEMPORARY = np.array([row["is_temporary"] == "1" for row in _ROWS])
IS_BONDED = np.array([row["is_bonded"] == "1" for row in _ROWS])
_TRADES = ("commercial", "processing", "export_production", "export_zone")
# Shape (trade * 2 + direction, REGIMES).
REGIME_WEIGHTS = np.array(
    [
        [float(row[f"{trade}_{direction}"]) for row in _ROWS]
        for trade in _TRADES
        for direction in ("import", "export")
    ]
)


# Equipment of a project, by the lines of its exemption list.
UNDER_LIST = REGIMES.index("A43")


def is_taxed_import(direction: Ints, regime: Ints) -> Bools:
    """Return which declarations or items are imports on which duty is really paid."""
    taxed: Bools = (direction == IMPORT) & IS_TAXED[regime]
    return taxed


def position(code: str) -> int:
    """Return the position of a regime code in REGIMES."""
    return REGIMES.index(code)
