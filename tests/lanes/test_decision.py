"""What a decision rests on: yesterday's history, pseudonyms, and nothing it does not know."""

from datetime import date, timedelta
from itertools import combinations
from typing import Any
from unicodedata import normalize

import pytest

from data_contracts.finding import FINDING_EN, FINDING_VI
from ml.lanes.decision import decide
from ml.lanes.refusal import RequestRefusedError
from tests.lanes.lane_lake import LaneLake, read
from tests.ml.small_release import SYSTEM


def answer(lake: LaneLake, request: dict[str, Any]) -> dict[str, Any]:
    return decide(lake.snapshot, read(request), lake.pseudonymiser.pseudonym)


def with_item(request: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the request with its first item alone, changed, and totals that agree with it."""
    item = request["goods_items"][0] | changes
    totals = {"goods_item_count": 1, "customs_value_vnd": item["customs_value_vnd"]}
    return request | {"goods_items": [item]} | totals


def registered(request: dict[str, Any], moment: str) -> dict[str, Any]:
    """Return the request with another moment of registration, and its day nowhere else."""
    name = "registered_date"
    items = [{k: v for k, v in i.items() if k != name} for i in request["goods_items"]]
    head = {k: v for k, v in request.items() if k != name}
    return head | {"registered_at": moment, "goods_items": items}


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


def texts(found: dict[str, Any]) -> str:
    return " ".join(reason["text_en"] for item in found["items"] for reason in item["reasons"])


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
    red = [r for r in lane_lake.requests(2_000) if answer(lane_lake, r)["lane"] == "red"]
    assert len(red) >= 20
    names = sorted({*red[0], *(f"item {name}" for name in red[0]["goods_items"][0])})
    may_be_left_out = set()
    for request in red[:20]:
        for name in names:
            lane = lane_without(lane_lake, request, {name})
            assert lane in {None, "red"}, name
            if lane is not None:
                may_be_left_out.add(name)
    assert {"declarant_id", "other_law_codes", "item hs6_code"} & may_be_left_out
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


def test_an_answer_says_what_its_margin_tells(lane_lake: LaneLake):
    found = answer(lane_lake, lane_lake.requests(1)[0])
    assert found["finding_en"] == FINDING_EN
    assert found["finding_vi"] == FINDING_VI
    assert "that an inspection finds something, not the share of goods" in FINDING_EN
    assert "kiểm tra tìm thấy sai, không phải tỷ lệ hàng sai" in FINDING_VI


def test_the_hs6_is_taken_from_the_tariff_line_where_it_is_not_given(lane_lake: LaneLake):
    for request in lane_lake.requests(20):
        single = with_item(request)
        derived = with_item(request, hs6_code=None)
        assert answer(lane_lake, derived) == answer(lane_lake, single)


def test_a_trader_is_looked_up_by_pseudonym_and_named_nowhere(lane_lake: LaneLake):
    known = lane_lake.requests(30)
    margins = [answer(lane_lake, request)["margin"] for request in known]
    strangers = [answer(lane_lake, r | {"trader_id": "9999999999"})["margin"] for r in known]
    assert margins != strangers
    names = {code: name for name, code in lane_lake.tax_codes.items()}
    for request in known:
        # A pseudonym is no tax code: it is not a key to the history.
        with pytest.raises(RequestRefusedError):
            answer(lane_lake, request | {"trader_id": names[request["trader_id"]]})
    for request in known:
        said = str(answer(lane_lake, request))
        assert request["trader_id"] not in said
        assert names[request["trader_id"]] not in said


def test_history_is_that_of_the_day_before_in_local_time(lane_lake: LaneLake):
    history = lane_lake.snapshot.unit_values
    [(hs6, origin, day)] = lane_lake.connection.execute(
        "select hs6_code, country_of_origin_code, as_of_date from marts.profile_unit_value_day"
        " order by as_of_date desc, hs6_code, country_of_origin_code limit 1"
    ).fetchall()
    request = with_item(lane_lake.requests(1)[0])
    found = []
    # 16:59 UTC is the same day in Hà Nội, 17:00 the next: only then the day's items are history.
    for moment in ("16:59:59", "17:00:00"):
        on_day = read(registered(request, f"{day}T{moment}Z")).registered_date
        row = history.before((SYSTEM, hs6, origin), on_day)
        found.append(date(1970, 1, 1) + timedelta(days=int(history.as_of_day[row])))
    assert found[0] < day
    assert found[1] == day


def test_another_source_system_is_refused(lane_lake: LaneLake):
    request = lane_lake.requests(1)[0]
    request["goods_items"] = [i | {"source_system": "wco_dec_xml"} for i in request["goods_items"]]
    with pytest.raises(RequestRefusedError, match="trained on nothing else") as caught:
        answer(lane_lake, request | {"source_system": "wco_dec_xml"})
    assert caught.value.field == "$.source_system"


def test_a_registration_before_the_history_is_refused(lane_lake: LaneLake):
    first = lane_lake.snapshot.manifest.first_date
    request = with_item(lane_lake.requests(1)[0])
    answer(lane_lake, registered(request, f"{first}T01:00:00Z"))
    too_early = first - timedelta(days=1)
    with pytest.raises(RequestRefusedError, match="history is kept") as caught:
        answer(lane_lake, registered(request, f"{too_early}T01:00:00Z"))
    assert caught.value.field == "$.registered_at"


def test_the_same_text_in_another_unicode_form_gets_the_same_answer(lane_lake: LaneLake):
    request = with_item(lane_lake.requests(1)[0], goods_description="ế" * 600)
    decomposed = with_item(request, goods_description=normalize("NFD", "ế" * 600))
    assert request != decomposed
    assert answer(lane_lake, decomposed) == answer(lane_lake, request)


def ground(found: dict[str, Any], code: str) -> dict[str, str] | None:
    return next((one for one in found["grounds"] if one["code"] == code), None)


def test_specialised_control_is_never_green_and_names_its_laws(lane_lake: LaneLake):
    by_risk: set[str] = set()
    for request in lane_lake.requests(200):
        free = answer(lane_lake, {k: v for k, v in request.items() if k != "other_law_codes"})
        assert ground(free, "CN") is None
        found = answer(lane_lake, request | {"other_law_codes": "TT;KH"})
        assert found["lane"] == {"green": "yellow"}.get(free["lane"], free["lane"])
        assert found["margin"] == free["margin"]
        first = found["grounds"][0]
        assert first["code"] == "CN"
        assert "TT, KH" in first["text_vi"]
        assert "TT, KH" in first["text_en"]
        by_risk.add(free["lane"])
    assert by_risk == {"green", "yellow", "red"}


def test_the_ground_of_risk_says_where_the_margin_stands(lane_lake: LaneLake):
    policy = lane_lake.snapshot.policy
    words = {
        "red": f"at or above the red threshold {policy.red_margin:.4f}",
        "yellow": f"at or above the yellow threshold {policy.yellow_margin:.4f}",
        "green": f"below the yellow threshold {policy.yellow_margin:.4f}",
    }
    for request in lane_lake.requests(100):
        found = answer(lane_lake, request)
        risk = ground(found, "RR")
        assert risk is not None
        assert words[policy.lane_by_risk(found["margin"])] in risk["text_en"]
        assert f"{found['margin']:.4f}" in risk["text_en"]
        assert f"{found['margin']:.4f}".replace(".", ",") in risk["text_vi"]


def test_an_answer_on_stale_history_says_so(lane_lake: LaneLake):
    request = lane_lake.requests(1)[0]
    last = lane_lake.snapshot.manifest.last_date
    limit = lane_lake.snapshot.policy.history_stale_days
    for age in (-30, 0, 1, limit, limit + 1, 200):
        day = last + timedelta(days=age)
        found = answer(lane_lake, registered(request, f"{day}T01:00:00Z"))
        as_of = min(last, day - timedelta(days=1))
        assert found["history_as_of"] == as_of.isoformat()
        assert found["history_age_days"] == max(age, 1)
        assert found["is_history_stale"] == (age > limit)
        warning = ground(found, "TK")
        if age > limit:
            assert warning is not None
            assert f"{age} days before registration" in warning["text_en"]
            assert f"{as_of:%d/%m/%Y}" in warning["text_vi"]
        else:
            assert warning is None
