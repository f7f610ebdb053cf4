"""Words for goods: a firm keeps its words, and nothing but line, firm and item decides them."""

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from simulator.kernel import keyed
from simulator.reference.goods import load_goods
from simulator.reference.specifications import (
    LABELS,
    PER_KIND,
    brand_names,
    specifications,
)
from simulator.reference.wording import describe, manifest_goods, without_marks

# Of TEN_HANG.
LONGEST = 600
GOODS = load_goods()
COUNT = 20_000
FIRMS = keyed.identities(keyed.root(1, "firms"), 300)
ITEMS = keyed.identities(keyed.root(1, "items"), COUNT)
FIRM = FIRMS[keyed.integers(ITEMS, "firm", 0, len(FIRMS))]
LINE = keyed.choose(ITEMS, "line", GOODS.import_weight)
CODE = pa.array(["NPL7"] * COUNT, mask=keyed.happens(ITEMS, "processing", 0.7))
WORDS = describe(GOODS, LINE, FIRM, ITEMS, CODE)


def test_no_description_is_empty_or_too_long():
    length = pc.utf8_length(WORDS)
    assert WORDS.null_count == 0
    assert pc.min(length).as_py() > 10
    assert pc.max(length).as_py() + 48 <= LONGEST


def test_any_subset_gives_the_same_words():
    chosen = np.arange(5, COUNT, 17)
    again = describe(GOODS, LINE[chosen], FIRM[chosen], ITEMS[chosen], CODE.take(pa.array(chosen)))
    assert again.equals(WORDS.take(pa.array(chosen)))


def test_only_processing_goods_carry_a_code():
    has_code = pc.match_substring(WORDS, "#&").to_numpy(zero_copy_only=False)
    assert (has_code == CODE.is_valid().to_numpy(zero_copy_only=False)).all()
    assert pc.all(pc.starts_with(WORDS.filter(CODE.is_valid()), "NPL7#&")).as_py()


def test_dictionary_codes_are_taken_too():
    assert describe(GOODS, LINE, FIRM, ITEMS, CODE.dictionary_encode()).equals(WORDS)


def test_a_firm_uses_few_wordings_for_the_same_good():
    one = np.full(COUNT, int(GOODS.import_weight.argmax()))
    words = describe(GOODS, one, np.full(COUNT, FIRMS[0]), ITEMS)
    common = pc.value_counts(words).field("counts").to_numpy()
    often = common[common > COUNT * 0.05]
    assert 1 <= len(often) <= 6
    assert often.sum() > 0.97 * COUNT


def test_slips_of_the_pen_are_few():
    one = np.full(COUNT, int(GOODS.import_weight.argmax()))
    words = describe(GOODS, one, FIRM, ITEMS)
    common = pc.value_counts(words).field("counts").to_numpy()
    rare = common[common <= 2].sum() / COUNT
    assert 0.003 < rare < 0.03


def test_firms_differ_in_style():
    text = WORDS.to_pylist()
    upper = np.mean([words.upper() == words or words[:6].isupper() for words in text])
    bare = np.mean([words.isascii() for words in text])
    decomposed = np.mean([unicodedata.normalize("NFC", words) != words for words in text])
    assert upper > 0.15
    assert 0.1 < bare < 0.5
    assert 0.0 < decomposed < 0.05


def test_english_is_for_processing_regimes():
    english = pc.match_substring(WORDS, "BRAND NEW").to_numpy(zero_copy_only=False)
    assert english.any()
    assert CODE.is_valid().to_numpy(zero_copy_only=False)[english].all()


@pytest.mark.parametrize(
    ("text", "bare"),
    [("Đồ gỗ nội thất", "Do go noi that"), ("Sữa bột", "Sua bot"), ("model", "model")],
)
def test_marks_are_left_out(text, bare):
    assert without_marks(pa.array([text])).to_pylist() == [bare]


def test_specifications_and_brands_read_alike_in_every_style():
    texts = specifications()
    assert len(texts) == PER_KIND * len(LABELS)
    assert all(text.isascii() for text in texts)
    assert len(set(brand_names())) > 400


def test_bills_name_goods_in_short_english():
    words = manifest_goods(GOODS, LINE, ITEMS)
    assert pa.types.is_dictionary(words.type)
    assert all(text.isascii() and text == text.upper() for text in words.to_pylist())
    assert pc.max(pc.utf8_length(words.cast(pa.string()))).as_py() < 120
