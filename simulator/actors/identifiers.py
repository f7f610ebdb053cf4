"""Numbers that tell firms and persons apart: tax codes with check digits, citizens' numbers.

Each position gets its own serial digits by a permutation, so numbers differ without a search and
their order says nothing about when or why somebody came to be in the table.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, digits
from simulator.kernel.keyed import Keys

_TAX_CODE_WEIGHTS = np.array([31, 29, 23, 19, 17, 13, 7, 5, 3], dtype=np.int64)
_SERIALS = 10_000_000
# Prime and so coprime to the powers of ten: multiplying by it permutes the serials.
_STRIDE = 6_180_343
_NO_CHECK_DIGIT = 10
# Begins of the lists whose tax codes must differ from one another.
TRADERS, BROKERS, CARRIERS, OPERATORS = 0, 5_000_000, 6_000_000, 7_000_000
_CITIZEN_SERIALS = 1_000_000
# Two halves of a position in that list.
_HALF = 1_000


def tax_code_check_digits(nine_digits: Ints) -> Ints:
    """Return 10 - (weighted sum mod 11) for each number of nine digits; 10 means none is valid.

    Source: structure of the Vietnamese tax code; weights 31, 29, 23, 19, 17, 13, 7, 5, 3.
    """
    powers = 10 ** np.arange(8, -1, -1, dtype=np.int64)
    shown = nine_digits[:, None] // powers % 10
    check: Ints = 10 - (shown * _TAX_CODE_WEIGHTS).sum(axis=1) % 11
    return check


def tax_numbers(seed: int, prefix: Ints, first: int) -> Ints:
    """Return a different valid ten-digit tax code for each position.

    Args:
        seed: Seed of the world; it shifts the permutation.
        prefix: First two digits, the province's, shape (n,).
        first: Where the serials of this list begin: TRADERS … OPERATORS.
    """
    count = len(prefix)
    numbers = np.zeros(count, dtype=np.int64)
    shift = first * _STRIDE + int(keyed.root(seed, "tax codes") % np.uint64(_SERIALS))
    places = keyed.identities(keyed.root(seed, "tax codes", first), count)
    place = np.argsort(keyed.uniform(places, "place"))
    missing = np.arange(count)
    attempt = 0
    while len(missing):
        serial = ((place[missing] + attempt * count) * _STRIDE + shift) % _SERIALS
        nine = prefix[missing] * _SERIALS + serial
        check = tax_code_check_digits(nine)
        numbers[missing] = nine * 10 + check % 10
        missing = missing[check == _NO_CHECK_DIGIT]
        attempt += 1
    return numbers


def scattered(seed: int, position: Ints) -> Ints:
    """Return positions below a million in another order, each once.

    The order is the seed's own: without it a number does not tell where its owner stands in the
    table, so who is held ready to come after others looks like everybody else.
    """
    return keyed.permuted(keyed.root(seed, "serials"), position, (_HALF, _HALF))


def citizen_numbers(keys: Keys, serial: Ints, province_code: Ints, is_woman: Bools) -> pa.Array:
    """Return twelve-digit citizens' numbers: province, century and sex, year of birth, six digits.

    Source: Decree 137/2015/ND-CP, Article 7; the third part is the key's age between 22 and 70, the
    last is `serial`.
    """
    year = birth_years(keys)
    century = 2 * (year // 100 - 19) + is_woman
    number = ((province_code * 10 + century) * 100 + year % 100) * _CITIZEN_SERIALS + serial
    return pc.utf8_lpad(digits(number), 12, "0")


def birth_years(keys: Keys) -> Ints:
    """Return a grown person's year of birth."""
    middle = keyed.normal(keys, "year of birth") * 10 + 1980
    return np.clip(np.rint(middle), 1950, 2003).astype(np.int64)


def firm_codes(numbers: Ints, branch: Ints) -> pa.Array:
    """Return ten digits as text, with `-001` and so on where `branch` is above 0."""
    plain = pc.utf8_lpad(digits(numbers), 10, "0")
    suffix = pc.binary_join_element_wise("-", pc.utf8_lpad(digits(branch), 3, "0"), "")
    return pc.binary_join_element_wise(plain, pc.if_else(pa.array(branch > 0), suffix, ""), "")
