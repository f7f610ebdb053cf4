"""What comes after a declaration: re-exports, returns, changes of purpose, the same goods again."""

from dataclasses import dataclass

import numpy as np

from simulator.control.lanes import Decisions
from simulator.control.legalising import days_until_legalised
from simulator.control.lifecycle import (
    Lives,
    cancels,
    is_unready,
    stands_unless_red,
    surely_stands,
)
from simulator.control.overdue import (
    EQUIPMENT_LIMIT_DAYS,
    RE_EXPORT_LIMIT_DAYS,
    must_leave,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, join, pick
from simulator.nation import Nation
from simulator.reference import regimes
from simulator.reference.calendar import DAY_SECONDS, next_working
from simulator.reference.declaration_kinds import (
    BRANCH,
    ON_THE_SPOT,
    PRIMARY,
    PURPOSE_CHANGE,
    RE_EXPORT,
    REDECLARED,
    RETURNED_ABROAD,
    RETURNED_HOME,
    SECOND,
    SPLIT,
)
from simulator.trade.batch import Batch
from simulator.trade.deals import TAKEN_OVER_WORKING_DAYS, Deals
from simulator.trade.goods_items import per_usd
from simulator.trade.pieces import detail_of, honest_pieces, most_pieces
from simulator.trade.roster import FollowUps, Roster, no_follow_ups

# Shares and pauses are assumptions.
_RE_EXPORTED_SHARE, _RETURN_SHARE, _PURPOSE_SHARE, _AGAIN_SHARE = 0.95, 0.004, 0.006, 0.55
# Of what is declared again: goods that turned out to lie at another office (assumption).
_ELSEWHERE_SHARE = 0.4
# Of what is taken back because papers are not ready (assumption).
_UNREADY_AGAIN_SHARE = 0.95
_LATE_SHARE, _LATEST_DAYS = 0.08, 45
# Firms whose goods leave late again and again; those whose goods mostly stay: sold, lost, worn out.
_STAYING_FIRMS, _OF_STAYING_RE_EXPORTED_SHARE = 0.06, 0.3
_OFTEN_LATE_FIRMS, _OFTEN_LATE_SHARE, _OFTEN_LATEST_DAYS = 0.1, 0.6, 200
_PAUSE_DAYS = 6
_MORE_SHARE, _MORE_LN_USD, _MORE_SIGMA = 0.009, 7.0, 1.2
UNDECLARED_ITEM = 1_000
# Imports that may be sent back to their seller: bought ones, and materials for processing.
_MAY_GO_BACK = ("A11", "A12", "A41", "E11", "E21", "E31")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Which declarations of a roster are followed up, when and by what."""

    rows: Ints
    kind: int
    delay_days: Ints


def _follow(
    nation: Nation, first: tuple[Roster, Deals], chosen: _Chosen, detail: Ints
) -> FollowUps:
    """Return what follows; nothing does once the firm has closed."""
    roster, deals = first
    closed = nation.traders.closed_day[deals.trader[chosen.rows]]
    there = np.flatnonzero(roster.day[chosen.rows] + chosen.delay_days <= closed)
    chosen, detail = (
        _Chosen(chosen.rows[there], chosen.kind, chosen.delay_days[there]),
        detail[there],
    )
    parent = pick(roster, chosen.rows)
    is_new = chosen.kind == SECOND
    which = detail if chosen.kind == SPLIT else np.zeros_like(detail)
    key = keyed.derive(parent.key, f"follow {chosen.kind}", which)
    item = np.full(len(parent), UNDECLARED_ITEM) if is_new else parent.first_item
    return FollowUps(
        day=parent.day + chosen.delay_days,
        key=key,
        deal_key=parent.deal_key,
        deal_day=parent.deal_day,
        kind=np.full(len(parent), chosen.kind),
        parent_key=parent.key,
        parent_number=parent.number,
        parent_office=deals.office[chosen.rows],
        parent_registered=parent.registered,
        first_item=item,
        item_count=1 + item * 0 if is_new else parent.item_count,
        detail=detail,
    )


def _suppressed(nation: Nation, scheme: Ints, kind: int) -> Bools:
    """Return for which declarations a running scheme lets this follow-up never come."""
    stops = [kind in one.suppressed_kinds for one in nation.mechanisms]
    result: Bools = nation.of_running(scheme, stops, nothing=False).any(axis=1)
    return result


def _days(roster: Roster, rows: Ints, name: str, low: int, high: int) -> Ints:
    return keyed.integers(roster.key[rows], name, low, high)


def routine(nation: Nation, roster: Roster, deals: Deals, scheme: Ints) -> FollowUps:
    """Return what follows the declarations of a roster in the ordinary course of trade."""
    key, whole = roster.key, np.isin(roster.kind, (PRIMARY, BRANCH))
    is_trade = deals.regime == regimes.position("G11")
    comes_back = must_leave(deals) & stands_unless_red(key)
    stays = keyed.happens(nation.traders.key[deals.trader], "goods stay", _STAYING_FIRMS)
    share = np.where(stays, _OF_STAYING_RE_EXPORTED_SHARE, _RE_EXPORTED_SHARE)
    comes_back &= keyed.happens(key, "re-exported", share)
    comes_back &= ~_suppressed(nation, scheme, RE_EXPORT)
    # Of what may be cancelled or refused nothing more comes.
    whole &= surely_stands(nation, key, deals.trader, scheme)
    returned = whole & keyed.happens(key, "returned", _RETURN_SHARE)
    bought = np.isin(deals.regime, [regimes.position(code) for code in _MAY_GO_BACK])
    sold = deals.regime == regimes.position("B11")
    exempt = np.isin(deals.regime, [regimes.position(code) for code in ("E21", "E31")])
    changed = whole & exempt & keyed.happens(key, "purpose changed", _PURPOSE_SHARE)
    steps = (
        (comes_back & is_trade, RE_EXPORT, "re-export days", 4, RE_EXPORT_LIMIT_DAYS),
        (comes_back & ~is_trade, RE_EXPORT, "equipment days", 30, EQUIPMENT_LIMIT_DAYS),
        (returned & bought, RETURNED_ABROAD, "return days", 10, 120),
        (returned & sold, RETURNED_HOME, "return days", 15, 150),
        (changed, PURPOSE_CHANGE, "purpose days", 20, 300),
    )
    parts = []
    for holds, kind, name, low, high in steps:
        rows = np.flatnonzero(holds)
        delay = _days(roster, rows, name, low, high)
        if kind == RE_EXPORT:
            delay = delay + _late_days(nation, (roster, deals), rows, high)
        # What came as a piece of a deal leaves as it.
        piece = np.where(roster.kind[rows] == SPLIT, roster.detail[rows], 0)
        parts.append(_follow(nation, (roster, deals), _Chosen(rows, kind, delay), piece))
    parts.append(_taken_over(nation, roster, deals, scheme))
    parts.append(_declare_more(nation, roster, deals, scheme))
    pieces = honest_pieces(nation.traders.key[deals.trader], roster.deal_key)
    at_once = ~_may_come_in_pieces(roster) | (deals.at_home >= 0)
    pieces = np.where(at_once | (most_pieces(nation, scheme) > 1), 1, pieces)
    return join([*parts, *_pieces(nation, (roster, deals), pieces)])


def more_found(nation: Nation, roster: Roster, deals: Deals, scheme: Ints) -> tuple[Ints, Ints]:
    """Return in which declarations' boxes importers find samples, or more than was ordered.

    Not those who hide goods and wait for a notice.

    Returns:
        Positions, ascending, and the worth of what is found in each, whole USD.
    """
    bought = np.isin(deals.regime, [regimes.position(code) for code in ("A11", "A12")])
    waits = [kind.declares_again_after_notice for kind in nation.mechanisms]
    whole = np.isin(roster.kind, (PRIMARY, BRANCH))
    whole &= surely_stands(nation, roster.key, deals.trader, scheme)
    whole &= (nation.of_running(scheme, waits, 0.0) == 0).all(axis=1)
    rows = np.flatnonzero(bought & whole & keyed.happens(roster.key, "more is found", _MORE_SHARE))
    worth = np.exp(_MORE_LN_USD + _MORE_SIGMA * keyed.normal(roster.key[rows], "worth of more"))
    return rows, np.rint(worth).astype(np.int64)


def _declare_more(nation: Nation, roster: Roster, deals: Deals, scheme: Ints) -> FollowUps:
    """Return what importers declare some days later: what they found beside what was declared."""
    rows, worth = more_found(nation, roster, deals, scheme)
    chosen = _Chosen(rows, SECOND, _days(roster, rows, "found after", 1, 10))
    return _follow(nation, (roster, deals), chosen, worth)


def _taken_over(nation: Nation, roster: Roster, deals: Deals, scheme: Ints) -> FollowUps:
    """Return the imports of who takes goods over on the spot, within 15 working days.

    Source: Circular 38/2015/TT-BTC article 86. Of what is cancelled or refused nothing is taken.
    """
    delivers = (roster.kind == PRIMARY) & (deals.at_home >= 0)
    delivers &= surely_stands(nation, roster.key, deals.trader, scheme)
    rows = np.flatnonzero(delivers)
    day = roster.day[rows]
    wanted = _days(roster, rows, "taken over after", 2, TAKEN_OVER_WORKING_DAYS + 1)
    for turn in range(TAKEN_OVER_WORKING_DAYS):
        day = np.where(turn < wanted, next_working(day + 1), day)
    chosen = _Chosen(rows, ON_THE_SPOT, day - roster.day[rows])
    return _follow(nation, (roster, deals), chosen, np.zeros_like(rows))


def _late_days(nation: Nation, of: tuple[Roster, Deals], rows: Ints, limit: int) -> Ints:
    """Return by how many days more goods leave again; some honest ones after their limit."""
    roster, deals = of
    trader = nation.traders.key[deals.trader[rows]]
    often = keyed.happens(trader, "often re-exports late", _OFTEN_LATE_FIRMS)
    share = np.where(often, _OFTEN_LATE_SHARE, _LATE_SHARE)
    is_late = keyed.happens(roster.key[rows], "re-exported late", share)
    latest = limit // 2 + np.where(often, _OFTEN_LATEST_DAYS, _LATEST_DAYS)
    more = limit // 2 + keyed.integers(roster.key[rows], "late by", 0, latest)
    return np.where(is_late, more, 0)


def _may_come_in_pieces(roster: Roster) -> Bools:
    """Return the declarations that can be the first piece of a deal."""
    may: Bools = (roster.kind == PRIMARY) & (roster.branches == 1)
    return may


def _pieces(nation: Nation, first: tuple[Roster, Deals], pieces: Ints) -> list[FollowUps]:
    """Return the later pieces of deals, each some days after the one before."""
    parts, (roster, _) = [], first
    delay = np.zeros(len(roster), dtype=np.int64)
    for piece in range(1, int(pieces.max(initial=1))):
        delay = delay + keyed.integers(roster.key, f"piece {piece}", 1, _PAUSE_DAYS)
        rows = np.flatnonzero(pieces > piece)
        detail = detail_of(np.full_like(rows, piece), pieces[rows])
        parts.append(_follow(nation, first, _Chosen(rows, SPLIT, delay[rows]), detail))
    return parts


def again_after_cancelling(
    nation: Nation, batch: Batch, decisions: Decisions, lives: Lives
) -> FollowUps:
    """Return the same goods declared again: honest ones where they lie, others elsewhere."""
    roster, office = batch.roster, batch.deals.office
    once = np.isin(roster.kind, (PRIMARY, BRANCH)) & (roster.branches == 1)
    honest = cancels(nation, batch, decisions) & once & ~lives.withdraws
    again = np.where(is_unready(nation, batch.deals.trader), _UNREADY_AGAIN_SHARE, _AGAIN_SHARE)
    honest &= keyed.happens(roster.key, "declared again", again)
    moves = (honest & keyed.happens(roster.key, "lies elsewhere", _ELSEWHERE_SHARE)) | (
        lives.withdraws & once
    )
    parts = []
    for holds, elsewhere in ((honest & ~moves, False), (moves, True)):
        rows = np.flatnonzero(holds)
        cancelled_day = lives.cancelled[rows] // DAY_SECONDS
        delay = cancelled_day - roster.day[rows] + _days(roster, rows, "again after", 1, 5)
        other = _drawn_offices(nation, batch, rows) if elsewhere else office[rows]
        chosen = _Chosen(rows, REDECLARED, delay)
        parts.append(_follow(nation, (roster, batch.deals), chosen, other))
    return join(parts)


def _drawn_offices(nation: Nation, batch: Batch, rows: Ints) -> Ints:
    """Return an office of the same transport by what it handles; at times it is the same one."""
    key, direction = batch.roster.key[rows], batch.deals.direction[rows]
    result, by = batch.deals.office[rows].copy(), nation.offices.transport
    transport = by[result]
    weights = {
        regimes.IMPORT: nation.offices.import_weight, regimes.EXPORT: nation.offices.export_weight,
    }  # fmt: skip
    for way, handled in weights.items():
        for means in np.unique(transport):
            own = np.flatnonzero((direction == way) & (transport == means))
            if handled[by == means].any():
                share = np.where(by == means, handled, 0.0)
                result[own] = keyed.choose(key[own], "shopped office", share)
    return result


def of_schemes(nation: Nation, batch: Batch, legalised: Ints, hidden_worth: Floats) -> FollowUps:
    """Return what schemes themselves add: second declarations after a notice, pieces of a deal.

    Args:
        nation: The nation.
        batch: Declarations.
        legalised: Items behind which goods lie that are declared after a notice.
        hidden_worth: What lies behind each of these, as a share of its value.
    """
    roster = batch.roster
    if not len(nation.schemes):
        return no_follow_ups()
    rows, first = np.unique(batch.owner[legalised], return_index=True)
    delay = days_until_legalised(roster.key[rows])
    worth = _hidden_usd(nation, batch, legalised[first], hidden_worth[first])
    first_ones = roster, batch.deals
    parts = [_follow(nation, first_ones, _Chosen(rows, SECOND, delay), worth)]
    splits = _may_come_in_pieces(roster) & (most_pieces(nation, batch.scheme) > 1)
    pieces = np.where(splits, batch.pieces, 1)
    return join([*parts, *_pieces(nation, first_ones, pieces)])


def _hidden_usd(nation: Nation, batch: Batch, items: Ints, hidden_worth: Floats) -> Ints:
    """Return the worth of what lies behind items, whole USD."""
    true, owner = batch.true, batch.owner[items]
    per = per_usd(nation, batch.roster.day[owner], batch.deals.currency[owner])
    worth = hidden_worth * true.value_e2[items] / 100 / per
    return np.rint(worth).astype(np.int64)
