"""What a command writes never takes the place of what it reads."""

import re

import pytest
import typer
from typer.testing import CliRunner

from data_contracts.errors import WrongUseError
from orchestration.cli import bench, simulate
from orchestration.cli.new_files import refuse_place
from tests.unit.benchmark.nations import many, write_truth, write_world
from tests.unit.simulator.nation import digests


@pytest.fixture
def place(tmp_path, monkeypatch):
    rows, losses = many(6, 40)
    write_world(tmp_path / "world", rows)
    write_truth(tmp_path / "truth", losses)
    (tmp_path / "contest.html").write_text("{}")
    (tmp_path / "linked.html").hardlink_to(tmp_path / "contest.html")
    (tmp_path / "link.csv").symlink_to(tmp_path / "truth" / "choices.csv")
    (tmp_path / "null.md").symlink_to("/dev/null")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(words):
    app = typer.Typer()
    bench.register(app)
    simulate.register(app)
    done = CliRunner().invoke(app, words.split())
    assert isinstance(done.exception, WrongUseError), done.output
    return str(done.exception)


BOTH = "--world world --truth truth"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("bench page --results contest.html --out contest.html", "contest.html is contest.html;"),
        ("bench page --results contest.html --out linked.html", "linked.html is contest.html;"),
        ("bench page --results contest.html --out page.htm", "expected a file named .*, found"),
        ("simulate report world --out world/vcis/page.html", "page.html lies in world;"),
        ("simulate report world --truth truth --out truth/page.html", "page.html lies in truth;"),
        ("simulate report world --out truth/items.parquet", "--out: expected a file named .*html"),
        (f"bench select oracle --out truth/items.parquet --capacity 1 {BOTH}", "lies in truth;"),
        (f"bench select oracle --out world/../world/x.csv --capacity 1 {BOTH}", "lies in world;"),
        (f"bench select oracle --out link.csv --capacity 1 {BOTH}", "link.csv lies in truth;"),
        (
            f"bench mechanisms {BOTH} --page world/page.md",
            "--page: .* world/page.md lies in world;",
        ),
        (
            f"bench mechanisms {BOTH} --page null.md",
            "--page: expected a file, or none yet; null.md is a pip",
        ),
    ],
)
def test_a_file_is_not_written_over_or_among_what_is_read(place, words, why):
    before = digests(place)
    assert re.search(why, refusal(words))
    assert digests(place) == before


def test_a_file_has_no_place_in_a_link_that_leads_to_itself(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for out in (tmp_path / "loop", tmp_path / "loop" / "page.md"):
        with pytest.raises(WrongUseError, match=f"{out} is a link that leads to itself$"):
            refuse_place("--page", out, [tmp_path])
