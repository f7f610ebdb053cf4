"""Reasons in money: parts that add up, in words that an auditor may be told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from data_contracts.code_lists import code_list
from ml.models.risk import MODEL
from ml.reasons import Explanation, Reason, explain, may_be_said
from ml.targets.money import Found, OpenGoods, item_reasons, trader_reasons
from tests.unit.ml.feature_rows import columns_of as convert
from tests.unit.ml.feature_rows import feature, input_table

NAMES = [feature.name for feature in MODEL.features]
REGISTERED = date(2026, 1, 1)
KNOWN_SINCE = date(2024, 7, 1)
# Like goods: a hundred items of e^10 VND a kilo, with a spread of 0.5 in the logarithm.
ROW = {
    "direction_code": "import",
    "registered_at": datetime(2026, 1, 1, 3, tzinfo=UTC),
    "customs_value_vnd": 1_000_000,
    "net_mass_kg": 10,
    "trader_declaration_count": 10,
    "unit_value_item_count": 100,
    "unit_value_log_sum": 1_000,
    "unit_value_log_square_sum": 10_025,
}


def columns_of(**changes):
    return convert(input_table(ROW | changes))


def test_the_parts_of_a_trader_add_up_to_the_dong_and_name_kinds_and_goods():
    found = (Found("TRI_GIA", 12, 10, 19_000_001), Found("MA_HS", 1, 1, 1_000_000))
    goods = [OpenGoods("A11", "high", 312, 7.0), OpenGoods("E31", "none", 9_000, 0.1)]
    reasons = trader_reasons(1_000_000.4, 0.9, found, goods)
    assert sum(reason.amount_vnd for reason in reasons) == 1_000_000
    assert [reason.code for reason in reasons] == ["FOUND", "GOODS", "FOUND", "GOODS"]
    assert reasons[0].amount_vnd == pytest.approx(900_000 * 19_000_001 / 20_000_001, abs=2)
    assert "trị giá: 12 lần, 10 lần có thuế tăng thêm, tổng 19.000.001 VND" in reasons[0].text_vi
    assert "value: findings 12, with additional duty 10, 19,000,001 VND" in reasons[0].text_en
    assert "A11, thuế khai trước miễn giảm trên 20 % trị giá: 312 dòng hàng" in reasons[1].text_vi


def test_every_kind_of_the_code_list_is_told():
    for code in code_list("irregularity_type"):
        (reason,) = trader_reasons(10.0, 1.0, (Found(code.code, 2, 1, 5),), [])
        assert code.label_vi[1:] in reason.text_vi
        assert code.label_en[1:] in reason.text_en


def test_kinds_that_are_not_told_are_one_part():
    found = (Found("ir_x7rfcoztprttgytf6tcw", 2, 1, 5), Found("", 3, 2, 5))
    (reason,) = trader_reasons(10.0, 1.0, found, [])
    assert "không rõ loại: 5 lần, 3 lần có thuế tăng thêm, tổng 10 VND" in reason.text_vi


def test_a_finding_that_brought_nothing_is_no_reason_for_money():
    goods = [OpenGoods("A11", "high", 5, 1.0)]
    reasons = trader_reasons(50.0, 0.0, (Found("TRI_GIA", 4, 0, 0),), goods)
    assert [reason.code for reason in reasons] == ["GOODS"]


def test_the_parts_of_an_item_follow_the_model_and_add_up():
    explanation = Explanation(
        base_margin=-4.0,
        reasons=(Reason("VALUE", "giá", "price", 1.5), Reason("ORIGIN", "xx", "origin", 0.5)),
        other_contribution=-1.0,
    )
    reasons = item_reasons(10_000.0, 0.4, explanation, (0.02, 0.05))
    told = {reason.code: reason.amount_vnd for reason in reasons}
    # 6,000 VND rest on the model: 2/5 of them on what every item starts from, the other 3,600 are
    # for a margin of 1.0, so 3,600 VND per unit of margin.
    assert told == {
        "FOUND": 4_000, "GOODS": 2_400, "VALUE": 5_400, "ORIGIN": 1_800, "OTHER": -3_600,
    }  # fmt: skip


def test_an_item_that_the_model_leaves_where_it_began_is_all_like_goods():
    explanation = Explanation(-4.0, (Reason("VALUE", "giá", "price", 1.0),), -1.0)
    reasons = item_reasons(100.0, 0.0, explanation, (0.02, 0.02))
    assert [(reason.code, reason.amount_vnd) for reason in reasons] == [("GOODS", 100)]


def said(name, known_since=KNOWN_SINCE, **changes):
    return bool(
        may_be_said(MODEL.features, columns_of(**changes), known_since)[0, NAMES.index(name)]
    )


def told(name, **changes):
    """Return the texts of the reasons where one feature alone raises the margin."""
    contributions = np.zeros((1, len(MODEL.features) + 1), dtype=np.float32)
    contributions[0, NAMES.index(name)] = 1.0
    (explanation,) = explain(MODEL.features, columns_of(**changes), contributions, KNOWN_SINCE)
    assert sum(r.contribution for r in explanation.reasons) + explanation.other_contribution == 1
    return [reason.text_en for reason in explanation.reasons]


@pytest.mark.parametrize("name", ["registered_hour", "registered_weekday"])
def test_a_time_is_never_a_reason_for_money(name):
    assert not said(name)


@pytest.mark.parametrize("name", ["unit_value_log_z", "unit_value_to_peer_log_ratio"])
def test_a_price_is_a_reason_only_where_it_points_the_way_of_the_loss(name):
    low, high = {"customs_value_vnd": 1_000}, {"customs_value_vnd": 10**12}
    assert said(name, direction_code="import", **low)
    assert not said(name, direction_code="import", **high)
    assert not said(name, direction_code="export", **high)
    assert not said(name, direction_code="export", **low)


@pytest.mark.parametrize("name", ["trader_declaration_count_log", "trader_history_days"])
def test_who_has_declared_often_or_for_years_is_not_new(name):
    new = {"trader_declaration_count": 12, "trader_first_registered_date": REGISTERED}
    assert said(name, **new)
    assert not said(name, **new | {"trader_declaration_count": 43_388})
    years_ago = REGISTERED - timedelta(days=400)
    assert not said(name, **new | {"trader_first_registered_date": years_ago})


@pytest.mark.parametrize("name", ["trader_declaration_count_log", "trader_history_days"])
@pytest.mark.parametrize("days", [0, 39, 364])
def test_who_may_have_declared_before_the_data_begin_is_not_new(name, days):
    begun = REGISTERED - timedelta(days=100)
    new = {"trader_declaration_count": 12, "trader_first_registered_date": begun}
    assert not said(name, begun - timedelta(days=days), **new)
    assert said(name, begun - timedelta(days=365), **new)


def test_a_feature_is_told_as_it_says_whatever_its_name_and_group():
    value = replace(feature("net_mass_kg_log"), name="value_band", group="VALUE")
    others = ("unit_value_log_z", "trader_history_days", "registered_hour")
    features = (value, *(replace(feature(name), name=f"another_{name}") for name in others))
    new = {"trader_declaration_count": 12, "trader_first_registered_date": REGISTERED}
    low = new | {"customs_value_vnd": 1_000}
    old_and_high = new | {"trader_first_registered_date": date(2016, 1, 1)}
    for changes, expected in ((low, [1, 1, 1, 0]), (old_and_high, [1, 0, 0, 0])):
        said = may_be_said(features, columns_of(**changes), KNOWN_SINCE)
        assert said[0].tolist() == expected


def test_a_value_is_no_reason_without_like_goods_to_hold_it_against():
    declared = {"supplementary_quantity": 10, "valuation_method_code": "6"}
    for one in MODEL.features:
        if one.group == "VALUE":
            assert all("; mean of this HS6" in text for text in told(one.name, **declared))
    (low,) = told("unit_value_log_z", **declared | {"customs_value_vnd": 1_000})
    assert low.startswith("Value against like goods: 100 VND/kg; mean of this HS6 and origin ")


@pytest.mark.parametrize(
    ("name", "count", "sentence"),
    [
        ("trader_cancelled_ratio", "trader_cancelled_count", "of 169 earlier declarations canc"),
        ("trader_amended_ratio", "trader_amended_count", "of 169 earlier declarations amended"),
        ("trader_inspected_count_log", "trader_irregular_count", "irregular of 30 earlier insp"),
        ("trader_irregular_count_log", "trader_irregular_count", "irregular of 30 earlier insp"),
        ("trader_irregular_ratio", "trader_irregular_count", "irregular of 30 earlier inspections"),
    ],
)
def test_that_something_never_happened_is_no_reason_for_more(name, count, sentence):
    history = {"trader_declaration_count": 169, "trader_inspected_count": 30}
    assert told(name, **history, **{count: 0}) == []
    (text,) = told(name, **history, **{count: 1})
    assert f": 1 {sentence}" in text


def test_most_features_may_be_said():
    assert np.mean(may_be_said(MODEL.features, columns_of(), KNOWN_SINCE)) > 0.7
