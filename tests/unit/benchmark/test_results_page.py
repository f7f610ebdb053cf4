"""The page of results: every policy with its interval, nothing fetched, nothing made up."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmark.judgement import Capacity
from benchmark.play.contest import Contest, hold
from benchmark.results_page import read_contest, render
from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from orchestration.cli import bench
from simulator.arguments import MOST_SEED, SimulationArguments


@pytest.fixture(scope="module")
def contest():
    arguments = SimulationArguments(
        out=Path(), first_date=date(2025, 3, 3), days=28, scale=0.0005, warmup_days=28
    )
    return hold(Contest(arguments, ("value", "random", "oracle"), Capacity(8, 1), seeds=(5, 6)))


def page_of(*words):
    app = typer.Typer()
    bench.register(app)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["bench", "page", *map(str, words)])


def test_every_policy_stands_on_the_page_with_its_interval(contest, tmp_path):
    first, second = tmp_path / "with_audits.json", tmp_path / "again.json"
    for path in (first, second):
        path.write_text(json.dumps(contest))
    done = page_of("--results", first, second, "--out", tmp_path / "page.html")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "page.html").read_text()
    assert "<h2>with audits</h2>" in page
    assert page.count("<tr><td>oracle</td>") == 2
    assert "value − random" in page
    assert page == render({"with audits": contest, "again": contest})
    assert not re.search(r"https?://|<script|<link|url\(|src=", page)


def test_words_of_a_contest_are_never_read_as_html(contest):
    told = json.loads(json.dumps(contest))
    told["policies"]["<b>bad</b>"] = told["policies"].pop("oracle")
    for nation in told["nations"]:
        nation["policies"]["<b>bad</b>"] = nation["policies"].pop("oracle")
    assert "<b>bad" not in render({"one": told})


def test_a_share_lies_never_below_nothing(contest):
    told = json.loads(json.dumps(contest)) | {"comparisons": []}
    for nation, share in zip(told["nations"], (0.0, 1.0), strict=True):
        nation["policies"]["value"]["money"]["share_of_oracle"]["value"] = share
    told["policies"]["value"]["share_of_oracle"] = 0.5
    page = render({"one": told})
    assert "0.0\N{NO-BREAK SPACE}% to 685.3\N{NO-BREAK SPACE}%" in page


def test_one_nation_has_the_interval_of_its_own_score(contest):
    told = {**contest, "nations": contest["nations"][:1], "comparisons": []}
    share = told["nations"][0]["policies"]["value"]["money"]["share_of_oracle"]
    page = render({"one": told})
    assert "Paired differences" not in page
    if share["low"] is not None:
        assert f"{share['low'] * 100:.1f}\N{NO-BREAK SPACE}% to" in page


def test_a_share_of_too_few_losses_is_not_told_of_a_nation(contest):
    told = json.loads(json.dumps(contest))
    nothing = {"value": None, "low": None, "high": None}
    few = {"share_of_oracle": nothing, "oracle_losses": 7}
    told["nations"][0]["policies"]["value"]["money"] |= few
    told["policies"]["random"] |= {"share_of_oracle": None, "oracle_losses": 21}
    page = render({"one": told})
    first = page.split("Each nation, of the oracle")[1].split("<tr><td>1</td>")[1]
    assert first.startswith('<td class="number">too few (7)</td>')
    # Without a share of the sum there is no mean of the nations either.
    line = page.split("<tr><td>random</td>")[1]
    assert line.startswith(
        '<td class="number">too few (21)</td><td class="number">–<small>no interval</small></td>'
    )


def test_a_mean_leaves_out_nations_of_too_few_losses_and_says_so(contest):
    told = json.loads(json.dumps(contest)) | {"comparisons": []}
    told["nations"].append(json.loads(json.dumps(told["nations"][0])))
    told["policies"]["value"]["share_of_oracle"] = 0.5
    for nation, share in zip(told["nations"], (0.4, None, 0.6), strict=True):
        nation["policies"]["value"]["money"]["share_of_oracle"]["value"] = share
    line = render({"one": told}).split("<tr><td>value</td>")[1].split("</td>")[1]
    assert "50.0\N{NO-BREAK SPACE}%<small>" in line
    assert "<small>2 of 3 nations; 1 too few</small>" in line


def test_every_table_scrolls_by_itself(contest):
    page = render({"one": contest})
    box = r'<div class="wide" tabindex="0" role="region" aria-label="[^"]+"><table>'
    boxes = re.findall(box, page)
    assert page.count("<table>") == len(boxes) > 2
    assert "<th></th>" not in page.split("<tbody>")[0]
    # Nor does a long title, or the hash of a round, make the page wider than a telephone.
    assert "h1, h2, h3, p { overflow-wrap: anywhere; }" in page


def test_the_page_says_what_was_played_and_what_did_not_count(contest):
    told = json.loads(json.dumps(contest))
    told["policies"]["value"] |= {
        "not_yet_visible": {"losses": 1_160, "evaded_vnd": 1_154_000_000},
        "not_counted": {"invalid": 1_203, "twice": 0, "surplus": 4},
        "used": {"seconds": 61.4, "memory_bytes": 300 * 2**20},
    }
    page = render({"one": told})
    assert "; seeds 5 to 6; simulator " in page
    assert "from 2025-03-03 after 28 days of warm-up with a random arm of 0.01." in page
    left_out = '<td class="number">1,207<small>1,203 impossible</small><small>4 over capacity'
    assert left_out in page
    assert '<td class="number">1,160<small>1,154 million VND</small></td>' in page
    assert '<td class="number">61<small>300\N{NO-BREAK SPACE}MiB</small></td></tr>' in page
    assert '<td class="number">none</td>' in page
    of_a_round = render({"one": told | {"round": "f00d"}})
    assert "; round f00d; simulator " in of_a_round
    assert "; seeds" not in of_a_round


def test_an_older_contest_has_its_page_too(contest, tmp_path):
    old = json.loads(json.dumps(contest)) | {"format": 1}
    del old["nation"]
    for policy in old["policies"].values():
        del policy["not_yet_visible"], policy["not_counted"], policy["used"]
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old))
    page = render({"old": read_contest(path)})
    assert "simulator" not in page.split("<tbody>")[0]
    assert "<th>Choices left out" not in page
    assert '<th class="number">Not yet visible' not in page


def test_a_contest_of_a_round_with_its_large_seeds_has_a_page(contest, tmp_path):
    told = json.loads(json.dumps(contest)) | {"round": "f00d"}
    told["nations"][0]["seed"] = MOST_SEED
    path = tmp_path / "a.json"
    path.write_text(json.dumps(told))
    assert str(MOST_SEED) not in render({"a": read_contest(path)})


def test_what_is_no_contest_is_refused(tmp_path):
    (tmp_path / "a.json").write_text('{"policies": {}}')
    with pytest.raises(CustomsDataError, match="found no comparisons, nations, capacity, scale"):
        read_contest(tmp_path / "a.json")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.json").write_text("{}")
    words = ("--results", tmp_path / "a.json", tmp_path / "more" / "a.json", "--out", "x.html")
    assert "different names" in str(page_of(*words).exception)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"capacity": [5]}, r"\$\.capacity: expected `object`, got `array`"),
        ({"scale": "0.1"}, r"\$\.scale: expected `float`, got `str`"),
        ({"nations": []}, r"\$\.nations: expected `array` of length >= 1"),
        (
            {"nations": [{"weeks": 2, "policies": {}}]},
            r"\$\.nations\[0\]\.policies: expected every policy, found no oracle, random",
        ),
        ({"policies": {"value": 1}}, r"\$\.policies\[\.\.\.\]: expected `object`"),
        ({"left_out": 1}, r"\$\.left_out: expected `object`"),
        ({"policies": {}}, r"\$\.policies: expected `object` of length >= 1"),
        (
            {"scale": 1.7e308},
            r"\$\.scale: expected a figure that can be, found what lies beyond all",
        ),
        ({"scale": 1e-320}, r"\$\.scale: .*, found what lies beyond all"),
        ({"more": 2e18}, r"\$\.more: .*, found more than any money"),
        ({"capacity": {"checks": None, "audits": None}}, r"\$\.capacity\.checks: expected `int`"),
        ({"round": "f" * 301}, r"\$\.round: .*, found a text that cannot be shown"),
        ({"round": "\u202ef00d"}, r"\$\.round: .*, found a text that cannot be shown"),
        ({"more": {"\u202e": 1}}, r"\$\.more: .*, found a name that cannot be shown"),
        ({"more": {"wins": 99, "nations": 2}}, r"\$\.more: .*, found more wins than nations"),
        ({"more": {"hits": 100, "of": 3}}, r"\$\.more: .*, found more hits than of"),
        ({"more": {"hits": 1, "value": 33.3}}, r"\$\.more: .*, found a rate that is no share"),
        (
            {"more": {"share_of_oracle": {"value": -5}}},
            r"\$\.more\.share_of_oracle: .*, found what",
        ),
        ({"more": {"share_of_oracle": 500}}, r"\$\.more\.share_of_oracle: .*, found what lies"),
        ({"history_weeks": -1}, r"\$\.history_weeks: .*, found less than nothing"),
        ({"more": [{"low": 0.9, "high": 0.1}]}, r"\$\.more\[0\]: .*, found an interval whose ends"),
    ],
)
def test_a_contest_of_another_shape_is_told_by_place(contest, tmp_path, change, place):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(contest))
    assert read_contest(path) == contest
    path.write_text(json.dumps(contest | change))
    with pytest.raises(CustomsDataError, match=rf"a\.json, at {place}") as told:
        read_contest(path)
    assert "give the output of customs bench play --json" in str(told.value)


def test_a_contest_with_two_values_of_one_name_is_refused(contest, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(contest)[:-1] + ', "scale": 99999}')
    deep = path.with_name("deep.json")
    deep.write_text('{"z": ' + "[" * 980 + "]" * 980 + "}")
    with pytest.raises(CustomsDataError, match="more levels than can be read"):
        read_json(deep, dict[str, object], remedy="give another", each_once=True)
    with pytest.raises(CustomsDataError, match="each name once, found 'scale' more than once"):
        read_contest(path)
