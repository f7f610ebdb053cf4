"""Regime codes (mã loại hình) of Decision 1357/QD-TCHQ (2021): who uses which, how taxed."""

import numpy as np

from simulator.kernel.arrays import Ints

IMPORT, EXPORT = 0, 1
REGIMES = (
    "A11", "A12", "A21", "A31", "A41", "A42", "A43", "A44", "E11", "E13", "E15", "E21", "E23",
    "E31", "E33", "E41", "G11", "G12", "G13", "G14", "G51", "C11", "C21", "H11",
    "B11", "B12", "B13", "E42", "E52", "E54", "E62", "E82", "G21", "G22", "G23", "G24", "G61",
    "C12", "C22", "H21",
)  # fmt: skip
# How a regime is taxed: in full, computed and exempted, or not at all.
TAXED, EXEMPTED, UNTAXED = range(3)
_TAXED = ("A11", "A12", "A21", "A41", "A42", "H11", "B11")
_EXEMPTED = ("A43", "E21", "E31", "G12", "G13")
TAXATION: Ints = np.array(
    [TAXED if code in _TAXED else EXEMPTED if code in _EXEMPTED else UNTAXED for code in REGIMES],
    dtype=np.int64,
)
IS_PROCESSING = np.array([code[0] == "E" for code in REGIMES])
IS_TEMPORARY = np.array([code in ("G11", "G12", "G13", "G14") for code in REGIMES])
# Bonded and transit goods travel under seal to their office.
IS_BONDED = np.array(
    [code in ("C11", "C12", "C21", "C22", "G11", "A44", "E33") for code in REGIMES]
)


def position(code: str) -> int:
    """Return the position of a regime code in REGIMES."""
    return REGIMES.index(code)


def _weights(shares: dict[str, float]) -> list[float]:
    return [shares.get(code, 0.0) for code in REGIMES]


# Chances by trade (commercial, processing, export production, export zone) and direction; typical
# figures of our own such that A11, A12, E31, E21, E11 lead imports and B11, E62, E42, E52 exports.
_COMMERCIAL_IN = {
    "A11": 57.0, "A12": 30, "A41": 6, "A43": 0.9, "A44": 0.3, "H11": 2, "G11": 1.6, "G12": 0.4,
    "G13": 0.5, "G14": 0.3, "G51": 0.3, "C11": 1.2,
}  # fmt: skip
_SHARES = (
    (_COMMERCIAL_IN, {"B11": 92.0, "G61": 1, "C12": 1.2, "H21": 3, "E62": 2, "B12": 0.3}),
    ({"E21": 87.0, "A12": 6, "A11": 3, "E23": 2, "G13": 1, "H11": 1},
     {"E52": 90.0, "B11": 6, "E54": 2, "E82": 0.5, "H21": 1, "G61": 0.5}),
    ({"E31": 84.0, "A12": 8.5, "A11": 3.5, "E21": 1, "G13": 1, "G12": 0.5, "H11": 1},
     {"E62": 82.0, "B11": 15, "H21": 1, "E52": 1, "G61": 1}),
    ({"E11": 76.0, "E13": 5, "E15": 11, "A12": 4, "A11": 2, "G13": 1, "E33": 1},
     {"E42": 96.0, "B11": 2, "G61": 1, "C22": 1}),
)  # fmt: skip
# Shape (trade * 2 + direction, REGIMES).
REGIME_WEIGHTS = np.array([_weights(side) for trade in _SHARES for side in trade])
