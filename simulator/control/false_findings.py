"""Findings on what is true: what they claim, and when they are taken back.

A scanner's suspicion on honest goods ends when they are opened. Of the others some are taken back
at the desk; the tax that the rest claim is assessed and mostly annulled on appeal
(`revenue.assessments`). All shares are assumptions.
"""

from dataclasses import replace

import numpy as np

from simulator.control.inspections import Checks, Findings, by_method, in_office_hours, is_false
from simulator.control.lifecycle import NEVER
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, pick
from simulator.mechanisms.mechanism import SCANNER
from simulator.nation import Nation
from simulator.reference.agreements import UNTAXED
from simulator.reference.goods import in_whole_units
from simulator.reference.regimes import IMPORT
from simulator.trade.batch import Batch, short_of
from simulator.trade.goods_items import invoice_values
from simulator.trade.irregularities import LINE, ORIGIN, QUANTITY, VALUE
from simulator.trade.valuation import payable

# What a method claims of true goods: weights of VALUE, QUANTITY, ORIGIN and LINE, by method.
_CLAIMS = keyed.stacked(
    by_method("claims_value", "claims_quantity", "claims_origin", "claims_code").T
)
# Claimed price and quantity against the true one: the least, and by how much more at most.
_DEARER, _MORE = (1.08, 0.4), (1.02, 0.08)
_TAKEN_BACK_SHARE, _OPENED_HOURS, _DESK_HOURS = 0.45, (2, 60), (8, 200)
_WITHOUT_TAX_SHARE, _WITHOUT_TAX_HOURS = 0.7, (200, 2_000)


def as_believed(nation: Nation, batch: Batch, checks: Checks, findings: Findings) -> Batch:
    """Return a batch as control believes it: where a finding is false, what it claims is true."""
    false = pick(findings, is_false(batch, findings))
    rows = false.item
    if not len(rows):
        return batch
    goods, true, key = nation.goods, batch.true, batch.true.key[rows]
    what = _claims(nation, batch, rows, checks.method[false.check])
    dearer = _DEARER[0] + _DEARER[1] * keyed.uniform(key, "claimed price")
    price = true.unit_price_e4[rows] * np.where(what == VALUE, dearer, 1.0)
    more = _MORE[0] + _MORE[1] * keyed.uniform(key, "claimed quantity")
    line, quantity = true.line[rows], true.quantity_e2[rows]
    counted = in_whole_units(goods, line, quantity * more)
    counted = np.maximum(counted, quantity + np.where(goods.is_counted[line], 100, 1))
    origin = np.where(what == ORIGIN, _other_origins(nation, batch, rows), true.origin[rows])
    loses_preference = (what == ORIGIN) & (true.schedule[rows] != UNTAXED)
    claimed = {
        "line": np.where(what == LINE, goods.sibling[line], line),
        "origin": origin,
        "schedule": np.where(loses_preference, nation.tariff.general(origin), true.schedule[rows]),
        "quantity_e2": np.where(what == QUANTITY, counted, quantity),
        "unit_price_e4": np.rint(price).astype(np.int64),
    }
    claimed["value_e2"] = invoice_values(
        claimed["quantity_e2"], claimed["unit_price_e4"], batch.deals.currency[batch.owner[rows]]
    )
    told = {name: getattr(true, name).copy() for name in claimed}
    for name, values in claimed.items():
        told[name][rows] = values
    believed, evaded = replace(true, **told), batch.evaded_vnd.copy()
    paid = payable(batch.deals, batch.owner, batch.duties)[rows]
    real = pick(believed, rows)
    evaded[rows] = short_of(nation, batch.roster, batch.deals, real, paid)
    return replace(batch, true=believed, evaded_vnd=evaded)


def _claims(nation: Nation, batch: Batch, rows: Ints, method: Ints) -> Ints:
    """Return what is claimed of each item: VALUE to LINE, as far as there is something to claim."""
    drawn = VALUE + keyed.choose_row(batch.true.key[rows], "claim", _CLAIMS, method, 4)
    lonely = (drawn == LINE) & (nation.goods.sibling[batch.true.line[rows]] < 0)
    drawn = np.where(lonely, QUANTITY, drawn)
    own = _other_origins(nation, batch, rows) == batch.true.origin[rows]
    own |= batch.deals.direction[batch.owner[rows]] != IMPORT
    return np.where((drawn == ORIGIN) & own, VALUE, drawn)


def _other_origins(nation: Nation, batch: Batch, rows: Ints) -> Ints:
    """Return another country with which each item's trader deals."""
    trader = batch.deals.trader[batch.owner[rows]]
    countries = nation.traders.country[:, IMPORT]
    habit = keyed.integers(batch.true.key[rows], "claimed origin", 0, countries.shape[1])
    other: Ints = countries[trader, habit]
    return other


def taken_back(batch: Batch, checks: Checks, findings: Findings) -> Ints:
    """Return when each finding is taken back, local seconds; NEVER for those that stay.

    Args:
        batch: Declarations as control believes them (`as_believed`).
        checks: Their checks.
        findings: What these found; true ones are never taken back.
    """
    key = keyed.derive(batch.true.key[findings.item], "taken back")
    is_scanned = checks.method[findings.check] == SCANNER
    no_tax = batch.evaded_vnd[findings.item] == 0
    share = np.where(no_tax, _WITHOUT_TAX_SHARE, 0.0)
    at_desk = is_scanned | keyed.happens(key, "at the desk", _TAKEN_BACK_SHARE)
    later = keyed.happens(key, "later", share)
    hours = np.where(
        is_scanned,
        keyed.integers(key, "opened after", *_OPENED_HOURS),
        keyed.integers(key, "reread after", *_DESK_HOURS),
    )
    hours = np.where(at_desk, hours, keyed.integers(key, "noticed after", *_WITHOUT_TAX_HOURS))
    moment = in_office_hours(checks.ended[findings.check] + hours * 3_600)
    gone = is_false(batch, findings) & (at_desk | later)
    return np.where(gone, moment, NEVER)
