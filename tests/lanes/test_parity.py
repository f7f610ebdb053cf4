"""The lane's margin is the batch's margin, bit for bit, and its reasons add up to it."""

import json
from typing import Any

import numpy as np
import pytest

from ml.lanes.decision import decide
from ml.lanes.request import read_request
from tests.lanes.lane_lake import LaneLake, make_lane_lake, read

pytestmark = pytest.mark.xdist_group("lanes")


def answers(lake: LaneLake, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    pseudonym = lake.pseudonymiser.pseudonym
    return [decide(lake.snapshot, read(request), pseudonym) for request in requests]


def assert_equal_to_batch(lake: LaneLake, requests: list[dict[str, Any]], at_least: int) -> None:
    compared, worst = 0, 0.0
    for answer in answers(lake, requests):
        for item in answer["items"]:
            key = (answer["declaration_number"], item["item_number"])
            lane, batch = np.float64([item["margin"], lake.batch_margins[key]]).view(np.uint64)
            assert lane == batch, key
            parts = [reason["contribution"] for reason in item["reasons"]]
            whole = answer["base_margin"] + sum(parts) + item["other_contribution"]
            worst = max(worst, abs(whole - item["margin"]))
            compared += 1
    assert compared >= at_least
    assert worst <= 1e-5


def test_2000_items_get_the_margins_of_the_batch(lane_lake: LaneLake):
    assert_equal_to_batch(lane_lake, lane_lake.requests(1_100), 2_000)


@pytest.mark.full
def test_10000_items_get_the_margins_of_the_batch(tmp_path_factory: pytest.TempPathFactory):
    lake = make_lane_lake(tmp_path_factory.mktemp("large"), declarations=5_500)
    assert_equal_to_batch(lake, lake.requests(5_500), 10_000)


def test_an_item_gets_the_same_margin_alone_and_in_any_order(lane_lake: LaneLake):
    pseudonym = lane_lake.pseudonymiser.pseudonym
    several = [r for r in lane_lake.requests(200) if len(r["goods_items"]) > 1]
    for request in several[:40]:
        together = decide(lane_lake.snapshot, read(request), pseudonym)
        margins = {item["item_number"]: item["margin"] for item in together["items"]}
        turned = request | {"goods_items": request["goods_items"][::-1]}
        items = decide(lane_lake.snapshot, read(turned), pseudonym)["items"]
        assert {item["item_number"]: item["margin"] for item in items} == margins
        for single in request["goods_items"]:
            alone = decide(lane_lake.snapshot, read(request | {"goods_items": [single]}), pseudonym)
            assert alone["margin"] == margins[single["item_number"]]


def test_numbers_count_the_same_as_text_and_as_numbers(lane_lake: LaneLake):
    names = ("net_mass_kg", "customs_value_vnd", "supplementary_quantity", "item_number")
    for request in lane_lake.requests(50):
        body = json.dumps(request)
        for item in request["goods_items"]:
            for name in names:
                text = str(item[name])
                body = body.replace(f'"{name}": "{text}"', f'"{name}": {text}')
        assert body != json.dumps(request)
        pseudonym = lane_lake.pseudonymiser.pseudonym
        as_numbers = decide(
            lane_lake.snapshot, read_request(body.encode(), max_items=50), pseudonym
        )
        assert as_numbers == decide(lane_lake.snapshot, read(request), pseudonym)


def test_the_margin_of_a_declaration_is_that_of_its_riskiest_item(lane_lake: LaneLake):
    policy = lane_lake.snapshot.policy
    seen = set()
    for answer in answers(lane_lake, lane_lake.requests(400)):
        highest = max(item["margin"] for item in answer["items"])
        assert answer["margin"] == highest
        expected = "yellow" if highest >= policy.yellow_margin else "green"
        expected = "red" if highest >= policy.red_margin else expected
        assert answer["lane"] == expected
        seen.add(answer["lane"])
    assert seen == {"green", "yellow", "red"}


def test_an_answer_has_exactly_the_promised_fields(lane_lake: LaneLake):
    answer = answers(lane_lake, lane_lake.requests(1))[0]
    assert set(answer) == {
        "lane", "declaration_number", "margin", "base_margin", "items", "model_id", "snapshot_id",
        "policy_id",
    }  # fmt: skip
    for item in answer["items"]:
        assert set(item) == {"item_number", "margin", "reasons", "other_contribution"}
        assert len(item["reasons"]) == 3
        for reason in item["reasons"]:
            assert set(reason) == {"code", "text_vi", "text_en", "contribution"}
            assert all(reason[name] for name in ("code", "text_vi", "text_en"))
    assert answer["model_id"] == lane_lake.bundle.model_id
