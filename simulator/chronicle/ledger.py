"""The ledger of what audits may find: every item that is not as declared, and some that are.

It tells an item as auditors would settle it, who read the books and come nearer than checks do:
what is short is a little more or less than it was, and the duty is that of what they settle. All
shares are assumptions.
"""

from dataclasses import dataclass

import numpy as np

from simulator.control import self_correction
from simulator.control.beliefs import as_believed, doubted, other_line, taken_back, with_facts
from simulator.control.inspections import Checks, Findings, looks_odd
from simulator.control.lifecycle import NEVER, Lives
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join, pick
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.goods import in_whole_units
from simulator.reference.regimes import is_taxed_import
from simulator.trade.batch import Batch, found_values
from simulator.trade.irregularities import NOTHING, ORIGIN, differs_in

# Who declares less than this of what comes has not only counted badly (assumption).
_LEAST_TOLD = 0.9
# What auditors settle on: the part of what is short, its mean, sd and limits.
_SETTLED, _SETTLED_LIMITS = (0.96, 0.1), (0.5, 1.2)
# How often they take another code for a false one that is not the true one either.
_OTHER_CODE_SHARE = 0.06
# Of the items of honest declarations that look odd, how many auditors may doubt.
_DOUBTED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Ledger:
    """Items of declarations that stood (not refused, not cancelled), one position each.

    Attributes:
        key, number, item_number: Identity and running number of the declaration; item number.
        direction, day, trader, office, broker: Of the declaration.
        mechanism, scheme: Positions in the nation's mechanisms and schemes; -1 without one: where
            nothing is wrong, and what is claimed is false.
        found: Local second at which a check found it; NEVER.
        evaded_vnd: Duty evaded, as found.
        line, origin, quantity_e2: As found.
        declared_value_vnd: Customs value on paper.
        regime: Position in REGIMES.
        schedule, true_value_vnd: As found.
        declared_line, declared_origin, declared_schedule, declared_quantity_e2: On paper.
        differs: What differs (`trade.irregularities`), a certificate that is not theirs included.
        corrected: Local second at which the declarant itself corrects it; NEVER.
    """

    key: Keys
    number: Ints
    item_number: Ints
    direction: Ints
    day: Ints
    trader: Ints
    office: Ints
    broker: Ints
    mechanism: Ints
    scheme: Ints
    found: Ints
    evaded_vnd: Ints
    line: Ints
    origin: Ints
    quantity_e2: Ints
    declared_value_vnd: Ints
    regime: Ints
    schedule: Ints
    true_value_vnd: Ints
    declared_line: Ints
    declared_origin: Ints
    declared_schedule: Ints
    declared_quantity_e2: Ints
    differs: Ints
    corrected: Ints

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.number)

    def looks_meant(self) -> Bools:
        """Return what looks as if somebody meant it, to who knows what was found and no more.

        The papers agree and hide something, they are not of these goods, or a tenth is left out.
        """
        own_origin = self.origin == self.declared_origin
        result: Bools = (self.differs == ORIGIN) & own_origin
        result |= self.declared_quantity_e2 < _LEAST_TOLD * self.quantity_e2
        agrees = (self.differs == NOTHING) & (self.schedule == self.declared_schedule)
        result |= agrees & (self.evaded_vnd > 0)
        return result

    def is_open(self, second: int) -> Bools:
        """Return what nobody has found, and its declarant had not corrected by a second."""
        result: Bools = self.found == NEVER
        result &= (self.corrected == NEVER) | (self.corrected > second)
        return result


def catches_of(scheme: Ints, found: Ints, trader: Ints) -> Ints:
    """Return scheme, day and trader of each catch, shape (n, 3), from these of a ledger."""
    caught = (scheme >= 0) & (found != NEVER)
    return np.unique(np.stack([scheme, found // DAY_SECONDS, trader], axis=1)[caught], axis=0)


def _corrected_at(nation: Nation, batch: Batch, lives: Lives, found: Ints) -> Ints:
    """Return when the declarant itself corrects each item, NEVER for most."""
    willing = self_correction.corrected_voluntarily(nation, batch, lives, found)
    result = np.full(len(batch.owner), NEVER, dtype=np.int64)
    if willing.any():
        lodged = self_correction.lodged_at(batch, lives)
        result[willing] = lodged[batch.owner[willing]]
    return result


def ledger_of(
    nation: Nation, batch: Batch, lives: Lives, checks: Checks, findings: Findings
) -> Ledger:
    """Return what audits may find in a batch: what is irregular, and what they doubt."""
    stands = lives.stands[batch.owner]
    rows = np.flatnonzero((batch.planted.mechanism >= 0) & stands)
    found = self_correction.found_at(batch, lives, checks, findings)
    settled = _settled(nation, batch, rows)
    own = _entered(nation, settled, rows, found, _corrected_at(nation, batch, lives, found))
    odd = looks_odd(nation, batch.roster.key, batch.deals)
    odd &= is_taxed_import(batch.deals.direction, batch.deals.regime)
    doubts = (batch.planted.mechanism < 0) & stands & (found == NEVER) & odd[batch.owner]
    doubts &= keyed.happens(batch.true.key, "doubted by audits", _DOUBTED_SHARE)
    rows, never = np.flatnonzero(doubts), np.full(len(found), NEVER, dtype=np.int64)
    false = _entered(nation, doubted(nation, batch, rows), rows, never, never)
    return join([own, false])


def _settled(nation: Nation, batch: Batch, rows: Ints) -> Batch:
    """Return a batch in which irregular items are as auditors settle them, with the duty of that.

    They settle a part of price and quantity that is short and of duty that no item shows, and now
    and then another code that is false too.
    """
    true, told = pick(batch.true, rows), pick(batch.declared, rows)
    key = keyed.derive(batch.roster.key[told.owner], "settled by audit", told.number)
    mean, sigma = _SETTLED
    part = np.clip(mean + sigma * keyed.normal(key, "part"), *_SETTLED_LIMITS)
    more = true.quantity_e2 - told.quantity_e2
    quantity = in_whole_units(nation.goods, true.line, told.quantity_e2 + more * part)
    price = one_at_least(told.unit_price_e4 + (true.unit_price_e4 - told.unit_price_e4) * part)
    errs = (true.line != told.line) & keyed.happens(key, "another code", _OTHER_CODE_SHARE)
    facts = {"line": np.where(errs, other_line(nation, true.line, told.line), true.line)}
    # What is so near that nothing would differ any more is told as it is.
    for name, values in (("quantity_e2", quantity), ("unit_price_e4", price)):
        same = (getattr(true, name) == getattr(told, name)) | (values == getattr(told, name))
        facts[name] = np.where(same, getattr(true, name), values)
    beside = np.rint(batch.planted.hidden_vnd[rows] * part).astype(np.int64)
    return with_facts(nation, batch, rows, facts, beside)


def claims_of(
    nation: Nation, batch: Batch, lives: Lives, checks: Checks, findings: Findings
) -> Ledger:
    """Return the items of which checks claim something, rightly or not, as control believes them.

    What is taken back is claimed no more; mechanism is -1 where a claim is false.
    """
    believed = as_believed(nation, batch, checks, findings)
    kept = pick(findings, taken_back(believed, checks, findings) == NEVER)
    found = self_correction.found_at(batch, lives, checks, kept)
    rows = np.flatnonzero((found != NEVER) & lives.stands[batch.owner])
    return _entered(nation, believed, rows, found, np.full(len(found), NEVER, dtype=np.int64))


def _entered(nation: Nation, batch: Batch, rows: Ints, found: Ints, corrected: Ints) -> Ledger:
    """Return some items of a batch; when each item of it was found and corrected is given."""
    owner = batch.owner[rows]
    true, told = batch.true, batch.declared
    return Ledger(
        key=batch.roster.key[owner],
        number=batch.roster.number[owner],
        item_number=batch.declared.number[rows],
        direction=batch.deals.direction[owner],
        day=batch.roster.day[owner],
        trader=batch.deals.trader[owner],
        office=batch.deals.office[owner],
        broker=batch.deals.broker[owner],
        mechanism=batch.planted.mechanism[rows],
        scheme=batch.planted.scheme[rows],
        found=found[rows],
        evaded_vnd=batch.evaded_vnd[rows],
        line=batch.true.line[rows],
        origin=batch.true.origin[rows],
        quantity_e2=batch.true.quantity_e2[rows],
        declared_value_vnd=batch.valuation.customs_vnd[rows],
        regime=batch.deals.regime[owner],
        schedule=true.schedule[rows],
        true_value_vnd=found_values(nation, batch, rows),
        declared_line=told.line[rows],
        declared_origin=told.origin[rows],
        declared_schedule=told.schedule[rows],
        declared_quantity_e2=told.quantity_e2[rows],
        differs=differs_in(batch, rows, by_certificate=True),
        corrected=corrected[rows],
    )
