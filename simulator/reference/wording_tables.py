"""The table of all lines in all habits of writing, from which descriptions are taken.

Built once in a process, by whole columns: the plain Vietnamese and English text of each layout,
then the same in capitals, without marks, decomposed, and with slips of the pen.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel.arrays import Bools, Ints
from simulator.reference.goods import (
    COMPONENT,
    CONSUMER,
    FOOD,
    FUEL,
    MACHINE,
    MATERIAL,
    OTHER,
    PACKAGES,
    UNITS,
    VEHICLE,
    Goods,
)
from simulator.reference.specifications import (
    BULK,
    CLOTH,
    LABELS,
    MODEL,
    PACKING,
    PART,
    PIECE,
    RETAIL,
    SHEET,
    VARIANT,
    brand_texts,
    specifications,
)

# Styles of writing; the last four are the first four with a slip of the pen.
PLAIN, UPPER, BARE, BARE_UPPER, DECOMPOSED, ENGLISH = range(6)
STYLES, FIRST_SLIP = 10, 6
_NOTES = {
    CONSUMER: ("dùng trong gia đình", "for household use"),
    FOOD: ("dùng làm thực phẩm", "for human consumption"),
    MATERIAL: ("nguyên liệu dùng để sản xuất", "raw material for production"),
    COMPONENT: ("linh kiện dùng để lắp ráp", "component for assembly"),
    MACHINE: ("dùng trong nhà xưởng", "for factory use"),
    VEHICLE: ("tay lái bên trái", "left-hand drive"),
    FUEL: ("hàng rời", "in bulk"),
    OTHER: ("phục vụ sản xuất kinh doanh", "for business use"),
}
_BULK_PACKAGES = ("VR", "VL", "BL", "NE")
_SPECIFIED_BY = [VARIANT, CLOTH, SHEET, PART, MODEL, BULK, RETAIL, PIECE]
_STATES = {FOOD: ("đóng gói kín", "sealed packing"), FUEL: ("theo chứng thư", "as certified")}
_NEW = ("hàng mới 100%", "brand new 100%")


class _Layout(NamedTuple):
    """Text before and after the specification; {name}, {label}, {note}, {state} are filled in."""

    head: str
    tail: str


LAYOUTS = (
    _Layout("{name}, {label} ", ", {note}, {state}"),
    _Layout("{name} {label}: ", ". {state}"),
    _Layout("", " - {name}, {note} ({state})"),
    _Layout("{name} ({label} ", "), {state}"),
    _Layout("{name} - ", "; {note}; {state}"),
    _Layout("{name}, {note}, {label} ", ""),
    _Layout("{name}/", "/{note}/{state}"),
    _Layout("{name}. {label} ", ". {state}"),
)
_SHORT_STATE = {"hàng mới 100%": "mới 100%", "brand new 100%": "new 100%"}


def specification_kinds(goods: Goods) -> Ints:
    """Return what specifies each line: model, part number, width of cloth, packing, size ..."""
    kind, chapter = goods.kind, goods.hs2
    by_length = np.isin(goods.unit1, [UNITS.index("MTR"), UNITS.index("MTK")])
    is_metal = np.isin(chapter, (72, 74, 75, 76, 78, 79, 80))
    is_bulk = np.isin(goods.package, [PACKAGES.index(code) for code in _BULK_PACKAGES])
    is_retail = np.isin(chapter, (22, 24, 30, 33, 34)) & (kind != MATERIAL)
    has_model = np.isin(chapter, (84, 85, 90, 91, 92)) | (kind == MACHINE)
    cases = [
        kind == VEHICLE,
        (kind == MATERIAL) & by_length,
        (kind == MATERIAL) & is_metal,
        kind == COMPONENT,
        has_model,
        is_bulk,
        is_retail,
        (kind == CONSUMER) | (kind == OTHER),
    ]
    chosen = np.select(cases, _SPECIFIED_BY, PACKING)
    return chosen.astype(np.int64)


def _filled(pattern: str, goods: Goods, label_kind: Ints, is_english: int, layout: int) -> pa.Array:
    """Return one layout's half for every line."""
    names = goods.names_en if is_english else goods.names_vi
    result = []
    for line, name in enumerate(names):
        kind = int(goods.kind[line])
        state = _STATES.get(kind, _NEW)[is_english]
        if layout % 2:
            state = _SHORT_STATE.get(state, state)
        label = LABELS[int(label_kind[line])][is_english]
        note = _NOTES[kind][is_english]
        result.append(pattern.format(name=name, label=label, note=note, state=state))
    return pa.array(result, pa.string())


def without_marks(texts: pa.Array) -> pa.Array:
    """Return Vietnamese text as typed without its marks."""
    bare = pc.replace_substring_regex(pc.utf8_normalize(texts, form="NFD"), r"\pM", "")
    return pc.replace_substring(pc.replace_substring(bare, "đ", "d"), "Đ", "D")


def _slipped(texts: pa.Array) -> pa.Array:
    """Return texts with a slip of the pen: a letter left out, doubled, or a space lost."""
    values = texts.to_pylist()
    result = []
    for turn, value in enumerate(values):
        at = 2 + turn * 7 % max(len(value) - 3, 1)
        if len(value) <= at + 1:
            result.append(value)
        elif turn % 3 == 0:
            result.append(value[:at] + value[at + 1 :])
        elif turn % 3 == 1:
            result.append(value[: at + 1] + value[at:])
        else:
            result.append(value.replace(" ", "", 1))
    return pa.array(result, pa.string())


def _styled(plain: pa.Array, english: pa.Array, *, has_slips: bool) -> pa.Array:
    """Return the texts in every style, one style after the other."""
    bare = without_marks(plain)
    four = [plain, pc.utf8_upper(plain), bare, pc.utf8_upper(bare)]
    decomposed = pc.utf8_normalize(plain, form="NFD")
    slips = [_slipped(texts) for texts in four] if has_slips else four
    return pa.concat_arrays([*four, decomposed, pc.utf8_upper(english), *slips])


class Tables(NamedTuple):
    """Texts by layout, style and line (in this order of strides), and what specifies a line."""

    heads: pa.Array
    tails: pa.Array
    specifications: pa.Array
    brands: pa.Array
    kind_of_line: Ints
    has_brand: Bools


def build_tables(goods: Goods) -> Tables:
    """Return the tables of these goods."""
    kinds = specification_kinds(goods)
    halves: tuple[list[pa.Array], list[pa.Array]] = ([], [])
    for number, layout in enumerate(LAYOUTS):
        for half, pattern in zip(halves, layout, strict=True):
            plain, english = (_filled(pattern, goods, kinds, word, number) for word in (0, 1))
            has_slips = pattern == layout.head or not layout.head
            half.append(_styled(plain, english, has_slips=has_slips))
    return Tables(
        heads=pa.concat_arrays(halves[0]),
        tails=pa.concat_arrays(halves[1]),
        specifications=pa.array(specifications(), pa.string()),
        brands=pa.array(brand_texts(), pa.string()),
        kind_of_line=kinds,
        has_brand=np.isin(goods.kind, (CONSUMER, COMPONENT, MACHINE)),
    )
