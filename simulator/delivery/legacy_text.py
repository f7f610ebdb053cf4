"""Text from before Unicode: TCVN3 (ABC) and windows-1258, as old systems still write it."""

import unicodedata
from functools import lru_cache

import numpy as np

from simulator.delivery.outside_table import EPOCH, OutsideTable

# TCVN 5712:1993, third set (VN3): the vowels in the order of the standard's bytes, with their
# tones in the order grave, hook, tilde, acute, dot below.
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_BASES = {
    0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ",
    0xA8: "ă", 0xA9: "â", 0xAA: "ê", 0xAB: "ô", 0xAC: "ơ", 0xAD: "ư", 0xAE: "đ",
}  # fmt: skip
# For each vowel the bytes of its five tones.
_TONED = {
    "a": (0xB5, 0xB6, 0xB7, 0xB8, 0xB9),
    "ă": (0xBB, 0xBC, 0xBD, 0xBE, 0xC6),
    "â": (0xC7, 0xC8, 0xC9, 0xCA, 0xCB),
    "e": (0xCC, 0xCE, 0xCF, 0xD0, 0xD1),
    "ê": (0xD2, 0xD3, 0xD4, 0xD5, 0xD6),
    "i": (0xD7, 0xD8, 0xDC, 0xDD, 0xDE),
    "o": (0xDF, 0xE1, 0xE2, 0xE3, 0xE4),
    "ô": (0xE5, 0xE6, 0xE7, 0xE8, 0xE9),
    "ơ": (0xEA, 0xEB, 0xEC, 0xED, 0xEE),
    "u": (0xEF, 0xF1, 0xF2, 0xF3, 0xF4),
    "ư": (0xF5, 0xF6, 0xF7, 0xF8, 0xF9),
    "y": (0xFA, 0xFB, 0xFC, 0xFD, 0xFE),
}
_UNKNOWN = "?"
_ASCII_END = 0x80
# Half of the registry's snapshots before this month are TCVN3 (a typical figure of our own; the
# month is that of the formats' page).
_UNICODE_SINCE = (2024, 7)
_LEGACY_OF_16 = 8


def is_legacy_snapshot(spec: OutsideTable, key: np.uint64, day: int) -> bool:
    """Tell whether a file of the trader registry is still TCVN3, whatever the form of the run."""
    if spec.source != "trader_registry":
        return False
    month = np.datetime64(EPOCH) + np.timedelta64(day, "D")
    since = np.datetime64(f"{_UNICODE_SINCE[0]}-{_UNICODE_SINCE[1]:02d}-01")
    return bool(month < since) and int(key) % 16 < _LEGACY_OF_16


@lru_cache(maxsize=1)
def _tcvn3() -> dict[int, str]:
    """Return for each letter the character with its TCVN3 byte as code point.

    Capitals with a tone have no byte of their own: they take that of the small letter, which the
    capital font draws large.
    """
    table = {ord(letter): chr(byte) for byte, letter in _BASES.items()}
    for vowel, places in _TONED.items():
        for tone, byte in zip(_TONES, places, strict=True):
            letter = unicodedata.normalize("NFC", vowel + tone)
            table[ord(letter)] = table[ord(letter.upper())] = chr(byte)
    return table


def as_tcvn3(text: bytes) -> bytes:
    """Return UTF-8 text as TCVN3; what it does not have becomes a question mark."""
    characters = unicodedata.normalize("NFC", text.decode("utf-8"))
    table = _tcvn3()
    foreign = {
        ord(found): _UNKNOWN
        for found in set(characters)
        if ord(found) >= _ASCII_END and ord(found) not in table
    }
    return characters.translate(table | foreign).encode("latin-1")


def as_windows_1258(text: bytes) -> bytes:
    """Return UTF-8 text as windows-1258: letters with their tone marks apart, as the code page has.

    Letters such as â, ê, ô, ă, ơ and ư are whole in it; only the five tones stand apart.
    """
    found = set(text.decode("utf-8"))
    table = {ord(letter): _toned_apart(letter) for letter in found if ord(letter) >= _ASCII_END}
    return text.decode("utf-8").translate(table).encode("cp1258", "replace")


def _toned_apart(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(part for part in parts if part in _TONES)
    base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    return base + tones
