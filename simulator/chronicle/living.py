"""Lives the world week by week: who is caught, how schemes answer, who closes, what follows.

Every declaration is only looked at for what may follow it; whole declarations are drawn for the
traders that run a scheme, and where there is a mistake, an odd look or an exemption list. The days
that are written later draw the same declarations again, because every fact is keyed.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulator.chronicle.answers import let_answer
from simulator.chronicle.audits import Audited, Auditors
from simulator.chronicle.exemption_lists import Grants, ListBook
from simulator.chronicle.follow_ups import (
    again_after_cancelling,
    of_schemes,
    routine,
)
from simulator.chronicle.ledger import Ledger, catches_of, claims_of, ledger_of
from simulator.chronicle.on_the_spot import Pairs, pairs_of
from simulator.chronicle.ranks import Ranker, Ranks, seen_rank
from simulator.chronicle.record import TAKEN_BACK, Record, findings_of, undoing
from simulator.chronicle.themes import THEME_OF_DIFFERENCE
from simulator.chronicle.tips import tips_of
from simulator.chronicle.violations import (
    LATE_RE_EXPORT,
    LATE_SETTLEMENT,
    Violations,
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
from simulator.control.overdue import Overdue, late_reports, no_overdue, overdue_of
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join, pick
from simulator.kernel.kept import Kept
from simulator.mechanisms.mechanism import SCANNER
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, WEEK_DAYS
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
from simulator.trade.scheme_states import FAR_DAY, SchemeStates, untouched


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What the light pass decided; everything the days need besides the nation.

    Attributes:
        states: Schemes by week.
        follow_ups: All declarations that come after others, by day.
        ledger: All irregular items.
        ranks: Scored risk rank of each trader by week.
        record: What control has on record by the end, of traders and brokers.
        catches: Scheme and day of each catch, shape (n, 2).
        sanctions: For what checks at the border claimed.
        audited: Post-clearance audits and what they found in the ledger.
        overdue: Temporary imports that were not re-exported in time.
        grants: What exemption lists granted.
        pairs: Declarations on the spot and who took the goods over.
    """

    states: SchemeStates
    follow_ups: FollowUps
    ledger: Ledger
    ranks: Ranks
    record: Record
    catches: Ints
    sanctions: Violations
    audited: Audited
    overdue: Overdue
    grants: Grants
    pairs: Pairs

    def rank_of(self, nation: Nation, trader: Ints, day: Ints) -> Ints:
        """Return the risk rank of each trader on its day, 1 to 9."""
        return seen_rank(nation, self.states, self.ranks, trader, day)

    def due(self, days: Ints) -> FollowUps:
        """Return what is registered on some consecutive days after other declarations."""
        first, end = np.searchsorted(self.follow_ups.day, [days[0], days[-1] + 1])
        return pick(self.follow_ups, np.arange(first, end))


def planned_states(nation: Nation) -> SchemeStates:
    """Return the schemes as planned, before anybody is caught."""
    weeks = (nation.last_day - nation.first_day) // WEEK_DAYS + 1
    planned = nation.schemes.start_day, nation.schemes.end_day
    return untouched(nation.first_day, weeks, planned, len(nation.traders))


def with_mistakes(nation: Nation, roster: Roster, trader: Ints) -> Bools:
    """Return the declarations of a roster, of these traders, with an honest mistake in them."""
    result: Bools = np.zeros(len(roster), dtype=bool)
    owner, _, key = items_of(roster)
    chance = nation.mistake_chances(trader, roster.day)[owner]
    for kind in nation.mechanisms:
        if not kind.intent:
            result[owner[keyed.happens(key, kind.name, chance)]] = True
    return result


@dataclass(slots=True)
class Life:
    """The world so far.

    Attributes:
        states, ranks, record: As in Chronicle, written on as weeks pass.
        later: Follow-ups that are due from this week on.
        unseen: Follow-ups registered in the last week, not yet looked at closely.
        past, ledgers: What happened; sanctions: as in Chronicle, week by week.
        catches: Scheme and day of each catch, shape (n, 2); answered: codes of those answered.
        auditors: Who audit; ranker: who ranks; overdue: temporary imports not re-exported in time.
        lists: Exemption lists; pairs: on the spot.
    """

    states: SchemeStates
    ranks: Ranks
    later: FollowUps
    unseen: list[Roster]
    past: Kept[FollowUps]
    ledgers: Kept[Ledger]
    catches: Ints
    answered: Ints
    sanctions: Kept[Violations]
    auditors: Auditors
    overdue: Kept[Overdue]
    record: Record
    ranker: Ranker
    lists: ListBook
    pairs: Kept[Pairs]

    def rank_of(self, nation: Nation, trader: Ints, day: Ints) -> Ints:
        """Return the risk rank of each trader on its day, 1 to 9."""
        return seen_rank(nation, self.states, self.ranks, trader, day)


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
    life.past.append(_in_order(life.later))
    life.later = no_follow_ups()
    return chronicle_of(life)


def new_life(nation: Nation, audits: int | None = None, folder: Path | None = None) -> Life:
    """Return the world before its first day; as in `live_through`."""
    record, ranker = Record(nation), Ranker(nation)
    overdue: Kept[Overdue] = Kept(folder)
    overdue.append(no_overdue())
    note_sanctions(record, for_limits(late_reports(nation), LATE_SETTLEMENT))
    return Life(
        states=planned_states(nation),
        ranks=Ranks(ranker.ranks(record), folder),
        later=no_follow_ups(),
        unseen=[],
        past=Kept(folder),
        ledgers=Kept(folder),
        catches=np.empty((0, 2), dtype=np.int64),
        answered=np.empty(0, dtype=np.int64),
        sanctions=Kept(folder),
        auditors=Auditors(nation, audits, folder),
        overdue=overdue,
        record=record,
        ranker=ranker,
        lists=ListBook(folder),
        pairs=Kept(folder),
    )


def days_of(nation: Nation, week: int) -> Ints:
    """Return the days of a week of the nation; the last one may be short."""
    first = nation.first_day + week * WEEK_DAYS
    return np.arange(first, min(first + WEEK_DAYS, nation.last_day + 1))


def chronicle_of(life: Life) -> Chronicle:
    """Return what a life decided so far."""
    past = life.past.whole()
    return Chronicle(
        states=life.states,
        follow_ups=join([past, _in_order(life.later)]) if len(life.later) else past,
        ledger=life.ledgers.whole(),
        ranks=life.ranks,
        record=life.record,
        catches=life.catches,
        sanctions=life.sanctions.whole(),
        audited=life.auditors.closed(),
        overdue=life.overdue.whole(),
        grants=life.lists.told(),
        pairs=life.pairs.whole(),
    )


def _in_order(follow_ups: FollowUps) -> FollowUps:
    """Return follow-ups by day."""
    return pick(follow_ups, np.lexsort((follow_ups.key, follow_ups.day)))


def live_week(nation: Nation, life: Life, days: Ints) -> None:
    """Live a week: what follows its declarations, what is irregular in them, what is found.

    Only first declarations are followed up, so one more roster with the follow-ups that are due
    within the week itself completes it; those are looked at closely with the week after.
    """
    roster = draw_roster(nation.clock, days, life.later)
    deals = draw_deals(nation, life.states, roster)
    scheme = running_schemes(nation, life.states, deals.trader, roster.day)
    ordinary = routine(nation, roster, deals, scheme)
    soon = followers(pick(ordinary, ordinary.day <= days[-1]))
    use_lists(nation, life, [(roster, deals), *_with_deals(nation, life, [soon, *life.unseen])])
    wanted = (scheme >= 0).any(axis=1) | with_mistakes(nation, roster, deals.trader)
    wanted |= looks_odd(nation, roster.key, deals)
    close = pick(roster, wanted)
    more, ledger, claims = live_closely(nation, life, join([close, *life.unseen]))
    # A day that is over has its numbers: what follows the last week's comes in this one at least.
    new = join([ordinary, *more])
    new.day[:] = np.maximum(new.day, days[0])
    whole = draw_roster(nation.clock, days, join([life.later, new]))
    # What follows those of the last week knows their numbers.
    of_week = np.isin(new.parent_key, whole.key)
    new.parent_number[of_week] = numbers_of(whole, new.parent_key[of_week])
    stands = surely_stands(nation, roster.key, deals.trader, scheme)
    late = overdue_of(roster, deals, new, stands)
    keep_overdue(life, replace(late, number=numbers_of(whole, late.key)))
    for told in (ledger, claims):
        fresh = np.isin(told.key, close.key)
        told.number[fresh] = numbers_of(whole, told.key[fresh])
    life.unseen = [pick(whole, ~np.isin(whole.key, roster.key))]
    both = join([life.later, new])
    due = _in_order(pick(both, both.day <= days[-1]))
    life.past.append(due)
    life.pairs.append(pairs_of(due, whole))
    life.later = pick(both, both.day > days[-1])
    life.ledgers.append(ledger)
    week = int(life.states.week(days[:1])[0])
    rank = life.ranks.of_week(week)
    by_audit, audited = life.auditors.live_week(ledger, days, rank, life.record)
    note_outcomes(nation, life.record, life.ledgers.whole(), audited)
    by_check = catches_of(ledger.scheme, ledger.found)
    life.catches = np.concatenate([life.catches, by_check, by_audit])
    declared = np.bincount(deals.trader, minlength=len(rank))
    life.record.note_checks(declared * usual_checks(rank))
    sanction(nation, life, claims)
    rank_anew(nation, life, (roster, deals), days)


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


def _with_deals(nation: Nation, life: Life, rosters: list[Roster]) -> list[tuple[Roster, Deals]]:
    return [(one, draw_deals(nation, life.states, one)) for one in rosters]


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
    due = life.catches[life.catches[:, 1] <= last_day]
    fresh = np.setdiff1d(due[:, 0] * FAR_DAY + due[:, 1], life.answered)
    life.answered = np.union1d(life.answered, fresh)
    schemes = np.unique(fresh // FAR_DAY)
    if len(schemes) and week + 1 < life.states.weeks:
        life.states = let_answer(nation, life.states, schemes, until)
