"""What customs itself decides after a finding: more tax by decision, and fines.

A finding that is not answered by a correction becomes an assessment decision (ấn định thuế, Law
38/2019 article 52, Decree 126/2020 article 17): payable within ten days. Fines are the sanctions of
`chronicle.violations`. Both are annulled together (`control.beliefs`).
"""

from dataclasses import dataclass

import numpy as np

from simulator.chronicle.ledger import claims_of
from simulator.chronicle.violations import at_border
from simulator.control.beliefs import annulled_after
from simulator.control.inspections import Checks, Findings, in_office_hours
from simulator.control.lifecycle import NEVER, Lives
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, pick
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.tax_letters import split_evaded
from simulator.revenue.standing import Standing
from simulator.trade.batch import Batch
from simulator.trade.valuation import full_values, taxed_items

PAYABLE_DAYS = 10
_DECIDED_DAYS = (1, 12)
_DECIDED_SECOND = 10 * 3_600


@dataclass(frozen=True, slots=True)
class Assessments:
    """Tax assessed by decision, one position an item and tax; one decision a declaration.

    Attributes:
        declaration, item: Positions in the batch.
        letter: Position in LETTERS.
        amount_vnd: Above 0; the sum of an item is what the check found (`THUE_TANG`).
        decided: Local second.
        annulled: Local second at which the decision is annulled; NEVER for most.
    """

    declaration: Ints
    item: Ints
    letter: Ints
    amount_vnd: Ints
    decided: Ints
    annulled: Ints

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self.item)


@dataclass(frozen=True, slots=True)
class Fines:
    """Fines, one a declaration at most.

    Attributes:
        key: Identity of the sanction.
        declaration: Position in the block.
        amount_vnd: VND.
        decided: Local second.
        annulled: Local second at which the sanction is annulled; NEVER for most.
    """

    key: Keys
    declaration: Ints
    amount_vnd: Ints
    decided: Ints
    annulled: Ints


def split_by_tax(nation: Nation, batch: Batch, items: Ints) -> Ints:
    """Return what items evade by tax, shape (n, LETTERS), VND."""
    roster, deals = batch.roster, batch.deals
    true, told = pick(batch.true, items), pick(batch.declared, items)
    real = full_values(nation, roster, deals, true)
    return split_evaded(
        (nation.tariff, nation.rates),
        taxed_items(nation, roster, deals, true, real),
        taxed_items(nation, roster, deals, told, batch.valuation.customs_vnd[items]),
        deals.regime[true.owner],
        batch.evaded_vnd[items],
    )


def assess_findings(
    nation: Nation, batch: Batch, standing: Standing, found: Ints, corrected: Ints
) -> Assessments:
    """Return the assessment decisions after findings of checks.

    Args:
        nation: The nation.
        batch: Declarations as control believes them (`control.beliefs`).
        standing: What they owe.
        found: Second at which a check found each item; NEVER for most.
        corrected: Items that are corrected after clearance.
    """
    items = np.flatnonzero((found != NEVER) & (batch.evaded_vnd > 0))
    items = items[~np.isin(items, corrected)]
    parts = split_by_tax(nation, batch, items)
    place, letter = np.nonzero(parts)
    item = items[place]
    owner = batch.owner[item]
    last = standing.assessed.copy()
    np.maximum.at(last, batch.owner[items], found[items])
    key = batch.roster.key
    days = keyed.integers(key, "decided after", *_DECIDED_DAYS)
    decided = in_office_hours(last + days * DAY_SECONDS)[owner]
    after = annulled_after(key[owner], batch.planted.mechanism[item] < 0)
    is_annulled = after != NEVER
    annulled = in_office_hours(decided + np.where(is_annulled, after, 0) * DAY_SECONDS)
    return Assessments(
        declaration=owner,
        item=item,
        letter=letter,
        amount_vnd=parts[place, letter],
        decided=decided,
        annulled=np.where(is_annulled, annulled, NEVER),
    )


def fines_of(nation: Nation, batch: Batch, lives: Lives, seen: tuple[Checks, Findings]) -> Fines:
    """Return the fines for what checks found: the sanctions that the trader registry lists."""
    sanctions = at_border(nation, claims_of(nation, batch, lives, *seen))
    order = np.argsort(batch.roster.number, kind="stable")
    place = np.searchsorted(batch.roster.number, sanctions.number, sorter=order)
    decided = in_office_hours(sanctions.decided * DAY_SECONDS + _DECIDED_SECOND)
    is_annulled = sanctions.annulled != NEVER
    day = np.where(is_annulled, sanctions.annulled, sanctions.decided)
    annulled = in_office_hours(day * DAY_SECONDS + _DECIDED_SECOND)
    return Fines(
        key=sanctions.key,
        declaration=order[place],
        amount_vnd=sanctions.fine_vnd,
        decided=decided,
        annulled=np.where(is_annulled, annulled, NEVER),
    )
