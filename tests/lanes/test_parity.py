"""The lane's margin is the batch's margin, bit for bit, and its reasons add up to it."""

import json
from itertools import product
from typing import Any

import duckdb
import msgspec
import numpy as np
import pytest

from data_contracts.code_lists import codes
from data_contracts.statements import statements_beside
from ml.lanes import policy
from ml.lanes.decision import decide
from ml.lanes.policy import Policy, set_policy
from ml.lanes.request import read_request
from tests.lanes.lane_lake import NOW, LaneLake, make_lane_lake, read

SQL = statements_beside(policy.__file__)


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
        whole = read(request)
        for single in whole.items:
            # Sent alone it would contradict the declaration's count and sums.
            alone = msgspec.structs.replace(whole, items=(single,))
            margin = decide(lane_lake.snapshot, alone, pseudonym)["margin"]
            assert margin == margins[single["item_number"]]


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
            lane_lake.snapshot, read_request(body.encode(), max_items=50, now=NOW), pseudonym
        )
        assert as_numbers == decide(lane_lake.snapshot, read(request), pseudonym)


def test_a_declaration_gets_the_lane_that_the_batch_gives_it(lane_lake: LaneLake):
    connection, snapshot = lane_lake.connection, lane_lake.snapshot
    policy = set_policy(
        connection, snapshot.bundle.model_id, snapshot.manifest.last_date, lane_lake.order().serving
    )
    assert policy == snapshot.policy
    rows = connection.execute(
        "select declaration_number, lane, margin, is_specialised from declaration_lane"
    ).fetchall()
    in_batch = {number: facts for number, *facts in rows}
    assert len(in_batch) == policy.declaration_count
    seen = set()
    found = 0
    for request in lane_lake.requests(3_000):
        if request["declaration_number"] not in in_batch:
            continue
        answer = decide(snapshot, read(request), lane_lake.pseudonymiser.pseudonym)
        lane, margin, is_specialised = in_batch[request["declaration_number"]]
        assert answer["lane"] == lane
        assert np.float64(answer["margin"]).tobytes() == np.float64(margin).tobytes()
        assert is_specialised == ("other_law_codes" in request)
        seen.add((lane, is_specialised))
        found += 1
    assert found == len(in_batch)
    assert seen == {
        ("red", False), ("yellow", False), ("green", False), ("red", True), ("yellow", True)
    }  # fmt: skip


def test_the_policy_and_the_batch_give_the_same_lane_whatever_is_told():
    """Every margin around the thresholds, with and without another law and a trader."""
    policy = msgspec.convert(
        {
            "model_id": "m",
            "red_margin": 2.0,
            "yellow_margin": 1.0,
            "red_share": 0.03,
            "yellow_share": 0.3,
            "measured_red_share": 0.0,
            "measured_yellow_share": 0.0,
            "measured_ruled_share": 0.0,
            "history_stale_days": 7,
            "declaration_count": 1,
            "first_date": "2026-01-01",
            "last_date": "2026-01-01",
        },
        Policy,
    )
    told = list(
        product(
            (0.0, np.nextafter(1.0, 0.0), 1.0, np.nextafter(2.0, 0.0), 2.0, 9.0),
            (None, "TT", "TT;KH"),
            (None, "tr_1"),
        )
    )
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_declaration (source_system varchar,"
            " declaration_number varchar, other_law_codes varchar, trader_id varchar)"
        )
        connection.execute(
            "create temp table scored_declaration (source_system varchar,"
            " declaration_number varchar, margin double)"
        )
        for number, (margin, laws, trader) in enumerate(told):
            key = ["vcis_extract", str(number)]
            connection.execute("insert into marts.fct_declaration values (?, ?, ?, ?)",
                               [*key, laws, trader])  # fmt: skip
            connection.execute("insert into scored_declaration values (?, ?, ?)", [*key, margin])
        thresholds = {"red_margin": policy.red_margin, "yellow_margin": policy.yellow_margin}
        connection.execute(SQL["declaration_lanes"], thresholds)
        lanes = dict(
            connection.execute("select declaration_number, lane from declaration_lane").fetchall()
        )
    assert len(lanes) == len(told)
    for number, (margin, laws, trader) in enumerate(told):
        lane = policy.lane(margin, is_specialised=laws is not None, has_trader=trader is not None)
        assert lanes[str(number)] == lane
        assert lane != "green" or (laws is None and trader is not None)


def test_the_margin_of_a_declaration_is_that_of_its_riskiest_item(lane_lake: LaneLake):
    for answer in answers(lane_lake, lane_lake.requests(100)):
        assert answer["margin"] == max(item["margin"] for item in answer["items"])


def test_an_answer_has_exactly_the_promised_fields(lane_lake: LaneLake):
    answer = answers(lane_lake, lane_lake.requests(1))[0]
    assert set(answer) == {
        "lane", "grounds", "declaration_number", "margin", "base_margin", "finding_vi",
        "finding_en", "items", "model_id", "snapshot_id", "policy_id", "history_as_of",
        "history_age_days", "is_history_stale", "next_step_vi", "next_step_en", "simulated_sources",
    }  # fmt: skip
    for ground in answer["grounds"]:
        assert set(ground) == {"code", "text_vi", "text_en"}
        assert ground["code"] in codes("selectivity_ground")
    for item in answer["items"]:
        assert set(item) == {"item_number", "margin", "reasons", "other_contribution"}
        assert len(item["reasons"]) <= 3
        for reason in item["reasons"]:
            assert set(reason) == {"code", "text_vi", "text_en", "contribution"}
            assert all(reason[name] for name in ("code", "text_vi", "text_en"))
    assert answer["model_id"] == lane_lake.bundle.model_id
