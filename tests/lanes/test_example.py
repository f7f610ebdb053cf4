"""The request that the demo leaves to try the door with is one that the door takes."""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ml.lanes.request import read_request
from orchestration.operations.lane_example import lane_request
from warehouse.layout import Layout
from warehouse.reading import open_release
from warehouse.settings import LakeSettings


def test_a_declaration_that_contradicts_itself_is_no_example(nation_home: Path, tmp_path: Path):
    first = json.loads(lane_request(LakeSettings(home=nation_home)))
    layout = Layout(tmp_path / "home")
    layout.ensure()
    shutil.copytree(
        Layout(nation_home).published("restricted"), layout.published("restricted"), symlinks=True
    )
    changed = 0
    for month in (layout.published("restricted") / "current" / "months").glob("*.duckdb"):
        month.chmod(0o600)
        with duckdb.connect(month) as connection:
            tables = connection.execute("select table_name from duckdb_tables()").fetchall()
            # A month has a file of what was inspected in it too.
            if ("fct_declaration_version",) in tables:
                [(rows,)] = connection.execute(
                    "update parts.fct_declaration_version set gross_mass_kg = 0.001"
                    " where declaration_number = $number",
                    {"number": first["declaration_number"]},
                ).fetchall()
                changed += rows
    assert changed >= 1
    with closing(open_release(layout, "restricted")) as release:
        told = release.execute(
            "select gross_mass_kg from marts.fct_declaration where declaration_number = $number",
            {"number": first["declaration_number"]},
        ).fetchall()
    assert float(told[0][0]) == 0.001
    body = lane_request(LakeSettings(home=layout.home))
    taken = read_request(body, max_items=50, now=datetime.now(UTC))
    assert taken.declaration["declaration_number"] != first["declaration_number"]
