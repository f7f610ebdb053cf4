"""The simulated nation in closed loop: the same for equal choices, and answering different ones."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmark.arrays import DAY_SECONDS, last_second_of, numbers_in
from benchmark.judgement import Capacity
from benchmark.kinds import PHYSICAL
from benchmark.play.game import OUTCOMES, play
from benchmark.play.nation import LivedNation
from benchmark.play.opening import open_nation
from benchmark.play.policies import audits_of
from benchmark.selection import audits, checks, join
from data_contracts.errors import CustomsDataError
from simulator.arguments import SimulationArguments
from simulator.delivery.tables import find_table
from tests.unit.simulator.nation import many_schemes

WEEKS, WARMUP = 8, 70
EVERYTHING = Capacity(None, 50)
# Halves the price of what ten big importers declare; any look sees it, and being seen teaches.
GREEDY = """
import numpy as np

from simulator.mechanisms.mechanism import MOVE, Mechanism, Schemes, truthful


class Greedy(Mechanism):
    name = "greedy"
    seen_by = (0, 0, 0, 1, 0, 0, 0, 1)
    visible_by = ("physical", "audit")

    def plan(self, nation):
        ordinary = np.where(nation.traders.is_ordinary, nation.traders.weight, 0.0)
        trader = np.argsort(-ordinary)[:10]
        one = np.ones(10, dtype=np.int64)
        first, last = nation.written_from * one, (nation.last_day + 1) * one
        return Schemes(
            trader, np.arange(10), first, last, one * 1.0, -one, -one, -one, MOVE * one,
            np.zeros((10, 4)),
        )

    def act(self, nation, case):
        share = np.where(case.caught > 0, 0.75, 0.5)
        takes = case.unit_price_e4 > 1_000
        price = (case.unit_price_e4 * share).astype(np.int64)
        # What is not taxed is declared low as well: something is hidden behind all of it.
        return truthful(case, takes, unit_price_e4=price, hidden_vnd=takes * 1_000)


INTERFACE = 3
MECHANISM = Greedy()
"""


def opening(**changes):
    values = {
        "out": Path(), "first_date": date(2025, 3, 5), "days": WEEKS * 7, "scale": 0.001, "seed": 5,
        "warmup_days": WARMUP,
    }  # fmt: skip
    return open_nation(SimulationArguments(**(values | changes)))


@pytest.fixture(scope="module")
def usual():
    return opening()


@pytest.fixture(scope="module")
def greedy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mechanisms")
    (folder / "greedy.py").write_text(GREEDY)
    return opening(mechanisms=("greedy",), mechanism_folder=folder)


class Taker:
    """Looks at a share of each week, and remembers what it saw and was told."""

    name = "taker"

    def __init__(self, share, kind=PHYSICAL, *, first_week_only=False):
        self.share, self.kind, self.first_week_only = share, kind, first_week_only
        self.tables, self.told = [], []

    def learn(self, outcomes):
        self.told.append(outcomes)

    def choose(self, week):
        self.tables.append(week.registered)
        numbers = numbers_in(week.registered["tk"]["SO_TK"])
        is_off = self.first_week_only and len(self.tables) > 1
        numbers = numbers[: 0 if is_off else round(len(numbers) * self.share)]
        ranks = np.arange(1, len(numbers) + 1)
        return checks(numbers, self.kind, np.full(len(numbers), week.now), ranks)


class Auditor(Taker):
    """Audits everybody who has declared something so far."""

    def choose(self, week):
        none = super().choose(week)
        codes = pc.unique(week.registered["tk"]["MA_DN"]).drop_null()
        return join([none, audits_of(codes.slice(0, 50), week.now)])


def played(start, policy):
    nation = LivedNation(start)
    return nation, play(nation, policy, EVERYTHING)


def truth_rows(nation, folder):
    nation.write_truth(folder)
    return pa.parquet.read_table(folder / "items.parquet")


def test_equal_choices_meet_equal_nations(usual, tmp_path):
    one, other = Taker(0.3), Taker(0.3)
    (a, game_a), (b, game_b) = played(usual, one), played(usual, other)
    assert all(x == y for x, y in zip(one.tables, other.tables, strict=True))
    assert game_a.outcomes == game_b.outcomes
    assert truth_rows(a, tmp_path / "a") == truth_rows(b, tmp_path / "b")


def test_nations_are_the_same_until_choices_differ(usual):
    idle, busy = Taker(0.0), Taker(1.0)
    played(usual, idle)
    played(usual, busy)
    assert idle.tables[0] == busy.tables[0]
    assert idle.tables[-1] != busy.tables[-1]


def test_weeks_run_from_monday_and_are_whole(usual):
    weeks = list(LivedNation(usual).weeks())
    assert len(weeks) == WEEKS
    # The first date was a Wednesday; the game begins with the Monday after it.
    end = int(last_second_of(np.array([weeks[0]]))[0])
    assert date.fromordinal(date(1970, 1, 1).toordinal() + end // DAY_SECONDS) == date(2025, 3, 16)


def test_tables_have_outside_columns_as_text(usual):
    policy = Taker(0.0)
    played(usual, policy)
    for tables in policy.tables:
        for name, table in tables.items():
            assert table.column_names == ["SEQ_NO", "OP", *find_table(name).columns]
            assert set(table.schema.types) == {pa.string()}
    numbers = pa.concat_tables([tables["tk"] for tables in policy.tables])
    assert numbers["SEQ_NO"].to_pylist() == [str(n + 1) for n in range(numbers.num_rows)]
    assert len(set(numbers["SO_TK"].to_pylist())) == numbers.num_rows
    assert numbers["NGAY_TQ"].null_count == numbers.num_rows


def test_only_outcomes_of_own_choices_are_told(usual):
    policy = Taker(0.4)
    nation, game = played(usual, policy)
    told = pa.concat_tables(policy.told)
    assert told.schema == OUTCOMES
    assert 0 < told.num_rows <= game.outcomes.num_rows
    chosen = {str(number) for number in game.selection.number}
    assert set(game.outcomes["SO_TK_GOC"].to_pylist()) <= chosen
    for week, rows in zip(nation.weeks(), policy.told, strict=True):
        end = int(last_second_of(np.array([week]))[0])
        assert rows.num_rows == 0 or pc.max(rows["known"]).as_py() <= end
    # A physical check is papers and goods.
    assert set(game.outcomes["HINH_THUC"].to_pylist()) == {"1", "4"}


def test_truth_lies_in_what_was_declared(usual, tmp_path):
    policy = Taker(0.2)
    nation, _ = played(usual, policy)
    truth = truth_rows(nation, tmp_path)
    goods = pa.concat_tables([tables["hang"] for tables in policy.tables])
    items = set(zip(numbers_in(goods["SO_TK"]), goods["STT"].to_pylist(), strict=True))
    keys = zip(numbers_in(truth["so_tk_goc"]), truth["stt"].to_pylist(), strict=True)
    assert truth.num_rows
    assert {(number, str(item)) for number, item in keys} <= items
    judged = nation.judged()
    assert judged.lost_places == 0
    assert len(judged.declarations) == sum(tables["tk"].num_rows for tables in policy.tables)


def greedy_rows(policy, nation, week):
    """Customs value, quantity and office of what the schemes declared in a week, in its order."""
    plans = nation._nation.schemes.trader
    codes = pa.array([nation._nation.traders.tax_codes[place] for place in plans.tolist()])
    header = policy.tables[week]["tk"]
    own = header.filter(pc.is_in(header["MA_DN"], codes))
    return own.select(["SO_TK", "MA_HQ", "TONG_TG_HD"]).to_pydict()


def test_the_caught_answer(greedy):
    free, seen = Taker(0.0), Taker(1.0)
    (calm, _), (hunted, game) = played(greedy, free), played(greedy, seen)
    assert "1" in game.outcomes["KET_QUA"].to_pylist()
    before, after = greedy_rows(free, calm, 0), greedy_rows(seen, hunted, 0)
    assert before == after
    before, after = greedy_rows(free, calm, WEEKS - 1), greedy_rows(seen, hunted, WEEKS - 1)
    # Same deals, dearer on paper, and some through another office.
    assert len(before["SO_TK"]) == len(after["SO_TK"]) > 0
    assert before["MA_HQ"] != after["MA_HQ"]
    totals = [sum(map(float, rows["TONG_TG_HD"])) for rows in (before, after)]
    assert 1.3 < totals[1] / totals[0] < 1.6
    losses = [nation.judged().losses.evaded.sum() for nation in (calm, hunted)]
    assert losses[1] < losses[0]
    last, plans = calm._number(list(calm.weeks())[-1]) + 1, calm._nation.schemes.trader
    ranks = [nation._life.ranks.of_week(last)[plans] for nation in (calm, hunted)]
    assert ranks[1].mean() > ranks[0].mean() + 1
    sanctioned = [nation._chronicle().sanctions for nation in (calm, hunted)]
    assert len(sanctioned[1]) > len(sanctioned[0])


def test_catches_are_answered_after_they_are_known(greedy):
    policy = Taker(1.0)
    nation, game = played(greedy, policy)
    first = next(iter(nation.weeks()))
    known = game.outcomes.filter(pc.equal(game.outcomes["KET_QUA"], "1"))["known"].to_numpy()
    assert known.min() > last_second_of(np.array([first]))[0]
    schemes = np.arange(len(nation._nation.schemes))[:, None]
    weeks = greedy.played_from + np.arange(WEEKS)
    caught = nation._life.states.caught(schemes, weeks)
    # Chosen at the end of the first week, known in the second, answered from the third on.
    assert caught[:, :2].max() == 0
    assert caught[:, 2].max() == 1


def test_audits_are_told_once_and_after_working_days(greedy):
    nation, game = played(greedy, Auditor(0.0))
    found = game.outcomes.filter(pc.equal(game.outcomes["KET_QUA"], "1"))
    assert set(game.outcomes["HINH_THUC"].to_pylist()) == {"8"}
    keys = list(zip(found["SO_TK_GOC"].to_pylist(), found["STT"].to_pylist(), strict=True))
    assert len(keys) == len(set(keys)) > 0
    assert pc.min(found["THUE_TANG"].cast(pa.int64())).as_py() >= 0
    first_week = next(iter(nation.weeks()))
    end = int(last_second_of(np.array([first_week]))[0])
    delay = (pc.min(game.outcomes["known"]).as_py() - end) // DAY_SECONDS
    assert 7 <= delay <= 20


def test_an_audit_of_nobody_finds_nothing(usual):
    nation = LivedNation(usual)
    week = nation.weeks()[0]
    nation.registered(week)
    end = int(last_second_of(np.array([week]))[0])
    day = end // DAY_SECONDS
    period = (np.array([day - 30]), np.array([day]))
    chosen = audits(pa.array(["no such code"]), period, np.array([end]), np.array([1]))
    rows = nation.check(week, chosen).to_pylist()
    assert [(row["SO_TK_GOC"], row["KET_QUA"]) for row in rows] == [(None, "0")]


@pytest.mark.parametrize("mechanism", ["lane_shopping", "second_declaration"])
def test_who_is_chosen_declares_again(mechanism):
    with many_schemes(share=60.0, item_share=(0.8, 1.0)):
        start = opening(mechanisms=(mechanism,))
    idle, busy = Taker(0.0), Taker(1.0, first_week_only=True)
    (calm, _), (hunted, game) = played(start, idle), played(start, busy)
    counts = [sum(t["tk"].num_rows for t in p.tables[1:]) for p in (idle, busy)]
    assert counts[1] > counts[0]
    # A shopper withdraws: its check tells nothing, and nothing is lost in what it withdrew.
    told = set(numbers_in(game.outcomes["SO_TK_GOC"]))
    silent = set(game.selection.number) - told
    gone = set(numbers_of_losses(calm)) - set(numbers_of_losses(hunted))
    assert bool(gone & silent) == (mechanism == "lane_shopping")


def numbers_of_losses(nation):
    judged = nation.judged()
    return judged.declarations.number[judged.places.declaration]


def test_history_tells_what_was_known_before_the_game(usual):
    history = LivedNation(usual).history()
    end = usual.nation.written_from * DAY_SECONDS
    assert history.outcomes.schema == OUTCOMES
    assert pc.max(history.outcomes["known"]).as_py() < end
    assert pc.max(history.registered["tk"]["NGAY_DK"]).as_py() < "2025-03-10"
    numbers = set(numbers_in(history.registered["tk"]["SO_TK"]))
    assert set(numbers_in(history.outcomes["SO_TK_GOC"])) <= numbers


def test_weeks_are_asked_for_in_order(usual):
    nation = LivedNation(usual)
    first, second, *_ = nation.weeks()
    with pytest.raises(CustomsDataError, match=f"expected week {first}"):
        nation.registered(second)
    with pytest.raises(CustomsDataError, match="asked for what it registered"):
        nation.losses(first)
    nation.registered(first)
    with pytest.raises(CustomsDataError, match="each once and in order"):
        nation.registered(first)
    with pytest.raises(CustomsDataError, match="a week at least"):
        opening(days=6)
