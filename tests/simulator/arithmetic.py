"""Whether what amounts have to do with each other tells irregular goods from others.

Freight as a whole number of basis points of what the goods are really worth looks like any other
amount, until it is divided by what they are told to be worth. So every pair of amounts of a row is
looked at: their quotient times a power of ten is whole, as far as both are printed; they are equal;
their sum or difference is a round sum; one stands to the other exactly as is usual for goods alike,
or far from it; and, for three of them, the product of two is the third. Each is a bit that holds or
does not, and a teller by the measures of `tellers`: right too often, or sorting too many pairs of a
row of one mechanism and an honest one of the same stratum.

All rules are tried on some rows, those that may tell on all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt
import pandas as pd

from tests.simulator.tellers import (
    LEAST_ROWS,
    LEAST_TRADERS,
    MOST_SORTED,
    Bools,
    Ints,
    Teller,
    tell,
)

Floats = npt.NDArray[np.float64]

_POWERS, _ROUND = range(7), (0, 2, 3, 4, 6)
# Of quotients that any two amounts would have, so many at most may be taken for whole ones.
_LUCKY = 0.1
# Amounts that hardly ever stand side by side, or are few, say nothing of each other.
_LEAST_TOGETHER, _LEAST_ALIKE = 50, 20
# A usual quotient is printed as exactly as this, and is one in so many of the rows at least.
_EXACT, _USUAL, _MOST_EXACT = 0.005, 0.25, 9
# A quotient is far from usual where so few honest ones are; it is known as exactly as this.
_HARDLY, _NEAR = 0.0002, 0.05
_TRIED, _TRIED_ALIKE, _LEAST_TRIED = 3_000, 40_000, 5
_MAY_SORT, _MAY_BE_RIGHT = 0.7, 0.4
# A product is looked at where it is one in so many honest rows.
_PRODUCT = 0.8


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts of rows with what is irregular.

    Attributes:
        name: Of the table.
        values: By name, shape (n,); nan where none is given.
        steps: By name, the smallest difference that is printed.
        kinds: Mechanisms; the first is none.
        kind: Position of each row's in them; 0 where nothing is irregular.
        trader: Whose each row is, a number.
        stratum: Rows are compared with honest ones of the same number.
        goods: Rows about goods alike have the same number; -1 for several goods.
        base: Share of all traders that have anything irregular.
    """

    name: str
    values: dict[str, Floats]
    steps: dict[str, float]
    kinds: tuple[str, ...]
    kind: Ints
    trader: Ints
    stratum: Ints
    goods: Ints
    base: float

    def part(self, rows: Ints) -> "Amounts":
        """Return some of the rows."""
        return replace(
            self,
            values={name: own[rows] for name, own in self.values.items()},
            kind=self.kind[rows],
            trader=self.trader[rows],
            stratum=self.stratum[rows],
            goods=self.goods[rows],
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What amounts have to do with each other: `names` in their order, and a power of ten."""

    what: str
    names: tuple[str, ...]
    power: int = 0

    def __str__(self) -> str:
        """Return the rule in words."""
        one, other = self.names[:2]
        times = f" * 1e{self.power}" if self.power else ""
        return {
            "whole": f"{one} / {other}{times} is whole",
            "equal": f"{one} = {other}",
            "sum": f"{one} + {other} is a multiple of 1e{self.power}",
            "difference": f"{one} - {other} is a multiple of 1e{self.power}",
            "usual": f"{one} / {other} is as usual for the goods",
            "far": f"{one} / {other} is far from usual for the goods",
            "product": f"{one} * {other}{times} = {self.names[-1]}",
        }[self.what]

    def holds(self, table: Amounts) -> tuple[Bools, Bools]:
        """Return for which rows it can be told at all, and for which of all rows it holds."""
        one, other = (table.values[name] for name in self.names[:2])
        step, other_step = (table.steps[name] for name in self.names[:2])
        known = (one > 0) & (other > 0)
        one, other = np.where(known, one, 1.0), np.where(known, other, 1.0)
        if self.what in {"whole", "usual", "far"}:
            ratio = one / other
            # Both are rounded: by half a step, or up by nearly a whole one.
            unsure = (step + ratio * other_step) / other
            if self.what == "usual":
                return _usual(table.goods, ratio, unsure, known)
            if self.what == "far":
                return _far(table, ratio, known & (unsure < _NEAR * ratio))
            told, unsure = ratio * 10.0**self.power, unsure * 0.5001 * 10.0**self.power + 1e-9
            whole = np.rint(told)
            known &= unsure < _LUCKY / 2
            return known, known & (np.abs(told - whole) <= unsure) & (whole > 0)
        if self.what == "product":
            return self._product(table, one * other, known)
        smallest = min(step, other_step)
        if self.what == "equal":
            return known, known & (np.rint((one - other) / smallest) == 0)
        sum_ = one + other if self.what == "sum" else one - other
        unit = np.rint(10.0**self.power / smallest)
        return known, known & (np.mod(np.rint(sum_ / smallest), unit) == 0)

    def _product(self, table: Amounts, told: Floats, known: Bools) -> tuple[Bools, Bools]:
        third, step = table.values[self.names[2]], table.steps[self.names[2]]
        known = known & (third > 0)
        told = told * 10.0**self.power
        return known, known & (np.abs(told - third) <= step * 0.5001 + 1e-12 * told)


def _usual(goods: Ints, ratio: Floats, unsure: Floats, known: Bools) -> tuple[Bools, Bools]:
    """Return where a quotient can be told exactly, and where it is that of most goods alike."""
    known = known & (goods >= 0) & (unsure < _EXACT * ratio)
    rows = np.flatnonzero(known)
    told = pd.DataFrame({"goods": goods[rows], "ratio": ratio[rows], "unsure": unsure[rows]})
    # What is rounded up is a little too much in all of them: the most exact ones say how it is.
    exact = told[told.groupby("goods")["unsure"].rank(method="first") <= _MOST_EXACT]
    middle = exact.groupby("goods").median().reindex(told["goods"]).reset_index(drop=True)
    known[rows] = (told["goods"].map(told["goods"].value_counts()) >= _LEAST_ALIKE).to_numpy()
    holds = np.zeros(len(ratio), dtype=bool)
    near = (told["ratio"] - middle["ratio"]).abs() <= told["unsure"] + middle["unsure"]
    holds[rows] = near.to_numpy()
    holds &= known
    if holds.sum() < _USUAL * known.sum():
        known = np.zeros_like(known)
    return known, holds


def _far(table: Amounts, ratio: Floats, known: Bools) -> tuple[Bools, Bools]:
    """Return where goods alike are, and where hardly any honest quotient lies that far off."""
    rows = np.flatnonzero(known & (table.goods >= 0))
    told = pd.DataFrame({"goods": table.goods[rows], "ln": np.log(ratio[rows])})
    alike = told.groupby("goods")["ln"]
    off = (told["ln"] - alike.transform("median")).abs().to_numpy()
    enough = (alike.transform("size") >= _LEAST_ALIKE).to_numpy()
    known, holds = np.zeros((2, len(ratio)), dtype=bool)
    honest = enough & (table.kind[rows] == 0)
    known[rows[enough]] = True
    if honest.any():
        holds[rows[enough]] = off[enough] > np.quantile(off[honest], 1 - _HARDLY)
    return known, holds


def rules(table: Amounts) -> Iterator[Rule]:
    """Yield every rule over amounts that stand side by side often enough."""
    there = {name: own > 0 for name, own in table.values.items()}
    pairs = [
        (one, other)
        for one, other in combinations(there, 2)
        if (there[one] & there[other]).sum() >= _LEAST_TOGETHER
    ]
    for pair in pairs:
        smallest = min(table.steps[name] for name in pair)
        yield Rule("equal", pair)
        for power in _ROUND:
            if 10.0**power > smallest * 1.5:
                yield from (Rule(what, pair, power) for what in ("sum", "difference"))
        for both in permutations(pair):
            yield from (Rule("whole", both, power) for power in _POWERS)
            yield Rule("usual", both)
        yield Rule("far", pair)
    yield from _products(table, pairs)


def _products(table: Amounts, pairs: list[tuple[str, str]]) -> Iterator[Rule]:
    """Yield the products of two amounts that are a third one in most honest rows."""
    honest = np.flatnonzero(table.kind == 0)[:300]
    few = table.part(honest)
    for pair in pairs:
        for third in few.values:
            for power in (0, -2, -4):
                rule = Rule("product", (*pair, third), power)
                known, holds = rule.holds(few)
                if third not in pair and holds.sum() >= max(_PRODUCT * known.sum(), _LEAST_ALIKE):
                    yield rule


def search(table: Amounts, seed: int = 7) -> list[Teller]:
    """Return every rule that tells too much, as it holds or as it does not.

    Args:
        table: The amounts.
        seed: Of the choice of rows on which all rules are tried first.
    """
    is_bad = table.kind > 0
    if min(is_bad.sum(), (~is_bad).sum()) < LEAST_ROWS:
        return []
    draw = np.random.default_rng(seed)
    tried = _some(table, np.ones(len(is_bad), dtype=bool), _TRIED, draw)
    alike = _some(table, np.isin(table.goods, table.goods[is_bad & (table.goods >= 0)]),
                  _TRIED_ALIKE, draw)  # fmt: skip
    found: list[Teller] = []
    for rule in rules(tried[0]):
        some = alike if rule.what in {"usual", "far"} else tried
        if _may_tell(*some, *rule.holds(some[0])):
            known, holds = rule.holds(table)
            for mask, name in ((holds, str(rule)), (known & ~holds, f"not: {rule}")):
                found += _judged(table, known, mask, name)
    return found


def _some(
    table: Amounts, among: Bools, most: int, draw: np.random.Generator
) -> tuple[Amounts, tuple[float, float]]:
    """Return some rows, at most so many irregular and honest ones, and how many each stands for."""
    rows, weights = [], []
    for own in (among & (table.kind > 0), among & (table.kind == 0)):
        chosen = draw.permutation(np.flatnonzero(own))[:most]
        rows.append(chosen)
        weights.append(float(own.sum()) / max(len(chosen), 1))
    return table.part(np.sort(np.concatenate(rows))), (weights[0], weights[1])


def _may_tell(tried: Amounts, weights: tuple[float, float], known: Bools, holds: Bools) -> bool:
    is_bad = tried.kind > 0
    for mask in (holds, known & ~holds):
        right, wrong = weights[0] * (mask & is_bad).sum(), weights[1] * (mask & ~is_bad).sum()
        if (mask & is_bad).sum() >= _LEAST_TRIED and right > _MAY_BE_RIGHT * (right + wrong):
            return True
        if any(share > _MAY_SORT for _, share in _sorted(tried, known, mask, _LEAST_TRIED)):
            return True
    return False


def _sorted(table: Amounts, known: Bools, mask: Bools, least: int) -> Iterator[tuple[int, float]]:
    """Yield for each mechanism the share of pairs sorted aright, of a row of it and an honest one.

    Honest rows count as often as their stratum is among those of the mechanism.
    """
    honest = known & (table.kind == 0)
    strata = int(table.stratum.max(initial=0)) + 1
    of = np.bincount(table.stratum[honest], minlength=strata)
    wrong = np.bincount(table.stratum[honest & mask], minlength=strata)
    compared = known & (of >= _LEAST_TRIED)[table.stratum]
    bad = np.flatnonzero(compared & (table.kind > 0))
    for kind in np.unique(table.kind[bad]).tolist():
        own = bad[table.kind[bad] == kind]
        if len(own) >= least:
            stratum = table.stratum[own]
            yield kind, float((mask[own].mean() + 1 - (wrong[stratum] / of[stratum]).mean()) / 2)


def _judged(table: Amounts, known: Bools, mask: Bools, name: str) -> list[Teller]:
    bad = table.kind > 0
    if not mask.any():
        return []
    found = tell([name], mask[None, :].astype(np.float32), bad, table.trader, table.base)
    for kind, share in _sorted(table, known, mask, LEAST_ROWS):
        own = mask & (table.kind == kind)
        enough = own.sum() >= LEAST_ROWS and len(np.unique(table.trader[own])) >= LEAST_TRADERS
        if share > MOST_SORTED and enough:
            told = f"{name}, sorts {table.kinds[kind]}"
            found.append(Teller(told, int(mask.sum()), int(own.sum()), share))
    return found
