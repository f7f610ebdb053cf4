"""Audits, what comes of them, sanctions, and the registry's snapshots."""

from dataclasses import fields, replace

import numpy as np
import pyarrow as pa
import pytest

from simulator.chronicle import audit_scope
from simulator.chronicle.assessments import Outcomes, outcomes_of, split_by_tax
from simulator.chronicle.audit_scope import AT_PREMISES
from simulator.chronicle.audits import Audited, Auditors, usual_number
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.life import Chronicle
from simulator.chronicle.living import live_through
from simulator.chronicle.ranks import Ranker, Ranks
from simulator.chronicle.record import Record
from simulator.chronicle.themes import EVERYTHING
from simulator.chronicle.violations import (
    GROUP_OF_ACT,
    LATE_RE_EXPORT,
    LATE_SETTLEMENT,
    SHORT_TAX,
    for_limits,
    violations_of,
)
from simulator.control.lifecycle import NEVER, surely_stands
from simulator.control.overdue import (
    NO_DECLARATION,
    filing_days,
    late_reports,
    no_overdue,
    overdue_of,
)
from simulator.kernel.arrays import pick
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation, draw_nation
from simulator.reference.calendar import WEEK_DAYS, first_day_of
from simulator.reference.declaration_kinds import RE_EXPORT
from simulator.sources.audit_rows import audit_tables
from simulator.sources.registry_rows import (
    contract_columns,
    months_told,
    registry_snapshots,
    value_list_columns,
    view_of,
)
from simulator.sources.vcis_items import contract_numbers
from simulator.trade.batch import running_schemes
from simulator.trade.deals import draw_deals
from simulator.trade.roster import draw_roster
from tests.unit.simulator.audits_of_ledgers import draw_audits

FIRST, DAYS = 19_724, 420  # 2024-01-02
WRITTEN = FIRST + 200
NOTHING_LATE = no_overdue(), no_overdue()


@pytest.fixture(scope="module")
def nation() -> Nation:
    return draw_nation(5, 0.004, (FIRST, WRITTEN, FIRST + DAYS - 1), 0.01, MECHANISMS)


@pytest.fixture(scope="module")
def chronicle(nation) -> Chronicle:
    return live_through(nation)


@pytest.fixture(scope="module")
def ranks(nation) -> Ranks:
    return Ranks(Ranker(nation).ranks(Record(nation)))


@pytest.fixture(scope="module")
def audited(nation, chronicle, ranks) -> Audited:
    return draw_audits(nation, chronicle.states, chronicle.ledger, 150, ranks)


@pytest.fixture(scope="module")
def outcomes(nation, chronicle, audited) -> Outcomes:
    return outcomes_of(nation, chronicle.ledger, audited)


def test_as_many_audits_as_asked_for(nation, chronicle, ranks, audited):
    assert len(audited.audits) == pytest.approx(150 * DAYS / 365.25, abs=3)
    assert len(draw_audits(nation, chronicle.states, chronicle.ledger, 0, ranks).audits) == 0
    assert usual_number(0.001) == 40
    assert usual_number(1.0) == 2_640


def test_audits_keep_the_limits_of_the_law(nation, audited):
    audits = audited.audits
    assert (audits.from_day >= nation.first_day).all()
    assert (audits.from_day <= audits.to_day).all()
    assert (audits.to_day - audits.from_day <= 5 * 366).all()
    assert (audits.decided >= nation.first_day).all()
    assert (audits.concluded > audits.decided).all()
    assert set(audits.serial.tolist()) == set(range(1, len(audits) + 1))
    share = (audits.place == AT_PREMISES).mean()
    assert 0.2 < share < 0.5


def test_grounds_are_as_practised_and_the_blind_ones_look_at_everything(audited):
    ground = audited.audits.ground
    shares = np.bincount(ground, minlength=4) / len(ground)
    assert shares == pytest.approx(audit_scope.GROUND_SHARES, abs=0.12)
    assert (audited.audits.theme[ground >= audit_scope.COMPLIANCE] == EVERYTHING).all()


def test_audits_find_only_what_is_open_theirs_and_in_their_period(chronicle, audited):
    found, audits = pick(chronicle.ledger, audited.item), audited.audits
    assert len(found) > 50
    assert len(np.unique(audited.item)) == len(audited.item)
    assert (found.found == NEVER).all()
    assert (found.trader == audits.trader[audited.audit]).all()
    assert (found.day >= audits.from_day[audited.audit]).all()
    assert (found.day <= audits.to_day[audited.audit]).all()


def test_a_week_depends_on_the_weeks_before_it_only(nation, chronicle, ranks, audited):
    until = FIRST + 20 * WEEK_DAYS
    known = np.flatnonzero(chronicle.ledger.day < until)
    early = draw_audits(nation, chronicle.states, pick(chronicle.ledger, known), 150, ranks)
    one = early.audits.decided < until - WEEK_DAYS
    other = audited.audits.decided < until - WEEK_DAYS
    for field in fields(audited.audits):
        mine, theirs = getattr(early.audits, field.name), getattr(audited.audits, field.name)
        assert np.array_equal(mine[one], theirs[other]), field.name


def test_audits_catch_schemes_when_they_conclude(nation, chronicle, ranks):
    auditors, record = Auditors(nation, 400), Record(nation)
    day = chronicle.ledger.day
    catches = []
    for week in range(30):
        days = FIRST + week * WEEK_DAYS + np.arange(WEEK_DAYS)
        own = np.flatnonzero((day >= days[0]) & (day <= days[-1]))
        catches.append(
            auditors.live_week(pick(chronicle.ledger, own), days, ranks.of_week(week), record)[0]
        )
    caught = np.concatenate(catches)
    assert len(caught) > 1
    assert np.isin(caught[:, 1], auditors.closed().audits.concluded).all()
    assert (caught[:, 0] >= 0).all()


def test_taxes_of_a_finding_sum_to_what_was_evaded(nation, chronicle, audited, outcomes):
    found: Ledger = pick(chronicle.ledger, audited.item)
    parts = split_by_tax(nation, found)
    assert (parts >= 0).all()
    assert np.array_equal(parts.sum(axis=1), found.evaded_vnd)
    lines = outcomes.lines
    total = np.bincount(lines.audit, lines.amount_vnd, len(audited.audits))
    assert np.array_equal(total.astype(np.int64), outcomes.assessed_vnd)
    assert set(lines.item.tolist()) == set(audited.item.tolist())


def test_nobody_pays_more_than_is_due_and_clean_firms_owe_nothing(outcomes):
    assert (outcomes.paid_vnd <= outcomes.upheld_vnd + outcomes.fine_vnd).all()
    clean = ~outcomes.has_finding
    assert not outcomes.assessed_vnd[clean].any()
    assert not outcomes.fine_vnd[clean].any()
    won = outcomes.upheld_vnd < outcomes.assessed_vnd
    assert (outcomes.appealed[won] != NEVER).all()


def test_a_decision_comes_before_its_result(nation, chronicle, audited, outcomes):
    tables = audit_tables(nation, chronicle.ledger, audited, outcomes)
    rows = tables["ktstq"].to_pylist()
    stages: dict[str, list[dict]] = {}
    for row in sorted(rows, key=lambda one: one["_moment"]):
        stages.setdefault(row["MA_QD"], []).append(row)
    assert len(stages) == len(audited.audits)
    for told in stages.values():
        assert [row["OP"] for row in told] == ["I"] + ["U"] * (len(told) - 1)
    fresh = [told for told in stages.values() if told[0]["NGAY_KL"] is None]
    assert any(len(told) > 1 and told[1]["KET_QUA"] in (0, 1) for told in fresh)
    assert {row["MA_QD"] for row in tables["ktstqct"].to_pylist()} <= set(stages)


def test_what_is_left_of_the_lines_is_what_the_decision_says(nation, chronicle, audited, outcomes):
    tables = audit_tables(nation, chronicle.ledger, audited, outcomes)
    left: dict[str, int] = {}
    last: dict[tuple, dict] = {}
    for row in sorted(tables["ktstqct"].to_pylist(), key=lambda one: one["_moment"]):
        last[row["MA_QD"], row["SO_TK_GOC"], row["STT"], row["MA_SAC_THUE"]] = row
    for row in last.values():
        amount = 0 if row["TRANG_THAI"] == "annulled" else row["THUE_CHENH"]
        left[row["MA_QD"]] = left.get(row["MA_QD"], 0) + amount
    said = {
        row["MA_QD"]: row["THUE_AN_DINH"]
        for row in sorted(tables["ktstq"].to_pylist(), key=lambda one: one["_moment"])
    }
    assert all(said[code] == amount for code, amount in left.items())


def test_sanctions_follow_findings(nation, chronicle, audited, outcomes):
    ledger = chronicle.ledger
    one = chronicle.sanctions
    sanctions = violations_of(nation, one, ledger, (audited, outcomes), NOTHING_LATE)
    assert (sanctions.decided >= sanctions.happened).all()
    assert (np.diff(sanctions.decided) >= 0).all()
    assert set(GROUP_OF_ACT[sanctions.act].tolist()) <= set(range(1, 8))
    assert (sanctions.fine_vnd > 0).all()
    named = np.isin(sanctions.key, one.key)
    assert (sanctions.number[named] != NO_DECLARATION).all()
    right = np.isin(one.number, ledger.number[ledger.found != NEVER])
    assert right.mean() > 0.5
    assert ((one.annulled == NEVER) | (one.annulled > one.decided)).all()
    assert len(np.unique(one.number)) == len(one)
    short = one.act == SHORT_TAX
    assert (one.fine_vnd[short] >= 50_000).all()


def test_goods_that_do_not_leave_are_overdue(nation, chronicle):
    days = FIRST + np.arange(60)
    roster = draw_roster(nation.clock, days, chronicle.follow_ups)
    deals = draw_deals(nation, chronicle.states, roster)
    scheme = running_schemes(nation, chronicle.states, deals.trader, roster.day)
    stands = surely_stands(nation, roster.key, deals.trader, scheme)
    late = overdue_of(roster, deals, chronicle.follow_ups, stands)
    assert len(late) > 0
    assert not np.isin(late.key, roster.key[~stands]).any()
    every = overdue_of(roster, deals, chronicle.follow_ups, np.ones_like(stands))
    assert len(every) > len(late)
    follow = pick(chronicle.follow_ups, chronicle.follow_ups.kind == RE_EXPORT)
    left_on = dict(zip(follow.parent_key.tolist(), follow.day.tolist(), strict=True))
    limit_of = dict(zip(late.key.tolist(), late.limit_day.tolist(), strict=True))
    assert all(left_on[key] > limit_of[key] for key in set(left_on) & set(limit_of))
    assert set(left_on) & set(limit_of)
    in_time = np.isin(roster.key, follow.parent_key) & ~np.isin(roster.key, late.key)
    assert in_time.sum() > len(late)
    sanctions = for_limits(late, LATE_RE_EXPORT)
    assert len(sanctions) < len(late)
    assert np.isin(sanctions.number, late.number).all()


def test_reports_filed_after_their_limit_are_late(nation):
    late = late_reports(nation)
    assert len(late) > 0
    for day in np.unique(late.limit_day).tolist():
        year = int(np.datetime64(day, "D").astype("datetime64[Y]").astype(int)) + 1970 - 1
        filed, _ = filing_days(nation, year)
        assert (filed[late.trader[late.limit_day == day]] > day).all()
    assert set(for_limits(late, LATE_SETTLEMENT).number.tolist()) <= {NO_DECLARATION}


def test_snapshots_of_each_month_and_the_one_before(nation, chronicle, audited, outcomes):
    audits = audited, outcomes
    sanctions = violations_of(nation, chronicle.sanctions, chronicle.ledger, audits, NOTHING_LATE)
    days: dict[str, list[int]] = {}
    for name, day, columns in registry_snapshots(
        nation, chronicle.states, chronicle.record, sanctions
    ):
        assert len({len(column) for column in columns.values()}) == 1, name
        days.setdefault(name, []).append(day)
        if name == "vipham":
            stands = (sanctions.annulled == NEVER) | (sanctions.annulled >= day)
            assert pa.table(columns).num_rows == (stands & (sanctions.decided < day)).sum()
    assert set(days) == {
        "dn", "chusohuu", "xephang", "cosx", "hopdonggc", "vipham", "ruirotg", "xdtruoc",
        "vpkhac", "kehoachkt",
    }  # fmt: skip
    assert all(
        own == [first_day_of(month) for month in months_told(nation)] for own in days.values()
    )
    assert days["dn"][0] < WRITTEN < days["dn"][2]


def test_the_registry_shows_who_came_back(nation, chronicle):
    dead = np.flatnonzero(nation.traders.successor >= 0)[:3]
    reborn_day = chronicle.states.reborn_day.copy()
    reborn_day[dead] = FIRST + 250
    view = view_of(nation, replace(chronicle.states, reborn_day=reborn_day))
    heir = nation.traders.successor[dead]
    assert (view.lives.founded_day[heir] < FIRST + 250).all()
    assert (view.lives.closed_day[dead] <= FIRST + 250 + 120).all()


def test_contracts_have_the_numbers_that_goods_name(nation, chronicle):
    month = months_told(nation)[-1]
    columns = contract_columns(nation, month, view_of(nation, chronicle.states))
    codes = nation.traders.tax_codes
    firm = np.array([codes.index(code) for code in columns["MA_DN"].to_pylist()])
    in_its_year = columns["DEN_NGAY"].cast(pa.int32()).to_numpy().astype(np.int64) - 61
    named = contract_numbers(nation, firm, in_its_year)
    told = columns["SO_HD_GC"].to_pylist()
    assert told == [f"HDGC{number}" for number in named.tolist()]
    assert len(set(told)) == len(told)


def test_value_list_holds_the_listed_lines_year_by_year(nation):
    table = pa.table(value_list_columns(nation, months_told(nation)[-1])).to_pylist()
    listed = int((nation.goods.reference_usd > 0).sum())
    years = {row["TU_NGAY"].year for row in table}
    assert len(table) == listed * len(years)
    assert {2023, 2024} <= years
