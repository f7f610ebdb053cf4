"""The nomenclature as a file: chapters, headings, subheadings, tariff lines, and what became what.

Real six-digit codes; chapter names and the shares of the correlation are our own.
"""

import csv
from importlib.resources import files

import pyarrow as pa

from simulator.reference.goods import Goods

HS_EDITION, LINE_EDITION, FORMER_EDITION = "HS2022", "AHTN2022", "HS2017"
# Codes of HS 2017 that were cut up or moved in HS 2022, with the share of trade that went there.
_CORRELATION = (
    ("851712", "851713", "0.9"), ("851712", "851714", "0.1"),
    ("852990", "852411", "0.15"), ("852990", "852491", "0.25"), ("852990", "852990", "0.6"),
    ("901380", "852412", "0.35"), ("901380", "852492", "0.4"), ("901380", "901380", "0.25"),
    ("854140", "854141", "0.35"), ("854140", "854142", "0.2"), ("854140", "854143", "0.45"),
    ("240399", "240411", "0.1"), ("240399", "240399", "0.9"), ("382490", "240412", "0.05"),
    ("382490", "382499", "0.95"), ("847989", "848510", "0.05"), ("847989", "847989", "0.95"),
    ("852580", "852581", "0.05"), ("852580", "852582", "0.05"), ("852580", "852583", "0.05"),
    ("852580", "852589", "0.85"), ("880211", "880621", "0.02"), ("880211", "880211", "0.98"),
    ("854890", "854911", "0.3"), ("854890", "854999", "0.7"), ("841370", "841370", "1"),
    ("030299", "030299", "1"), ("870120", "870121", "0.8"), ("870120", "870122", "0.05"),
    ("870120", "870124", "0.15"), ("630790", "630790", "1"), ("300220", "300241", "1"),
)  # fmt: skip


def chapter_names() -> dict[str, tuple[str, str]]:
    """Return the names of the chapters, Vietnamese and English, by two digits."""
    text = files(__package__).joinpath("chapters.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["chapter"]: (row["name_vi"], row["name_en"]) for row in rows}


def hs_table(goods: Goods) -> pa.Table:
    """Return the codes of all lines and everything above them, sorted by code within a level."""
    names = chapter_names()
    found: dict[str, tuple[str, str]] = {}
    for code, vietnamese, english in zip(
        goods.codes, goods.names_vi, goods.names_en, strict=True
    ):  # a heading bears the name of its first line
        found.setdefault(code[:2], names[code[:2]])
        for digits in (4, 6, 8):
            found.setdefault(code[:digits], (vietnamese, english))
    rows = sorted(found, key=lambda code: (len(code), code))
    return pa.table(
        {
            "edition": [LINE_EDITION if len(code) == len(goods.codes[0]) else HS_EDITION
                        for code in rows],
            "code": rows,
            "level": [str(len(code)) for code in rows],
            "parent": pa.array([code[:-2] or None for code in rows], pa.string()),
            "description_vi": [found[code][0] for code in rows],
            "description_en": [found[code][1] for code in rows],
        }
    )  # fmt: skip


def correlation_table() -> pa.Table:
    """Return what became of codes of the edition before; shares of one old code sum to 1."""
    return pa.table(
        {
            "edition_from": [FORMER_EDITION] * len(_CORRELATION),
            "code_from": [row[0] for row in _CORRELATION],
            "edition_to": [HS_EDITION] * len(_CORRELATION),
            "code_to": [row[1] for row in _CORRELATION],
            "share": [row[2] for row in _CORRELATION],
        }
    )
