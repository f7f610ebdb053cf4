"""Each mechanism does what its text says: who, why, by which way, and what is lost by it."""

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from simulator.block import make_block, ship, weigh
from simulator.chronicle.follow_ups import more_found
from simulator.chronicle.living import live_through
from simulator.control.lanes import RED
from simulator.control.legalising import legalised_items
from simulator.kernel.arrays import Bools
from simulator.mechanisms.exemption_overrun import ExemptionOverrun
from simulator.mechanisms.loading import MECHANISMS
from simulator.mechanisms.transit_diversion import TransitDiversion
from simulator.mechanisms.undervaluation import Undervaluation
from simulator.nation import SCHEME_SLOTS
from simulator.reference.declaration_kinds import HERE_ALREADY_KINDS, SECOND, SPLIT
from simulator.reference.regimes import IMPORT, IS_BONDED, REGIMES, is_taxed_import
from simulator.reference.value_control import LARGE_DECLARATION_VND, list_prices
from simulator.revenue.exemptions import list_rows
from simulator.trade.deals import draw_deals
from simulator.trade.roster import followers
from simulator.trade.scheme_states import listed_keys
from simulator.trade.valuation import sums
from tests.unit.simulator.schemes.busy import busy_nation, case_of, items_of


def test_a_successor_goes_on_with_every_scheme_of_the_firm_before_it(nation):
    before = np.flatnonzero(nation.traders.successor >= 0)
    after = nation.traders.successor[before]
    assert ((nation.scheme_of[before] >= 0).sum(axis=1) == SCHEME_SLOTS).any()
    assert np.array_equal(nation.scheme_of[after], nation.scheme_of[before])


def test_nobody_lies_for_nothing(nation, block):
    planted = block.batch.planted
    meant = np.array([kind.intent for kind in nation.mechanisms])
    rows = np.flatnonzero((planted.mechanism >= 0) & meant[np.maximum(planted.mechanism, 0)])
    assert len(rows) > 3_000
    assert len(np.unique(planted.mechanism[rows])) >= len(MECHANISMS) - 2
    assert (block.batch.evaded_vnd[rows] > 0).all()


def test_what_is_hidden_weighs(nation, block):
    batch = block.batch
    none = np.zeros(len(batch.true), dtype=np.float64)
    rows = np.flatnonzero(batch.planted.hidden_worth > 0)
    assert len(rows) > 100
    empty, hidden = weigh(nation, batch, none), weigh(nation, batch, batch.planted.hidden_worth)
    more = hidden.true_gross_kg_e2 - empty.true_gross_kg_e2
    holding = np.zeros(len(batch), dtype=bool)
    holding[batch.owner[rows]] = True
    assert not more[~holding].any()
    assert (more[holding] > 0).mean() > 0.9
    assert np.array_equal(hidden.gross_kg_e2, empty.gross_kg_e2)
    alone = batch.roster.item_count[batch.owner[rows]] == 1
    alone &= batch.true.kg_e2[rows] > 1_000
    share = (more / empty.true_gross_kg_e2)[batch.owner[rows]][alone]
    worth = batch.planted.hidden_worth[rows][alone]
    assert (share < worth / 3 + 0.01).all()
    assert (share > worth / 12 - 0.01).all()


def test_who_has_closed_declares_nothing_any_more(nation, chronicle):
    later = followers(chronicle.follow_ups)
    deals = draw_deals(nation, chronicle.states, later)
    assert (nation.traders.closed_day[deals.trader] <= nation.last_day).sum() > 20
    assert (later.day <= nation.traders.closed_day[deals.trader]).all()


def test_a_deal_is_split_below_the_sum_at_which_control_looks(nation, block):
    batch = block.batch
    rows = items_of(nation, block, "consignment_splitting")
    split = np.unique(batch.owner[rows])
    assert len(split) > 30
    assert (batch.valuation.customs_total_vnd[split] < LARGE_DECLARATION_VND).mean() > 0.97
    assert (batch.pieces[split] > 1).all()
    deals = np.unique(batch.roster.deal_key[split])
    whole = np.isin(batch.roster.deal_key, deals) & np.isin(batch.roster.kind, (0, SPLIT))
    true = sums(batch.owner, batch.true.value_e2, len(batch)) * batch.valuation.rate_e2 // 10_000
    _, place = np.unique(batch.roster.deal_key[whole], return_inverse=True)
    total = np.bincount(place, true[whole])
    pieces, wanted = np.bincount(place), np.zeros(len(total))
    np.maximum.at(wanted, place, batch.pieces[whole])
    complete = pieces == wanted
    assert complete.sum() > 5
    assert (total[complete] > 0.9 * LARGE_DECLARATION_VND).mean() > 0.9


def test_what_was_hidden_is_declared_after_a_notice_and_is_no_loss_then(nation, chronicle, block):
    batch = block.batch
    again = np.flatnonzero(batch.roster.kind == SECOND)
    legalised = batch.roster.number[batch.owner[block.legalised]]
    is_honest = ~np.isin(batch.roster.parent_number[again], legalised)
    # Others declare samples and what was more than they ordered, whatever their lane was.
    assert is_honest.sum() > 5
    again = again[~is_honest]
    assert len(again) > 5
    parents = np.flatnonzero(np.isin(batch.roster.number, batch.roster.parent_number[again]))
    assert (block.decisions.final_lane[parents] == RED).all()
    hidden = items_of(nation, block, "second_declaration")
    assert len(hidden) > 50
    assert not np.isin(batch.owner[hidden], parents).any()
    ledger = chronicle.ledger
    lost = ledger.number[ledger.mechanism == nation.place_of("second_declaration")]
    assert not np.isin(batch.roster.parent_number[again], lost).any()


def test_what_came_beside_other_goods_weighs_in_their_box_and_moves_no_more(nation, block):
    """What an importer finds and declares later, hidden or not, came with its first goods."""
    batch, roster = block.batch, block.batch.roster
    later = np.isin(roster.kind, HERE_ALREADY_KINDS)
    assert (later & (roster.kind == SECOND)).sum() > 20
    assert not block.consignments.bills[later].any()
    assert (block.consignments.arrived[later] < 0).all()
    rows, usd = more_found(nation, roster, batch.deals, batch.scheme)
    assert len(rows) > 5
    assert (usd > 0).all()
    first = np.isin(roster.number, roster.parent_number[roster.kind == SECOND])
    assert np.isin(np.flatnonzero(first), np.append(rows, batch.owner[block.legalised])).all()
    net = sums(batch.owner, batch.true.kg_e2, len(batch))
    heavy = np.log(block.masses.true_gross_kg_e2 / net)
    assert np.median(heavy[first]) > np.median(heavy) + 0.02


def test_who_closes_before_it_could_declare_again_legalises_nothing(nation, block):
    batch, noticed = block.batch, np.ones(len(block.batch), dtype=np.bool_)
    day, closing = batch.roster.day, nation.traders.closed_day[batch.deals.trader]
    owners, later = (
        set(batch.owner[legalised_items(nation, batch, noticed, when)].tolist())
        for when in (day, np.where(day % 2 == 0, closing, day))
    )
    assert len(owners) > 20
    assert later == {one for one in owners if day[one] % 2}


def test_a_vanished_firm_declares_nothing_any_more(nation, block):
    batch, traders = block.batch, nation.traders
    own = nation.schemes.trader[nation.mechanism_of == nation.place_of("vanishing_firm")]
    assert len(own) > 5
    lived = traders.closed_day[own] - traders.founded_day[own]
    assert lived.max() < 330
    trades = np.isin(batch.deals.trader, own)
    month_after = traders.closed_day[batch.deals.trader[trades]] + 31
    assert (batch.roster.deal_day[trades] <= month_after).all()
    brief = (traders.closed_day - traders.founded_day < 330) & traders.is_ordinary
    assert brief.sum() > 1.5 * len(own)


def test_lists_are_overrun_by_what_goes_beyond_them_and_by_nobody_else(days):
    nation = busy_nation(6, (ExemptionOverrun(),))
    chronicle = live_through(nation, 0)
    block = make_block(nation, chronicle, days)
    batch = block.batch
    rows = items_of(nation, block, "exemption_overrun")
    assert len(rows) > 10
    regimes = batch.deals.regime[batch.owner[rows]]
    assert {REGIMES[regime] for regime in regimes} == {"A43"}
    beyond = chronicle.states.beyond_share
    listed = listed_keys(batch.roster.key[batch.owner], batch.true.number)
    goes_beyond = np.flatnonzero(np.isin(listed, chronicle.states.beyond_key))
    assert np.array_equal(rows, goes_beyond)
    assert ((beyond > 0) & (beyond <= 1)).all()
    assert len(chronicle.grants.code) > 100
    assert not chronicle.grants.is_new.all()
    lines = list_rows(nation, chronicle.grants).group_by(["SO_DMMT", "STT"])
    told = lines.aggregate([("OP", "count_distinct"), ("TU_NGAY", "count_distinct")])
    assert pc.sum(pc.greater(told["OP_count_distinct"], 1)).as_py() > 10
    assert pc.max(told["TU_NGAY_count_distinct"]).as_py() == 1


def test_what_leaves_a_trip_is_what_is_lost(nation, block):
    batch, shipments = block.batch, block.shipments
    rows = items_of(nation, block, "transit_diversion")
    assert len(rows) > 5
    owner = batch.owner[rows]
    assert IS_BONDED[batch.deals.regime[owner]].all()
    taken = shipments.taken_off[owner]
    # Goods that another scheme lies about may stay on the lorry.
    alone = (batch.scheme[owner] >= 0).sum(axis=1) == 1
    assert alone.sum() > 5
    assert np.allclose(taken[alone], batch.planted.taken_off[rows][alone])
    assert (shipments.taken_off > 0).sum() == len(np.unique(owner))
    assert (taken == 1).any()


def test_only_imports_under_seal_are_diverted(nation, block):
    batch = block.batch
    under_seal = IS_BONDED[batch.deals.regime]
    assert (under_seal & (batch.deals.direction != IMPORT)).any()
    half = replace(batch.planted, taken_off=np.full(len(batch.planted.taken_off), 0.5))
    moved = ship(replace(batch, planted=half), block.lives, block.masses)
    diverted = moved.taken_off > 0
    assert np.array_equal(diverted, moved.is_bonded & (moved.direction == IMPORT))
    rows = np.flatnonzero(under_seal[batch.owner])
    case = case_of(batch, rows)
    deed = TransitDiversion().act(nation, case)
    assert np.array_equal(deed.takes_part, case.direction == IMPORT)


def test_related_prices_are_those_of_related_deals(nation, block):
    rows = items_of(nation, block, "related_party_pricing")
    assert len(rows) > 10
    assert block.batch.deals.is_related[block.batch.owner[rows]].all()


def test_listed_goods_are_declared_just_above_the_published_price(nation, block):
    """What the mechanism does with every taxed import of listed goods, and honest trade does not.

    Whether the list is looked at is one draw for a deal, so deals are counted: three in four.
    """
    batch = block.batch
    reference = list_prices(
        nation.goods, nation.root("value list"), batch.true.line, batch.roster.day[batch.owner]
    )
    usd = nation.rates.on(batch.roster.day, 0 * batch.deals.currency)
    per_usd = (usd / batch.valuation.rate_e2)[batch.owner]
    list_price_e4 = reference * per_usd * 10_000
    taxed = is_taxed_import(batch.deals.direction, batch.deals.regime)[batch.owner]
    # No price falls below a quarter of the true one, however low the list.
    room = list_price_e4 / batch.true.unit_price_e4
    rows = np.flatnonzero(taxed & (reference > 0) & (room > 0.26) & (room < 0.8))
    case = case_of(batch, rows)
    deed = Undervaluation().act(nation, case)
    ratio = deed.unit_price_e4 / list_price_e4[rows]
    deals, place = np.unique(case.deal_key, return_inverse=True)
    near = np.bincount(place, (ratio > 0.99) & (ratio < 1.15)) / np.bincount(place)
    assert len(deals) > 500
    assert abs((near > 0.9).mean() - 0.75) < 0.08
    fair = (batch.declared.unit_price_e4 / np.maximum(list_price_e4, 1))[
        (batch.planted.mechanism < 0) & (reference > 0)
    ]
    assert len(fair) > 500
    assert ((fair > 0.99) & (fair < 1.15)).mean() < 0.25


def test_freight_is_that_of_the_true_goods(nation, block):
    batch, values = block.batch, block.batch.valuation
    paid = np.flatnonzero(values.freight_e2 > 0)
    share = values.freight_e2 / np.maximum(values.invoice_total_e2, 1)
    prices = [nation.place_of(name) for name in ("undervaluation", "phoenix", "broker_cartel")]
    lies: Bools = np.zeros(len(batch), dtype=bool)
    lies[batch.owner[np.isin(batch.planted.mechanism, prices)]] = True
    honest: Bools = ~lies & (batch.scheme < 0).all(axis=1)
    assert lies[paid].sum() > 50
    low, high = np.median(share[paid][honest[paid]]), np.median(share[paid][lies[paid]])
    worth, told = (
        sums(batch.owner, one.value_e2, len(batch)) for one in (batch.true, batch.declared)
    )
    of_the_true = np.median((share * told / np.maximum(worth, 1))[paid][lies[paid]])
    # Less is declared of the same goods: their freight looks high, and is not.
    assert high > 1.05 * of_the_true
    assert 0.6 * low < of_the_true < 1.2 * low
    assert (share[paid][honest[paid]] > high).mean() > 0.2
