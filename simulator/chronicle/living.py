"""Lives the world week by week: who is caught, how schemes answer, who closes, what follows.

Every declaration is only looked at for what may follow it; whole declarations are drawn for the
traders that run a scheme and for those with a mistake. The days that are written later draw the
same declarations again, because every fact is keyed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from simulator.chronicle.answers import let_answer
from simulator.chronicle.audits import Audited, Auditors
from simulator.chronicle.exemption_lists import UNDER_LIST, Grants, ListBook
from simulator.chronicle.follow_ups import (
    again_after_cancelling,
    of_schemes,
    re_export_limit,
    routine,
)
from simulator.chronicle.ledger import Ledger, ledger_of
from simulator.chronicle.ranks import Ranker
from simulator.chronicle.record import (
    GRAVE_SANCTION,
    SANCTION,
    Record,
    events,
    findings_of,
)
from simulator.chronicle.themes import THEME_OF_DIFFERENCE
from simulator.chronicle.tips import tips_of
from simulator.chronicle.violations import EVASION, at_border
from simulator.control.false_findings import as_believed
from simulator.control.inspections import (
    Checks,
    Findings,
    is_false,
    look,
    looks_odd,
    plan_checks,
    wanted_methods,
)
from simulator.control.lanes import decide
from simulator.control.legalising import legalised_items, noticed, without
from simulator.control.lifecycle import NEVER, live
from simulator.control.overdue import Overdue, no_overdue, overdue_of
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, group_starts, join, pick
from simulator.mechanisms.mechanism import SCANNER, WEEK_DAYS
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.trade.batch import Batch, declare, running_schemes
from simulator.trade.deals import Deals, draw_deals
from simulator.trade.irregularities import differs_in
from simulator.trade.roster import (
    FollowUps,
    Roster,
    draw_roster,
    followers,
    no_follow_ups,
    numbers_of,
)
from simulator.trade.scheme_states import SchemeStates, untouched

Progress = Callable[[int, int], None]
Ranks = npt.NDArray[np.int8]
YEAR_OF_A_NEW_ONE = 365


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What the light pass decided; everything the days need besides the nation.

    Attributes:
        states: Schemes by week.
        follow_ups: All declarations that come after others.
        ledger: All irregular items.
        ranks: Scored risk rank of each trader by week, shape (traders, weeks), 1 to 6.
        record: What control has on record by the end, of traders and brokers.
        catches: Scheme and day of each catch, shape (n, 2).
        audited: Post-clearance audits and what they found in the ledger.
        overdue: Temporary imports that were not re-exported in time.
        grants: What exemption lists granted.
    """

    states: SchemeStates
    follow_ups: FollowUps
    ledger: Ledger
    ranks: Ranks
    record: Record
    catches: Ints
    audited: Audited
    overdue: Overdue
    grants: Grants

    def rank_of(self, nation: Nation, trader: Ints, day: Ints) -> Ints:
        """Return the risk rank of each trader on its day, 1 to 9."""
        return seen_rank(nation, self.states, (self.ranks, self.record), trader, day)


def seen_rank(
    nation: Nation, states: SchemeStates, known: tuple[Ranks, Record], trader: Ints, day: Ints
) -> Ints:
    """Return risk ranks: as scored, but 7 to 9 in the first 365 days of a trader.

    Source: Circular 81/2019/TT-BTC: 7 new without a violation, 8 with a sanction, 9 with a grave
    one.
    """
    ranks, record = known
    scored = ranks[trader, states.week(day)].astype(np.int64)
    begins = states.first_day + states.week(day) * WEEK_DAYS
    sanctions = (record.sanctioned[trader] < begins).astype(np.int64)
    sanctions += record.gravely_sanctioned[trader] < begins
    before = np.maximum(nation.traders.predecessor[trader], 0)
    founded = np.where(
        nation.traders.is_ordinary[trader],
        nation.traders.founded_day[trader],
        states.reborn_day[before],
    )
    is_new = (day - founded < YEAR_OF_A_NEW_ONE) & (scored > 1)
    return np.where(is_new, 7 + sanctions, scored)


def planned_states(nation: Nation) -> SchemeStates:
    """Return the schemes as planned, before anybody is caught."""
    weeks = (nation.last_day - nation.first_day) // WEEK_DAYS + 1
    starts = nation.first_day + np.arange(weeks) * WEEK_DAYS
    plans = nation.schemes
    active = (plans.start_day[:, None] <= starts) & (plans.end_day[:, None] > starts)
    return untouched(nation.first_day, active, len(nation.traders))


def with_mistakes(nation: Nation, roster: Roster, trader: Ints) -> Bools:
    """Return the declarations of a roster, of these traders, with an honest mistake in them."""
    result: Bools = np.zeros(len(roster), dtype=bool)
    owner = np.repeat(np.arange(len(roster)), roster.item_count)
    starts = group_starts(roster.item_count)
    number = roster.first_item[owner] + np.arange(len(owner)) - starts[owner] + 1
    key = keyed.derive(roster.deal_key[owner], "item", number)
    chance = nation.mistake_shares[trader][owner]
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
        past, ledgers, catches: What happened; answered: how many catches have been answered.
        auditors: Who audit; ranker: who ranks; overdue: temporary imports not re-exported in time.
        lists: Exemption lists.
    """

    states: SchemeStates
    ranks: Ranks
    later: FollowUps
    unseen: list[Roster]
    past: list[FollowUps]
    ledgers: list[Ledger]
    catches: Ints
    answered: set[tuple[int, int]]
    auditors: Auditors
    overdue: list[Overdue]
    record: Record
    ranker: Ranker
    lists: ListBook

    def rank_of(self, nation: Nation, trader: Ints, day: Ints) -> Ints:
        """Return the risk rank of each trader on its day, 1 to 9."""
        return seen_rank(nation, self.states, (self.ranks, self.record), trader, day)


def live_through(
    nation: Nation, audits: int | None = None, progress: Progress | None = None
) -> Chronicle:
    """Return the chronicle of a nation under its legacy control."""
    life = new_life(nation, audits)
    weeks = life.states.active.shape[1]
    for week in range(weeks):
        days = days_of(nation, week)
        live_week(nation, life, days)
        answer_catches(nation, life, (week, int(days[-1])))
        if progress is not None:
            progress(week + 1, weeks)
    return chronicle_of(life)


def new_life(nation: Nation, audits: int | None = None) -> Life:
    """Return the world before its first day; `audits` a year, None for the usual number."""
    states = planned_states(nation)
    weeks = states.active.shape[1]
    record, ranker = Record(nation), Ranker(nation)
    ranks: Ranks = np.repeat(ranker.ranks(record)[:, None], weeks, axis=1).astype(np.int8)
    return Life(
        states=states,
        ranks=ranks,
        later=no_follow_ups(),
        unseen=[],
        past=[],
        ledgers=[],
        catches=np.empty((0, 2), dtype=np.int64),
        answered=set(),
        auditors=Auditors(nation, audits),
        overdue=[no_overdue()],
        record=record,
        ranker=ranker,
        lists=ListBook(),
    )


def days_of(nation: Nation, week: int) -> Ints:
    """Return the days of a week of the nation; the last one may be short."""
    first = nation.first_day + week * WEEK_DAYS
    return np.arange(first, min(first + WEEK_DAYS, nation.last_day + 1))


def chronicle_of(life: Life) -> Chronicle:
    """Return what a life decided so far."""
    everything = join([*life.past, life.later])
    order = np.lexsort((everything.key, everything.day))
    follow_ups = pick(everything, order)
    return Chronicle(
        states=life.states,
        follow_ups=follow_ups,
        ledger=join(life.ledgers),
        ranks=life.ranks,
        record=life.record,
        catches=life.catches,
        audited=life.auditors.closed(),
        overdue=join(life.overdue),
        grants=life.lists.told(),
    )


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
    wanted |= looks_odd(roster.key)
    close = pick(roster, wanted)
    more, ledger = live_closely(nation, life, join([close, *life.unseen]))
    # A day that is over has its numbers: what follows the last week's comes in this one at least.
    new = join([ordinary, *more])
    new.day[:] = np.maximum(new.day, days[0])
    whole = draw_roster(nation.clock, days, join([life.later, new]))
    # What follows those of the last week knows their numbers.
    of_week = np.isin(new.parent_key, whole.key)
    new.parent_number[of_week] = numbers_of(whole, new.parent_key[of_week])
    late = overdue_of(roster, deals, new, re_export_limit(deals.regime, roster.day))
    life.overdue.append(replace(late, number=numbers_of(whole, late.key)))
    fresh = np.isin(ledger.key, close.key)
    ledger.number[fresh] = numbers_of(whole, ledger.key[fresh])
    life.unseen = [pick(whole, ~np.isin(whole.key, roster.key))]
    both = join([life.later, new])
    life.past.append(pick(both, both.day <= days[-1]))
    life.later = pick(both, both.day > days[-1])
    life.ledgers.append(ledger)
    seen = (ledger.scheme >= 0) & (ledger.found != NEVER)
    pairs = np.stack([ledger.scheme[seen], ledger.found[seen] // DAY_SECONDS], axis=1)
    week = int(life.states.week(days[:1])[0])
    rank = life.ranks[:, week].astype(np.int64)
    by_audit = life.auditors.live_week(ledger, days, rank, life.record)
    life.catches = np.concatenate([life.catches, np.unique(pairs, axis=0), by_audit])
    life.record.note_trade(roster, deals, rank)
    life.record.note_tips(tips_of(nation, life.states, days))
    sanctions = at_border(nation, ledger)
    kind = np.where(sanctions.act == EVASION, GRAVE_SANCTION, SANCTION)
    life.record.note(events(sanctions.decided, sanctions.trader, kind))
    life.record.advance(int(days[-1]))
    life.ranks[:, week + 1 :] = life.ranker.ranks(life.record)[:, None]


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
    listed = join([pick(one, own.regime == UNDER_LIST) for one, own in registered])
    listed = pick(listed, ~np.isin(listed.key, life.lists.latest))
    if not len(listed):
        return
    batch = declare(nation, life.states, listed)
    rank = life.rank_of(nation, batch.deals.trader, listed.day)
    decisions = decide(nation, batch, rank, nation.random_arm)
    checks = plan_checks(nation, batch, decisions.decided, wanted_methods(nation, batch, decisions))
    lives = live(nation, batch, decisions, checks)
    key, share = life.lists.use(nation, batch, lives, earliest)
    keys = np.concatenate([life.states.beyond_key, key])
    order = np.argsort(keys)
    shares = np.concatenate([life.states.beyond_share, share])[order]
    life.states = replace(life.states, beyond_key=keys[order], beyond_share=shares)


def live_closely(nation: Nation, life: Life, roster: Roster) -> tuple[list[FollowUps], Ledger]:
    """Declare some of a week in full: what follows from their control, what is irregular."""
    batch = declare(nation, life.states, roster)
    rank = life.rank_of(nation, batch.deals.trader, roster.day)
    decisions = decide(nation, batch, rank, nation.random_arm)
    legalised = legalised_items(nation, batch, noticed(decisions))
    hidden_worth, batch = batch.planted.hidden_worth[legalised], without(batch, legalised)
    checks = plan_checks(nation, batch, decisions.decided, wanted_methods(nation, batch, decisions))
    lives = live(nation, batch, decisions, checks)
    findings = look(nation, batch, checks)
    stands = lives.cancelled[checks.declaration[findings.check]] == NEVER
    findings = pick(findings, stands)
    note_findings(nation, life.record, batch, checks, findings)
    follow = [
        again_after_cancelling(nation, batch, decisions, lives),
        of_schemes(nation, batch, legalised, hidden_worth),
    ]
    return follow, ledger_of(nation, batch, lives, checks, findings)


def note_findings(
    nation: Nation, record: Record, batch: Batch, checks: Checks, findings: Findings
) -> None:
    """Put on record what checks found, once they ended; a scanner's false alarm is soon over."""
    method = checks.method[findings.check]
    kept = pick(findings, ~(is_false(batch, findings) & (method == SCANNER)))
    believed = as_believed(nation, batch, checks, kept)
    theme = THEME_OF_DIFFERENCE[differs_in(believed, kept.item, by_certificate=True)]
    owner = batch.owner[kept.item]
    day = checks.ended[kept.check] // DAY_SECONDS
    claimed = believed.evaded_vnd[kept.item]
    record.note(findings_of(day, batch.deals.trader[owner], theme, claimed))
    record.note_broker(batch.deals.broker[owner], batch.roster.day[owner])


def answer_catches(nation: Nation, life: Life, until: tuple[int, int]) -> None:
    """Let every scheme answer what was found by the end of a week, from the next week on."""
    week, last_day = until
    due = life.catches[life.catches[:, 1] <= last_day]
    fresh = sorted({(int(scheme), int(day)) for scheme, day in due} - life.answered)
    life.answered.update(fresh)
    schemes = np.unique(np.array([scheme for scheme, _ in fresh], dtype=np.int64))
    if len(schemes) and week + 1 < life.states.active.shape[1]:
        let_answer(nation, life.states, schemes, until)
