"""What is said before a year or half-year does not know what happens in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from simulator.chronicle.exemption_lists import ListBook, of_codes
from simulator.chronicle.life import planned_states
from simulator.chronicle.living import live_through
from simulator.exchange import licences
from simulator.exchange.licensed_use import Expected, expected_use, rounded_up
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation, draw_nation
from simulator.papers.numbers import LICENCE_DAYS, licence_numbers
from simulator.reference.calendar import DAY_SECONDS
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


def _uses(nation: Nation, offset: int = 0, others: int = 3) -> tuple[Ints, Ints]:
    """Return uses by half of those who expect some, and by some who do not, codes ascending."""
    lines, kinds = len(nation.goods), licences._KINDS
    known = expected_use(nation).lines
    listed = np.flatnonzero(nation.goods.licence >= 0)
    line = listed[offset :: len(listed) // others][:others]
    unlike = ((7 + np.arange(len(line))) * kinds + nation.goods.licence[line]) * lines + line
    codes = np.union1d(known[offset::2], unlike) + TERM * len(nation.traders) * kinds * lines
    day = keyed.integers(keyed.identities(nation.root("test"), len(codes)), "day", 0, LICENCE_DAYS)
    return codes * LICENCE_DAYS + day, np.full(len(codes), 500_00)


def _told(
    nation: Nation, expected: Expected, use: tuple[Ints, Ints], begins: int = RUN[0] - 60
) -> pd.DataFrame:
    """Return the rows of a half-year with the day on which each comes, in their order."""
    run = begins, RUN[1]
    moment, columns = licences.licences(nation, expected, (TERM, run), use)
    rows = pd.DataFrame({name: column.to_pylist() for name, column in columns.items()})
    rows = rows.astype({"quantity": float, "used": float})
    return rows.assign(day=moment // DAY_SECONDS).sort_values(["no", "day"], ignore_index=True)


def _said_before(nation: Nation, expected: Expected, use: tuple[Ints, Ints]) -> list[list]:
    told = _told(nation, expected, use)
    return told[told["day"] < RUN[0] - licences.FORESEEN_DAYS].to_numpy().tolist()


def test_licences_are_granted_without_knowing_their_use(nation) -> None:
    expected = expected_use(nation)
    codes, mass = _uses(nation)
    uses = (codes, mass), (codes, mass * 400), _uses(nation, 1, 7), (codes[:0], mass[:0])
    said = [_said_before(nation, expected, use) for use in uses]
    assert len(said[0]) > 20
    assert all(one == said[0] for one in said)


def test_what_licences_list_on_a_day_does_not_know_what_is_used_later(nation) -> None:
    codes, mass = _uses(nation)
    middle = LICENCE_DAYS // 2
    early = codes % LICENCE_DAYS < middle
    told = [
        one[one["day"] < RUN[0] + middle - licences.FORESEEN_DAYS].reset_index(drop=True)
        for use in ((codes, mass), (codes[early], mass[early]))
        for one in [_told(nation, expected_use(nation), use)]
    ]
    assert (told[0]["day"] > RUN[0]).any()
    pd.testing.assert_frame_equal(*told)


def test_a_licence_granted_within_the_days_written_was_used_by_nobody_before_them(nation) -> None:
    begins = RUN[0] + 30
    told = _told(nation, expected_use(nation), _uses(nation), begins)
    first = told.groupby("no").first()
    new = first["valid_from"].map(lambda one: (one - date(1970, 1, 1)).days) >= begins
    assert new.sum() > 5
    assert (~new).sum() > 20
    assert (first["used"][~new] > 0).any()
    assert (first["used"][new] == 0).all()


def test_every_use_is_listed_before_it_comes(nation) -> None:
    codes, mass = _uses(nation)
    told = _told(nation, expected_use(nation), (codes, mass))
    holder, line = np.divmod(codes // LICENCE_DAYS, len(nation.goods))
    trader, kind = np.divmod(holder % (len(nation.traders) * licences._KINDS), licences._KINDS)
    number = licence_numbers(nation, trader, kind, np.full(len(trader), RUN[0])).to_pylist()
    uses = pd.DataFrame({"no": number, "code": np.array(nation.goods.codes)[line]})
    uses["day"] = RUN[0] + codes % LICENCE_DAYS
    both = uses.merge(told, on="no", suffixes=("", "_told"))
    known = both["day_told"] < both["day"]
    known &= np.array([code in told for code, told in zip(both["code"], both["hs"], strict=True)])
    assert set(both[known]["no"]) == set(number)
    assert len(both[known].drop_duplicates(["no", "code"])) == len(uses)
    assert (told.groupby("no")["used"].diff().fillna(0) >= 0).all()


def test_a_licence_that_is_used_up_is_raised_before_its_time_is_over(nation) -> None:
    codes, mass = _uses(nation)
    first = codes // LICENCE_DAYS * LICENCE_DAYS
    often = np.sort(np.concatenate([first + day for day in (30, 60, 90)]))
    told = _told(nation, expected_use(nation), (often, np.full(len(often), mass[0] * 400)))
    lasting = told[told["day"] < told["day"].max()].groupby("no")
    raised = lasting["quantity"].nunique() > 1
    assert raised.mean() > 0.6
    assert (told.groupby("no")["quantity"].diff().fillna(0) >= 0).all()
    # No raise comes after goods that it is for; a few are overdrawn by mistake or not.
    assert (told["used"] <= told["quantity"])[told["no"].isin(raised.index[raised])].all()


def test_lists_are_registered_before_their_year_for_more_than_it_takes(nation) -> None:
    grants = live_through(nation, 0).grants
    trader, year, _ = of_codes(grants.code)
    own = grants.is_new & (year == START // 365)
    usual = own & (nation.traders.founded_day[trader] < START - 40)
    day = grants.moment // DAY_SECONDS
    assert usual.sum() > 50
    assert (day[usual] < START).mean() > 0.9
    book = ListBook()
    book.register(nation, np.array([START]), 0)
    registered = book.told()
    # Nothing of what is registered before the year knows what is imported in it.
    assert np.isin(registered.code, grants.code).all()
    same = np.isin(grants.code, registered.code) & grants.is_new
    assert np.array_equal(np.sort(grants.granted_e2[same]), np.sort(registered.granted_e2))
    assert (book.used_e2 == 0).all()


def test_lines_of_years_gone_by_are_forgotten_and_their_grants_told(nation) -> None:
    book = ListBook()
    for year in range(3):
        book.register(nation, np.array([START + 365 * year]), 0)
    years = of_codes(book.code)[1]
    assert set(years - START // 365) == {1, 2}
    assert set(of_codes(book.told().code)[1] - START // 365) == {0, 1, 2}


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
    told = _told(nation, expected_use(nation), (codes, mass * 100_000)).groupby("no")
    before, after = told["quantity"].first(), told["quantity"].last()
    last = told["used"].last()
    assert (after >= before).all()
    assert 0.02 < (last > after).mean() < 0.25
    assert ((after == before) | (after >= last)).all()


def test_people_ask_for_round_figures() -> None:
    wanted = np.array([1.0, 100_00.0, 100_01.0, 730_00.0, 8_200_00.0])
    assert rounded_up(wanted).tolist() == [100_00, 100_00, 120_00, 800_00, 10_000_00]
