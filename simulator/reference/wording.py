"""Words for goods: what a firm writes on its declarations, and what stands on a bill of lading.

A description is head + specification + tail + brand. Head and tail are taken from a table of all
lines in all habits of writing, built once; only the specification (model, size, packing) and the
brand differ inside it. A firm keeps its style, its layout and the words for each of its goods; one
firm in six is careless about the layout, and one description in seventy has a slip of the pen. The
words depend on line, firm and identity of the item and on nothing else. Brands are invented.

The table is built once in a process, by whole columns: the plain Vietnamese and English text of
each layout, then the same in capitals, without marks, decomposed, and with slips of the pen.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded
from simulator.kernel.keyed import Keys
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
    BRANDS,
    BULK,
    CLOTH,
    LABELS,
    MODEL,
    PACKING,
    PART,
    PER_KIND,
    PIECE,
    RETAIL,
    SHEET,
    VARIANT,
    brand_texts,
    specifications,
)

# Styles of writing: plain, in capitals, without marks, both, decomposed, English; the last four are
# the first four with a slip of the pen.
PLAIN, BARE, DECOMPOSED, ENGLISH = 0, 2, 4, 5
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
# Shares of how goods are described are assumptions.
_STYLE_SHARES = (0.47, 0.24, 0.07, 0.14, 0.01, 0.07)
_CARELESS_SHARE, _SLIP_SHARE = 0.16, 0.014
_MOST_PRODUCTS = 6
# So many places away lies a line of whose words a loose writer makes use.
_NEAR = 4
_BRAND_SHARE = 0.6
# Other bits of the same hash, so that layout, brand and number of products are independent.
_LOW, _HIGH = np.uint64(20), np.uint64(40)
_MANIFEST_FORMS = (
    "{name}", "{name} HS {heading}", "SAID TO CONTAIN {name}", "{name} AS PER INVOICE",
    "SHIPPER'S LOAD AND COUNT {name}", "{group}",
)  # fmt: skip
_MANIFEST_SHARES = (0.4, 0.22, 0.14, 0.1, 0.09, 0.05)
_GROUPS = (
    "CONSUMER GOODS", "FOODSTUFF", "RAW MATERIALS", "PARTS AND ACCESSORIES", "MACHINERY",
    "VEHICLES", "FUEL", "GENERAL CARGO",
)  # fmt: skip


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


_built: dict[int, tuple[Goods, Tables]] = {}


def _tables(goods: Goods) -> Tables:
    """Return the tables of these goods, built once in a process."""
    held = _built.get(id(goods))
    if held is None:
        held = _built[id(goods)] = (goods, build_tables(goods))
    return held[1]


def _styles(habit: Keys, item_key: Keys, is_processing: Bools) -> Ints:
    """Return the style of each description; English is for processing regimes only."""
    style = keyed.choose(habit, "style", _STYLE_SHARES)
    style = np.where((style == ENGLISH) & ~is_processing, PLAIN, style)
    slips = keyed.happens(item_key, "slip of the pen", _SLIP_SHARE) & (style < DECOMPOSED)
    return np.where(slips, style + FIRST_SLIP, style)


def _below(keys: Keys, limit: int) -> Ints:
    return (keys % np.uint64(limit)).astype(np.int64)


def describe(
    goods: Goods, line: Ints, firm_key: Keys, item_key: Keys, code: pa.Array | None = None
) -> pa.Array:
    """Return goods descriptions, far below the 600 characters that TEN_HANG may have.

    Args:
        goods: Tariff lines.
        line: The line that is described, shape (n,).
        firm_key: Who writes, shape (n,).
        item_key: Identity of the goods; the same goods declared again keep their words.
        code: Text of the material or product code, null outside the processing regimes, where the
            description is `code#&words`; None where there are none at all.

    Returns:
        Text, shape (n,); composed letters (NFC) but for the firms whose keyboard decomposes them.
    """
    tables = _tables(goods)
    is_processing = np.zeros(len(line), dtype=bool) if code is None else _given(code)
    habit = keyed.derive(firm_key, "wording")
    good = keyed.derive(habit, "good", line)
    style = _styles(habit, item_key, is_processing)
    words = _layouts(habit, good) * STYLES * len(goods) + style * len(goods) + line
    parts = [
        tables.heads.take(pa.array(words)),
        tables.specifications.take(pa.array(_products(tables, line, good, item_key))),
        tables.tails.take(pa.array(words)),
        tables.brands.take(pa.array(_brands(tables, line, good, style))),
    ]
    if code is not None:
        parts.insert(0, pc.coalesce(pc.binary_join_element_wise(_plain(code), "", "#&"), ""))
    return pc.binary_join_element_wise(*parts, "")


def _layouts(habit: Keys, good: Keys) -> Ints:
    careless = keyed.happens(habit, "careless", _CARELESS_SHARE)
    return _below(np.where(careless, good, habit), len(LAYOUTS))


def _products(tables: Tables, line: Ints, good: Keys, item_key: Keys) -> Ints:
    """Return the specification: a firm has one to six products of a line."""
    products = 1 + _below(good >> _HIGH, _MOST_PRODUCTS)
    product = keyed.derive(good, "product", _below(item_key, _MOST_PRODUCTS) % products)
    return tables.kind_of_line[line] * PER_KIND + _below(product, PER_KIND)


def _brands(tables: Tables, line: Ints, good: Keys, style: Ints) -> Ints:
    """Return the brand in the style of the rest; 0 where none is named."""
    written = np.where(style >= FIRST_SLIP, style - FIRST_SLIP, style)
    named = tables.has_brand[line] & keyed.happens(good, "names the brand", _BRAND_SHARE)
    return np.where(named, 1 + written * BRANDS + _below(good >> _LOW, BRANDS), 0)


def _given(code: pa.Array) -> Bools:
    given: Bools = code.is_valid().to_numpy(zero_copy_only=False)
    return given


def _plain(code: pa.Array) -> pa.Array:
    return code.dictionary_decode() if pa.types.is_dictionary(code.type) else code


def named_loosely(goods: Goods, line: Ints, key: Keys, share: float) -> Ints:
    """Return the line whose words are used for each line: a near one of its chapter for some.

    Args:
        goods: Tariff lines, sorted by code.
        line: Position of each line, shape (n,).
        key: Identity of who names it, or of what is named; the same key names it alike.
        share: How often another line's words are used.
    """
    step = keyed.integers(key, "words of a near line", 1, _NEAR + 1)
    step = np.where(keyed.happens(key, "words before or after", 0.5), step, -step)
    near = np.clip(line + step, 0, len(goods) - 1)
    near = np.where(goods.hs2[near] == goods.hs2[line], near, line)
    return np.where(keyed.happens(key, "names loosely", share), near, line)


_manifest_texts: dict[int, tuple[Goods, list[str]]] = {}


def _manifest_table(goods: Goods) -> list[str]:
    """Return what a bill says of each line, form after form."""
    held = _manifest_texts.get(id(goods))
    if held is None:
        rows = list(zip(goods.names_en, goods.codes, goods.kind.tolist(), strict=True))
        texts = [
            form.format(name=name.upper(), heading=code[:4], group=_GROUPS[kind])
            for form in _MANIFEST_FORMS
            for name, code, kind in rows
        ]
        held = _manifest_texts[id(goods)] = (goods, texts)
    return held[1]


def manifest_goods(goods: Goods, line: Ints, bill_key: Keys) -> pa.Array:
    """Return the goods as a carrier puts them on a bill: short, English, vague for some.

    Args:
        goods: Tariff lines.
        line: Main line of each bill, shape (n,).
        bill_key: Identity of the bill, shape (n,).

    Returns:
        Dictionary text, shape (n,).
    """
    form = keyed.choose(bill_key, "words of the bill", _MANIFEST_SHARES)
    return coded(_manifest_table(goods), form * len(goods) + line)
