"""Identifiers: tax codes with their check digits, declaration numbers."""

import numpy as np

from ingestion.simulator.arrays import Generator, Ints

# First declaration numbers of imports and exports; an import begins with 1, an export with 3.
_FIRST_NUMBERS = (10_600_000_000, 30_600_000_000)
_TAX_CODE_WEIGHTS = np.array([31, 29, 23, 19, 17, 13, 7, 5, 3], dtype=np.int64)


def tax_code_check_digits(nine_digits: Ints) -> Ints:
    """Return 10 - (weighted sum mod 11) for each number of nine digits; 10 means none is valid.

    Source: structure of the Vietnamese tax code; weights 31, 29, 23, 19, 17, 13, 7, 5, 3.
    """
    powers = 10 ** np.arange(8, -1, -1, dtype=np.int64)
    digits = nine_digits[:, None] // powers % 10
    check: Ints = 10 - (digits * _TAX_CODE_WEIGHTS).sum(axis=1) % 11
    return check


def draw_tax_codes(rng: Generator, count: int, provinces: Ints) -> Ints:
    """Return `count` different ten-digit tax codes; the first two digits are the province's."""
    numbers = np.zeros(count, dtype=np.int64)
    missing = np.arange(count)
    while len(missing):
        nine = provinces[missing] * 10_000_000 + rng.integers(0, 10_000_000, len(missing))
        check = tax_code_check_digits(nine)
        numbers[missing] = nine * 10 + check % 10
        _, first = np.unique(numbers, return_index=True)
        fresh = np.zeros(count, dtype=bool)
        fresh[first] = True
        invalid = np.zeros(count, dtype=bool)
        invalid[missing] = check > 9  # noqa: PLR2004 - no single digit fits
        missing = np.flatnonzero(~fresh | invalid)
    return numbers


def running_numbers(direction: Ints, issued: list[int]) -> Ints:
    """Return eleven-digit numbers in the order of registration; `issued` counts on by direction."""
    result = np.zeros(len(direction), dtype=np.int64)
    for way, first in enumerate(_FIRST_NUMBERS):
        rows = np.flatnonzero(direction == way)
        result[rows] = first + issued[way] + np.arange(len(rows))
        issued[way] += len(rows)
    return result
