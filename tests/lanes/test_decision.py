"""What a decision rests on: yesterday's history, pseudonyms, and nothing it does not know."""

from datetime import date, timedelta
from typing import Any

import pytest

from ml.lanes.decision import decide
from ml.lanes.request import RequestRefusedError
from tests.lanes.lane_lake import LaneLake, read
from tests.ml.small_release import SYSTEM

pytestmark = pytest.mark.xdist_group("lanes")


def answer(lake: LaneLake, request: dict[str, Any]) -> dict[str, Any]:
    return decide(lake.snapshot, read(request), lake.pseudonymiser.pseudonym)


def with_item(request: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return request | {"goods_items": [request["goods_items"][0] | changes]}


def texts(found: dict[str, Any]) -> str:
    return " ".join(reason["text_en"] for item in found["items"] for reason in item["reasons"])


@pytest.mark.parametrize(
    "changes",
    [
        {"trader_id": "a trader nobody knows"},
        {"trader_id": None},
        {"customs_office_code": "99ZZ"},
        {"regime_code": "Z99"},
        {"foreign_party_country_code": "QQ"},
        {"gross_mass_kg": None, "customs_value_vnd": None, "goods_item_count": None},
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
        {"country_of_origin_code": "QQ"},
        {"country_of_origin_code": None},
        {"customs_value_vnd": None, "net_mass_kg": None},
        {"net_mass_kg": 0, "customs_value_vnd": 0, "supplementary_quantity": 0},
    ],
)
def test_unknown_goods_still_get_a_lane(lane_lake: LaneLake, changes):
    found = answer(lane_lake, with_item(lane_lake.requests(1)[0], **changes))
    assert found["lane"] in {"green", "yellow", "red"}


def test_the_smallest_request_gets_a_lane(lane_lake: LaneLake):
    found = answer(
        lane_lake,
        {
            "declaration_number": "1",
            "direction_code": "export",
            "registered_at": "2025-06-01T00:00:00Z",
            "goods_items": [{"item_number": 1, "tariff_line_code": "12"}],
        },
    )
    assert found["declaration_number"] == "1"


def test_the_hs6_is_taken_from_the_tariff_line_where_it_is_not_given(lane_lake: LaneLake):
    for request in lane_lake.requests(20):
        single = with_item(request)
        derived = with_item(request, hs6_code=None)
        assert answer(lane_lake, derived) == answer(lane_lake, single)


def test_a_trader_is_looked_up_by_pseudonym_and_named_nowhere(lane_lake: LaneLake):
    known = lane_lake.requests(30)
    margins = [answer(lane_lake, request)["margin"] for request in known]
    strangers = [answer(lane_lake, r | {"trader_id": "stranger"})["margin"] for r in known]
    assert margins != strangers
    # Given the pseudonym itself, nobody is found: it is not a key to the history.
    names = {code: name for name, code in lane_lake.tax_codes.items()}
    given = [answer(lane_lake, r | {"trader_id": names[r["trader_id"]]})["margin"] for r in known]
    assert given == strangers
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
    del request["registered_date"], request["goods_items"][0]["registered_date"]
    found = []
    # 16:59 UTC is the same day in Hà Nội, 17:00 the next: only then the day's items are history.
    for moment in ("16:59:59", "17:00:00"):
        registered = read(request | {"registered_at": f"{day}T{moment}Z"}).registered_date
        row = history.before((SYSTEM, hs6, origin), registered)
        found.append(date(1970, 1, 1) + timedelta(days=int(history.as_of_day[row])))
    assert found[0] < day
    assert found[1] == day


def test_another_source_system_is_refused(lane_lake: LaneLake):
    request = lane_lake.requests(1)[0]
    request["goods_items"] = [i | {"source_system": "wco_dec_xml"} for i in request["goods_items"]]
    with pytest.raises(RequestRefusedError, match="trained on vcis_extract only") as caught:
        answer(lane_lake, request | {"source_system": "wco_dec_xml"})
    assert caught.value.field == "$.source_system"


def test_a_registration_before_the_history_is_refused(lane_lake: LaneLake):
    first = lane_lake.snapshot.manifest.first_date
    request = with_item(lane_lake.requests(1)[0])
    del request["registered_date"], request["goods_items"][0]["registered_date"]
    answer(lane_lake, request | {"registered_at": f"{first}T01:00:00Z"})
    too_early = first - timedelta(days=1)
    with pytest.raises(RequestRefusedError, match="history is kept") as caught:
        answer(lane_lake, request | {"registered_at": f"{too_early}T01:00:00Z"})
    assert caught.value.field == "$.registered_at"
