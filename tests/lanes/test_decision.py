"""What a decision rests on: yesterday's history, pseudonyms, and nothing it does not know."""

import re
from datetime import date, timedelta
from typing import Any
from unicodedata import normalize

import msgspec
import pytest

from data_contracts.finding import FINDING_EN, FINDING_VI
from ml.lanes.grounds import HistoryAge, grounds_of
from ml.lanes.refusal import RequestRefusedError
from tests.answers import assert_answers
from tests.lanes.asked import answer, ground, registered, with_item
from tests.lanes.lane_lake import LaneLake, read
from tests.ml.small_release import SYSTEM


def texts(found: dict[str, Any]) -> str:
    return " ".join(reason["text_en"] for item in found["items"] for reason in item["reasons"])


def test_an_answer_says_what_its_margin_tells(lane_lake: LaneLake):
    found = answer(lane_lake, lane_lake.requests(1)[0])
    assert found["finding_en"] == FINDING_EN
    assert found["finding_vi"] == FINDING_VI
    assert "that an inspection finds something, not the share of goods" in FINDING_EN
    assert "kiểm tra tìm thấy sai, không phải tỷ lệ hàng sai" in FINDING_VI


def test_an_answer_is_what_its_contract_says(lane_lake: LaneLake):
    for request in lane_lake.requests(20):
        assert_answers("lane_decision", answer(lane_lake, request))
    # What is sent has these fields in this order, whatever the contract says.
    assert list(answer(lane_lake, lane_lake.requests(1)[0])) == [
        "lane", "next_step_vi", "next_step_en", "grounds", "declaration_number", "margin",
        "base_margin", "finding_vi", "finding_en", "items", "history_as_of", "history_age_days",
        "is_history_stale", "simulated_sources", "model_id", "snapshot_id", "policy_id",
    ]  # fmt: skip


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
        "red": ("at or above the red threshold ", policy.red_margin),
        "yellow": ("at or above the yellow threshold ", policy.yellow_margin),
        "green": ("below the yellow threshold ", policy.yellow_margin),
    }
    for request in lane_lake.requests(100):
        found = answer(lane_lake, request)
        risk = ground(found, "RR")
        assert risk is not None
        place, threshold = words[policy.lane_by_risk(found["margin"])]
        told_en = re.search(rf"(-?[0-9.]+) points, {place}(-?[0-9.]+)$", risk["text_en"])
        assert told_en is not None
        decimals = len(told_en[1].partition(".")[2])
        numbers = [f"{number:.{decimals}f}" for number in (found["margin"], threshold)]
        assert list(told_en.groups()) == numbers
        for number in numbers:
            assert number.replace(".", ",") in risk["text_vi"]
        # One decimal, unless it would make two of the same.
        few = [f"{number:.{decimals - 1}f}" for number in (found["margin"], threshold)]
        assert decimals == 1 or few[0] == few[1]


def test_a_threshold_and_a_margin_beside_it_do_not_look_alike(lane_lake: LaneLake):
    policy = msgspec.structs.replace(lane_lake.snapshot.policy, red_margin=1.0, yellow_margin=-4.44)
    for margin, told in (
        (-4.36, "-4.36 points, at or above the yellow threshold -4.44"),
        (-4.441, "-4.441 points, below the yellow threshold -4.440"),
        (-4.44, "-4.4 points, at or above the yellow threshold -4.4"),
        (-5.0, "-5.0 points, below the yellow threshold -4.4"),
    ):
        (risk,) = grounds_of(
            policy,
            margin,
            {"other_law_codes": None, "trader_id": "0101234567"},
            HistoryAge(date(2025, 1, 1), 1, is_stale=False),
        )
        assert risk["text_en"].endswith(told)


def test_an_answer_says_what_the_officer_does_next(lane_lake: LaneLake):
    steps = {
        "green": ("giải phóng hàng", "release the goods"),
        "yellow": ("kiểm tra hồ sơ", "inspect the documents"),
        "red": ("kiểm tra hồ sơ và hàng hóa", "inspect the documents and the goods"),
    }
    found = [answer(lane_lake, request) for request in lane_lake.requests(100)]
    assert {one["lane"] for one in found} == set(steps)
    for one in found:
        assert (one["next_step_vi"], one["next_step_en"]) == steps[one["lane"]]


def test_an_answer_names_the_sources_that_are_simulated(lane_lake: LaneLake):
    assert lane_lake.bundle.facts.simulated_sources == (SYSTEM,)
    assert answer(lane_lake, lane_lake.requests(1)[0])["simulated_sources"] == [SYSTEM]


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
