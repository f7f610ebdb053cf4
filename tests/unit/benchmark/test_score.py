"""The report on a selection: rates, delays, costs and curves."""

import json
from datetime import date, timedelta

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmark.curves import limits_of, without_largest
from benchmark.judgement import Capacity
from benchmark.kinds import PHYSICAL, default_costs
from benchmark.nation import fingerprint, weekly_registrations
from benchmark.oracle import oracle_selection
from benchmark.outside import read_declarations
from benchmark.score import Rules, score, score_files, world_of
from benchmark.selection import write_selection
from benchmark.wording import score_lines
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import mark
from measures.intervals import rate, ratio_interval, resampled_sums, t_interval
from tests.unit.benchmark.nations import (
    LIMITS,
    MONDAY,
    looks,
    loss,
    many,
    nation_of,
    registered,
    write_truth,
    write_world,
)

RULES = Rules(Capacity(), default_costs())
LATER = MONDAY + timedelta(hours=9)


def told(report):
    return msgspec.json.decode(msgspec.json.encode(report))


def test_a_rate_has_wilsons_interval_and_none_under_thirty_hits():
    few, enough = rate(29, 1000), rate(30, 100)
    assert (few.value, few.low, few.verdict) == (None, None, "too few")
    # Wilson's interval of 30 of 100 as tables give it.
    assert (round(enough.low, 4), round(enough.high, 4)) == (0.2189, 0.3958)
    assert rate(0, 0).verdict == "too few"


def test_students_interval_of_three_differences():
    found = t_interval(np.array([1.0, 2.0, 3.0]))
    # t(0.975, 2) = 4.302653, standard error 1 / sqrt(3).
    assert found.value == 2.0
    assert found.low == pytest.approx(2 - 4.302653 / 3**0.5, abs=1e-5)


def test_resampling_is_seeded_and_pairs_what_is_shared():
    clusters = np.random.default_rng(1).pareto(1.5, (300, 1)) * [[1.0, 2.0]]
    sums = resampled_sums(clusters, 5)
    np.testing.assert_array_equal(sums, resampled_sums(clusters, 5))
    share = ratio_interval(1.0, 2.0, sums[:, 0], sums[:, 1])
    assert share.low == pytest.approx(0.5)
    assert share.high == pytest.approx(0.5)
    assert ratio_interval(1.0, 0.0, sums[:, 0], sums[:, 1]).value is None


def test_cost_money_and_hits_are_told_by_kind(tmp_path):
    rows = [registered(i, MONDAY) for i in range(200)]
    nation = nation_of(tmp_path, rows, [loss(i, 1000) for i in range(100)])
    report = told(score(looks(range(150), LATER, PHYSICAL), nation, RULES))
    kind = report["kinds"]["physical"]
    assert kind["recovered_vnd"] == 50_000
    assert kind["cost_vnd"] == 150 * default_costs()[PHYSICAL]
    assert kind["hit_rate"]["hits"] == (nation.luck[:, PHYSICAL] < 0.5).sum()
    assert kind["hit_rate"]["of"] == 150
    assert report["money"]["net_vnd"] == 50_000 - kind["cost_vnd"]
    assert next(score_lines(report)).startswith("150 of 150 choices count")


def test_the_oracle_gets_its_own_whole_share(tmp_path):
    rows, losses = many(2, 800)
    nation = nation_of(tmp_path, rows, losses)
    opening, weeks = weekly_registrations(nation.declarations)
    chosen = oracle_selection(nation, 80, 0, range(opening, opening + len(weeks)))
    report = told(score(chosen, nation, RULES))
    assert report["money"]["share_of_oracle"]["value"] == pytest.approx(1.0)
    for point in report["recall"]["checks"]:
        assert point["used"] <= point["allowed"]
        assert point["recovered_vnd"]["value"] == pytest.approx(point["oracle_vnd"], abs=1)
        for entry in point["mechanisms"].values():
            assert entry["oracle_vnd"] <= entry["most_vnd"] + 1
    assert report["recall"]["audits"] is None


def test_ten_largest_losses_are_taken_from_both_sides(tmp_path):
    rows = [registered(i, MONDAY + timedelta(minutes=i)) for i in range(60)]
    losses = [loss(i, 10**9 if i < 10 else 100) for i in range(60)]
    nation = nation_of(tmp_path, rows, losses)
    assert without_largest(nation).sum() == 50
    report = told(score(looks(range(60), LATER, PHYSICAL), nation, RULES))
    rest = report["money"]["without_ten_largest"]
    assert report["money"]["recovered_vnd"]["value"] == 5 * 10**9 + 2500
    # The oracle prefers a value consultation (0.6) to a physical check (0.5).
    assert (rest["recovered_vnd"]["value"], rest["oracle_vnd"]) == (2500, 3000)


def test_who_leaves_checks_undone_has_no_larger_share(tmp_path):
    weeks = [MONDAY + timedelta(weeks=i // 40) for i in range(160)]
    rows = [registered(i, at) for i, at in enumerate(weeks)]
    nation = nation_of(tmp_path, rows, [loss(i, 1000) for i in range(160)])
    rules = Rules(Capacity(40), default_costs())
    opening, span = weekly_registrations(nation.declarations)
    chosen = oracle_selection(nation, 40, 0, range(opening, opening + len(span)))
    assert told(score(chosen, nation, rules))["money"]["share_of_oracle"]["value"] == 1.0
    # The first of four weeks alone, and half of every week.
    for kept in (chosen.where(np.arange(40)), chosen.where(chosen.rank <= 20)):
        share = told(score(kept, nation, rules))["money"]["share_of_oracle"]["value"]
        assert share == pytest.approx(len(kept) / 160)
    report = told(score(chosen, nation, rules))
    assert report["capacity"] == {"checks": 40, "audits": None}


def test_a_share_of_fewer_than_thirty_losses_is_not_told(tmp_path):
    rows = [registered(i, MONDAY) for i in range(29)]
    nation = nation_of(tmp_path, rows, [loss(i, 10) for i in range(29)])
    report = told(score(looks(range(29), LATER, PHYSICAL), nation, RULES))
    assert report["money"]["verdict"] == "too few"
    assert report["money"]["share_of_oracle"]["value"] is None


def test_the_delay_of_a_new_scheme_runs_from_its_start_to_the_first_sight(tmp_path):
    """Sixty schemes start on Wednesday; all are seen or missed on Friday."""
    wednesday, friday = MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)
    rows = [registered(99, MONDAY, "B")] + [registered(i, wednesday) for i in range(60)]
    start = {"starts_on": wednesday.date(), "visible_by": "physical"}
    losses = [loss(i, 10, scheme_id=f"S{i}", **start) for i in range(60)]
    losses.append(loss(99, 10, scheme_id="old", starts_on=date(2024, 1, 1), mechanism="old"))
    nation = nation_of(tmp_path, rows, losses, {"A": "x", "B": "x"})
    warning = told(score(looks(range(60), friday, PHYSICAL), nation, RULES))["early_warning"]
    assert (warning["new_schemes"], warning["median_days"]) == (60, 2.0)
    only = warning["new_mechanisms"]
    assert only == {
        "undervaluation": {
            "starts_on": "2025-03-05",
            "first_seen_on": "2025-03-07",
            "delay_days": 2,
        }
    }


def test_small_honest_traders_are_counted(tmp_path):
    """S is small and honest, L honest and large, M small but schemes, E small and mistaken."""
    rows = [registered(i, MONDAY + timedelta(days=i % 360), "L") for i in range(20)]
    rows += [
        registered(19 + i, MONDAY + timedelta(days=i), name) for i, name in enumerate("SSME", 1)
    ]
    rows.append(registered(50, MONDAY + timedelta(days=364), "L"))
    losses = [loss(22, 5), loss(23, 5, intent=0, scheme_id=None)]
    nation = nation_of(tmp_path, rows, losses, dict.fromkeys("SLME", "honest"))
    names = nation.declarations.traders.to_pylist()
    assert [n for n, small in zip(names, nation.is_small_honest, strict=True) if small] == [
        "E",
        "S",
    ]
    at = [MONDAY + timedelta(days=i) for i in (1, 2, 3, 4)]
    report = told(score(looks([20, 21, 22, 23], at, PHYSICAL), nation, RULES))["small_honest"]
    assert (report["traders"], report["traders_bothered"]) == (2, 2)
    assert report["share_of_selections"]["hits"] == 3


def test_small_traders_are_unknown_in_a_few_days(tmp_path):
    for days, verdict in ((72, "too few days (72, expected 73 at least)"), (73, "measured")):
        rows = [registered(0, MONDAY, "A"), registered(1, MONDAY + timedelta(days=days - 1), "B")]
        nation = nation_of(tmp_path / str(days), rows, [], dict.fromkeys("AB", "honest"))
        report = told(score(looks([0], LATER, PHYSICAL), nation, RULES))
        assert report["small_honest"]["verdict"] == verdict
        assert report["small_honest"]["traders"] == (2 if days == 73 else 0)
        line = "small honest traders: " + ("1 of 2 looked at" if days == 73 else verdict)
        assert any(one.startswith(line) for one in score_lines(report))
        assert next(score_lines(report)).startswith("1 of 1 choice counts (0 impossible")


def test_capacity_by_share_follows_the_registrations(tmp_path):
    rows, losses = many(4, 1000)
    nation = nation_of(tmp_path, rows, losses)
    _, counts = weekly_registrations(nation.declarations)
    assert list(limits_of(nation, 5, audits=False).values()) == (counts * 5 // 100).tolist()
    yearly = sum(limits_of(nation, 10, audits=True).values())
    assert yearly == int(40 * 0.1 * 7 * len(counts) / 365)


def test_without_outside_files_there_is_no_score(tmp_path):
    with pytest.raises(CustomsDataError, match="expected --world"):
        world_of(tmp_path, None)


def test_a_nation_where_nothing_is_wrong_and_an_empty_selection_are_scored(tmp_path):
    rows = [registered(i, MONDAY) for i in range(40)]
    nation = nation_of(tmp_path, rows, [], {"A": "honest"})
    report = told(score(looks(range(40), LATER, PHYSICAL), nation, RULES))
    assert report["hit_rate"]["checks"]["hits"] == 0
    assert report["money"]["recovered_vnd"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    empty = told(score(looks([], LATER, PHYSICAL), nation, RULES))
    assert (empty["rows"]["given"], empty["recall"]) == (0, {"checks": None, "audits": None})
    assert list(score_lines(empty))


def test_a_nation_is_known_by_what_is_registered_and_lost_in_it(tmp_path):
    rows, losses = many(3, 40)
    changed = [losses[0] | {"duty_evaded_vnd": losses[0]["duty_evaded_vnd"] + 1}, *losses[1:]]
    later = [registered(0, MONDAY + timedelta(days=40), "T00"), *rows[1:]]
    made = {
        name: fingerprint(nation_of(tmp_path / name, *own))
        for name, own in {
            "one": (rows, losses), "again": (rows, losses), "other money": (rows, changed),
            "other day": (later, losses), "fewer": (rows[:-1], losses),
        }.items()
    }  # fmt: skip
    assert made["one"] == made.pop("again")
    assert len(set(made.values())) == len(made)


def test_a_broken_file_of_the_world_is_told_by_its_name(tmp_path):
    write_world(tmp_path, [registered(0, MONDAY)])
    for content in (b"PAR1", b"PAR1" + bytes(60) + b"PAR1"):
        (tmp_path / "tk_20250304_00.parquet").write_bytes(content)
        with pytest.raises(CustomsDataError, match=r"tk_20250304_00\.parquet: .* a broken one"):
            read_declarations(tmp_path, LIMITS)


def test_bytes_turned_inside_a_page_are_told_by_their_file(tmp_path):
    rows, losses = many(5, 2000)
    truth = write_truth(tmp_path / "truth", losses)
    names = {name for row in rows for name in row}
    table = pa.table({name: [str(row.get(name, "")) for row in rows] for name in sorted(names)})
    path = tmp_path / "world" / "tk_20250303_00.parquet"
    path.parent.mkdir()
    pq.write_table(table, path, use_dictionary=False)
    chosen = tmp_path / "chosen.csv"
    write_selection(looks([0], LATER, PHYSICAL), chosen)
    files = (truth, chosen, path.parent, RULES, LIMITS)
    assert score_files(*files)["rows"]["counted"] == 1
    chunk = pq.read_metadata(path).row_group(0).column(sorted(names).index("NGAY_DK"))
    middle = chunk.data_page_offset + chunk.total_compressed_size // 2
    content = bytearray(path.read_bytes())
    content[middle : middle + 8] = bytes(one ^ 0xFF for one in content[middle : middle + 8])
    path.write_bytes(content)
    with pytest.raises(CustomsDataError, match=r"tk_20250303_00\.parquet: .* a broken one"):
        score_files(*files)


def test_what_is_not_there_is_told_before_anything_is_read(tmp_path):
    truth = write_truth(tmp_path / "truth", [loss(0, 1)])
    with pytest.raises(CustomsDataError, match="folder of the outside files, found none"):
        world_of(truth, tmp_path / "moved")
    (truth / "items.parquet").unlink()
    (tmp_path / "world").mkdir()
    with pytest.raises(CustomsDataError, match=r"items\.parquet: expected a file of the truth"):
        world_of(truth, tmp_path / "world")


def test_the_truth_of_another_nation_than_that_of_the_files_is_refused(tmp_path):
    world, truth = tmp_path / "world", write_truth(tmp_path / "truth", [loss(0, 1)])
    note = truth / "world.json"
    note.write_text(json.dumps({"out": "../world", "nation": "of this one"}))
    mark(world)
    assert world_of(truth, world) == world
    mark(world, "of this one")
    assert world_of(truth, None).samefile(world)
    mark(world, "of another one")
    for given in (world, None):
        with pytest.raises(CustomsDataError, match="expected the outside files of the nation that"):
            world_of(truth, given)
