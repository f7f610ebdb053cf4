"""What declarations weigh: the bill and the scale keep the truth, the paper what was typed."""

from dataclasses import dataclass

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.rounding import one_at_least
from simulator.nation import Nation
from simulator.trade.batch import Batch
from simulator.trade.valuation import sums

# Gross against net mass, sd of ln of packages, and the shares below are assumptions.
_PACKING_LOW, _PACKING_HIGH = 1.03, 1.14
# No paper has a gross mass below the net one: what it tells of packing at least.
_LEAST_TOLD = (1.002, 1.06)
# How closely goods are stowed, sd of ln by line and shipment.
_STOWAGE_SIGMA = 0.18
_BESIDE_AS_DEAR = (3.0, 12.0)
# Goods of some firms come in crates, in drums, on pallets, in bottles, most of the time; many whose
# clerk declares them leave those out.
_CRATED_SHARE, _IN_CRATES_SHARE, _CRATES = 0.12, 0.85, (0.15, 0.95)
_CRATES_UNTOLD_SHARE = 0.4
_PACKAGE_SIGMA = 0.25
# As the scale says, from the packing list, guessed, slipped: shares, and sd of ln from it.
_TYPED_SHARES, _TYPED_SIGMA = (0.66, 0.3, 0.03, 0.01), np.array([0.004, 0.03, 0.12, 0.35])


@dataclass(frozen=True, slots=True)
class Masses:
    """Mass, packages and volume of declarations, one position each; mass in hundredths of kg."""

    gross_kg_e2: Ints
    true_gross_kg_e2: Ints
    packages: Ints
    m3_e2: Ints


def weigh(nation: Nation, batch: Batch, beside: Floats) -> Masses:
    """Return what declarations weigh: the bill keeps the true gross mass, the paper may not.

    What the declarant types is not what the scale says: most round or take the packing list's
    figure, some guess, a few slip, and the clerks of some firms never count crates (assumptions).

    Args:
        nation: The nation.
        batch: Declarations.
        beside: Value of what comes beside the goods of each item, as a share of their own: it
            weighs a third to a twelfth of what as much worth of these does.
    """
    key, count, goods = batch.roster.deal_key, len(batch), nation.goods
    packing = _PACKING_LOW + (_PACKING_HIGH - _PACKING_LOW) * keyed.uniform(key, "packing")
    crates, are_told = _crates(nation, batch)
    way = keyed.choose(key, "gross mass typed", _TYPED_SHARES)
    typed = np.exp(_TYPED_SIGMA[way] * keyed.normal(key, "typed"))
    told = sums(batch.owner, batch.declared.kg_e2, count)
    low, high = _BESIDE_AS_DEAR
    dearer = low + (high - low) * keyed.uniform(batch.true.key, "how dear what lies beside")
    more = np.rint(beside * batch.true.kg_e2 / dearer).astype(np.int64)
    real = sums(batch.owner, batch.true.kg_e2 + more, count)
    line = batch.true.line
    stowed = np.exp(_STOWAGE_SIGMA * keyed.normal(batch.true.key, "stowage"))
    volume = batch.true.kg_e2 / 1_000 * goods.m3_per_tonne[line] * stowed
    size = goods.kg_per_package[line] * np.exp(
        _PACKAGE_SIGMA * keyed.normal(batch.true.key, "package size")
    )
    packages = batch.true.kg_e2 / 100 / np.maximum(size, 0.01)
    paper = packing * np.where(are_told, crates, 1.0) * typed
    low, high = _LEAST_TOLD
    least = low + (high - low) * keyed.uniform(key, "least packing")
    gross = np.rint(told * np.maximum(paper, least)).astype(np.int64)
    return Masses(
        gross_kg_e2=np.maximum(gross, 1),
        true_gross_kg_e2=one_at_least(real * packing * crates),
        packages=sums(batch.owner, np.maximum(np.ceil(packages), 1).astype(np.int64), count),
        m3_e2=np.maximum(sums(batch.owner, np.ceil(volume).astype(np.int64), count), 1),
    )


def _crates(nation: Nation, batch: Batch) -> tuple[Floats, Bools]:
    """Return by how much crates make each declaration's mass more, and whether its clerk says so.

    The clerk is the trader's, or its broker's for this trader.
    """
    trader, deal_key = nation.traders.key[batch.deals.trader], batch.roster.deal_key
    low, high = _CRATES
    weight = low + (high - low) * keyed.uniform(deal_key, "weight of crates")
    comes = keyed.happens(trader, "goods in crates", _CRATED_SHARE)
    comes &= keyed.happens(deal_key, "in crates", _IN_CRATES_SHARE)
    clerk = keyed.derive(trader, "clerk of", batch.deals.broker)
    are_told = ~keyed.happens(clerk, "leaves crates out", _CRATES_UNTOLD_SHARE)
    return np.where(comes, 1.0 + weight, 1.0), are_told
