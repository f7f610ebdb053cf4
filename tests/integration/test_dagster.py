"""The street as Dagster runs it: how it lands, what it judges, how it fails."""

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from data_contracts.loading import contracts_of
from ingestion.land import land_files
from orchestration.assets import keys
from orchestration.definitions import STREET, build_definitions
from orchestration.operations.build import SCORE_MART
from orchestration.settings import OrchestrationSettings
from tests.builders import tk, tygia, write_csv
from warehouse import locks
from warehouse.layout import Layout
from warehouse.settings import DEMO_HOME, LakeSettings

LANDING = dg.AssetKey(["landing", "reference"])
RATES = dg.AssetKey(["bronze", "exchange_rate"])
QUICK = {"max_retries": 2, "retry_wait_seconds": 0.0}


@pytest.fixture
def lake(tmp_path) -> LakeSettings:
    home = tmp_path / "home"
    return LakeSettings(home=home, memory_limit_mb=512, threads=1, lock_wait_seconds=0.0)


@pytest.fixture
def orchestration() -> OrchestrationSettings:
    return OrchestrationSettings(**QUICK)


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield instance


@pytest.fixture
def run(lake, orchestration, instance):
    """Materialise a selection of the street in this process."""
    street = build_definitions(lake=lake, orchestration=orchestration).resolve_job_def(STREET)

    def materialise(keys: list[dg.AssetKey], paths: list[Path] | None = None):
        config = {}
        if paths is not None:
            given = {"config": {"paths": [str(path) for path in paths]}}
            config = {"ops": {"landing__reference": given}}
        return street.execute_in_process(
            run_config=config, asset_selection=keys, instance=instance, raise_on_error=False
        )

    return materialise


def metadata(result, key: dg.AssetKey) -> dict:
    (materialised,) = result.asset_materializations_for_node("__".join(key.path))
    return {name: entry.value for name, entry in materialised.metadata.items()}


def verdicts(result) -> dict[str, bool]:
    return {found.check_name: found.passed for found in result.get_asset_check_evaluations()}


def events(result, kind: dg.DagsterEventType) -> int:
    return sum(event.event_type == kind for event in result.all_events)


def test_an_inbox_is_landed_judged_and_harmless_a_second_time(run, lake):
    rates = [tygia("USD"), tygia("EUR", "27000.5")]
    write_csv(lake.home / "inbox" / "reference" / "2025" / "tygia_2025.csv", rates)
    first = run([LANDING, RATES])
    assert first.success
    assert verdicts(first) == {
        "files_usable": True,
        "contract_kept": True,
        "quarantine_small": True,
    }
    assert metadata(first, LANDING)["accepted_files"] == 1
    assert metadata(first, RATES)["dagster/row_count"] == 2

    again = run([LANDING, RATES])
    assert metadata(again, LANDING)["duplicate_files"] == 1
    assert metadata(again, RATES) == metadata(first, RATES)


@pytest.mark.parametrize("is_named", [False, True])
def test_an_inbox_elsewhere_does_not_fall_into_the_demo_by_itself(
    instance, tmp_path, monkeypatch, is_named
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CUSTOMS_HOME", raising=False)
    Layout(DEMO_HOME).ensure()
    write_csv(tmp_path / "sent" / "reference" / "tygia_2025.csv", [tygia()])
    settings = LakeSettings(home=DEMO_HOME) if is_named else LakeSettings()
    assert settings.home == DEMO_HOME
    street = build_definitions(
        lake=settings,
        orchestration=OrchestrationSettings(inbox=tmp_path / "sent", **QUICK),
    ).resolve_job_def(STREET)
    landed = street.execute_in_process(
        asset_selection=[LANDING], instance=instance, raise_on_error=False
    )
    assert landed.success == is_named
    assert Layout(DEMO_HOME).ledger_path.exists() == is_named


def test_a_source_without_inbox_has_sent_nothing(run):
    result = run([LANDING])
    assert result.success
    assert metadata(result, LANDING)["files"] == 0


def test_a_withdrawal_that_only_names_its_record_keeps_the_contract(lake, run):
    blank = dict.fromkeys(tk(), "") | {"SO_TK": tk()["SO_TK"]}
    days = [[tk()], [blank | {"SEQ_NO": 9, "OP": "D"}]]
    for number, rows in enumerate(days, start=1):
        write_csv(lake.home / "inbox" / "vcis" / f"tk_2025030{number}_1.csv", rows)
    land_files(lake, "vcis_extract", [lake.home / "inbox" / "vcis"])
    result = run([dg.AssetKey(["bronze", "declaration"])])
    assert metadata(result, dg.AssetKey(["bronze", "declaration"]))["dagster/row_count"] == 2
    assert verdicts(result) == {"contract_kept": True, "quarantine_small": True}


def test_too_much_quarantine_stops_the_street_before_the_marts(run, tmp_path):
    file = write_csv(tmp_path / "tygia_1.csv", [tygia(), tygia("EUR", "nhiều")])
    # A step of the marts that is not stopped would run dbt.
    marts = [keys.mart(contract.name) for contract in contracts_of("mart")]
    marts.remove(keys.mart(SCORE_MART))
    result = run([LANDING, RATES, *marts], [file])
    assert not result.success
    assert verdicts(result) == {
        "files_usable": True,
        "contract_kept": True,
        "quarantine_small": False,
    }
    assert metadata(result, RATES)["quarantined_records"] == 1
    assert not result.asset_materializations_for_node("national_database")


def test_a_bad_day_after_many_good_ones_is_too_much_quarantine(run, lake, tmp_path):
    good = [tygia(TU_NGAY=f"2025-03-{day:02d}") for day in range(1, 31)]
    first = write_csv(tmp_path / "tygia_1.csv", good)
    assert run([LANDING, RATES], [first]).success
    with closing(sqlite3.connect(Layout(lake.home).ledger_path)) as ledger, ledger:
        ledger.execute(
            """update delivery
            set received_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', received_at, '-1 day')"""
        )
    bad = write_csv(tmp_path / "tygia_2.csv", [tygia("EUR", "nhiều")])
    result = run([LANDING, RATES], [bad])
    assert not result.success
    assert not verdicts(result)["quarantine_small"]
    assert metadata(result, RATES)["quarantined_records"] == 1
    nothing = run([RATES])
    assert not verdicts(nothing)["quarantine_small"]


def test_a_refused_file_is_a_warning(run, tmp_path):
    file = write_csv(tmp_path / "nothing_1.csv", [tygia()])
    result = run([LANDING], [file])
    assert result.success
    (found,) = result.get_asset_check_evaluations()
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert found.metadata["reasons"].value == {"E_UNKNOWN_TABLE": 1}


def test_a_path_that_is_not_there_is_tried_again_and_then_fails(run, tmp_path, orchestration):
    result = run([LANDING], [tmp_path / "not there"])
    assert not result.success
    assert events(result, dg.DagsterEventType.STEP_RESTARTED) == orchestration.max_retries


def test_a_step_that_meets_a_busy_lock_is_tried_again(run, lake, tmp_path):
    layout = Layout(lake.home)
    layout.ensure()
    with locks.landing(layout, 0.0):
        result = run([LANDING], [write_csv(tmp_path / "tygia_1.csv", [tygia()])])
    assert not result.success
    assert events(result, dg.DagsterEventType.STEP_RESTARTED) == QUICK["max_retries"]
