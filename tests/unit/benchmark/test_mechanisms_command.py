"""The command that judges mechanisms, and the page that it makes for the docs."""

import json
from datetime import timedelta

import pytest
import typer
from typer.testing import CliRunner

from benchmark.mechanisms.claims import CLAIMS
from benchmark.mechanisms.signs import SIGNS
from benchmark.mechanisms.stories import STORIES, told_by
from benchmark.mechanisms.wording import rule_rows, sign_rows, story_rows
from data_contracts.errors import WrongUseError
from orchestration.cli import bench
from simulator.mechanisms.loading import NAMES
from tests.architecture.tree import REPOSITORY
from tests.unit.benchmark.mechanism_world import FIRST, World, tariff
from tests.unit.benchmark.nations import number

PAGE = REPOSITORY / "docs" / "mechanisms.md"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    world = World()
    tariff(world)
    world.scheme("U", "undervaluation", "A")
    for days in (0, 1, 101):
        world.irregular(world.declared("A", days), "undervaluation", "U")
    for trader in "BCDEFGHIJK":
        world.declared(trader)
    return world.write(tmp_path_factory.mktemp("mechanisms"))


def call(*words):
    app = typer.Typer()
    bench.register(app)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["bench", "mechanisms", *map(str, words)])


def test_the_command_says_what_does_not_hold_and_fails(folders, tmp_path):
    page = tmp_path / "page.md"
    words = ("--world", folders[0], "--truth", folders[1])
    done = call(*words, "--page", page, "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert (told["declarations"], told["items"], told["irregular"]) == (13, 13, 3)
    fault = "undervaluation: window, until_it_ended holds for 2 of 3"
    assert fault in told["faults"]
    written = page.read_text(encoding="utf-8")
    assert f"- {fault}" in written
    assert written.endswith("\n\n" + "\n".join(sign_rows()) + "\n")
    assert fault in call(*words).stdout


def test_a_page_is_markdown_and_nothing_else(folders, tmp_path):
    page = tmp_path / "page.html"
    done = call("--world", folders[0], "--truth", folders[1], "--page", page)
    assert isinstance(done.exception, WrongUseError)
    assert "expected a Markdown file, named *.md; found page.html" in str(done.exception)
    assert not page.exists()


def test_a_mechanism_of_which_there_is_too_little_is_told_and_no_fault(tmp_path):
    world = World()
    tariff(world)
    world.scheme("U", "undervaluation", "A")
    for days in (0, 1):
        world.irregular(world.declared("A", days), "undervaluation", "U")
    files, truth = world.write(tmp_path)
    page = tmp_path / "page.md"
    done = call("--world", files, "--truth", truth, "--page", page)
    assert done.exit_code == 0
    told = "Not proven here, too few: undervaluation (2 items, 1 traders), broker_cartel (0 items,"
    assert told in done.stdout
    assert told in page.read_text(encoding="utf-8")
    unproven = json.loads(call("--world", files, "--truth", truth, "--json").stdout)["unproven"]
    assert unproven[0] == {"mechanism": "undervaluation", "rows": 2, "traders": 1}


def test_what_of_a_loss_is_not_visible_at_the_end_of_the_files_is_told(folders, tmp_path):
    """A quarter of one mechanism's loss shows after the last day, nothing of the other's does."""
    world = World()
    tariff(world)
    world.scheme("U", "undervaluation", "A")
    world.scheme("T", "temporary_import_kept", "B")
    last, after = FIRST + timedelta(days=5), FIRST + timedelta(days=6)
    world.irregular(world.declared("A"), "undervaluation", "U", shows_on=last)
    kept = "temporary_import_kept"
    world.irregular(world.declared("B"), kept, "T", shows_on=last, duty_evaded_vnd=300)
    world.irregular(world.declared("B", 5), kept, "T", shows_on=after, duty_evaded_vnd=100)
    files, truth = world.write(tmp_path)
    page = tmp_path / "page.md"
    done = call("--world", files, "--truth", truth, "--page", page, "--json")
    assert json.loads(done.stdout)["waiting"] == [{"mechanism": kept, "share": 0.25}]
    line = f"Of the loss not yet visible at the end of the files: {kept} 25.0%"
    assert line in page.read_text(encoding="utf-8").splitlines()
    assert line in call("--world", files, "--truth", truth).stdout.splitlines()
    assert "not yet visible" not in call("--world", folders[0], "--truth", folders[1]).stdout


def test_what_control_finds_of_each_mechanism_is_told(tmp_path):
    """Two of three are inspected, one of them finds something; the third is charged by an audit.

    What stood not, and what an annulled audit charged, counts nowhere.
    """
    world = World()
    tariff(world)
    world.scheme("U", "undervaluation", "A")
    own = [world.declared("A", days) for days in range(3)]
    for at in own:
        world.irregular(at, "undervaluation", "U")
    other = world.declared("B")
    for check, (at, result) in enumerate([(own[0], "1"), (own[1], "0"), (own[0], "0")]):
        world.add(
            "kiemtra", MA_KT=str(check), STT_KT="1", SO_TK_GOC=number(at), HINH_THUC="1",
            KET_QUA=result,
        )  # fmt: skip
    for at, state in ((own[2], "final"), (other, "annulled")):
        world.add(
            "ktstqct", MA_QD="Q1", SO_TK_GOC=number(at), STT="1", MA_SAC_THUE="N",
            TRANG_THAI=state,
        )  # fmt: skip
    files, truth = world.write(tmp_path)
    page = tmp_path / "page.md"
    done = call("--world", files, "--truth", truth, "--page", page, "--json")
    names = ("mechanism", "declarations", "inspected", "found", "audited")
    told = [tuple(one[name] for name in names) for one in json.loads(done.stdout)["looked_at"]]
    assert told == [("honest", 1, 0, 0, 0), ("undervaluation", 3, 2, 1, 1)]
    shown = page.read_text(encoding="utf-8").splitlines()
    assert "| undervaluation | 3 | 66.7% | 33.3% | 33.3% |" in shown


def test_files_that_lack_or_cannot_be_read_and_what_nobody_explains_are_faults(tmp_path):
    world = World()
    tariff(world)
    world.irregular(world.declared("A"), "undervaluation", "U")
    world.irregular(world.declared("B"), "round_kilos", world.scheme("K", "round_kilos", "B"))
    files, truth = world.write(tmp_path)
    for name, content in (("co_1.xml", b"<a"), ("hang_2.parquet", b"PAR1"), ("LC_1.csv", b"x")):
        (files / name).write_bytes(content)
    rows = {"tk": 2, "seal_stream": 3, "co_form": 1, "lao_cai_gate": 0, "hang": 2}
    (files / "world.json").write_text(json.dumps({"counts": {"rows": rows}}))
    done = call("--world", files, "--truth", truth)
    assert done.exit_code == 1
    words = " ".join(done.stdout.split())
    told = "expected {} rows, as world.json tells; found none in the folder"
    assert [name for name in rows if f"{name}: {told.format(rows[name])}" in words] == [
        "seal_stream", "co_form",
    ]  # fmt: skip
    for name in ("co_1.xml", "hang_2.parquet", "LC_1.csv"):
        assert f"{name}: expected a file of its form, found one that could not be read" in words
    assert "undervaluation: 1 schemes of its items are not told" in done.stdout
    assert "round_kilos: no story tells of it, nothing of it is judged" in done.stdout


def test_a_folder_without_declarations_is_refused(folders, tmp_path):
    done = call("--world", tmp_path, "--truth", folders[1])
    assert "expected the outside files of a nation" in str(done.exception)


@pytest.mark.parametrize("part", ["only", "only_days", "reach"])
def test_a_part_of_a_nation_is_refused(folders, tmp_path, part):
    (tmp_path / "world.json").write_text(json.dumps({"arguments": {part: ["some"], "days": 365}}))
    done = call("--world", tmp_path, "--truth", folders[1])
    assert f"a run with {part}; give that command again without" in str(done.exception)


def test_every_mechanism_has_its_story_on_the_page():
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert set(NAMES) <= set(STORIES)
    assert [row for row in (*story_rows(), *rule_rows([])) if row not in page] == []


def test_the_page_is_of_the_signs_and_claims_that_are_judged_now():
    page = PAGE.read_text(encoding="utf-8")
    shown = page.partition("## How strongly each sign shows")[2].partition("## ")[0]
    rows = (line.split("|")[1:3] for line in shown.splitlines() if line.startswith("| "))
    told = {name.strip(): [one.split()[0] for one in signs.split(", ")] for name, signs in rows}
    assert {name: list(STORIES[name].signs) for name in told.keys() & STORIES.keys()} == {
        name: signs for name, signs in told.items() if name in STORIES
    }
    assert told.keys() & STORIES.keys()
    held = page.partition("## What was held against truth and files")[2].partition("## ")[0]
    told_claims = {
        line.split("|")[3].strip() for line in held.splitlines() if line.startswith("| ")
    }
    assert {claim.statement.replace("_", " ") for claim in CLAIMS} <= told_claims


def test_the_page_ends_with_what_each_sign_looks_at():
    told = PAGE.read_text(encoding="utf-8").partition("## The signs\n")
    assert "".join(told[1:]) == "\n".join(sign_rows()) + "\n"
    # A cell of the table is one line without a bar.
    assert {row.count("|") for row in sign_rows() if row.startswith("|")} == {4}


def test_the_page_says_what_it_was_measured_on():
    (line,) = [
        line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("Measured on one nation: ")
    ]
    for name in ("scale 0.", "first_date 20", "days "):
        assert name in line
    assert "not told" not in line


def test_a_module_that_does_not_tell_its_story_is_refused():
    told = "Actors: a broker. Motive: cheap\nlanes. Method: a list. Evaded: 0.3 of duty. Few pay."
    assert told_by(f'"""A ring.\n\n{told}"""') == {
        "actors": "a broker",
        "motive": "cheap lanes",
        "method": "a list",
        "money": "0.3 of duty",
    }
    with pytest.raises(ValueError, match='expected "Actors: '):
        told_by('"""Actors: a broker. Method: one list. Evaded: duty."""')


def test_a_story_names_signs_and_tables_that_there_are():
    tables = {table for named in SIGNS.values() for table in named}
    for name, story in STORIES.items():
        assert set(story.signs) <= set(SIGNS), name
        assert set(story.silent) <= tables, name
        assert not set(story.silent) & set(story.tables), name
