"""Words for goods: what a firm writes on its declarations, and what stands on a bill of lading.

A description is head + specification + tail + brand. Head and tail are taken from a table of all
lines in all habits of writing, built once; only the specification (model, size, packing) and the
brand differ inside it. A firm keeps its style, its layout and the words for each of its goods; one
firm in six is careless about the layout, and one description in seventy has a slip of the pen. The
words depend on line, firm and identity of the item and on nothing else. Brands are invented.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded
from simulator.kernel.keyed import Keys
from simulator.reference.goods import Goods
from simulator.reference.specifications import BRANDS, PER_KIND
from simulator.reference.wording_tables import (
    DECOMPOSED,
    ENGLISH,
    FIRST_SLIP,
    LAYOUTS,
    PLAIN,
    STYLES,
    Tables,
    build_tables,
)

LONGEST = 600
_STYLE_SHARES = (0.47, 0.24, 0.07, 0.14, 0.01, 0.07)
_CARELESS_SHARE, _SLIP_SHARE = 0.16, 0.014
_MOST_PRODUCTS = 6
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
    """Return goods descriptions, at most LONGEST characters each.

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
