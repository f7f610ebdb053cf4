"""The closed loop on a toy nation whose smuggler lies low once it is caught."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from benchmark.arrays import last_second_of
from benchmark.judgement import Capacity
from benchmark.kinds import KINDS, PHYSICAL
from benchmark.play.game import OUTCOMES, play
from benchmark.play.policies import Oracle
from benchmark.selection import audits, checks, join
from data_contracts.errors import CustomsDataError
from tests.unit.benchmark.nations import MONDAY, day, loss

FIRST_WEEK = (day(MONDAY) + 3) // 7
A_WEEK = 8
DELAY_SECONDS = 10 * 86_400


class ToyNation:
    """Eight declarations a week; the first of each is the smuggler's, until it is caught."""

    def __init__(self, weeks=6):
        self.count = weeks
        self.caught_in = None
        self.checked = []

    def weeks(self):
        return range(FIRST_WEEK, FIRST_WEEK + self.count)

    def numbers(self, week):
        return 30000000000 + (week - FIRST_WEEK) * A_WEEK + np.arange(A_WEEK)

    def registered(self, week):
        names = [f"{n}0" for n in self.numbers(week)]
        return {"tk": pa.table({"SO_TK": names, "MA_DN": ["S"] + ["H"] * (A_WEEK - 1)})}

    def sent(self, week):
        del week

    def check(self, week, selection):
        self.checked.append((week, selection.number.tolist()))
        first = self.numbers(week)[0]
        bad = [int(n == first and self.caught_in is None) for n in selection.number]
        if any(bad):
            self.caught_in = week
        known = last_second_of(np.array([week]))[0] + DELAY_SECONDS
        rows = {
            "SO_TK_GOC": [str(n) for n in selection.number],
            "KET_QUA": [str(b) for b in bad],
            "known": [known] * len(bad),
        }
        columns = [
            pa.array(rows[f.name], f.type) if f.name in rows else pa.nulls(len(bad), f.type)
            for f in OUTCOMES
        ]
        return pa.table(columns, schema=OUTCOMES)


class Asker:
    """Asks for fixed positions of each week and remembers what it is told."""

    name = "asker"

    def __init__(self, positions, kind=PHYSICAL, shift=0):
        self.positions, self.kind, self.shift = positions, kind, shift
        self.told = []
        self.views = []

    def learn(self, outcomes):
        self.told.append(outcomes)

    def choose(self, week):
        self.views.append(week)
        numbers = pa.compute.utf8_slice_codeunits(week.registered["tk"]["SO_TK"], 0, 11)
        wanted = numbers.cast(pa.int64()).to_numpy()[self.positions]
        selected = np.full(len(wanted), week.now + self.shift)
        return checks(wanted, self.kind, selected, np.arange(1, len(wanted) + 1))


def test_outcomes_come_back_late_and_only_of_own_choices():
    policy = Asker([0, 3])
    played = play(ToyNation(), policy, Capacity(checks=5))
    # Ten days after a Sunday night is the week after next.
    assert [told.num_rows for told in policy.told] == [0, 0, 2, 2, 2, 2]
    assert len(played.selection) == 12
    asked = {str(n) for n in played.selection.number}
    assert set(played.outcomes["SO_TK_GOC"].to_pylist()) == asked
    assert [v.outcomes.num_rows for v in policy.views] == [0, 0, 2, 2, 2, 2]


def test_the_caught_adapt():
    nation = ToyNation()
    played = play(nation, Asker([0]), Capacity(checks=1))
    assert nation.caught_in == FIRST_WEEK
    assert played.outcomes["KET_QUA"].to_pylist() == ["1", "0", "0", "0", "0", "0"]


def test_surplus_is_never_carried_out():
    nation = ToyNation(2)
    played = play(nation, Asker([5, 6, 7]), Capacity(checks=2))
    assert played.surplus == 2
    assert [len(numbers) for _, numbers in nation.checked] == [2, 2]
    assert nation.checked[0][1] == nation.numbers(FIRST_WEEK)[[5, 6]].tolist()


def test_the_oracle_chooses_nothing_before_it_shows():
    """Two traders' losses: one shows a week later, one is there at once."""
    nation = ToyNation(3)
    shows = date(2025, 3, 12)

    def losses(week):
        first = nation.numbers(week)[0]
        own = [loss(0, 100, so_tk_goc=str(first), visible_by="documents,audit", shows_on=shows)]
        own.append(loss(0, 10, so_tk_goc=str(first + 1), visible_by="documents"))
        own = own if week == FIRST_WEEK else []
        return pa.Table.from_pylist(own, pa.Table.from_pylist([loss(0, 1)]).schema)

    played = play(nation, Oracle(losses), Capacity(checks=8, audits=1)).selection
    checked = played.where(~played.is_audit)
    assert checked.number.tolist() == [nation.numbers(FIRST_WEEK)[1]]
    audited = played.where(played.is_audit)
    weeks = ((audited.selected // 86_400 + 3) // 7 - FIRST_WEEK).tolist()
    assert dict(zip(weeks, audited.trader.to_pylist(), strict=True))[1] == "S"
    assert (weeks.count(0), audited.trader.to_pylist().count("S")) == (1, 1)


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (Asker([1], shift=-86_400), "selected_at is not now"),
        (Asker([1], kind=KINDS.index("audit")), "period begins more than five years before"),
    ],
)
def test_what_could_not_be_chosen_now_is_left_out(policy, reason):
    played = play(ToyNation(3), policy, Capacity(checks=2))
    assert (len(played.selection), played.refused) == (0, {reason: 3})


class Auditor(Asker):
    """Audits one trader each week, twice, and once into the future."""

    def choose(self, week):
        today = week.now // 86_400
        period = (np.full(3, today - 90), np.array([today, today, today + 1]))
        made = audits(pa.array(["S"] * 3), period, np.full(3, week.now), np.array([1, 2, 3]))
        return join([made, super().choose(week)])


def test_audits_have_a_capacity_of_their_own():
    played = play(ToyNation(2), Auditor([0, 1]), Capacity(checks=1, audits=5))
    assert played.selection.is_audit.sum() == 2
    assert (played.invalid, played.twice, played.surplus) == (4, 2, 2)
    assert played.refused["period reaches beyond selected_at"] == 2


def test_a_nation_that_tells_too_early_is_refused():
    class Hasty(ToyNation):
        def check(self, week, selection):
            table = super().check(week, selection)
            now = last_second_of(np.array([week]))[0]
            return table.set_column(8, "known", pa.array([now] * table.num_rows, pa.int64()))

    with pytest.raises(CustomsDataError, match="known after they were asked for"):
        play(Hasty(), Asker([0]), Capacity())


def test_a_nation_with_other_columns_is_refused():
    class Other(ToyNation):
        def check(self, week, selection):
            return super().check(week, selection).drop_columns(["MA_VP"])

    with pytest.raises(CustomsDataError, match="expected outcomes with SO_TK_GOC"):
        play(Other(), Asker([0]), Capacity())
    with pytest.raises(CustomsDataError, match="one week at least"):
        play(ToyNation(0), Asker([0]), Capacity())


def test_a_week_ends_on_sunday_night():
    policy = Asker([0])
    play(ToyNation(1), policy, Capacity())
    end = MONDAY + timedelta(days=7, seconds=-1)
    assert policy.views[0].now == int((end - MONDAY).total_seconds()) + day(MONDAY) * 86_400
