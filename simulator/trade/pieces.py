"""Deals that come in pieces: several declarations of one invoice, days apart.

Honest deals are shipped as room allows, those of some firms often; who splits a deal so that each
piece stays below the sum at which control looks twice (`reference.value_control`) chooses their
number by it. The first piece is the primary declaration; the others follow it up. How often honest
deals come in pieces, how far below the sum pieces stay and how uneven they are
(`mechanisms.consignment_splitting` counts on it) are assumptions.
"""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, pick
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.declaration_kinds import RE_EXPORT, SECOND, SPLIT
from simulator.reference.goods import in_whole_units
from simulator.reference.regimes import is_taxed_import
from simulator.reference.value_control import LARGE_DECLARATION_VND
from simulator.trade.deals import Deals
from simulator.trade.goods_items import GoodsItems, with_quantity
from simulator.trade.roster import MOST_ITEMS, Roster, deal_items

# A follow-up says in its detail which piece it is, and of how many.
_PIECES = 16
# Shares, and the most pieces, of deals of most firms and of those that often have them so.
_IN_PIECES_SHARE, _MOST_HONEST = 0.007, (5, 8)
_OFTEN_SHARE, _OFTEN_IN_PIECES_SHARE = 0.03, (0.15, 0.5)
_BELOW, _UNEVEN = 0.9, 0.16


def detail_of(piece: Ints, pieces: Ints) -> Ints:
    """Return the detail of a follow-up that is piece number `piece` (from 0) of `pieces`."""
    detail: Ints = piece * _PIECES + pieces
    return detail


def honest_pieces(trader: Keys, deal_key: Keys) -> Ints:
    """Return in how many pieces each deal comes in the ordinary course of trade; 1 for most.

    Args:
        trader: Identity of each deal's trader: some have their deals sent in pieces.
        deal_key: Identity of each deal.
    """
    low, high = _OFTEN_IN_PIECES_SHARE
    often = low + (high - low) * keyed.uniform(trader, "how often in pieces")
    is_often = keyed.happens(trader, "often in pieces", _OFTEN_SHARE)
    share = np.where(is_often, often, _IN_PIECES_SHARE)
    most = np.array(_MOST_HONEST)[is_often.astype(np.int64)]
    pieces = keyed.integers(deal_key, "how many pieces", 2, most + 1)
    return np.where(keyed.happens(deal_key, "in pieces", share), pieces, 1)


def pieces_of(
    nation: Nation, roster: Roster, deals: Deals, whole: GoodsItems, scheme: Ints
) -> Ints:
    """Return in how many pieces the deal of each declaration comes; 1 for most.

    Args:
        nation: The nation.
        roster: Declarations.
        deals: Their deals.
        whole: The goods of the whole deals.
        scheme: Schemes of the trader that ran on the day of the deal, shape (n, SCHEME_SLOTS).
    """
    is_single = (deal_items(roster.deal_key) <= MOST_ITEMS) & (roster.kind != SECOND)
    is_single &= deals.at_home < 0
    pieces = np.where(
        is_single, honest_pieces(nation.traders.key[deals.trader], roster.deal_key), 1
    )
    most = most_pieces(nation, scheme)
    rows = np.flatnonzero((most > 1) & is_single & is_taxed_import(deals.direction, deals.regime))
    if not len(rows):
        return pieces
    value = np.bincount(whole.owner, whole.value_e2, minlength=len(roster))[rows]
    rate = nation.rates.on(roster.deal_day[rows], deals.currency[rows])
    large = value / 100 * rate / 100 / (_BELOW * LARGE_DECLARATION_VND)
    wanted = np.ceil(large).astype(np.int64)
    pieces[rows] = np.where((wanted > 1) & (wanted <= most[rows]), wanted, pieces[rows])
    return pieces


def most_pieces(nation: Nation, scheme: Ints) -> Ints:
    """Return into how many pieces the running schemes split a deal at most; 1 for most.

    Args:
        nation: The nation.
        scheme: Running schemes of each declaration's trader, shape (n, SCHEME_SLOTS).
    """
    by_mechanism = [kind.most_pieces for kind in nation.mechanisms]
    most: Ints = nation.of_running(scheme, by_mechanism, 1).max(axis=1)
    return most


def this_piece(
    nation: Nation, roster: Roster, deals: Deals, whole: GoodsItems, pieces: Ints
) -> GoodsItems:
    """Return the goods that each declaration brings of its deal.

    What follows up is of piece 0, what leaves again of the piece that came.
    """
    is_later = (roster.kind == SPLIT) | ((roster.kind == RE_EXPORT) & (roster.detail > 0))
    piece = np.where(is_later, roster.detail // _PIECES, 0)
    count = np.where(is_later, roster.detail % _PIECES, pieces)
    share = _shares(roster.deal_key, piece, count)
    rows = np.flatnonzero((count > 1)[whole.owner])
    if not len(rows):
        return whole
    own = pick(whole, rows)
    quantity = in_whole_units(nation.goods, own.line, own.quantity_e2 * share[own.owner])
    return with_quantity(whole, rows, np.minimum(quantity, own.quantity_e2), deals.currency)


def _shares(deal_key: Keys, piece: Ints, count: Ints) -> Floats:
    """Return which share of the deal each piece is: near equal, all together 1."""
    most = int(count.max(initial=1))
    place = np.arange(most)
    each = np.stack(
        [keyed.uniform(keyed.derive(deal_key, "piece", one), "size") for one in range(most)], axis=1
    )
    sizes = (1.0 - _UNEVEN / 2 + _UNEVEN * each) * (place < count[:, None])
    share: Floats = sizes[np.arange(len(piece)), piece] / sizes.sum(axis=1)
    return share
