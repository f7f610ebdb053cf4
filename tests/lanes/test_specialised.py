"""Specialised control in a whole lake: from the delivered code to a lane that is never green."""

import json
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import deltalake
import duckdb
import pytest

from ml.lanes.decision import decide
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request import read_request
from ml.lanes.service import load_current
from ml.lanes.snapshot import Snapshot, current_folder
from orchestration.operations.lane_example import lane_request
from tests.lanes.declared import declared
from warehouse.layout import Layout
from warehouse.masking import Pseudonymiser
from warehouse.reading import open_release
from warehouse.settings import LakeSettings

DECLARATIONS = 200


@pytest.fixture(scope="module")
def snapshot(nation_home: Path) -> Snapshot:
    layout = Layout(nation_home)
    return load_current(current_folder(layout.lanes), Pseudonymiser.load(layout))


def decided(home: Path, snapshot: Snapshot, body: bytes) -> dict[str, Any]:
    request = read_request(body, max_items=50, now=datetime.now(UTC))
    return decide(snapshot, request, Pseudonymiser.load(Layout(home)).pseudonym)


def requests(home: Path, count: int) -> list[dict[str, Any]]:
    """Return recent declarations under specialised control, as their declarants would send them."""
    chosen = (
        "select * from marts.fct_declaration where other_law_codes is not null and is_complete"
        " order by registered_date desc, declaration_number limit $n"
    )
    return declared(home, chosen, count)


def test_no_declaration_under_specialised_control_is_green(nation_home: Path, snapshot: Snapshot):
    lanes: Counter[str] = Counter()
    by_risk: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for request in requests(nation_home, DECLARATIONS):
        try:
            answer = decided(nation_home, snapshot, json.dumps(request).encode())
        except RequestRefusedError as error:
            refused[error.field] += 1
            continue
        lanes[answer["lane"]] += 1
        by_risk[snapshot.policy.lane_by_risk(answer["margin"])] += 1
        ground = answer["grounds"][0]
        assert ground["code"] == "CN"
        assert request["other_law_codes"].replace(";", ", ") in ground["text_en"]
    # A few contradict themselves: landing keeps them, and the door would have them mended.
    assert set(refused) <= {"$.gross_mass_kg", "$.direction_code"}
    assert refused.total() <= DECLARATIONS / 50
    assert lanes.total() + refused.total() == DECLARATIONS
    assert lanes["green"] == 0
    # By its margin alone most of them would have been.
    assert by_risk["green"] > DECLARATIONS / 5


def test_the_codes_are_those_that_were_delivered_and_analysts_read_them(nation_home: Path):
    table = deltalake.DeltaTable(str(Layout(nation_home).home / "lake" / "bronze" / "declaration"))
    with duckdb.connect() as connection:
        files = [uri.removeprefix("file://") for uri in table.file_uris()]
        rows = connection.execute(
            "select distinct declaration_number, other_law_codes from read_parquet($files)",
            {"files": files},
        ).fetchall()
    delivered = set(rows)
    for role in ("restricted", "analyst"):
        with closing(open_release(Layout(nation_home), role)) as release:
            found = release.execute(
                "select declaration_number, other_law_codes from marts.fct_declaration"
            ).fetchall()
        assert set(found) <= delivered
        assert sum(codes is not None for _, codes in found) > len(found) / 10


def test_the_example_of_the_demo_tells_its_laws(nation_home: Path, snapshot: Snapshot):
    body = lane_request(LakeSettings(home=nation_home))
    declared = json.loads(body)
    with closing(open_release(Layout(nation_home), "restricted")) as release:
        [(codes,)] = release.execute(
            "select other_law_codes from marts.fct_declaration where declaration_number = $number",
            {"number": declared["declaration_number"]},
        ).fetchall()
    assert declared.get("other_law_codes") == codes
    answer = decided(nation_home, snapshot, body)
    assert (answer["grounds"][0]["code"] == "CN") == (codes is not None)
