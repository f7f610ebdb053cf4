"""Goods: lines that hang together, the published shape of their shares."""

import unicodedata

import numpy as np
import pytest

from simulator.reference.goods import (
    AUTHORITIES,
    CONSUMER,
    KINDS,
    LICENCES,
    PACKAGES,
    UNITS,
    load_goods,
    siblings,
)

GOODS = load_goods()


def test_every_field_has_one_value_a_line():
    for name in GOODS.__slots__:
        assert len(getattr(GOODS, name)) == len(GOODS), name


def test_codes_are_eight_digits_sorted_and_of_all_chapters():
    assert GOODS.codes == sorted(set(GOODS.codes))
    assert all(len(code) == 8 and code.isdigit() for code in GOODS.codes)
    assert set(GOODS.hs2.tolist()) == set(range(1, 98)) - {77}
    assert [int(code[:6]) for code in GOODS.codes] == GOODS.hs6.tolist()


def test_some_six_digit_codes_are_split():
    _, counts = np.unique(GOODS.hs6, return_counts=True)
    assert (counts == 2).sum() > 40
    assert (counts == 3).any()


def test_names_are_composed_and_differ():
    assert len(set(GOODS.names_vi)) > 0.98 * len(GOODS)
    assert all(unicodedata.is_normalized("NFC", name) for name in GOODS.names_vi)
    assert all(name.isascii() for name in GOODS.names_en)


@pytest.mark.parametrize("weight", [GOODS.import_weight, GOODS.export_weight])
def test_items_gather_on_few_codes_as_published(weight):
    share = np.bincount(GOODS.hs6, weight)
    share = np.sort(share[share > 0])[::-1]
    assert weight.sum() == pytest.approx(1.0)
    assert share[: round(len(share) * 0.01)].sum() == pytest.approx(0.21, abs=0.01)
    assert share[: round(len(share) * 0.10)].sum() == pytest.approx(0.58, abs=0.01)


def test_specialised_management_covers_three_import_items_in_ten():
    assert GOODS.import_weight[GOODS.is_managed].sum() == pytest.approx(0.30, abs=0.02)
    assert (GOODS.is_managed == (GOODS.agency >= 0)).all()


def test_positions_are_inside_their_lists():
    limits = {"unit1": UNITS, "package": PACKAGES, "kind": KINDS}
    for name, names in limits.items():
        assert getattr(GOODS, name).min() >= 0
        assert getattr(GOODS, name).max() < len(names)
    optional = {"agency": AUTHORITIES, "licence": LICENCES, "unit2": UNITS, "sibling": GOODS.codes}
    for name, names in (optional | {"product_of": GOODS.codes}).items():
        assert getattr(GOODS, name).min() == -1
        assert getattr(GOODS, name).max() < len(names)


def test_mass_is_the_second_unit_of_what_is_not_a_mass():
    by_unit = {UNITS[unit] for unit in GOODS.unit1[GOODS.is_mass]}
    assert by_unit == {"KGM", "TNE"}
    assert (GOODS.unit2[GOODS.is_mass] == -1).all()
    assert (GOODS.unit2[~GOODS.is_mass] == UNITS.index("KGM")).all()
    tonnes = GOODS.unit1 == UNITS.index("TNE")
    assert (GOODS.kg_per_unit[tonnes] == 1000).all()
    assert (GOODS.kg_per_unit[GOODS.unit1 == UNITS.index("KGM")] == 1).all()


def test_a_sibling_looks_alike_and_pays_three_points_less():
    line = np.flatnonzero(GOODS.sibling >= 0)
    other = GOODS.sibling[line]
    assert (GOODS.mfn_bp[other] <= GOODS.mfn_bp[line] - 300).all()
    assert (GOODS.hs2[other] == GOODS.hs2[line]).all()
    assert (GOODS.unit1[other] == GOODS.unit1[line]).all()
    assert len(line) > len(GOODS) / 3


def test_the_nearest_price_of_the_same_heading_is_the_sibling():
    heading = np.array([8517, 8517, 8517, 8518, 8517])
    unit = np.array([2, 2, 2, 2, 0])
    duty = np.array([1000, 0, 0, 0, 0])
    found = siblings(heading, unit, duty, np.array([1.0, 3.0, 1.2, 1.0, 1.0]))
    assert found.tolist() == [2, -1, -1, -1, -1]


def test_materials_have_a_product_and_a_norm():
    line = np.flatnonzero(GOODS.is_material)
    assert (GOODS.product_of[line] >= 0).all()
    assert (GOODS.product_of[line] != line).all()
    assert (GOODS.norm[line] > 0).all()
    assert (GOODS.norm[~GOODS.is_material] == 0).all()
    assert (GOODS.product_of[~GOODS.is_material] == -1).all()


def test_the_value_list_holds_prices_below_the_level():
    listed = GOODS.reference_usd > 0
    share = GOODS.reference_usd[listed] / np.exp(GOODS.log_price[listed])
    assert listed.sum() > 100
    assert share.min() > 0.5
    assert share.max() < 0.9
    assert (GOODS.kind[listed] == CONSUMER).any()


def test_rates_are_possible():
    for rates in (GOODS.mfn_bp, GOODS.vat_bp, GOODS.excise_bp, GOODS.export_bp):
        assert rates.min() == 0
        assert rates.max() <= 15_000
    assert set(GOODS.vat_bp.tolist()) <= {0, 500, 800, 1000}
