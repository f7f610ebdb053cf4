"""What stops at a bronze asset: by the check pass's verdict, never by what a library says."""

import sys

import dagster as dg
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from data_contracts.loading import contracts_of
from ingestion.land import land_files
from orchestration.assets import keys
from orchestration.definitions import STREET, build_definitions
from tests.builders import tygia, write_csv
from warehouse.settings import LakeSettings

RATES = keys.bronze("exchange_rate")


@pytest.fixture
def lake(tmp_path) -> LakeSettings:
    """A lake with one exchange rate."""
    settings = LakeSettings(home=tmp_path / "home", memory_limit_mb=512, threads=1)
    land_files(settings, "reference", [write_csv(tmp_path / "tygia_2025.csv", [tygia()])])
    return settings


def checked(lake: LakeSettings) -> dict[str, dg.AssetCheckEvaluation]:
    """Materialise the asset of the rates, which must succeed, and return its checks by name."""
    street = build_definitions(lake=lake).resolve_job_def(STREET)
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = street.execute_in_process(asset_selection=[RATES], instance=instance)
    assert result.success
    return {found.check_name: found for found in result.get_asset_check_evaluations()}


def add_with_currency(lake: LakeSettings, code: str) -> None:
    """Add the row once more with another code, as one kept under an earlier contract may have."""
    table = DeltaTable(lake.home / "lake" / "bronze" / "exchange_rate")
    rows = table.to_pyarrow_table()
    column = rows.schema.get_field_index("currency_code")
    codes = pa.array([code] * len(rows), rows.schema.field(column).type)
    write_deltalake(table, rows.set_column(column, rows.schema.field(column), codes), mode="append")


def test_a_row_that_breaks_the_contract_in_bronze_is_told_and_stops_nothing(lake):
    add_with_currency(lake, "???")
    found = checked(lake)
    assert {name: one.passed for name, one in found.items()} == {
        "contract_kept": False,
        "quarantine_small": True,
    }
    assert found["contract_kept"].severity == dg.AssetCheckSeverity.WARN
    assert found["contract_kept"].metadata["failed"].value == {"E_CODE:currency_code": 1}


def test_a_library_that_cannot_be_loaded_judges_nothing_and_stops_nothing(lake, monkeypatch):
    monkeypatch.setitem(sys.modules, "great_expectations", None)
    told = checked(lake)["contract_kept"]
    assert (told.passed, told.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert told.metadata["not_evaluated"].value == ["suite:exchange_rate"]


def test_only_the_verdict_of_the_check_pass_blocks_what_is_made_of_a_table():
    graph = build_definitions().resolve_asset_graph()
    for contract in contracts_of("bronze"):
        found = graph.get_check_keys_for_assets({keys.bronze(contract.name)})
        assert {one.name: graph.get_check_spec(one).blocking for one in found} == {
            "contract_kept": False,
            "quarantine_small": True,
        }
