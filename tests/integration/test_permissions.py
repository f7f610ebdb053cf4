"""What lies under a home is its owner's alone, whatever the umask; a setting opens a release."""

import fcntl
import grp
import os
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from data_contracts.errors import CustomsDataError
from tests.architecture.tree import REPOSITORY
from tests.conftest import USUAL_UMASK
from tests.integration.built_marts import ROWS, change_build, lake_settings, make_build
from tests.other_account import (
    all_paths,
    lockable,
    needs_root,
    opens_folders,
    reachable,
    readable,
    said_to_another,
)
from warehouse.layout import Layout
from warehouse.publish import ROLES, publish
from warehouse.reading import open_release

LATER = "update marts.fct_inspection set additional_duty_vnd = 99 where registered_date = "
# Two groups of any Debian that root is not a member of.
READERS, OTHERS = "games", "news"


@pytest.fixture
def settings(tmp_path):
    settings = lake_settings(tmp_path / "lake")
    make_build(settings)
    return settings


def modes(place: Path) -> dict[str, int]:
    """Return the mode of everything in a folder, by path; links have none of their own."""
    return {
        str(path): stat.S_IMODE(path.lstat().st_mode)
        for path in all_paths(place)
        if not path.is_symlink()
    }


def test_all_that_the_demo_makes_is_for_its_owner(nation_home):
    opened = {path: oct(mode) for path, mode in modes(nation_home).items() if mode & 0o077}
    assert opened == {}
    layout = Layout(nation_home)
    for made in (layout.ledger_path, layout.build_path, layout.locks / "build.lock"):
        assert made.is_file()
    for folder in (layout.landing, layout.lake_root, layout.models, layout.lanes, layout.reports):
        assert folder.is_dir()


@needs_root
@opens_folders
def test_another_account_reads_nothing_and_holds_no_lock(nation_home):
    paths = all_paths(nation_home)
    with reachable(nation_home) as canary:
        assert readable([canary, *paths]) == [canary]
        assert lockable([canary, *paths]) == [canary]


@needs_root
@opens_folders
def test_another_account_is_told_what_to_do(tmp_path):
    layout = Layout(tmp_path / "home")
    layout.ensure()
    with reachable(layout.home):
        (told,) = said_to_another(layout.enter, layout.ensure)
    assert told == (
        f"the lake's home {layout.home} cannot be used: Permission denied; "
        "give another --home, or its folder to this account"
    )


def test_a_home_that_was_open_is_closed(tmp_path):
    layout = Layout(tmp_path / "home")
    layout.ensure()
    (layout.reports / "list.xlsx").write_text("names")
    (layout.reports / "list.xlsx").chmod(0o644)
    (layout.home / "link").symlink_to(tmp_path)
    layout.home.chmod(0o755)
    layout.reports.chmod(0o775)
    outside = tmp_path.stat().st_mode
    layout.enter()
    assert not [path for path, mode in modes(layout.home).items() if mode & 0o077]
    assert (layout.reports / "list.xlsx").stat().st_mode & 0o777 == 0o600
    assert tmp_path.stat().st_mode == outside


def test_a_folder_with_other_things_is_no_home_and_stays_as_it_is(tmp_path):
    (tmp_path / "letter").write_text("mine")
    tmp_path.chmod(0o755)
    with pytest.raises(CustomsDataError, match="other files and no lake"):
        Layout(tmp_path).ensure()
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


@pytest.mark.parametrize(
    "program",
    [
        "from orchestration import definitions; definitions.customs.load_fn(); land()",
        """
from data_contracts.errors import CustomsDataError
from ml.lanes.service import create_service
try:
    create_service()
except CustomsDataError:
    land()
""",
    ],
    ids=["dagster", "lane worker"],
)
def test_other_ways_in_keep_what_they_write_private(tmp_path, program):
    land = "import os; land = lambda: open('made', 'w').close()\n"
    environment = os.environ | {
        "CUSTOMS_HOME": str(tmp_path / "none"), "PYTHONPATH": str(REPOSITORY)
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-c", land + program],
        check=True,
        cwd=tmp_path,
        env=environment,
        umask=USUAL_UMASK,
    )
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600


def test_a_release_stays_with_its_owner_without_a_setting(settings):
    os.umask(kept := os.umask(USUAL_UMASK))
    publish(settings)
    assert kept == os.umask(kept)
    layout = Layout(settings.home)
    for role in ROLES:
        assert not [path for path, mode in modes(layout.published(role)).items() if mode & 0o077]


@needs_root
@opens_folders
def test_a_group_reads_the_releases_of_its_role_and_nothing_else(settings):
    layout, group = Layout(settings.home), grp.getgrnam(READERS).gr_gid
    opened = settings.model_copy(update={"release_groups": {"analyst": READERS}})
    publish(opened)
    change_build(layout, f"{LATER} date '2026-02-14'")
    publish(opened)
    analyst = all_paths(layout.published("analyst"))
    with reachable(settings.home):
        assert readable(all_paths(settings.home), group) == analyst
        assert readable(all_paths(settings.home)) == []
        assert lockable(all_paths(settings.home)) == []
    assert layout.home.stat().st_mode & 0o777 == 0o710
    assert layout.published_root.stat().st_mode & 0o777 == 0o710
    releases = layout.published("analyst") / "releases"
    carried = [
        path for path in (releases / "2" / "months").iterdir()
        if path.stat().st_ino == (releases / "1" / "months" / path.name).stat().st_ino
    ]  # fmt: skip
    assert carried
    assert {path.stat().st_mode & 0o777 for path in carried} == {0o440}
    publish(settings)
    with reachable(settings.home):
        assert readable(all_paths(settings.home), group) == []


@needs_root
@opens_folders
def test_two_groups_read_each_its_own(settings):
    groups = {"analyst": READERS, "management": OTHERS}
    publish(settings.model_copy(update={"release_groups": groups}))
    layout = Layout(settings.home)
    with reachable(settings.home):
        for role, name in groups.items():
            found = readable(all_paths(settings.home), grp.getgrnam(name).gr_gid)
            assert found == all_paths(layout.published(role))
        assert readable(all_paths(settings.home)) == []


@needs_root
@opens_folders
def test_what_a_person_puts_into_a_home_that_is_passed_through_is_closed(settings):
    opened = {"release_groups": {"analyst": READERS, "management": OTHERS}}
    publish(settings.model_copy(update=opened))
    layout = Layout(settings.home)
    for folder in (layout.home / "inbox", layout.home, layout.published_root):
        folder.mkdir(exist_ok=True)
        (folder / "tk.csv").write_text("names")
        (folder / "tk.csv").chmod(0o644)
    (layout.home / "inbox").chmod(0o755)
    (layout.home / "link").symlink_to(layout.home / "inbox")
    layout.enter()
    with reachable(settings.home):
        assert readable(all_paths(settings.home)) == []
        for role, name in opened["release_groups"].items():
            found = readable(all_paths(settings.home), grp.getgrnam(name).gr_gid)
            assert found == all_paths(layout.published(role))


def test_locks_that_a_reader_holds_on_a_release_block_neither_publishing_nor_reading(settings):
    layout = Layout(settings.home)
    publish(settings)
    with ExitStack() as held:
        for path in all_paths(layout.published_root):
            if not path.is_symlink():
                descriptor = os.open(path, os.O_RDONLY)
                held.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        change_build(layout, f"{LATER} date '2026-02-14'")
        assert publish(settings)["analyst"].manifest.release == 2
        with open_release(layout, "analyst") as reader:
            assert reader.execute("select count(*) from marts.fct_inspection").fetchone() == (ROWS,)


@pytest.mark.parametrize(
    ("groups", "words"),
    [({"king": READERS}, "no role king"), ({"analyst": "no such group"}, "no group no such group")],
)
def test_a_role_or_group_that_is_not_there_is_told_before_anything_is_written(
    settings, groups, words
):
    with pytest.raises(CustomsDataError, match=words):
        publish(settings.model_copy(update={"release_groups": groups}))
    assert not Layout(settings.home).published_root.exists()
