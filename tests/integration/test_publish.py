"""Publishing: immutable numbered releases, unchanged months linked, readers never in between."""

import os
import subprocess
import sys
import textwrap
from contextlib import closing, contextmanager

import duckdb
import pytest
from filelock import FileLock

from data_contracts.errors import ContractViolationError, CustomsDataError
from data_contracts.loading import contracts_of, load_contracts
from tests.integration.built_marts import CUT, ROWS, change_build, lake_settings, make_build
from tests.processes import customs
from warehouse import opening, release
from warehouse.masking import KEY_FILE
from warehouse.publish import publish
from warehouse.reading import open_release

MONTHS = ["2026-01", "2026-02", "2026-03", "undated"]
LATER = "update marts.fct_inspection set additional_duty_vnd = 99 where registered_date = "


@pytest.fixture
def settings(tmp_path):
    settings = lake_settings(tmp_path / "lake")
    make_build(settings)
    return settings


def month_inode(path, month):
    return opening.month_file(path, month).stat().st_ino


def test_each_role_gets_its_tables_and_the_manifest_says_how_many_rows(settings):
    published = publish(settings)
    assert list(published) == ["restricted", "analyst", "management"]
    manifest = published["analyst"].manifest
    assert manifest.lake_cut == CUT
    assert manifest.release == 1
    assert list(manifest.months) == MONTHS
    assert manifest.tables["fct_goods_item_version"].rows == ROWS
    assert sum(manifest.tables["fct_goods_item_version"].rows_by_month.values()) == ROWS
    assert manifest.model_ids == [f"model_id-{row}" for row in sorted(map(str, range(ROWS)))]
    management = published["management"].manifest
    assert "agg_clearance_month" in management.tables
    assert not [name for name in management.tables if name.startswith(("fct_", "profile_"))]


def test_what_is_published_adds_up_to_what_was_built(settings, layout):
    publish(settings)
    total = "select count(*), sum(customs_value_vnd), sum(net_mass_kg) from marts.{}"
    with duckdb.connect(str(layout.build_path), read_only=True) as build:
        for table in ("fct_goods_item", "fct_goods_item_version"):
            expected = build.execute(total.format(table)).fetchone()
            for role in ("restricted", "analyst"):
                with open_release(layout, role) as reader:
                    assert reader.execute(total.format(table)).fetchone() == expected


def test_current_rows_are_a_view_and_not_written_twice(settings, layout):
    publish(settings, roles=["analyst"])
    # The file by itself: who opens a release sees its hub alone in the catalogue.
    file = opening.month_file(release.current_release(layout, "analyst"), "2026-01")
    with duckdb.connect(str(file), read_only=True) as month:
        rows = month.execute("select table_name from information_schema.tables").fetchall()
    names = [name for (name,) in rows]
    assert "fct_declaration_version" in names
    assert "fct_declaration" not in names


def test_a_view_that_would_say_something_else_is_written_out(settings, layout):
    change_build(layout, "create table copied as from marts.fct_declaration")
    change_build(layout, "delete from copied where declaration_number = 'declaration_number-1'")
    change_build(layout, "drop view marts.fct_declaration")
    change_build(layout, "create table marts.fct_declaration as from copied")
    publish(settings, roles=["analyst"])
    with open_release(layout, "analyst") as reader:
        rows = reader.execute("select count(*) from marts.fct_declaration").fetchone()
    assert rows == (ROWS - ROWS // 4 - 1,)


def test_publishing_the_same_build_again_makes_no_release(settings):
    publish(settings)
    again = publish(settings)
    assert [entry.is_new for entry in again.values()] == [False] * 3
    assert [entry.manifest.release for entry in again.values()] == [1] * 3


def test_only_the_month_that_changed_is_written_and_the_others_are_linked(settings, layout):
    publish(settings, roles=["analyst"])
    first = release.current_release(layout, "analyst")
    change_build(layout, LATER + "date '2026-02-14'")
    changes = publish(settings, roles=["analyst"])["analyst"].manifest.changes
    assert changes.months_written == ["2026-02"]
    assert changes.months_carried == ["2026-01", "2026-03", "undated"]
    second = release.current_release(layout, "analyst")
    assert second.name == "2"
    assert month_inode(first, "2026-01") == month_inode(second, "2026-01")
    assert month_inode(first, "2026-02") != month_inode(second, "2026-02")


def test_a_month_that_has_no_rows_any_more_leaves_the_release(settings, layout):
    publish(settings, roles=["analyst"])
    delete = "delete from marts.{} where registered_date is null"
    for contract in contracts_of("mart"):
        if contract.month_column and f"{contract.name}_version" not in load_contracts():
            change_build(layout, delete.format(contract.name))
    manifest = publish(settings, roles=["analyst"])["analyst"].manifest
    assert manifest.changes.months_removed == ["undated"]
    assert not opening.month_file(release.current_release(layout, "analyst"), "undated").exists()


def test_a_table_without_rows_can_be_read(settings, layout):
    change_build(layout, "delete from marts.fct_risk_score")
    publish(settings, roles=["analyst"])
    with open_release(layout, "analyst") as reader:
        assert reader.execute("select count(*) from marts.fct_risk_score").fetchone() == (0,)


def test_files_of_a_release_are_read_only_and_their_hashes_are_in_the_manifest(settings, layout):
    publish(settings, roles=["restricted"])
    path = release.current_release(layout, "restricted")
    manifest = release.read_manifest(path)
    for name, entry in manifest.files.items():
        assert (path / name).stat().st_mode & 0o777 == 0o400
        assert (path / name).stat().st_size == entry.size_bytes
    written = {str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()}
    assert written == {*manifest.files, opening.MANIFEST_FILE}
    assert layout.published("restricted").stat().st_mode & 0o777 == 0o700


def test_three_releases_are_kept_and_an_open_reader_keeps_its_own(settings, layout):
    publish(settings, roles=["analyst"])
    reader = open_release(layout, "analyst")
    total = "select sum(additional_duty_vnd) from marts.fct_inspection"
    before = reader.execute(total).fetchone()
    more = "update marts.fct_inspection set additional_duty_vnd = additional_duty_vnd + 1"
    for _ in range(4):
        change_build(layout, more)
        publish(settings, roles=["analyst"])
    kept = sorted(path.name for path in (layout.published("analyst") / "releases").iterdir())
    assert kept == ["3", "4", "5"]
    assert reader.execute(total).fetchone() == before
    reader.close()
    with open_release(layout, "analyst") as now:
        assert now.execute(total).fetchone() == (before[0] + 4 * ROWS,)


def test_a_killed_publisher_leaves_readers_on_the_release_before(settings, layout):
    publish(settings, roles=["analyst"])
    change_build(layout, LATER + "date '2026-02-14'")
    program = """
        import os, sys
        from pathlib import Path
        from tests.integration.built_marts import lake_settings
        from warehouse.publish import publish
        stop = lambda line: os._exit(9) if sys.argv[2] in line else None
        publish(lake_settings(Path(sys.argv[1])), roles=["analyst"], progress=stop)
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), str(settings.home), "hub written"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    assert subprocess.run(arguments, env=environment, check=False).returncode == 9
    assert release.current_release(layout, "analyst").name == "1"
    with open_release(layout, "analyst") as reader:
        assert reader.execute("select count(*) from marts.fct_inspection").fetchone() == (ROWS,)
    assert list((layout.published("analyst") / "releases").glob(".staging-*"))
    publish(settings, roles=["analyst"])
    kept = sorted(path.name for path in (layout.published("analyst") / "releases").iterdir())
    assert kept == ["1", "2"]


def test_a_full_disk_leaves_readers_on_the_release_before_and_says_what_to_do(settings, layout):
    publish(settings, roles=["analyst"])
    change_build(layout, LATER + "date '2026-02-14'")
    for limit_bytes in (20_000, 300_000):
        full = customs("publish", "--home", layout.home, file_limit_bytes=limit_bytes)
        assert full.returncode == 1
        assert "run this again" in full.stderr
        assert "fault of the program" not in full.stderr
        assert "Exception" not in full.stderr
        assert release.current_release(layout, "analyst").name == "1"
    assert publish(settings, roles=["analyst"])["analyst"].manifest.release == 2


def test_a_release_that_never_became_current_is_cleared(settings, layout):
    publish(settings, roles=["analyst"])
    half = layout.published("analyst") / "releases" / "2"
    half.mkdir()
    (half / "rubbish").write_text("left by a crash before the link moved")
    change_build(layout, LATER + "date '2026-02-14'")
    publish(settings, roles=["analyst"])
    assert not (half / "rubbish").exists()
    assert release.read_manifest(half).release == 2


def test_a_missing_mart_stops_the_release_and_readers_keep_theirs(settings, layout):
    publish(settings, roles=["analyst"])
    change_build(layout, "drop table marts.fct_inspection")
    with pytest.raises(ContractViolationError, match="fct_inspection"):
        publish(settings)
    assert release.current_release(layout, "analyst").name == "1"


def test_a_build_without_its_cut_is_not_published(settings, layout):
    change_build(layout, "drop table main.lake_cut")
    with pytest.raises(CustomsDataError, match="names no cut"):
        publish(settings)


def test_a_lost_key_is_an_error_and_never_silently_a_new_one(settings, layout):
    publish(settings, roles=["analyst"])
    (layout.secrets / KEY_FILE).unlink()
    with pytest.raises(CustomsDataError, match="restore"):
        publish(settings)


def test_a_second_publisher_is_told_to_wait(settings, layout):
    with FileLock(layout.locks / "build.lock"), pytest.raises(CustomsDataError, match="another"):
        publish(settings)


def test_publishing_before_building_says_what_to_do(tmp_path):
    with pytest.raises(CustomsDataError, match="customs build"):
        publish(lake_settings(tmp_path / "empty"))


def test_what_another_program_holds_is_not_called_damaged(settings, layout):
    with (
        holding(layout.build_path),
        pytest.raises(CustomsDataError, match=r"another program holds .*; wait until") as refused,
    ):
        publish(settings)
    assert "aside" not in str(refused.value)
    assert "remove" not in str(refused.value)


@contextmanager
def holding(path):
    """Keep a DuckDB file open for writing in another process."""
    program = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True);"
        " sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"held\n"
        yield
        process.stdin.close()


def test_a_damaged_build_says_what_makes_it_whole(settings, layout):
    layout.build_path.write_bytes(b"no database")
    with pytest.raises(CustomsDataError, match="remove it and run customs build"):
        publish(settings)


def test_a_release_with_a_damaged_manifest_is_followed_by_a_whole_one(settings, layout):
    publish(settings, roles=["analyst"])
    manifest = release.current_release(layout, "analyst") / opening.MANIFEST_FILE
    manifest.chmod(0o600)
    manifest.write_bytes(manifest.read_bytes()[:100])
    with pytest.raises(CustomsDataError, match=r"manifest\.json, line .* run customs publish"):
        release.read_manifest(manifest.parent)
    published = publish(settings, roles=["analyst"])["analyst"].manifest
    assert published.release == 2
    assert published.changes.months_written == MONTHS
    with closing(open_release(layout, "analyst")) as reader:
        assert reader.execute("select count(*) from marts.fct_goods_item_version").fetchone()
