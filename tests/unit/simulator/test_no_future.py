"""What is said before a year or half-year does not know what happens in it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from simulator.chronicle.living import planned_states
from simulator.exchange import licences
from simulator.exchange.licensed_use import Expected, expected_use, rounded_up
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation, draw_nation
from simulator.papers.numbers import LICENCE_DAYS
from simulator.revenue import plan

START = 20_089  # 2025-01-01
TERM = START // LICENCE_DAYS + 1
RUN = TERM * LICENCE_DAYS, (TERM + 1) * LICENCE_DAYS - 1


@pytest.fixture(scope="module")
def nation() -> Nation:
    return draw_nation(3, 0.004, (START - 100, START, RUN[1]), 0.01, MECHANISMS)


def _other_year(nation: Nation) -> Nation:
    """Return a nation in which others trade from the year on; until its eve all is the same."""
    months = np.array([START, nation.first_day]).astype("datetime64[D]").astype("datetime64[M]")
    since = int((months[0] - months[1]).astype(np.int64))
    rows = nation.activity_shares.reshape(-1, len(nation.traders)).copy()
    rows[since:] = keyed.stacked(np.ones_like(rows)).reshape(rows.shape)[since:]
    return replace(nation, activity_shares=rows.ravel())


def _knows_the_year(nation: Nation, plans: Callable[[Nation], dict[int, pa.Table]]) -> bool:
    return not plans(nation)[START].equals(plans(_other_year(nation))[START])


def _plans(nation: Nation) -> dict[int, pa.Table]:
    return plan.plans(nation, planned_states(nation))


def test_the_plan_of_a_year_does_not_know_the_year(nation) -> None:
    assert not _knows_the_year(nation, _plans)


def test_a_plan_made_from_the_year_itself_is_noticed(nation, monkeypatch) -> None:
    def of_the_year(nation: Nation, start: int) -> Ints:
        return np.linspace(start, nation.last_day, 5).astype(np.int64)

    monkeypatch.setattr(plan, "_past_days", of_the_year)
    assert _knows_the_year(nation, _plans)


def test_a_plan_is_what_last_year_lets_expect_in_round_figures(nation) -> None:
    amounts = np.array(_plans(nation)[START]["SO_TIEN"].to_pylist())
    digits = np.floor(np.log10(amounts[amounts >= 10_000_000])) - 1
    assert (amounts[amounts >= 10_000_000] % 10**digits == 0).all()
    assert 250e12 < amounts.sum() / nation.scale < 600e12


def _uses(nation: Nation) -> tuple[Ints, Ints]:
    """Return uses by those who expect some and by one who does not, codes ascending."""
    lines, kinds = len(nation.goods), licences._KINDS
    known = expected_use(nation).lines
    line = np.flatnonzero(nation.goods.licence >= 0)[0]
    one = (7 * kinds + nation.goods.licence[line]) * lines + line
    codes = np.union1d(known[::2], [one]) + TERM * len(nation.traders) * kinds * lines
    return codes, np.full(len(codes), 500_00)


def _said_before(nation: Nation, expected: Expected, use: tuple[Ints, Ints]) -> list[list]:
    _, columns = licences.licences(nation, expected, (TERM, RUN), use)
    half = len(columns["no"]) // 2
    return [columns[name].to_pylist()[:half] for name in ("no", "quantity", "used")]


def test_licences_are_granted_without_knowing_their_use(nation) -> None:
    codes, mass = _uses(nation)
    said = [_said_before(nation, expected_use(nation), (codes, mass * by)) for by in (1, 400)]
    assert said[0] == said[1]


def test_a_grant_made_from_the_use_is_noticed(nation) -> None:
    codes, mass = _uses(nation)
    said = []
    for by in (1, 400):
        usual = np.full((len(nation.traders), licences._KINDS), mass.mean() * by)
        known = replace(expected_use(nation), usual_e2=usual)
        said.append(_said_before(nation, known, (codes, mass * by)))
    assert said[0] != said[1]


def test_more_is_granted_later_to_most_who_need_it(nation) -> None:
    codes, mass = _uses(nation)
    _, columns = licences.licences(
        nation, expected_use(nation), (TERM, RUN), (codes, mass * 100_000)
    )
    granted = np.array([float(one) for one in columns["quantity"].to_pylist()])
    used = np.array([float(one) for one in columns["used"].to_pylist()])
    half = len(used) // 2
    before, after, last = granted[:half], granted[half:], used[half:]
    assert (after >= before).all()
    assert 0.02 < (last > after).mean() < 0.25
    assert ((after == before) | (after >= last)).all()


def test_people_ask_for_round_figures() -> None:
    wanted = np.array([1.0, 100_00.0, 100_01.0, 730_00.0, 8_200_00.0])
    assert rounded_up(wanted).tolist() == [100_00, 100_00, 120_00, 800_00, 10_000_00]
