"""One build from landed files: what it adds up to, what it says, how it fails."""

import hashlib
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from data_contracts import to_arrow
from data_contracts.errors import CustomsDataError
from data_contracts.loading import contracts_of, load_contract, load_dictionary
from ingestion.land import land_files
from ingestion.withdraw import withdraw
from orchestration.operations.build import build, program_sha256
from orchestration.operations.dbt_process import run_dbt
from tests.architecture.tree import REPOSITORY
from tests.builders import csv_bytes, write_csv
from tests.dbt.test_models import MODELS
from tests.integration.landed_marts import land, marts_figures, send
from tests.integration.vcis_rows import Extract, figures
from tests.patience import wait_for
from tests.processes import customs
from warehouse import engine, lake
from warehouse.build_record import recorded
from warehouse.layout import Layout
from warehouse.locks import BusyError
from warehouse.publish import publish
from warehouse.settings import LakeSettings

# What a score must not carry, and an error of the build must not repeat.
TAX_CODE = "0100000017"


@pytest.fixture(scope="module")
def rows():
    return Extract(seed=1, declarations=120).rows


@pytest.fixture(scope="module")
def built(rows, tmp_path_factory):
    """Build a lake that got the rows, and between them a wrong file that was taken back."""
    folder = tmp_path_factory.mktemp("built")
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024)
    files = send(rows, folder / "sent", seed=1)
    half = len(files) // 2
    land(settings, files[:half], seed=1)
    # Every head with a newer record: what counts if taking the file back leaves a trace.
    wrong = [row | {"SEQ_NO": 10**6 + n, "TONG_TG_TT": 1} for n, row in enumerate(rows["tk"])]
    land_files(settings, "vcis_extract", [write_csv(folder / "tk_wrong.csv", wrong)])
    land(settings, files[half:], seed=2)
    withdraw(settings, hashlib.sha256(csv_bytes(wrong)).hexdigest())
    started = []
    report = build(settings, progress=started.append)
    assert started
    return settings, report


def test_marts_add_up_to_an_independent_count_and_a_withdrawn_file_leaves_no_trace(rows, built):
    settings, _ = built
    counted = figures(rows)
    assert counted["orphan_items"]
    assert counted["cancelled"]
    assert marts_figures(settings) == counted


def test_build_reports_rows_and_seconds_and_writes_down_its_cut(rows, built):
    settings, report = built
    layout = Layout(settings.home)
    assert report.rows["fct_declaration"] == figures(rows)["declarations"]
    assert report.rows["fct_goods_item"] == figures(rows)["items"]
    assert set(report.rows) <= set(report.model_seconds)
    assert report.tests_passed
    with engine.build_connection(layout, settings, read_only=True) as connection:
        assert recorded(connection).cut == report.cut == lake.cut(layout)


def test_every_column_of_the_build_is_described(built):
    settings, _ = built
    with engine.build_connection(Layout(settings.home), settings, read_only=True) as connection:
        columns = connection.sql(
            """select table_name, list(column_name order by ordinal_position)
            from information_schema.columns
            where table_schema in ('staging', 'intermediate', 'marts') group by table_name"""
        ).fetchall()
    made = dict(columns)
    dictionary = load_dictionary()
    known = {*dictionary.columns, *dictionary.technical}
    wrong = {model.stem: set(made[model.stem]) - known for model in MODELS}
    assert {name: columns for name, columns in wrong.items() if columns} == {}
    marts = contracts_of("mart")
    assert {mart.name: made[mart.name] for mart in marts} == {
        mart.name: list(mart.names) for mart in marts
    }


def test_the_rules_in_sql_hold_on_their_smallest_rows(built):
    settings, _ = built
    nodes = run_dbt(Layout(settings.home), settings, ("test", "--select", "test_type:unit"))
    assert {node.kind for node in nodes} == {"unit_test"}
    assert {node.status for node in nodes} == {"pass"}


@pytest.mark.full
def test_two_rows_of_one_thing_fail_by_the_name_of_their_model(built, tmp_path):
    settings, layout = LakeSettings(home=tmp_path / "home"), Layout(tmp_path / "home")
    shutil.copytree(built[0].home, layout.home)
    with engine.build_connection(layout, settings) as connection:
        connection.execute(
            """insert into intermediate.int_declaration_lanes
            select * from intermediate.int_declaration_lanes limit 1;
            insert into marts.fct_inspection select * from marts.fct_inspection limit 1"""
        )
    with pytest.raises(CustomsDataError, match="the build failed at test") as caught:
        run_dbt(layout, settings, ("test", "--select", "test_name:grain_is_unique"))
    for model in ("int_declaration_lanes", "fct_inspection"):
        assert f"grain_is_unique_{model}_" in str(caught.value)


def test_a_selection_of_nothing_says_where_the_marts_are_named(built):
    settings, report = built
    with pytest.raises(CustomsDataError, match="'nothing'") as caught:
        build(settings, select="nothing")
    named = re.search(r"docs/\S+\.md", str(caught.value))
    assert named
    text = (REPOSITORY / named[0]).read_text(encoding="utf-8")
    assert [mart for mart in report.rows if mart not in text] == []


def test_a_selection_that_fails_names_the_model_and_no_value_and_leaves_the_build_before(
    built, tmp_path
):
    settings, layout = LakeSettings(home=tmp_path / "home"), Layout(tmp_path / "home")
    shutil.copytree(built[0].home, layout.home)
    misplaced = pa.table({
        "source_system": ["vcis_extract"],
        "declaration_number": ["30000000000"],
        "declaration_version": [TAX_CODE],
        "item_number": [1],
        "margin": [0.0],
        "probability": [0.5],
        "model_id": ["m"],
    })  # fmt: skip
    lake.append(layout, "scores", "risk_score", misplaced, {})
    # The models before it are made anew, the last one fails.
    with pytest.raises(CustomsDataError, match="fct_risk_score") as caught:
        build(settings, select="+fct_risk_score")
    assert TAX_CODE not in str(caught.value)
    assert list(layout.build_path.parent.iterdir()) == [layout.build_path]
    with engine.build_connection(layout, settings, read_only=True) as connection:
        assert recorded(connection).cut == built[1].cut
        scores = connection.sql("select count(*) from marts.fct_risk_score").fetchall()
    assert scores == [(built[1].rows["fct_risk_score"],)]
    assert all(made.is_new for made in publish(settings).values())


@pytest.mark.parametrize("select", [None, "fct_risk_score"])
def test_a_build_of_what_was_built_starts_no_dbt(built, select):
    settings, report = built
    layout = Layout(settings.home)
    log, before = layout.logs / "dbt.log", layout.build_path.stat()
    said = log.stat()
    told = []
    again = build(settings, select=select, progress=told.append)
    assert not again.is_new
    assert again.model_seconds == {}
    assert (again.rows, again.cut) == (report.rows, report.cut)
    assert again.tests_passed == report.tests_passed
    assert len(told) == 1
    assert "nothing changed" in told[0]
    assert (log.stat(), layout.build_path.stat()) == (said, before)


@pytest.mark.full
def test_scores_that_were_built_alone_make_the_build_whole_and_other_marts_do_not(built, tmp_path):
    settings, layout = LakeSettings(home=tmp_path / "home"), Layout(tmp_path / "home")
    shutil.copytree(built[0].home, layout.home)
    assert build(settings).is_new, "its lake lies elsewhere"
    score = dict.fromkeys(("declaration_version", "item_number", "margin", "probability"), 0)
    score |= {"source_system": "vcis_extract", "declaration_number": "30000000000", "model_id": "m"}
    schema = to_arrow.schema(load_contract("risk_score"))
    lake.append(layout, "scores", "risk_score", pa.Table.from_pylist([score], schema), {})
    assert build(settings, select="fct_risk_score").is_new
    assert not build(settings).is_new
    lake.append(layout, "scores", "risk_score", schema.empty_table(), {})
    assert build(settings, select="dim_source").is_new
    with engine.build_connection(layout, settings, read_only=True) as connection:
        assert recorded(connection).inputs_sha256 == ""


def test_whatever_the_marts_are_made_by_makes_another_build(tmp_path):
    program = tmp_path / "program"
    model = program / "models" / "fct_declaration.sql"
    model.parent.mkdir(parents=True)
    model.write_text("select 1")
    before = program_sha256(program)
    (program / "models" / "derived").mkdir()
    (program / "models" / "derived" / "made.yml").write_text("made anew at each build")
    assert program_sha256(program) == before
    model.write_text("select 2")
    changed = program_sha256(program)
    assert changed != before
    model.rename(model.with_name("fct_goods_item.sql"))
    assert program_sha256(program) not in {before, changed}


def test_a_partial_build_needs_a_whole_one(tmp_path):
    with pytest.raises(CustomsDataError, match="no build"):
        build(LakeSettings(home=tmp_path), select="fct_risk_score")


@pytest.mark.full
def test_a_build_that_is_killed_takes_dbt_with_it(built, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(built[0].home, home)
    settings, layout = LakeSettings(home=home, lock_wait_seconds=0), Layout(home)
    report = layout.scratch / "dbt" / "duckdb" / "target" / "run_results.json"
    command = [sys.executable, "-m", "orchestration.cli.main", "build", "--home", str(home)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as killed:
        wait_for(lambda: children_with(killed.pid, layout.build_draft_path), "dbt with its file")
        (dbt,) = children_with(killed.pid, layout.build_draft_path)
        killed.send_signal(signal.SIGKILL)
    wait_for(lambda: not opened_by(dbt), "the end of dbt")
    assert not report.exists()
    with engine.build_connection(layout, settings, read_only=True) as connection:
        assert recorded(connection).cut == built[1].cut
    build(settings, select="dim_source")
    assert list(layout.build_path.parent.iterdir()) == [layout.build_path]


def test_a_build_file_that_another_program_holds_is_one_clear_sentence(built):
    settings, layout = built[0], Layout(built[0].home)
    with (
        engine.build_connection(layout, settings, read_only=True),
        pytest.raises(BusyError, match=r"another program holds .* run this again"),
    ):
        run_dbt(layout, settings, ("run", "--select", "fct_declaration"))


@pytest.mark.full
def test_a_full_disk_is_said_and_what_was_begun_gives_back_its_room(built, tmp_path):
    settings, layout = LakeSettings(home=tmp_path / "home"), Layout(tmp_path / "home")
    shutil.copytree(built[0].home, layout.home)
    manifest = layout.scratch / "dbt" / "duckdb" / "target" / "manifest.json"
    manifest.unlink()
    manifest.symlink_to("/dev/full")
    said_of_a_full_disk(layout)
    assert list(layout.build_path.parent.iterdir()) == [layout.build_path]
    with engine.build_connection(layout, settings, read_only=True) as connection:
        assert recorded(connection).cut == built[1].cut


def said_of_a_full_disk(layout):
    full = customs("build", "--home", layout.home)
    assert full.returncode == 1
    said = "customs: the disk is full: free disk space, then type customs build\n"
    assert full.stderr.endswith(said)


def children_with(process, path):
    """Return the children of a process that have the file open."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [child for child in listed.split() if str(path) in opened_by(child)]


def opened_by(process):
    """Return the files that a process has open, none when it is gone."""
    found = set()
    try:
        for link in Path(f"/proc/{process}/fd").iterdir():
            found.add(str(link.readlink()))
    except OSError:
        return found
    return found
