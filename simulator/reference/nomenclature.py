"""The nomenclature as a file: chapters, headings, subheadings, tariff lines, and what became what.

Real six-digit codes; chapter names and the shares of the correlation are our own.
"""

from collections.abc import Iterable

import pyarrow as pa

from simulator.reference.goods import Goods
from simulator.reference.lists import rows_of

HS_EDITION, LINE_EDITION, FORMER_EDITION = "HS2022", "AHTN2022", "HS2017"
# Codes of HS 2017 that were cut up or moved in HS 2022, with the share of trade that went there.
_MOVED = [(row["hs2017"], row["hs2022"], row["share"]) for row in rows_of("correlation.csv")]
_SIX, _EIGHT = 6, 8


def chapter_names() -> dict[str, tuple[str, str]]:
    """Return the names of the chapters, Vietnamese and English, by two digits."""
    rows = rows_of("chapters.csv")
    return {row["chapter"]: (row["name_vi"], row["name_en"]) for row in rows}


def hs_table(goods: Goods) -> pa.Table:
    """Return the codes of all lines and everything above them, then those of the edition before.

    Sorted by code within a level; a heading bears the name of its first line, a code that was moved
    the name of the first code that it became.
    """
    lines = zip(goods.codes, goods.names_vi, goods.names_en, strict=True)
    named = {code: (vietnamese, english) for code, vietnamese, english in lines}
    now = _with_those_above(named)
    before = {code: now[code] for code in _unchanged(goods)}
    for old, new, _ in _MOVED:
        before.setdefault(old, now.get(new) or chapter_names()[old[:2]])
    editions = [
        (LINE_EDITION if len(code) == _EIGHT else HS_EDITION, code, now[code])
        for code in _by_level(now)
    ]
    before = _with_those_above(before)
    editions += [(FORMER_EDITION, code, before[code]) for code in _by_level(before)]
    return pa.table(
        {
            "edition": [edition for edition, _, _ in editions],
            "code": [code for _, code, _ in editions],
            "level": [str(len(code)) for _, code, _ in editions],
            "parent": pa.array([code[:-2] or None for _, code, _ in editions], pa.string()),
            "description_vi": [names[0] for _, _, names in editions],
            "description_en": [names[1] for _, _, names in editions],
        }
    )


def _unchanged(goods: Goods) -> list[str]:
    """Return the subheadings of all lines that had no other code in the edition before."""
    moved = {code for old, new, _ in _MOVED for code in (old, new)}
    return sorted({code[:_SIX] for code in goods.codes} - moved)


def _with_those_above(named: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    chapters = chapter_names()
    found: dict[str, tuple[str, str]] = {}
    for code in sorted(named):
        found.setdefault(code[:2], chapters[code[:2]])
        for digits in range(4, len(code) + 1, 2):
            found.setdefault(code[:digits], named[code])
    return found


def _by_level(codes: Iterable[str]) -> list[str]:
    return sorted(codes, key=lambda code: (len(code), code))


def correlation_table(goods: Goods) -> pa.Table:
    """Return what became of every code of the edition before; shares of one sum to 1."""
    rows = sorted([*_MOVED, *((code, code, "1") for code in _unchanged(goods))])
    return pa.table(
        {
            "edition_from": [FORMER_EDITION] * len(rows),
            "code_from": [row[0] for row in rows],
            "edition_to": [HS_EDITION] * len(rows),
            "code_to": [row[1] for row in rows],
            "share": [row[2] for row in rows],
        }
    )
