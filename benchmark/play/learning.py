"""Reference policies that learn: past rates, and plain trees, with what they know week by week.

Both read what legacy control left behind; after that each knows its own outcomes only. Everything
is as it was known when its week ended: medians of prices, past rates and counts look at earlier
weeks and at outcomes told before. Grain of what is known: one goods item.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xgboost

from benchmark.arrays import (
    DAY_SECONDS,
    Bools,
    Floats,
    Ints,
    amounts_in,
    last_second_of,
    numbers_in,
    positions_in,
    week_of,
)  # fmt: skip
from benchmark.listed_codes import kilograms_in, of_agreements
from benchmark.plain_trees import LEAST_IRREGULAR, ROUNDS, SETTINGS
from benchmark.play.game import WeekView
from benchmark.play.opening import History
from benchmark.play.policies import Ranked

Keys = npt.NDArray[np.uint64]
Matrix = npt.NDArray[np.float32]

_TEXT_BYTES = 32
_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93], np.uint64
)
_SHIFT = np.uint64(29)
_LEAN = 10.0
_MEDIAN_WEEKS, _MEDIANS_EVERY = 52, 4
UNKNOWN = -1
RATES = ("trader", "goods", "goods and origin", "trader and goods")


def keys_of(column: pa.ChunkedArray) -> Keys:
    """Return a number for each text, equal for equal ones whenever they come; null is empty."""
    coded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
    texts = np.array(coded.dictionary.to_pylist(), dtype=f"S{_TEXT_BYTES}")
    words = np.frombuffer(texts.tobytes(), dtype="<u8").reshape(len(texts), -1)
    mixed = (words * _FACTORS).sum(axis=1, dtype=np.uint64)
    found: Keys = mixed ^ (mixed >> _SHIFT)
    keys: Keys = np.take(found, coded.indices.to_numpy(zero_copy_only=False))
    return keys


def paired(one: Keys, other: Keys) -> Keys:
    """Return a number for each pair."""
    mixed = one * _FACTORS[0] + other * _FACTORS[1]
    found: Keys = mixed ^ (mixed >> _SHIFT)
    return found


@dataclass(frozen=True, slots=True)
class Items:
    """Goods items, one position each.

    Attributes:
        number, item: Declaration (11 digits) and item number.
        row: Row of the declaration in the week's `tk`.
        week: Week of registration.
        tax_vnd: Declared taxes, shared out by customs value.
        log_price: Natural logarithm of customs value by quantity; NaN where unknown.
        cell: Goods, origin and unit.
        grains: Trader, goods, goods and origin, trader and goods; shape (n, 4).
        features: Measures as known then, shape (n, features), NaN where unknown.
    """

    number: Ints
    item: Ints
    row: Ints
    week: Ints
    tax_vnd: Floats
    log_price: Floats
    cell: Keys
    grains: Keys
    features: Matrix

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.number)


class Desk:
    """Takes in weeks and outcomes, and keeps what was known when."""

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._parts: list[Items] = []
        self._labels: list[npt.NDArray[np.int8]] = []
        self._cells, self._levels = np.empty(0, np.uint64), np.empty(0)
        self._traders, self._counts = np.empty(0, np.uint64), np.empty(0)
        self._medians_week = 0

    def observe(self, tables: Mapping[str, pa.Table], week: int) -> Items:
        """Return the items of a week with their features, and keep them."""
        if week >= self._medians_week + _MEDIANS_EVERY:
            self._renew_medians(week)
        items = self._items(tables, week)
        self._parts.append(items)
        self._labels.append(np.full(len(items), UNKNOWN, dtype=np.int8))
        self._count(keys_of(tables["tk"]["MA_DN"]))
        return items

    def learn(self, outcomes: pa.Table) -> None:
        """Take in outcomes: an item of a checked declaration is regular until it is named."""
        outcomes = outcomes.filter(pc.is_valid(outcomes["SO_TK_GOC"]))
        if not outcomes.num_rows or not self._parts:
            return
        number = numbers_in(outcomes["SO_TK_GOC"])
        is_found = pc.equal(outcomes["KET_QUA"], "1").to_numpy().astype(bool)
        item = pc.fill_null(outcomes["STT"].cast(pa.int64()), 0).to_numpy()
        at_border = number[pc.not_equal(outcomes["HINH_THUC"], "8").to_numpy().astype(bool)]
        found = np.unique(number[is_found] * 1_000 + item[is_found])
        for part, label in zip(self._parts, self._labels, strict=True):
            label[np.isin(part.number, at_border) & (label == UNKNOWN)] = 0
            label[np.isin(part.number * 1_000 + part.item, found)] = 1

    def known(self) -> tuple[Matrix, npt.NDArray[np.int8]]:
        """Return features and labels (1 irregular) of all items whose check was told."""
        rows = [label != UNKNOWN for label in self._labels]
        features = [part.features[own] for part, own in zip(self._parts, rows, strict=True)]
        labels = [label[own] for label, own in zip(self._labels, rows, strict=True)]
        return np.concatenate(features), np.concatenate(labels)

    def past_rates(self, grains: Keys) -> tuple[Floats, Floats]:
        """Return rates by grain, shape (n, 4), and how often each trader was checked, shape (n,).

        Each rate leans on the wider one with the weight of ten checks.
        """
        known = [label != UNKNOWN for label in self._labels]
        parts = zip(self._parts, self._labels, known, strict=True)
        pairs = [(part.grains[own], label[own]) for part, label, own in parts]
        keys = np.concatenate([np.empty((0, len(RATES)), np.uint64), *[key for key, _ in pairs]])
        hits = np.concatenate([np.empty(0), *[label for _, label in pairs]])
        everywhere = np.full(len(grains), hits.mean() if len(hits) else 0.0)
        rates = np.empty((len(grains), len(RATES)))
        checked = np.zeros(len(grains))
        for place, wider in ((0, None), (1, None), (2, 1), (3, 0)):
            number, found = _tallied(keys[:, place], hits, grains[:, place])
            prior = everywhere if wider is None else rates[:, wider]
            rates[:, place] = (found + _LEAN * prior) / (number + _LEAN)
            checked = number if place == 0 else checked
        return rates, checked

    def _items(self, tables: Mapping[str, pa.Table], week: int) -> Items:
        header, goods = tables["tk"], tables["hang"]
        number = numbers_in(goods["SO_TK"])
        numbers = numbers_in(header["SO_TK"])
        order = np.argsort(numbers)
        row = order[positions_in(numbers[order], number)]
        value, quantity = amounts_in(goods["TRI_GIA_TT"]), amounts_in(goods["LUONG1"])
        total = np.maximum(amounts_in(header["TONG_TG_TT"])[row], 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            log_price = np.where((value > 0) & (quantity > 0), np.log(value / quantity), np.nan)
        trader, origin = keys_of(header["MA_DN"])[row], keys_of(goods["MA_NUOC_XX"])
        hs6 = keys_of(pc.utf8_slice_codeunits(goods["MA_HS"], 0, 6))
        cell = paired(paired(keys_of(goods["MA_HS"]), origin), keys_of(goods["MA_DVT1"]))
        grains = np.stack([trader, hs6, paired(hs6, origin), paired(trader, hs6)], axis=1)
        rates, checked = self.past_rates(grains)
        level = positions_in(self._cells, cell)
        usual = np.where(level >= 0, self._levels[level], np.nan) if len(self._levels) else np.nan
        seen = positions_in(self._traders, trader)
        earlier = np.where(seen >= 0, self._counts[seen], 0.0) if len(self._counts) else 0.0
        columns = [
            *_measures(tables, row, value),
            log_price,
            log_price - usual,
            np.full(len(row), earlier),
            checked,
        ]
        tax = amounts_in(header["TONG_THUE"])[row] * value / total
        weeks = np.full(len(row), week)
        features = np.column_stack([*columns, rates]).astype(np.float32)
        item = goods["STT"].cast(pa.int64()).to_numpy()
        return Items(number, item, row, weeks, tax, log_price, cell, grains, features)

    def _renew_medians(self, week: int) -> None:
        """Take the medians of prices of the last year anew."""
        parts = [part for part in self._parts if part.week[0] >= week - _MEDIAN_WEEKS]
        self._medians_week = week
        if not parts:
            return
        price = np.concatenate([part.log_price for part in parts])
        cell = np.concatenate([part.cell for part in parts])
        kept = ~np.isnan(price)
        price, cell = price[kept], cell[kept]
        order = np.lexsort((price, cell))
        cells, first = np.unique(cell[order], return_index=True)
        count = np.diff(np.append(first, len(order)))
        self._cells, self._levels = cells, price[order][first + count // 2]

    def _count(self, trader: Keys) -> None:
        keys, counts = np.unique(trader, return_counts=True)
        both = np.concatenate([self._traders, keys])
        sums = np.concatenate([self._counts, counts])
        traders, place = np.unique(both, return_inverse=True)
        self._traders, self._counts = traders, np.bincount(place, sums).astype(np.float64)


def _tallied(keys: Keys, hits: Floats, wanted: Keys) -> tuple[Floats, Floats]:
    """Return how many of each wanted key there are, and how many of them are hits."""
    known, place = np.unique(keys, return_inverse=True)
    at = positions_in(known, wanted)
    if not len(known):
        return np.zeros(len(wanted)), np.zeros(len(wanted))
    number = np.bincount(place, minlength=len(known)).astype(np.float64)
    found = np.bincount(place, hits, len(known))
    return np.where(at >= 0, number[at], 0.0), np.where(at >= 0, found[at], 0.0)


def _measures(tables: Mapping[str, pa.Table], row: Ints, value: Floats) -> list[Floats]:
    """Return the measures that need no memory, each of shape (items,)."""
    header, goods = tables["tk"], tables["hang"]
    taxes, total = amounts_in(header["TONG_THUE"]), amounts_in(header["TONG_TG_TT"])
    gross = amounts_in(header["TRONG_LUONG"]) * kilograms_in(header["MA_DVT_TL"])
    packages = amounts_in(header["SO_KIEN"])
    hs8 = pc.fill_null(goods["MA_HS"].cast(pa.int64()), 0).to_numpy()
    by_header = (
        taxes / np.maximum(total, 1.0),
        pc.equal(header["NHOM"], "N").to_numpy().astype(np.float64),
        amounts_in(header["MA_PTVT"]),
        amounts_in(header["SO_DONG"]),
        np.log(np.maximum(gross, 0.01)),
        np.log(np.maximum(packages, 1.0)),
        _regimes(header["MA_LH"]),
        np.log(np.maximum(total, 1.0) / np.maximum(gross, 0.01)),
    )
    return [
        np.log(np.maximum(value, 1.0)),
        hs8 // 1_000_000.0,
        hs8 // 10_000.0,
        of_agreements(goods["MA_BIEU_THUE"]).astype(np.float64),
        pc.is_valid(goods["SO_CO"]).to_numpy().astype(np.float64),
        *[column[row] for column in by_header],
    ]


def _regimes(column: pa.ChunkedArray) -> Floats:
    """Return letters and digits of a regime as one number: A11, E31."""
    texts = pc.fill_null(column, "A00").combine_chunks().dictionary_encode()
    values = [ord(text[0]) * 100.0 + float(text[1:3]) for text in texts.dictionary.to_pylist()]
    numbers: Floats = np.array(values)[texts.indices.to_numpy(zero_copy_only=False)]
    return numbers


def weeks_in(tables: Mapping[str, pa.Table]) -> Ints:
    """Return the week in which each row of `tk` was registered."""
    seconds = tables["tk"]["NGAY_DK"].cast(pa.timestamp("s")).cast(pa.int64()).to_numpy()
    return week_of(seconds // DAY_SECONDS)


def cut(tables: Mapping[str, pa.Table], rows: Bools) -> dict[str, pa.Table]:
    """Return the `tk` rows of a mask and the `hang` rows that belong to them."""
    header = tables["tk"].filter(pa.array(rows))
    is_own = pc.is_in(tables["hang"]["SO_TK"], header["SO_TK"].combine_chunks())
    return {"tk": header, "hang": tables["hang"].filter(is_own)}


_RETRAINED_WEEKS, _EXPLORED_SHARE = 4, 0.1


class Learning(Ranked):
    """A policy with a desk: it has read the history, and reads on."""

    def __init__(self, history: History, seed: int = 1) -> None:
        """Read the history week by week, each outcome when it was told."""
        super().__init__(seed)
        self.desk = Desk()
        week = weeks_in(history.registered)
        known = history.outcomes["known"].to_numpy()
        told = 0
        for own in np.unique(week).tolist():
            self.desk.observe(cut(history.registered, week == own), own)
            end = int(last_second_of(np.array([own]))[0])
            self.desk.learn(history.outcomes.filter(pa.array((known > told) & (known <= end))))
            told = end

    def learn(self, outcomes: pa.Table) -> None:
        """Keep what came back."""
        self.desk.learn(outcomes)

    def scores(self, week: WeekView) -> Floats:
        """Return the sum of what each item is worth looking at; the higher value breaks ties."""
        items = self.desk.observe(week.registered, week.week)
        header = week.registered["tk"]
        score = self.combined(items, header.num_rows, self.worth(items, week.week))
        return score + 1e-9 * np.log1p(amounts_in(header["TONG_TG_TT"]))

    @abstractmethod
    def worth(self, items: Items, week: int) -> Floats:
        """Return what each item is worth looking at."""

    def combined(self, items: Items, count: int, worth: Floats) -> Floats:
        """Return the sum over the items of each declaration."""
        total: Floats = np.bincount(items.row, worth, count).astype(np.float64)
        return total


class ByPastRate(Learning):
    """Those whose trader and HS6 were irregular most often."""

    name = "past_rate"

    def worth(self, items: Items, week: int) -> Floats:
        """Return the past rate of trader and goods."""
        del week
        return self.desk.past_rates(items.grains)[0][:, 3]

    def combined(self, items: Items, count: int, worth: Floats) -> Floats:
        """Return the worst item of each declaration."""
        worst = np.zeros(count)
        np.maximum.at(worst, items.row, worth)
        return worst


class ByTrees(Learning):
    """Boosted trees on obvious columns, trained anew every four weeks; a tenth goes by lot."""

    name = "xgboost"

    def __init__(self, history: History, seed: int = 1) -> None:
        """Read the history; the first trees come with the first week."""
        super().__init__(history, seed)
        self._seed = seed
        self._trees: xgboost.Booster | None = None
        self._trained = -_RETRAINED_WEEKS

    def worth(self, items: Items, week: int) -> Floats:
        """Return the tax at risk: chance to be irregular times declared taxes."""
        if week >= self._trained + _RETRAINED_WEEKS:
            self._trees, self._trained = self._grown(), week
        if self._trees is None:
            return items.tax_vnd
        chance = self._trees.predict(xgboost.DMatrix(items.features)).astype(np.float64)
        worth: Floats = chance * items.tax_vnd
        return worth

    def chosen(self, score: Floats, most: int) -> Ints:
        """Return the best nine tenths, then a tenth of the others by lot."""
        order = np.argsort(-score, kind="stable")
        by_score = most - round(most * _EXPLORED_SHARE)
        others = self.lot.permutation(order[by_score:])[: most - by_score]
        return np.concatenate([order[:by_score], others])

    def _grown(self) -> xgboost.Booster | None:
        features, label = self.desk.known()
        if int(label.sum()) < LEAST_IRREGULAR:
            return None
        matrix = xgboost.DMatrix(features, label=label)
        return xgboost.train(
            {**SETTINGS, "nthread": 1, "seed": self._seed}, matrix, num_boost_round=ROUNDS
        )
