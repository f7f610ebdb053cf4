"""What is left out or unknown: a lane all the same, a refusal, or no green; no red is lost."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from ml.lanes.refusal import RequestRefusedError
from tests.lanes.asked import answer, ground, registered, with_item
from tests.lanes.lane_lake import LaneLake


def lane_without(lake: LaneLake, request: dict[str, Any], names: set[str]) -> str | None:
    """Return the lane of a request that lacks fields, None where it is refused."""
    left = {name: value for name, value in request.items() if name not in names}
    if "goods_items" in left:
        left["goods_items"] = [
            {name: value for name, value in item.items() if f"item {name}" not in names}
            for item in left["goods_items"]
        ]
    try:
        return str(answer(lake, left)["lane"])
    except RequestRefusedError:
        return None


@pytest.mark.parametrize(
    "changes",
    [
        {"trader_id": "9999999999"},
        {"trader_id": None, "regime_code": "H11"},
        {"customs_office_code": "99ZZ"},
        {"regime_code": "G51"},
        {"foreign_party_country_code": "TV"},
        {"valuation_method_code": "9", "incoterm_code": "DPU"},
        {"source_system": None},
    ],
)
def test_what_the_model_does_not_know_still_gets_a_lane(lane_lake: LaneLake, changes):
    for request in lane_lake.requests(5):
        found = answer(lane_lake, request | changes)
        assert found["lane"] in {"green", "yellow", "red"}
        assert len(found["items"]) == len(request["goods_items"])


@pytest.mark.parametrize(
    "changes",
    [
        {"hs6_code": "999999", "tariff_line_code": "99999999"},
        {"country_of_origin_code": "TV"},
        {"tariff_schedule_code": "B99"},
        {"net_mass_kg": 0, "customs_value_vnd": 0, "supplementary_quantity": 0},
    ],
)
def test_unknown_goods_still_get_a_lane(lane_lake: LaneLake, changes):
    found = answer(lane_lake, with_item(lane_lake.requests(1)[0], **changes))
    assert found["lane"] in {"green", "yellow", "red"}


def test_the_smallest_request_gets_a_lane(lane_lake: LaneLake):
    wanted = {
        *("declaration_number", "direction_code", "regime_code", "customs_office_code"),
        *("registered_at", "trader_id", "transport_mode_code", "goods_item_count"),
        *("invoice_currency_code", "goods_items", "foreign_party_country_code", "gross_mass_kg"),
        *("valuation_method_code", "incoterm_code", "customs_value_vnd", "duty_tax_vnd"),
    }
    of_item = {
        *("item_number", "tariff_line_code", "goods_description", "invoice_amount"),
        *("customs_value_vnd", "supplementary_quantity", "supplementary_unit_code"),
        *("country_of_origin_code", "net_mass_kg", "tariff_schedule_code"),
    }
    request = with_item(lane_lake.requests(1)[0])
    smallest = {name: value for name, value in request.items() if name in wanted}
    [item] = request["goods_items"]
    smallest["goods_items"] = [{k: v for k, v in item.items() if k in of_item}]
    assert set(smallest) == wanted
    assert set(smallest["goods_items"][0]) == of_item
    assert answer(lane_lake, smallest)["lane"] in {"green", "yellow", "red"}
    for name in wanted:
        lacking = {k: v for k, v in smallest.items() if k != name}
        with pytest.raises(RequestRefusedError) as caught:
            answer(lane_lake, lacking)
        assert caught.value.field == f"$.{name}"
    for name in of_item:
        lacking_item = {k: v for k, v in smallest["goods_items"][0].items() if k != name}
        with pytest.raises(RequestRefusedError) as caught:
            answer(lane_lake, smallest | {"goods_items": [lacking_item]})
        assert caught.value.field == f"$.goods_items[0].{name}"


def test_no_red_declaration_loses_its_red_by_leaving_something_out(lane_lake: LaneLake):
    """Whatever is left out, alone or with another: refused, or still red."""
    red = [r for r in lane_lake.requests(1_000) if answer(lane_lake, r)["lane"] == "red"]
    assert len(red) >= 8
    named = {name for request in red for name in request}
    named |= {f"item {name}" for request in red for item in request["goods_items"] for name in item}
    names = sorted(named)
    may_be_left_out = set()
    for request in red[:8]:
        for name in names:
            lane = lane_without(lane_lake, request, {name})
            assert lane in {None, "red"}, name
            if lane is not None:
                may_be_left_out.add(name)
    assert may_be_left_out >= {"other_law_codes", "item hs6_code", "item registered_date"}
    for two in combinations(sorted(may_be_left_out), 2):
        for request in red[:3]:
            assert lane_without(lane_lake, request, {*two}) == "red", two
    for request in red:
        assert lane_without(lane_lake, request, may_be_left_out) == "red"


def test_without_a_trader_no_declaration_is_green_whatever_its_regime(lane_lake: LaneLake):
    lanes = set()
    for request in lane_lake.requests(300):
        assert lane_without(lane_lake, request, {"trader_id"}) is None
        found = answer(lane_lake, request | {"trader_id": None, "regime_code": "H11"})
        lanes.add(found["lane"])
        other = ground(found, "TK")
        assert other is not None
        assert (
            "No tax code, so there is no history to judge by: yellow at least" in (other["text_en"])
        )
        assert "ít nhất là luồng vàng" in other["text_vi"]
    assert "yellow" in lanes
    assert "green" not in lanes


def test_a_stale_answer_without_a_trader_has_one_ground_that_says_both(lane_lake: LaneLake):
    day = lane_lake.snapshot.manifest.last_date + timedelta(days=200)
    request = registered(lane_lake.requests(1)[0], f"{day}T01:00:00Z")
    found = answer(lane_lake, request | {"trader_id": None, "regime_code": "H11"})
    codes = [one["code"] for one in found["grounds"]]
    assert len(codes) == len(set(codes))
    other = ground(found, "TK")
    assert other is not None
    assert "No tax code" in other["text_en"]
    assert "History ends" in other["text_en"]
