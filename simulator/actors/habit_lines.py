"""Which goods each habit deals in: four lines of a chapter, or materials of what is made.

A trader has a main chapter in each direction. The shares of lines over the whole nation follow the
weights of the goods list; makers import the materials of what they export.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.fitting import draw_in_span, fitted, laid_along, spans
from simulator.actors.kinds import (
    COMMERCIAL,
    EXPORT_AFFINITY,
    HABIT_LINES,
    HABITS,
    SECTOR_OF_CHAPTER,
)
from simulator.actors.production import Materials, materials_of
from simulator.actors.volumes import families
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.goods import Goods
from simulator.reference.regimes import EXPORT, IMPORT

# Shares here are assumptions.
_SAME_CHAPTER_SHARE, _SAME_SECTOR_SHARE = 0.62, 0.2
# The last habit of a maker is what it needs besides materials: machines, spare parts, packing.
_LEAST_SHARE_OF_TRADE = 0.15
# How many times what is traded of its main line a trader may trade in all.
_MOST_OF_A_LINE = 3.0
_TRADES = 4
# What authorised operators make, by family: nothing, phones, electronics, clothes, shoes, machines.
_LARGE_AFFINITY = (0.04, 3.0, 2.0, 0.1, 0.3, 0.6)


@dataclass(frozen=True, slots=True)
class _Table:
    """Shares of lines by trade, as flat cumulative rows, and the spans of chapter and sector."""

    flat: Floats
    chapter: tuple[Floats, Floats]
    sector: tuple[Floats, Floats]
    chapter_of: Ints
    sector_of: Ints
    lines: int

    def shares_of(self, trade: int) -> Floats:
        """Return the shares of the lines in a trade, shape (lines,)."""
        rows = self.flat[trade * self.lines : (trade + 1) * self.lines]
        shares: Floats = np.diff(rows, prepend=float(trade))
        return shares

    def any_line(self, keys: Keys, name: str, row: Ints) -> Ints:
        """Return any line by the shares of its trade."""
        return keyed.choose_row(keys, name, self.flat, row, self.lines)

    def in_chapter(self, keys: Keys, name: str, row: Ints, like: Ints) -> Ints:
        """Return a line of the chapter of the line `like`."""
        chapter = self.chapter_of[like]
        span = (self.chapter[0][row, chapter], self.chapter[1][row, chapter])
        return draw_in_span(keys, name, self.flat, row, span, self.lines)

    def in_sector(self, keys: Keys, name: str, row: Ints, like: Ints) -> Ints:
        """Return a line of the sector of the line `like`."""
        sector = self.sector_of[like]
        span = (self.sector[0][row, sector], self.sector[1][row, sector])
        return draw_in_span(keys, name, self.flat, row, span, self.lines)


def _table(goods: Goods, weights: Floats) -> _Table:
    _, chapter_of = np.unique(goods.hs2, return_inverse=True)
    sector_of = SECTOR_OF_CHAPTER[goods.hs2]
    flat, begin, end = spans(weights, chapter_of)
    _, sector_begin, sector_end = spans(weights, sector_of)
    return _Table(flat, (begin, end), (sector_begin, sector_end), chapter_of, sector_of, len(goods))


def _export_shares(goods: Goods, materials: Materials, rows: Floats) -> Floats:
    """Return shares of lines in exports by trade, shape (trades, lines)."""
    affinity = EXPORT_AFFINITY[:, SECTOR_OF_CHAPTER[goods.hs2]] + 1e-9
    affinity[COMMERCIAL + 1 :, materials.model < 0] = 0.0
    return fitted(affinity, rows, goods.export_weight + 1e-9)


def _import_shares(goods: Goods, materials: Materials, exports: Floats, rows: Floats) -> Floats:
    """Return shares of lines in what is not imported as material: what the makers leave over."""
    product = exports[1:].T @ (rows[1:] / rows[1:].sum())
    made = materials.use_of(np.asarray(product))
    share = goods.import_weight / goods.import_weight.sum()
    rest = share - made * rows[1:].sum() / rows.sum()
    left = np.maximum(rest, _LEAST_SHARE_OF_TRADE * share) + 1e-9
    return np.repeat(left[None, :] / left.sum(), _TRADES, axis=0)


def _main_lines(keys: Keys, table: _Table, row: Ints, weight: Floats) -> Ints:
    """Return each trader's main line: the trade of all, in chance order, laid along the shares.

    So lines get their share of the nation's trade even where a few traders have most of it. Who
    trades far more than there is of that line deals in one of those that are large enough.
    """
    main = np.empty(len(row), dtype=np.int64)
    lot = keyed.uniform(keys, "large line")
    order = np.argsort(keyed.uniform(keys, "main line"), kind="stable")
    for trade in range(_TRADES):
        own = order[row[order] == trade]
        after = np.cumsum(weight[own] + 1e-12)
        middle = (after - (weight[own] + 1e-12) / 2) / after[-1:]
        found = np.searchsorted(table.flat, trade + middle, side="right") - trade * table.lines
        found = np.minimum(found, table.lines - 1)
        share = table.shares_of(trade)
        needed = weight[own] / after[-1:] / _MOST_OF_A_LINE
        main[own] = np.where(share[found] < needed, _large_line(share, needed, lot[own]), found)
    return main


def _large_line(share: Floats, needed: Floats, lot: Floats) -> Ints:
    """Return a line of at least each needed share, by the shares; else the largest line.

    Args:
        share: Shares of the lines, shape (lines,).
        needed: Shape (n,).
        lot: Numbers in [0, 1), shape (n,).
    """
    order = np.argsort(-share, kind="stable")
    total = np.cumsum(share[order])
    enough = np.searchsorted(-share[order], -needed, side="right")
    last = np.maximum(enough - 1, 0)
    place = np.minimum(np.searchsorted(total, lot * total[last], side="right"), last)
    line: Ints = order[place]
    return line


def _lines(keys: Keys, table: _Table, row: Ints, weight: Floats) -> Ints:
    """Return the lines of habits of one direction.

    Args:
        keys: Identities of the habits, shape (n, HABITS).
        table: Shares of lines.
        row: Trade of each trader, shape (n,).
        weight: Share of this direction's trade, shape (n,).

    Returns:
        Shape (n, HABITS, HABIT_LINES).
    """
    main = np.repeat(_main_lines(keys[:, 0], table, row, weight), HABITS)
    rows = np.repeat(row, HABITS)
    flat = keys.ravel()
    how = keyed.uniform(flat, "range")
    first = table.in_chapter(flat, "line 0", rows, main)
    wider = how >= _SAME_CHAPTER_SHARE
    first[wider] = table.in_sector(flat[wider], "sector line", rows[wider], main[wider])
    anything = how >= _SAME_CHAPTER_SHARE + _SAME_SECTOR_SHARE
    first[anything] = table.any_line(flat[anything], "other line", rows[anything])
    first[::HABITS] = main[::HABITS]
    others = [
        table.in_chapter(flat, f"line {number}", rows, first) for number in range(1, HABIT_LINES)
    ]
    return np.stack([first, *others], axis=1).reshape(-1, HABITS, HABIT_LINES)


def _large_lines(keys: Keys, large: tuple[Ints, Floats], table: _Table, goods: Goods) -> Ints:
    """Return what authorised operators sell: each makes several sorts of electronics and machines.

    Shape (large, HABITS, HABIT_LINES); published lists of them name makers of these above all.
    Nobody makes what no materials are known of.
    """
    who, weight = large
    family = families(goods)
    shares = goods.export_weight * np.array(_LARGE_AFFINITY)[family]
    shares[table.shares_of(_TRADES - 1) == 0] = 0.0
    own = keys[who, EXPORT]
    first = laid_along(own, weight[:, EXPORT], shares).ravel()
    row = np.repeat(np.full(1, _TRADES - 1), len(first))
    flat = own.ravel()
    others = [
        table.in_chapter(flat, f"large line {number}", row, first)
        for number in range(1, HABIT_LINES)
    ]
    return np.stack([first, *others], axis=1).reshape(-1, HABITS, HABIT_LINES)


def draw_lines(
    keys: Keys,
    trade: Ints,
    weight: tuple[Floats, Floats],
    large: tuple[Ints, Floats],
    goods: Goods,
) -> Ints:
    """Return the goods of each trader, direction and habit.

    Args:
        keys: Identities of the habits, shape (n, 2, HABITS).
        trade: COMMERCIAL … EXPORT_ZONE, shape (n,).
        weight: Imports and exports of each trader, declarations, each of shape (n,).
        large: Positions of authorised operators and the weights of their habits.
        goods: All lines.

    Returns:
        Positions of lines, shape (n, 2, HABITS, HABIT_LINES).
    """
    materials = materials_of(goods)
    totals = [
        np.bincount(trade, own, minlength=_TRADES).astype(np.float64) + 1e-12 for own in weight
    ]
    out = _export_shares(goods, materials, totals[EXPORT])
    into = _import_shares(goods, materials, out, totals[IMPORT])
    lines = np.empty((*keys.shape, HABIT_LINES), dtype=np.int64)
    table = _table(goods, out)
    lines[:, EXPORT] = _lines(keys[:, EXPORT], table, trade, weight[EXPORT])
    lines[:, IMPORT] = _lines(keys[:, IMPORT], _table(goods, into), trade, weight[IMPORT])
    lines[large[0], EXPORT] = _large_lines(keys, large, table, goods)
    makers = np.flatnonzero(trade != COMMERCIAL)
    product = lines[makers, EXPORT, : HABITS - 1]
    own = np.ascontiguousarray(keys[makers, IMPORT, : HABITS - 1]).ravel()
    for number in range(HABIT_LINES):
        made_of = materials.draw(own, f"material {number}", product[..., number].ravel())
        lines[makers, IMPORT, : HABITS - 1, number] = made_of.reshape(product.shape[:2])
    return lines
