"""The nomenclature as a file: chapters, headings, subheadings, tariff lines, and what became what.

Real six-digit codes; chapter names and the shares of the correlation are our own.
"""

import pyarrow as pa

from simulator.reference.goods import Goods
from simulator.reference.lists import rows_of

HS_EDITION, LINE_EDITION, FORMER_EDITION = "HS2022", "AHTN2022", "HS2017"
# Codes of HS 2017 that were cut up or moved in HS 2022, with the share of trade that went there.
_CORRELATION = [(row["hs2017"], row["hs2022"], row["share"]) for row in rows_of("correlation.csv")]


def chapter_names() -> dict[str, tuple[str, str]]:
    """Return the names of the chapters, Vietnamese and English, by two digits."""
    rows = rows_of("chapters.csv")
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
