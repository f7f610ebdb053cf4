"""Lives the world week by week: who is caught, how schemes answer, who closes, what follows.

Every declaration is only looked at for what may follow it; whole declarations are drawn for the
traders that run a scheme, and where there is a mistake, an odd look or an exemption list. The days
that are written later draw the same declarations again, because every fact is keyed.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from simulator.chronicle.answers import let_answer
from simulator.chronicle.follow_ups import (
    again_after_cancelling,
    of_schemes,
    routine,
)
from simulator.chronicle.ledger import Ledger, catches_of, claims_of, ledger_of
from simulator.chronicle.life import (
    Chronicle,
    Life,
    chronicle_of,
    days_of,
    in_order,
    new_life,
)
from simulator.chronicle.on_the_spot import pairs_of
from simulator.chronicle.record import TAKEN_BACK, Record, findings_of, undoing
from simulator.chronicle.themes import THEME_OF_DIFFERENCE
from simulator.chronicle.tips import tips_of
from simulator.chronicle.violations import (
    LATE_RE_EXPORT,
    at_border,
    for_limits,
    note_outcomes,
    note_sanctions,
)
from simulator.control.beliefs import as_believed, taken_back
from simulator.control.course import course_of
from simulator.control.inspections import (
    Checks,
    Findings,
    is_false,
    look,
    looks_odd,
)
from simulator.control.lanes import usual_checks
from simulator.control.lifecycle import NEVER, surely_stands
from simulator.control.overdue import Overdue, overdue_of
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join, pick
from simulator.mechanisms.mechanism import SCANNER
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.regimes import UNDER_LIST
from simulator.trade.batch import Batch, declare, running_schemes
from simulator.trade.deals import Deals, draw_deals
from simulator.trade.goods_items import items_of
from simulator.trade.irregularities import differs_in
from simulator.trade.roster import (
    FollowUps,
    Roster,
    draw_roster,
    followers,
    no_follow_ups,
    numbers_of,
)
from simulator.trade.scheme_states import FAR_DAY


def with_mistakes(nation: Nation, roster: Roster, trader: Ints) -> Bools:
    """Return the declarations of a roster, of these traders, with an honest mistake in them."""
    result: Bools = np.zeros(len(roster), dtype=bool)
    owner, _, key = items_of(roster)
    chance = nation.mistake_chances(trader, roster.day)[owner]
    for kind in nation.mechanisms:
        if not kind.intent:
            result[owner[keyed.happens(key, kind.name, chance)]] = True
    return result


def live_through(
    nation: Nation, audits: int | None = None, folder: Path | None = None
) -> Chronicle:
    """Return the chronicle of a nation under its legacy control.

    Args:
        nation: The nation.
        audits: So many a year; None for the usual number.
        folder: Of what is kept on disk, as in `Kept`.
    """
    life = new_life(nation, audits, folder)
    for week in range(life.states.weeks):
        days = days_of(nation, week)
        live_week(nation, life, days)
        answer_catches(nation, life, (week, int(days[-1])))
    settle(nation, life, nation.last_day + 1)
    life.past.append(in_order(life.later))
    life.later = no_follow_ups()
    return chronicle_of(life)


def live_week(nation: Nation, life: Life, days: Ints) -> None:
    """Live a week: what follows its declarations, what is irregular in them, what is found.

    What follows a declaration may be due within the week itself: one more roster completes it. Such
    a follow-up is lived with the week after, so what follows it comes in that week at the earliest.
    """
    roster = draw_roster(nation.clock, days, life.later)
    lived, deals, scheme, ordinary = register(nation, life, roster, days)
    wanted = (scheme >= 0).any(axis=1) | with_mistakes(nation, lived, deals.trader)
    wanted |= looks_odd(nation, lived.key, deals) | ~np.isin(lived.key, roster.key)
    more, ledger, claims = live_closely(nation, life, pick(lived, wanted))
    new = join([ordinary, *more])
    whole = complete(nation, life, roster, (days, new))
    late = overdue_of(lived, deals, new, surely_stands(nation, lived.key, deals.trader, scheme))
    for told in (ledger, claims, late):
        fresh = np.isin(told.key, roster.key)
        told.number[fresh] = numbers_of(whole, told.key[fresh])
    keep_overdue(life, late)
    both = join([life.later, new])
    due = in_order(pick(both, both.day <= days[-1]))
    life.past.append(due)
    life.pairs.append(pairs_of(due, whole))
    life.later = pick(both, both.day > days[-1])
    life.ledgers.append(ledger)
    week = int(life.states.week(days[:1])[0])
    rank = life.ranks.of_week(week)
    by_audit, audited = life.auditors.live_week(ledger, days, rank, life.record)
    note_outcomes(nation, life.record, life.ledgers.whole(), audited)
    by_check = catches_of(ledger.scheme, ledger.found, ledger.trader)
    life.catches = np.concatenate([life.catches, by_check, by_audit])
    declared = np.bincount(deals.trader, minlength=len(rank))
    life.record.note_checks(declared * usual_checks(rank))
    sanction(nation, life, claims)
    rank_anew(nation, life, (lived, deals), days)


def settle(nation: Nation, life: Life, day: int) -> None:
    """Live what the last week registered late: legacy control chose what of it is looked at.

    What follows is registered from a day on.
    """
    if not life.unseen:
        return
    lived = join(life.unseen)
    deals = draw_deals(nation, life.states, lived)
    scheme = running_schemes(nation, life.states, deals.trader, lived.day)
    use_lists(nation, life, [(lived, deals)])
    follow, ledger, claims = live_closely(nation, life, lived)
    after = join([routine(nation, lived, deals, scheme), *follow])
    after.day[:] = np.maximum(after.day, day)
    stands = surely_stands(nation, lived.key, deals.trader, scheme)
    keep_overdue(life, overdue_of(lived, deals, after, stands))
    life.later = join([life.later, after])
    life.ledgers.append(ledger)
    caught = catches_of(ledger.scheme, ledger.found, ledger.trader)
    life.catches = np.concatenate([life.catches, caught])
    rank = life.rank_of(nation, deals.trader, lived.day)
    checks = np.bincount(deals.trader, usual_checks(rank), len(nation.traders))
    life.record.note_checks(checks.astype(np.float64))
    life.record.note_trade(lived, deals)
    sanction(nation, life, claims)
    life.unseen = []


def register(
    nation: Nation, life: Life, roster: Roster, days: Ints, earliest: int = 0
) -> tuple[Roster, Deals, Ints, FollowUps]:
    """Live what a week registers, and what was registered late in the week before.

    Args:
        nation: The nation.
        life: The world so far; exemption lists are used.
        roster: Declarations of the week, without what follows them within it.
        days: Its days.
        earliest: As in `use_lists`.

    Returns:
        All that is lived this week, its deals and running schemes, and what follows in the ordinary
        course of trade, from the first of the days on: a day that is over has its numbers.
    """
    lived = join([roster, *life.unseen])
    deals = draw_deals(nation, life.states, lived)
    scheme = running_schemes(nation, life.states, deals.trader, lived.day)
    ordinary = routine(nation, lived, deals, scheme)
    ordinary.day[:] = np.maximum(ordinary.day, days[0])
    soon = followers(pick(ordinary, ordinary.day <= days[-1]))
    registered = [(lived, deals), (soon, draw_deals(nation, life.states, soon))]
    use_lists(nation, life, registered, earliest)
    return lived, deals, scheme, ordinary


def complete(nation: Nation, life: Life, roster: Roster, new: tuple[Ints, FollowUps]) -> Roster:
    """Return a week with what follows within it, which is lived with the next week.

    Args:
        nation: The nation.
        life: The world so far.
        roster: As in `register`.
        new: The days of the week, and all that follows from it; each is due on its first day at
            least, and learns the number of what it follows.
    """
    days, after = new
    after.day[:] = np.maximum(after.day, days[0])
    # Numbers are those of the places in the week: drawn once, they tell what later ones follow.
    numbered = draw_roster(nation.clock, days, join([life.later, after]))
    # What follows those of the last week knows their numbers.
    of_week = np.isin(after.parent_key, numbered.key)
    after.parent_number[of_week] = numbers_of(numbered, after.parent_key[of_week])
    whole = draw_roster(nation.clock, days, join([life.later, after]))
    life.unseen = [pick(whole, ~np.isin(whole.key, roster.key))]
    return whole


def sanction(nation: Nation, life: Life, claims: Ledger) -> None:
    """Sanction what checks claim, and put that on record."""
    made = at_border(nation, claims)
    life.sanctions.append(made)
    note_sanctions(life.record, made)


def keep_overdue(life: Life, late: Overdue) -> None:
    """Keep temporary imports that will not leave in time, and note the sanctions that follow."""
    life.overdue.append(late)
    note_sanctions(life.record, for_limits(late, LATE_RE_EXPORT))


def rank_anew(nation: Nation, life: Life, traded: tuple[Roster, Deals], days: Ints) -> None:
    """Put what a week declared on record, and rank by what is known from the next week on."""
    life.record.note_trade(*traded)
    life.record.note_tips(tips_of(nation, life.states, days))
    life.record.advance(int(days[-1]))
    life.ranks.note(life.ranker.ranks(life.record), life.record.penalty)


def use_lists(
    nation: Nation, life: Life, registered: list[tuple[Roster, Deals]], earliest: int = 0
) -> None:
    """Write off what a week imports under exemption lists, and keep what goes beyond them.

    Args:
        nation: The nation.
        life: The world so far.
        registered: Declarations of the week with their deals; those seen last week are left out.
        earliest: Local second before which no list can be registered any more.
    """
    life.lists.register(nation, np.concatenate([one.day for one, _ in registered]), earliest)
    listed = join([pick(one, own.regime == UNDER_LIST) for one, own in registered])
    listed = pick(listed, ~np.isin(listed.key, life.lists.latest))
    if not len(listed):
        return
    batch = declare(nation, life.states, listed)
    course = course_of(nation, batch, life.rank_of(nation, batch.deals.trader, listed.day))
    key, share = life.lists.use(nation, batch, course.lives, earliest)
    keys = np.concatenate([life.states.beyond_key, key])
    order = np.argsort(keys)
    shares = np.concatenate([life.states.beyond_share, share])[order]
    life.states = replace(life.states, beyond_key=keys[order], beyond_share=shares)


def live_closely(
    nation: Nation, life: Life, roster: Roster
) -> tuple[list[FollowUps], Ledger, Ledger]:
    """Declare some of a week in full.

    Returns:
        What follows from their control; what is irregular in them; what checks claim of them.
    """
    declared = declare(nation, life.states, roster)
    rank = life.rank_of(nation, declared.deals.trader, roster.day)
    course = course_of(nation, declared, rank)
    batch, checks, lives = course.batch, course.checks, course.lives
    findings = look(nation, batch, checks)
    stands = lives.cancelled[checks.declaration[findings.check]] == NEVER
    findings = pick(findings, stands)
    note_findings(nation, life.record, batch, checks, findings)
    follow = [
        again_after_cancelling(nation, batch, course.decisions, lives),
        of_schemes(nation, batch, course.legalised, course.before.hidden_worth),
    ]
    seen = batch, lives, checks, findings
    return follow, ledger_of(nation, *seen), claims_of(nation, *seen)


def note_findings(
    nation: Nation, record: Record, batch: Batch, checks: Checks, findings: Findings
) -> None:
    """Put on record what checks found, once they ended, and what of it is taken back.

    A scanner's false alarm is soon over and never on record.
    """
    method = checks.method[findings.check]
    kept = pick(findings, ~(is_false(batch, findings) & (method == SCANNER)))
    believed = as_believed(nation, batch, checks, kept)
    theme = THEME_OF_DIFFERENCE[differs_in(believed, kept.item, by_certificate=True)]
    owner = batch.owner[kept.item]
    day = checks.ended[kept.check] // DAY_SECONDS
    claimed = believed.evaded_vnd[kept.item]
    noted = findings_of(day, batch.deals.trader[owner], theme, claimed)
    record.note(noted)
    until = taken_back(believed, checks, kept)
    gone = np.flatnonzero(until != NEVER)
    record.note(undoing(pick(noted, gone), until[gone] // DAY_SECONDS, TAKEN_BACK))
    # What was taken back in the half-year of its finding never counts for a broker.
    lasts = (until == NEVER) | (record.half(until // DAY_SECONDS) > record.half(day))
    record.note_broker(batch.deals.broker[owner[lasts]], day[lasts])


def answer_catches(nation: Nation, life: Life, until: tuple[int, int]) -> None:
    """Let every scheme answer what was found by the end of a week, from the next week on."""
    week, last_day = until
    scheme, day, trader = life.catches[life.catches[:, 1] <= last_day].T
    is_heir = trader == nation.traders.successor[nation.schemes.trader[scheme]]
    fresh = np.setdiff1d((scheme * 2 + is_heir) * FAR_DAY + day, life.answered)
    life.answered = np.union1d(life.answered, fresh)
    caught = np.unique(fresh // FAR_DAY)
    if len(caught) and week + 1 < life.states.weeks:
        schemes, place = np.unique(caught // 2, return_inverse=True)
        of_heir = np.bincount(place, caught % 2) > 0
        life.states = let_answer(nation, life.states, (schemes, of_heir), until)
