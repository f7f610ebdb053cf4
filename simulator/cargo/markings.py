"""Numbers written on boxes and papers: containers, seals, bills, ships, slips.

Container numbers follow ISO 6346 (owner code, U, six digits, check digit), waybills the seven
digits and their remainder by 7, ship numbers the IMO rule (digits times 7 to 2, last digit of the
sum). Owner and airline codes are public registers; how often each occurs is a figure of our own.
"""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.kernel.glyphs import Bytes, digits, hexes, words
from simulator.kernel.keyed import Keys

OWNERS = (
    "MSCU", "MEDU", "MSDU", "MRKU", "MSKU", "TCKU", "TGHU", "TEMU", "TCNU", "CAIU", "BMOU", "FCIU",
    "DFSU", "GESU", "SEGU", "TRHU", "TLLU", "CMAU", "ECMU", "CSNU", "CCLU", "OOLU", "OOCU", "YMLU",
    "EGHU", "EMCU", "EITU", "HLXU", "HLBU", "ONEU", "NYKU", "KKFU", "HDMU", "KMTU", "WHLU", "WHSU",
    "SITU", "TSSU", "SKLU", "BEAU",
)  # fmt: skip
_LINES = (
    "MAEU", "MSCU", "CMDU", "COSU", "OOLU", "EGLV", "HLCU", "ONEY", "YMLU", "HDMU", "WHLC", "KMTC",
    "SITG", "TSHG", "SKLU", "REGU",
)  # fmt: skip
_FORWARDERS = ("DSVH", "KNLG", "SCHK", "PANL", "EXPD", "GMDL", "TRLG", "VTLG", "SGFW", "HPLG")
_AIRLINES = (
    "738", "180", "988", "131", "205", "297", "695", "784", "781", "112", "999", "176", "157",
    "235", "618", "217", "232", "160", "851", "043", "501", "575", "065", "125", "057", "020",
    "172", "406", "023",
)  # fmt: skip
_SEAL_LETTERS = ("ML", "CN", "EM", "OL", "HL", "YM", "KR", "SG")
_SHARED_SEAL_LETTERS = ("WH", "FJ")
_VALUES = np.zeros(256, dtype=np.int64)
_VALUES[[ord(digit) for digit in "0123456789"]] = range(10)
# A = 10, B = 12 and so on: multiples of 11 are left out (ISO 6346).
_VALUES[[ord(letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = [
    value for value in range(10, 39) if value % 11
]
_WEIGHTS = 2 ** np.arange(10, dtype=np.int64)
_IMO_WEIGHTS = np.arange(7, 1, -1)
_NO_CHECK = 10
_ZERO = ord("0")


def container_remainders(numbers: Bytes) -> Ints:
    """Return the ISO 6346 remainder (0 to 10; 10 is written 0) of the first ten characters."""
    remainders: Ints = (_VALUES[numbers[:, :10]] @ _WEIGHTS) % 11
    return remainders


def container_numbers(keys: Keys) -> Bytes:
    """Return a container number for each key, shape (n, 11).

    Serials whose remainder is 10 are avoided, as the register advises.
    """
    owner = keyed.integers(keys, "container owner", 0, len(OWNERS))
    serial = keyed.integers(keys, "container serial", 0, 10**6)
    numbers = np.hstack([words(OWNERS, owner), digits(serial * 10, 7)])
    remainder = container_remainders(numbers)
    bad = remainder == _NO_CHECK
    if bad.any():
        numbers[bad, 9] = (numbers[bad, 9] - _ZERO + 1) % 10 + _ZERO
        remainder[bad] = container_remainders(numbers[bad])
    numbers[:, 10] = remainder % 10 + _ZERO
    return numbers


def seal_numbers(root: np.uint64, boxes: Ints) -> Bytes:
    """Return the carrier's seal of each box, shape (n, 11).

    Args:
        root: Of this world's seals.
        boxes: Different numbers of the boxes below 8 x 10^9.
    """
    return _sealed(root, boxes, _SEAL_LETTERS)


def shared_seal_numbers(root: np.uint64, boxes: Ints) -> Bytes:
    """Return the seal of each box that several consignees share, shape (n, 11); below 2 x 10^9."""
    return _sealed(root, boxes, _SHARED_SEAL_LETTERS)


def _sealed(root: np.uint64, boxes: Ints, letters: tuple[str, ...]) -> Bytes:
    order = keyed.permuted(root, boxes, (len(letters) * 10_000, 100_000))
    which, serial = np.divmod(order, 10**9)
    return np.hstack([words(letters, which), digits(serial, 9)])


def other_seal_numbers(keys: Keys) -> Bytes:
    """Return the number of a seal put on later or beside the first, shape (n, 14).

    Of a million a year two are the same in one of 500 years: 10^12 / 2 / 16^12.
    """
    return np.hstack([words(("HQ",), np.zeros(len(keys), np.int64)), hexes(keys, 12)])


# Serials of bills below this are those that declarations name; from it on those above them.
_HALF_OF_BILLS, _HALF_OF_WAYBILLS = 5 * 10**9, 5 * 10**6
_BILL_SIDES, _WAYBILL_SIDES = (50_000, 100_000), (len(_AIRLINES) * 1_000, 5_000)
MOST_BILLS, MOST_WAYBILLS = _HALF_OF_BILLS, len(_AIRLINES) * _HALF_OF_WAYBILLS


def sea_bills(root: np.uint64, serials: Ints, *, is_master: bool = False) -> Bytes:
    """Return a carrier's bill of lading number for each serial below MOST_BILLS, shape (n, 14)."""
    number = keyed.permuted(root, serials, _BILL_SIDES)
    line = keyed.integers(keyed.derive(root, "bill line", serials), "line", 0, len(_LINES))
    shown = number + _HALF_OF_BILLS * is_master
    return np.hstack([words(_LINES, line), digits(shown, 10)])


def house_bills(root: np.uint64, serials: Ints) -> Bytes:
    """Return a forwarder's bill number for each serial below MOST_BILLS, shape (n, 14)."""
    drawn = keyed.derive(root, "bill forwarder", serials)
    forwarder = keyed.integers(drawn, "forwarder", 0, len(_FORWARDERS))
    number = keyed.permuted(root, serials, _BILL_SIDES)
    return np.hstack([words(_FORWARDERS, forwarder), digits(number, 10)])


def air_waybills(root: np.uint64, serials: Ints, *, is_master: bool = False) -> Bytes:
    """Return an air waybill number for each serial, shape (n, 11); anew after MOST_WAYBILLS."""
    number = keyed.permuted(root, serials % MOST_WAYBILLS, _WAYBILL_SIDES)
    airline, serial = np.divmod(number, _HALF_OF_WAYBILLS)
    serial = serial + _HALF_OF_WAYBILLS * is_master
    return np.hstack([words(_AIRLINES, airline), digits(serial * 10 + serial % 7, 8)])


def land_bills(root: np.uint64, serials: Ints, prefix: str) -> Bytes:
    """Return a road or rail waybill number for each serial below MOST_BILLS, shape (n, 14)."""
    number = keyed.permuted(root, serials, _BILL_SIDES)
    return np.hstack([words((prefix,), np.zeros(len(serials), np.int64)), digits(number, 12)])


def ship_numbers(serials: Ints) -> Bytes:
    """Return the IMO number of each ship, shape (n, 7).

    Args:
        serials: Different numbers below 10^6, shape (n,).
    """
    shown = digits(serials * 10, 7)
    total = (shown[:, :6] - _ZERO).astype(np.int64) @ _IMO_WEIGHTS
    shown[:, 6] = total % 10 + _ZERO
    return shown
