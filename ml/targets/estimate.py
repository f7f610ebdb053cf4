"""From what inspections found so far to what a trader's open items may bring.

Three steps, none of them a ranking by size:

1. The model gives each open item the chance that an inspection finds something; weighted by the
   root of the item's value it is the item's stake.
2. A stake is worth what findings brought per stake among like goods (regime and duty band) at all
   traders, drawn towards the regime and the whole where findings are few. Most bring nothing.
3. The trader's own findings correct that: expected x (K + found) / (K + expected of the examined).
   Whoever was examined much and brought little falls, whoever brought much rises.

The unit of chance is the trader: his items share what he does. So the intervals draw traders, not
items, and what is found at one trader once more from what he was found to do.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from measures.intervals import percentile_interval

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A cell with fewer findings to expect than this is worth mostly what its regime is, and so on up.
_PRIOR_CELL_FINDINGS = 5.0
# What all traders brought weighs as much as half a finding of the trader's own.
_PRIOR_TRADER_FINDINGS = 0.5
_RESAMPLES = 150
_DRAWS = 20
_SEED = 11


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row per trader and cell (regime and duty band); arrays of shape (n_rows,).

    Attributes:
        trader_ids: Pseudonyms, sorted, shape (n_traders,).
        cells: (regime, duty band) of each cell, sorted.
        regime_of_cell: Place of each cell's regime, shape (n_cells,).
        trader: Place in `trader_ids`.
        cell: Place in `cells`.
        open_item_count: Open items.
        open_chance: Findings to expect if they were inspected.
        open_stake: The same, each weighted by the root of the item's value.
        expiring_stake: Of these in items whose five years end within a quarter.
        examined_chance: Findings that were to be expected of the examined items.
        examined_stake: The same, weighted.
        finding_count: Findings there were.
        found_vnd: What they brought.
        lent_vnd: The same with very large ones cut: what they tell about other traders.
        lent_square: Sum of the squares of these.
    """

    trader_ids: npt.NDArray[np.str_]
    cells: tuple[tuple[str, str], ...]
    regime_of_cell: Ints
    trader: Ints
    cell: Ints
    open_item_count: Floats
    open_chance: Floats
    open_stake: Floats
    expiring_stake: Floats
    examined_chance: Floats
    examined_stake: Floats
    finding_count: Floats
    found_vnd: Floats
    lent_vnd: Floats
    lent_square: Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is to be expected of every trader; arrays of shape (n_traders,) but for `cell_worth`.

    Attributes:
        cell_worth: VND per stake, by cell, shape (n_cells,).
        prior_vnd: K, the weight of what all traders brought.
        general_vnd: Of the trader's open items by the model and the worth of the cells alone.
        examined_vnd: The same of his examined items.
        found_vnd: What was found at him.
        factor: (K + found) / (K + examined).
        dispersion: Mean square ÷ squared mean of the amounts of findings.
    """

    cell_worth: Floats
    prior_vnd: float
    general_vnd: Floats
    examined_vnd: Floats
    found_vnd: Floats
    factor: Floats
    dispersion: float

    @property
    def expected_vnd(self) -> Floats:
        """What inspections like those so far would find in the open items, before collection."""
        return self.general_vnd * self.factor

    @property
    def found_share(self) -> Floats:
        """Share of the expected amount that rests on the trader's own findings."""
        weight = self.prior_vnd + self.found_vnd
        return np.divide(self.found_vnd, weight, out=np.zeros_like(weight), where=weight > 0)


def evidence_of(table: pa.Table) -> Evidence:
    """Return the rows of the statement `audit_cells` as arrays; their order does not matter."""
    # Sums of floating numbers in another order are other numbers.
    table = table.sort_by([(name, "ascending") for name in _KEYS])
    trader_ids, trader = np.unique(_texts(table, "trader_id"), return_inverse=True)
    pairs = list(
        zip(_texts(table, "regime_code").tolist(), _texts(table, "duty_band").tolist(), strict=True)
    )
    cells = tuple(sorted(set(pairs)))
    place = {cell: position for position, cell in enumerate(cells)}
    regimes = sorted({regime for regime, _ in cells})
    return Evidence(
        trader_ids=trader_ids,
        cells=cells,
        regime_of_cell=np.array([regimes.index(regime) for regime, _ in cells], dtype=np.int64),
        trader=trader.astype(np.int64),
        cell=np.array([place[pair] for pair in pairs], dtype=np.int64),
        **{name: _floats(table, name) for name in _MEASURES},
    )


_KEYS = ("trader_id", "regime_code", "duty_band")
_MEASURES = (
    "open_item_count",
    "open_chance",
    "open_stake",
    "expiring_stake",
    "examined_chance",
    "examined_stake",
    "finding_count",
    "found_vnd",
    "lent_vnd",
    "lent_square",
)


def estimate(evidence: Evidence) -> Estimate:
    """Estimate every trader from everybody's findings and his own."""
    rows, traders = evidence, len(evidence.trader_ids)
    worth = _cell_worth(rows, np.ones(traders))
    findings = float(rows.finding_count.sum())
    mean = float(rows.lent_vnd.sum()) / findings if findings else 0.0
    prior = _PRIOR_TRADER_FINDINGS * mean
    general = _sums(rows.trader, rows.open_stake * worth[rows.cell], traders)
    examined = _sums(rows.trader, rows.examined_stake * worth[rows.cell], traders)
    found = _sums(rows.trader, rows.found_vnd, traders)
    square = float(rows.lent_square.sum()) / findings if findings else 0.0
    return Estimate(
        cell_worth=worth,
        prior_vnd=prior,
        general_vnd=general,
        examined_vnd=examined,
        found_vnd=found,
        factor=_factor(prior, found, examined),
        dispersion=square / mean**2 if mean else 1.0,
    )


def intervals(evidence: Evidence, fitted: Estimate, traders: Ints) -> tuple[Floats, Floats]:
    """Return the 95 % interval of what inspections would find in the open items of some traders.

    Traders are drawn with replacement for the worth of the cells. Then the trader's own rate and
    the findings to come are drawn from gamma distributions, whose spread is that of as many
    findings as he had, and as he is expected to have, each of very unequal amount. These draws are
    the trader's own: his interval is the same whoever else is asked for.

    Args:
        evidence: Of all traders.
        fitted: Its estimate.
        traders: Places of those asked for, shape (n,).

    Returns:
        Lower and upper ends, shape (n,) each, VND before collection.
    """
    resampling = np.random.default_rng(_SEED)
    everybody = len(evidence.trader_ids)
    is_asked = np.isin(evidence.trader, traders)
    findings = _sums(evidence.trader, evidence.finding_count, everybody)[traders]
    chance = _sums(evidence.trader, evidence.open_chance, everybody)[traders]
    shape = (_PRIOR_TRADER_FINDINGS + findings) / fitted.dispersion
    general, examined = np.zeros((2, _RESAMPLES, len(traders)))
    for one in range(_RESAMPLES):
        times = np.bincount(resampling.integers(0, everybody, everybody), minlength=everybody)
        worth = _cell_worth(evidence, times.astype(np.float64))
        for sums, part in ((general, evidence.open_stake), (examined, evidence.examined_stake)):
            amounts = (part * worth[evidence.cell])[is_asked]
            sums[one] = _sums(evidence.trader[is_asked], amounts, everybody)[traders]
    factor = _factor(fitted.prior_vnd, fitted.found_vnd[traders], examined)
    ends = np.zeros((len(traders), 2))
    for place, trader in enumerate(traders):
        random = _random_of(str(evidence.trader_ids[trader]))
        rate = random.gamma(shape[place], 1.0 / shape[place], (_DRAWS, _RESAMPLES))
        rate *= factor[:, place]
        parts = np.maximum(chance[place] * rate / fitted.dispersion, 1e-6)
        drawn = random.gamma(parts) / parts * general[:, place] * rate
        told = percentile_interval(float(fitted.expected_vnd[trader]), drawn)
        ends[place] = told.low, told.high
    return ends[:, 0], ends[:, 1]


def _random_of(trader_id: str) -> np.random.Generator:
    """Return the draws of one trader."""
    digest = hashlib.sha256(trader_id.encode()).digest()
    return np.random.default_rng([_SEED, int.from_bytes(digest[:8], "big")])


def _sums(place: Ints, value: Floats, count: int) -> Floats:
    """Return the sum of `value` at each of `count` places."""
    return np.bincount(place, value, count).astype(np.float64)


def _cell_worth(rows: Evidence, times: Floats) -> Floats:
    """Return VND brought per stake, by cell, each trader counted `times`."""
    weight = times[rows.trader]
    regimes = int(rows.regime_of_cell.max(initial=-1)) + 1
    found = _sums(rows.cell, weight * rows.lent_vnd, len(rows.cells))
    stake = _sums(rows.cell, weight * rows.examined_stake, len(rows.cells))
    chance = float(weight @ rows.examined_chance)
    if chance <= 0:
        return np.zeros(len(rows.cells))
    prior = _PRIOR_CELL_FINDINGS * stake.sum() / chance
    of_regime = _sums(rows.regime_of_cell, found, regimes) + prior * found.sum() / stake.sum()
    of_regime /= _sums(rows.regime_of_cell, stake, regimes) + prior
    worth: Floats = (found + prior * of_regime[rows.regime_of_cell]) / (stake + prior)
    return worth


def _factor(prior: float, found: Floats, examined: Floats) -> Floats:
    # No finding anywhere has brought anything: nothing is to be expected of anybody.
    if prior == 0:
        return np.zeros_like(examined)
    return (prior + found) / (prior + examined)


def _texts(table: pa.Table, name: str) -> npt.NDArray[np.str_]:
    return np.asarray(table.column(name).to_pylist(), dtype=np.str_)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table.column(name).cast(pa.float64()), dtype=np.float64)
