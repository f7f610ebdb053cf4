"""Numbers written on boxes and papers: containers, seals, bills, ships, slips.

Container numbers follow ISO 6346 (owner code, U, six digits, check digit), waybills the seven
digits and their remainder by 7, ship numbers the IMO rule (digits times 7 to 2, last digit of the
sum). Owner and airline codes are public registers; how often each occurs is a figure of our own.
"""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.kernel.glyphs import Bytes, digits, words
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
_SEAL_LETTERS = ("ML", "VN", "CN", "EM", "OL", "HL", "YM", "KR", "SG", "WH", "FJ", "UL")
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


def seal_numbers(keys: Keys) -> Bytes:
    """Return a carrier's or customs seal number for each key, shape (n, 9)."""
    letters = keyed.integers(keys, "seal letters", 0, len(_SEAL_LETTERS))
    serial = keyed.integers(keys, "seal serial", 0, 10**7)
    return np.hstack([words(_SEAL_LETTERS, letters), digits(serial, 7)])


def sea_bills(keys: Keys) -> Bytes:
    """Return a carrier's bill of lading number for each key, shape (n, 14)."""
    line = keyed.integers(keys, "bill line", 0, len(_LINES))
    return np.hstack([words(_LINES, line), digits(keyed.integers(keys, "bill", 0, 10**10), 10)])


def house_bills(keys: Keys) -> Bytes:
    """Return a forwarder's bill number for each key, shape (n, 14)."""
    forwarder = keyed.integers(keys, "bill forwarder", 0, len(_FORWARDERS))
    serial = keyed.integers(keys, "house bill", 0, 10**10)
    return np.hstack([words(_FORWARDERS, forwarder), digits(serial, 10)])


def air_waybills(keys: Keys) -> Bytes:
    """Return an air waybill number for each key, shape (n, 11)."""
    airline = keyed.integers(keys, "bill airline", 0, len(_AIRLINES))
    serial = keyed.integers(keys, "waybill", 0, 10**7)
    return np.hstack([words(_AIRLINES, airline), digits(serial * 10 + serial % 7, 8)])


def land_bills(keys: Keys, prefix: str) -> Bytes:
    """Return a road or rail waybill number for each key, shape (n, 14)."""
    serial = keyed.integers(keys, "land bill", 0, 10**12)
    return np.hstack([words((prefix,), np.zeros(len(keys), np.int64)), digits(serial, 12)])


def ship_numbers(serials: Ints) -> Bytes:
    """Return the IMO number of each ship, shape (n, 7).

    Args:
        serials: Different numbers below 10^6, shape (n,).
    """
    shown = digits(serials * 10, 7)
    total = (shown[:, :6] - _ZERO).astype(np.int64) @ _IMO_WEIGHTS
    shown[:, 6] = total % 10 + _ZERO
    return shown
