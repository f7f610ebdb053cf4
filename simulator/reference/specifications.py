"""What tells one product of a line from another on paper: models, part numbers, sizes, brands.

Fixed tables, the same in every nation; letters and digits only, so that they read alike in every
style of writing. Nothing here is a real product or brand.
"""

import unicodedata
from collections.abc import Callable

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints

VARIANT, CLOTH, SHEET, PART, MODEL, PIECE, PACKING, RETAIL, BULK = range(9)
# What stands before the specification, in Vietnamese and English, by kind.
LABELS = (
    ("phiên bản", "version"),
    ("khổ", "width"),
    ("kích thước", "size"),
    ("mã", "P/N"),
    ("model", "model"),
    ("mã hàng", "style"),
    ("quy cách", "packing"),
    ("quy cách", "packing"),
    ("lô", "lot"),
)
PER_KIND = 8_192
BRANDS = 512
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_SYLLABLES = (
    "ka", "mo", "tex", "vi", "nor", "sun", "ri", "lux", "do", "ben", "ta", "ko", "mar", "zen", "fo",
    "li", "ra", "dex", "hi", "wan", "sei", "pro", "ul", "tri",
)  # fmt: skip
_BRAND_WORDS = ("hiệu", "HIỆU", "hieu", "HIEU", "hiệu", "BRAND")
_DECOMPOSED_AT = 4
_CLOTHS = ("100% polyester", "65/35 T/C", "97% cotton 3% spandex", "nylon taslan", "CVC 60/40")
_SIZES = ("S-XXL", "36-44", "28-38", "60x90CM", "FREE SIZE", "120x200CM", "20x30CM")
_PACKS = (
    "25KG/BAG", "20KG/CTN", "200KG/DRUM", "10KG/CTN", "1KG x 12", "500G x 24", "50KG/BAG",
    "1000KG/JUMBO", "180KG/DRUM", "15KG/CTN", "IBC 1000L", "400G x 24",
)  # fmt: skip
_RETAIL = (
    "30ML", "50ML", "150ML", "250ML", "500ML", "1L", "100G", "200G", "10x10 TAB", "30 CAP",
    "60 CAP", "10 AMP x 2ML", "1 VIAL", "500MG 3x10", "750ML x 6", "330ML x 24",
)  # fmt: skip
_GRADES = ("SPHC", "SGCC", "SUS304", "SS400", "Q235B", "A1050", "C1100", "S45C", "SPCC", "6063-T5")


def _letters(number: int, count: int) -> str:
    """Return `count` letters that write a whole number."""
    text = ""
    for _ in range(count):
        number, rest = divmod(number, len(_LETTERS))
        text += _LETTERS[rest]
    return text


def _sheet(a: int, b: int, c: int) -> str:
    thickness = b % 120 * 5 / 100 + 0.3
    return f"{_GRADES[a % len(_GRADES)]} {thickness:.2f}MM x {c % 24 * 50 + 100}MM"


# How each kind writes a specification from three whole numbers below a million.
_WRITERS: tuple[Callable[[int, int, int], str], ...] = (
    lambda a, b, c: f"{_letters(a, 2)}{b % 90 + 10} {c % 5 + 2020}",
    lambda a, b, c: (
        f"{a % 14 * 4 + 44}IN {_CLOTHS[b % len(_CLOTHS)]} {c % 60 * 5 + 60}GSM #{a % 900}"
    ),
    _sheet,
    lambda a, b, c: f"{_letters(a, 2)}{b % 100_000:05d}-{c % 1000:03d}{_letters(c, 1)}",
    lambda a, b, c: f"{_letters(a, 2 + a % 2)}-{b % 9_900 + 100}{_letters(c, 1)}",
    lambda a, b, c: f"{_letters(a, 2)}{b % 10_000:04d}, {_SIZES[c % len(_SIZES)]}",
    lambda a, b, c: f"{_PACKS[a % len(_PACKS)]}, lot {_letters(b, 1)}{c % 10_000:04d}",
    lambda a, b, c: f"{_RETAIL[a % len(_RETAIL)]}, lot {_letters(b, 2)}{c % 10_000:04d}",
    lambda a, b, c: f"{_letters(a, 2)}{b % 1_000:03d}/{c % 100_000:05d}",
)


def specifications() -> list[str]:
    """Return PER_KIND specifications of each kind, one kind after the other."""
    result = []
    for kind in range(len(LABELS)):
        key = keyed.identities(keyed.root(0, "specifications", kind), PER_KIND)
        parts: list[Ints] = [keyed.integers(key, name, 0, 1_000_000) for name in ("a", "b", "c")]
        rows = np.stack(parts, axis=1).tolist()
        result += [_WRITERS[kind](*row) for row in rows]
    return result


def brand_names() -> list[str]:
    """Return BRANDS invented names."""
    key = keyed.identities(keyed.root(0, "brands"), BRANDS)
    parts = [keyed.integers(key, f"part {turn}", 0, len(_SYLLABLES)).tolist() for turn in range(3)]
    return [
        "".join(_SYLLABLES[part] for part in row[: 2 + place % 2]).upper()
        for place, row in enumerate(zip(*parts, strict=True))
    ]


def brand_texts() -> list[str]:
    """Return the brand as it ends a description: none, then each brand in each style of writing."""
    result = [""]
    for place, word in enumerate(_BRAND_WORDS):
        form = "NFD" if place == _DECOMPOSED_AT else "NFC"
        result += [f", {unicodedata.normalize(form, word)} {name}" for name in brand_names()]  # type: ignore[arg-type]
    return result
