"""What shows only after the last day with registrations counts for nobody, and is told apart."""

from datetime import date, timedelta

from benchmark.curves import without_largest
from benchmark.kinds import PHYSICAL
from benchmark.nation import fingerprint
from benchmark.score import score
from benchmark.wording import score_lines
from tests.unit.benchmark.nations import MONDAY, looks, loss, nation_of, registered
from tests.unit.benchmark.test_score import LATER, RULES, told


def test_what_shows_after_the_last_day_is_counted_apart(tmp_path):
    """Ten large losses of one scheme show on the day after the last registration."""
    rows = [registered(i, MONDAY) for i in range(50)]
    late = {"scheme_id": "late", "mechanism": "kept", "shows_on": date(2025, 3, 4)}
    losses = [loss(i, 1_000) for i in range(40)]
    losses += [loss(i, 10**6, collectable_share=0.5, **late) for i in range(40, 50)]
    nation = nation_of(tmp_path, rows, losses)
    assert without_largest(nation).sum() == 40
    assert without_largest(nation)[nation.losses.mechanism == 0].all()
    report = told(score(looks(range(50), LATER, PHYSICAL), nation, RULES))
    money, warning = report["money"], report["early_warning"]
    assert money["not_yet_visible"] == {"losses": 10, "evaded_vnd": 10**7}
    assert (money["true_loss_vnd"], money["collectable_vnd"]) == (40_000, 40_000)
    assert (money["recovered_vnd"]["value"], money["oracle_vnd"]) == (20_000, 24_000)
    assert money["without_ten_largest"]["recovered_vnd"]["value"] == 15_000
    assert warning["new_schemes"] == 1
    kept = report["recall"]["checks"][-1]["mechanisms"]["kept"]
    assert (kept["most_vnd"], kept["oracle_losses"]) == (0, 0)
    line = "  not yet visible on the last day, and not counted: 10 losses, 10.0 million VND evaded"
    assert line in score_lines(report)
    nothing = told(score(looks([0], LATER, PHYSICAL), nation_of(tmp_path, rows, losses[:9]), RULES))
    assert nothing["money"]["not_yet_visible"] == {"losses": 0, "evaded_vnd": 0}
    assert not any("not yet visible" in one for one in score_lines(nothing))


def test_a_mechanism_that_does_not_show_by_the_last_day_is_not_new(tmp_path):
    tuesday = MONDAY + timedelta(days=1)
    rows = [registered(0, MONDAY), registered(1, tuesday)]
    made = {}
    for shows in (1, 2):
        day_of = (MONDAY + timedelta(days=shows)).date()
        late = loss(1, 10, mechanism="kept", starts_on=tuesday.date(), shows_on=day_of)
        nation = nation_of(tmp_path / str(shows), rows, [late])
        report = told(score(looks([1], tuesday, PHYSICAL), nation, RULES))["early_warning"]
        made[fingerprint(nation)] = (report["new_schemes"], list(report["new_mechanisms"]))
    assert list(made.values()) == [(1, ["kept"]), (0, [])]


def test_losses_outside_the_files_stay_in_the_sums(tmp_path):
    rows = [registered(0, MONDAY)]
    nation = nation_of(tmp_path, rows, [loss(0, 5), loss(7, 70, shows_on=date(2025, 9, 1))])
    money = told(score(looks([0], LATER, PHYSICAL), nation, RULES))["money"]
    assert (money["true_loss_vnd"], money["losses_outside_the_world"]) == (75, 1)
    assert money["not_yet_visible"]["losses"] == 0
