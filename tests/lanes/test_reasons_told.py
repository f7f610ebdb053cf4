"""Reasons of a whole nation, at the lane door and in the list of targets: what is never one."""

import json
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ml.lanes.decision import decide
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request import read_request
from ml.lanes.service import load_current
from ml.lanes.snapshot import current_folder
from orchestration.operations.targeting import as_payload, make_target_list
from tests.lanes.declared import declared
from warehouse.layout import Layout
from warehouse.masking import Pseudonymiser
from warehouse.reading import open_release
from warehouse.settings import LakeSettings

DECLARATIONS = 200
NEVER = (
    " giờ", "h local time", "ngày trong tuần", "day of the week", "no figure", "không có số liệu",
    "nan", "NaN", "{", "None",
)  # fmt: skip
NEW_DAYS = re.compile(r"Doanh nghiệp mới: tờ khai đầu tiên cách đây (-?[0-9.]+) ngày")
NEW_COUNT = re.compile(r"Doanh nghiệp mới: ([0-9.]+) tờ khai trước đây")
PEERS = re.compile(r"giá ([0-9.,]+) VND/kg; trung bình của HS6 và xuất xứ này ([0-9.,]+) VND/kg")
VALUE, NEWNESS = "Trị giá so với hàng cùng loại: ", "Doanh nghiệp mới: "
NEVER_HAPPENED = re.compile(r": 0 .* trong |: 0 (irregular )?of ")


def requests(home: Path) -> list[dict[str, Any]]:
    """Return the riskiest and as many other declarations, as their declarants would send them."""
    chosen = (
        "select heads.* from marts.fct_declaration as heads"
        " join (select declaration_number, max(margin) as margin from marts.fct_risk_score"
        " group by all) as scores using (declaration_number) where is_complete"
        " qualify row_number() over (order by margin desc, declaration_number) <= $n / 2"
        " or row_number() over (order by md5(declaration_number)) <= $n / 2"
    )
    return declared(home, chosen, DECLARATIONS)


@pytest.fixture(scope="module")
def told_by_lanes(nation_home: Path) -> list[tuple[dict[str, Any], str, str]]:
    """Declaration and both texts of every reason that the lane door gives."""
    layout = Layout(nation_home)
    pseudonymiser = Pseudonymiser.load(layout)
    snapshot = load_current(current_folder(layout.lanes), pseudonymiser)
    told, refused = [], 0
    for document in requests(nation_home):
        body = json.dumps(document).encode()
        try:
            request = read_request(body, max_items=50, now=datetime.now(UTC))
        except RequestRefusedError:
            refused += 1
            continue
        answer = decide(snapshot, request, pseudonymiser.pseudonym)
        told += [
            (document, reason["text_vi"], reason["text_en"])
            for item in answer["items"]
            for reason in item["reasons"]
        ]
    # What contradicts itself has been declared too, and is not decided on.
    assert refused < DECLARATIONS / 20
    assert len(told) > DECLARATIONS
    return told


@pytest.fixture(scope="module")
def told_by_targets(nation_home: Path, tmp_path_factory: pytest.TempPathFactory):
    """Tax code and both texts of every reason of the list, and all cells of its workbook."""
    file = tmp_path_factory.mktemp("targets") / "t.xlsx"
    payload = as_payload(make_target_list(LakeSettings(home=nation_home), file))
    reasons = [
        (trader["trader_id"], reason["text_vi"], reason["text_en"])
        for trader in payload["traders"]
        for one in (trader, *trader["evidence"])
        for reason in one["reasons"]
    ]
    cells = [
        str(cell)
        for sheet in openpyxl.load_workbook(file).worksheets[:3]
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    ]
    assert len(reasons) > 100
    return reasons, cells


def numbers(pattern: re.Pattern[str], texts: list[str]) -> list[int]:
    return [int(n.replace(".", "")) for text in texts for n in pattern.findall(text)]


def assert_convincing(texts_vi: list[str], texts_en: list[str]) -> None:
    for text in (*texts_vi, *texts_en):
        assert not [never for never in NEVER if never in text], text
        assert not NEVER_HAPPENED.search(text), text
    assert all(PEERS.search(text) for text in texts_vi if text.startswith(VALUE))
    new = [text for text in texts_vi if NEWNESS in text]
    days, counts = numbers(NEW_DAYS, texts_vi), numbers(NEW_COUNT, texts_vi)
    assert len(days) + len(counts) >= len(new)
    assert all(number < 365 for number in days)
    assert all(number < 50 for number in counts)


@pytest.fixture(scope="module")
def older_than_the_data(nation_home: Path) -> set[str]:
    """Tax codes of who, by the registry, was there before the data begin."""
    with closing(open_release(Layout(nation_home), "restricted")) as release:
        older = release.sql(
            "select distinct trader_id from marts.dim_trader where founded_date <"
            " (select min(registered_date) from marts.fct_declaration)"
        ).fetchall()
    return {trader_id for (trader_id,) in older}


def test_nobody_older_than_the_data_is_new(told_by_lanes, told_by_targets, older_than_the_data):
    by_lanes = [(document.get("trader_id"), text) for document, text, _ in told_by_lanes]
    by_targets = [(trader_id, text) for trader_id, text, _ in told_by_targets[0]]
    for told in (by_lanes, by_targets):
        assert older_than_the_data & {trader_id for trader_id, _ in told}
        new = {trader_id for trader_id, text in told if text.startswith(NEWNESS)}
        assert not new & older_than_the_data


def test_the_lane_door_gives_only_reasons_that_convince(told_by_lanes):
    assert_convincing([vi for _, vi, _ in told_by_lanes], [en for _, _, en in told_by_lanes])


def test_a_price_is_a_reason_only_where_it_points_the_way_of_the_loss(told_by_lanes):
    compared = 0
    for document, text, _ in told_by_lanes:
        direction = document["direction_code"]
        for pair in PEERS.findall(text):
            price, of_peers = (float(n.replace(".", "").replace(",", ".")) for n in pair)
            assert price <= of_peers if direction == "import" else price >= of_peers, text
            compared += 1
    assert compared > 10


def test_the_list_of_targets_gives_only_reasons_that_convince(told_by_targets):
    reasons, cells = told_by_targets
    assert_convincing([vi for _, vi, _ in reasons], [en for _, _, en in reasons])
    for cell in cells:
        for never in NEVER[:6]:
            assert never not in cell, cell
