"""The whole street as one Dagster run makes what the single commands make."""

import dagster as dg
import openpyxl
import pytest

from ml.lanes.snapshot import current_folder, load_snapshot
from orchestration.definitions import STREET, build_definitions
from orchestration.settings import OrchestrationSettings
from warehouse.layout import Layout
from warehouse.publish import ROLES
from warehouse.release import current_release, read_manifest
from warehouse.settings import LakeSettings

FOLDERS = {"reference": "reference", "trader_registry": "registry", "vcis_extract": "vcis"}


def rows_of(layout: Layout, role: str) -> dict[str, int]:
    tables = read_manifest(current_release(layout, role)).tables
    return {name: table.rows for name, table in tables.items()}


@pytest.mark.full
def test_one_job_makes_what_the_commands_make(nation_home, tmp_path):
    lake = LakeSettings(home=tmp_path / "home")
    definitions = build_definitions(lake=lake, orchestration=OrchestrationSettings(max_retries=0))
    delivered = {
        f"landing__{source}": {"config": {"paths": [str(nation_home / "nation" / folder)]}}
        for source, folder in FOLDERS.items()
    }
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = definitions.resolve_job_def(STREET).execute_in_process(
            run_config={"ops": delivered}, instance=instance
        )

    layout, expected = Layout(lake.home), Layout(nation_home)
    assert {role: rows_of(layout, role) for role in ROLES} == {
        role: rows_of(expected, role) for role in ROLES
    }
    graph = definitions.resolve_asset_graph()
    made = {
        event.asset_key: event.materialization
        for event in result.get_asset_materialization_events()
    }
    assert set(made) == graph.get_all_asset_keys()
    assert all("dagster/row_count" in found.metadata for found in made.values())

    checks = result.get_asset_check_evaluations()
    assert {found.asset_check_key for found in checks} == graph.asset_check_keys
    errors = [found for found in checks if found.severity == dg.AssetCheckSeverity.ERROR]
    assert [found.asset_check_key for found in errors if not found.passed] == []

    snapshot = load_snapshot(current_folder(layout.lanes))
    assert (
        made[dg.AssetKey(["lanes", "snapshot"])].metadata["snapshot_id"].value
        == snapshot.snapshot_id
    )
    # That the nation is simulated comes with its files, through release and model, into the list.
    model = made[dg.AssetKey(["models", "risk"])].metadata
    assert model["is_released"].value is True
    assert model["simulated_sources"].value == sorted(FOLDERS)
    book = openpyxl.load_workbook(lake.home / "reports" / "audit_targets.xlsx")
    for sheet in book:
        words = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row)
        assert "SIMULATED DATA (reference, trader_registry, vcis_extract)" in words
