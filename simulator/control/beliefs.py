"""What control makes of its findings: what it believes, and when false ones are taken back.

A scanner's suspicion on honest goods ends when they are opened. Of the others some are taken back
at the desk; the tax that the rest claim is assessed, some are sanctioned, and both are mostly
annulled on appeal. All shares are assumptions.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from simulator.control.inspections import (
    Checks,
    Findings,
    by_method,
    in_office_hours,
    is_false,
    often_looks_odd,
)
from simulator.control.lifecycle import NEVER
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, pick
from simulator.kernel.keyed import Keys
from simulator.mechanisms.mechanism import DOCUMENTS, PHYSICAL_WHOLE, SCANNER
from simulator.nation import Nation
from simulator.reference.agreements import UNTAXED
from simulator.reference.goods import in_whole_units, step_e2
from simulator.reference.regimes import IMPORT
from simulator.trade.batch import Batch, short_of
from simulator.trade.goods_items import invoice_values
from simulator.trade.irregularities import LINE, ORIGIN, QUANTITY, VALUE
from simulator.trade.valuation import payable

# What a method claims of true goods: weights of VALUE, QUANTITY, ORIGIN, LINE and of goods beside
# these, by method.
_CLAIMS = keyed.stacked(
    by_method("claims_value", "claims_quantity", "claims_origin", "claims_code", "claims_beside").T
)
# Where papers are disputed and there is a certificate of origin, it is mostly that.
_DOUBTED_SHARE, _ELSEWHERE_SHARE = 0.7, 0.5
# Claimed price and quantity against the true one: the least, and by how much more at most; few
# claim much. What is claimed beside the goods declared, ln VND and its sd.
_DEARER, _MORE, _FEW = (1.08, 1.6), (1.02, 0.6), 3
_BESIDE_LN_VND, _BESIDE_SIGMA = 15.0, 1.0
BESIDE = LINE + 1
_CLAIMED = ("line", "origin", "certificate", "schedule", "quantity_e2", "unit_price_e4")
# What control settles on of what is irregular: the part of ln price that was told too low, its sd
# and limits; sd of the part of a quantity, counted by sample or whole; sd of ln of hidden duty.
_SETTLED, _SETTLED_LIMITS = (0.85, 0.2), (0.4, 1.15)
_MEASURED_SIGMA, _MEASURED_LIMITS, _GUESSED_SIGMA = np.array([0.12, 0.03]), (0.5, 1.4), 0.15
# How often it sees that a code or an origin is false and takes another false one for the true one.
_OTHER_SHARE = 0.12
_TAKEN_BACK_SHARE, _OPENED_HOURS, _DESK_HOURS = 0.45, (2, 60), (8, 200)
_WITHOUT_TAX_SHARE, _WITHOUT_TAX_HOURS = 0.7, (200, 2_000)
_ANNULLED_SHARE, _FALSE_ANNULLED_SHARE, _ANNULLED_DAYS = 0.03, 0.85, (60, 240)


def as_believed(nation: Nation, batch: Batch, checks: Checks, findings: Findings) -> Batch:
    """Return a batch as control believes it: what was found is as it was measured or claimed.

    Of what is irregular control settles on a price near the true one and measures the quantity;
    of what is true it claims something else.
    """
    false, believed = is_false(batch, findings), batch
    for found, known in ((pick(findings, false), _claimed), (pick(findings, ~false), _settled)):
        facts, beside = known(nation, batch, found.item, checks.method[found.check])
        believed = with_facts(nation, believed, found.item, facts, beside)
    return believed


def with_facts(
    nation: Nation, batch: Batch, rows: Ints, facts: dict[str, Ints], beside: Ints
) -> Batch:
    """Return a batch in which some items are taken for other goods, and evade the duty of these.

    Args:
        nation: The nation.
        batch: Declarations.
        rows: Positions of the items, shape (n,).
        facts: What is taken for true of them, by names of GoodsItems: price and quantity at least;
            the value follows.
        beside: Duty evaded that no declared item shows, VND, shape (n,).
    """
    if not len(rows):
        return batch
    currency = batch.deals.currency[batch.owner[rows]]
    value = invoice_values(facts["quantity_e2"], facts["unit_price_e4"], currency)
    changes: dict[str, Any] = facts | {"value_e2": value}
    told = {name: getattr(batch.true, name).copy() for name in changes}
    for name, values in changes.items():
        told[name][rows] = values
    real = replace(pick(batch.true, rows), **changes)
    paid = payable(batch.deals, batch.owner, batch.duties)[rows]
    evaded = batch.evaded_vnd.copy()
    evaded[rows] = short_of(nation, batch.roster, batch.deals, real, paid) + beside
    return replace(batch, true=replace(batch.true, **told), evaded_vnd=evaded)


def _settled(
    nation: Nation, batch: Batch, rows: Ints, method: Ints
) -> tuple[dict[str, Ints], Ints]:
    """Return what control settles on of irregular items, and the duty of goods beside them."""
    true, declared = pick(batch.true, rows), pick(batch.declared, rows)
    price = declared.unit_price_e4 * (true.unit_price_e4 / declared.unit_price_e4) ** np.clip(
        _SETTLED[0] + _SETTLED[1] * keyed.normal(true.key, "settled price"), *_SETTLED_LIMITS
    )
    error = _MEASURED_SIGMA[(method == PHYSICAL_WHOLE).astype(np.int64)]
    part = np.clip(1.0 + error * keyed.normal(true.key, "measured"), *_MEASURED_LIMITS)
    more = true.quantity_e2 - declared.quantity_e2
    quantity = in_whole_units(nation.goods, true.line, declared.quantity_e2 + more * part)
    settled = {name: getattr(true, name) for name in _CLAIMED}
    settled |= _settled_kind(nation, batch, rows)
    # What is so near that nothing would differ any more is told as it is.
    for name, values in (("unit_price_e4", np.rint(price)), ("quantity_e2", quantity)):
        known = values.astype(np.int64)
        settled[name] = np.where(known == getattr(declared, name), settled[name], known)
    guessed = np.exp(_GUESSED_SIGMA * keyed.normal(true.key, "guessed"))
    beside: Ints = np.rint(batch.planted.hidden_vnd[rows] * guessed).astype(np.int64)
    return settled, beside


def _settled_kind(nation: Nation, batch: Batch, rows: Ints) -> dict[str, Ints]:
    """Return code, origin and rate that control settles on where these are false: not all right."""
    true, declared = pick(batch.true, rows), pick(batch.declared, rows)
    origin = _other_origins(nation, batch, rows)
    errs = keyed.happens(true.key, "settles on another", _OTHER_SHARE)
    line = other_line(nation, true.line, declared.line)
    by_code = errs & (true.line != declared.line)
    by_origin = errs & (true.origin != declared.origin)
    by_origin &= (origin != declared.origin) & (true.schedule != UNTAXED)
    return {
        "line": np.where(by_code, line, true.line),
        "origin": np.where(by_origin, origin, true.origin),
        "schedule": np.where(by_origin, nation.tariff.general(origin), true.schedule),
    }


def other_line(nation: Nation, true: Ints, declared: Ints) -> Ints:
    """Return a line beside each true one, of its chapter and unit and not declared, or itself."""
    goods, result = nation.goods, true.copy()
    for step in (-1, 1):
        line = np.clip(true + step, 0, len(goods) - 1)
        fits = (goods.hs2[line] == goods.hs2[true]) & (goods.is_mass[line] == goods.is_mass[true])
        fits &= (goods.is_counted[line] == goods.is_counted[true]) & (line != declared)
        result = np.where(fits, line, result)
    return result


def doubted(nation: Nation, batch: Batch, rows: Ints) -> Batch:
    """Return a batch as auditors take it who doubt the papers of some true items."""
    key, none = batch.true.key[rows], np.zeros_like(rows)
    papers = Checks(batch.owner[rows], none + DOCUMENTS, none, none, none, key)
    return as_believed(nation, batch, papers, Findings(np.arange(len(rows)), rows))


def _claimed(
    nation: Nation, batch: Batch, rows: Ints, method: Ints
) -> tuple[dict[str, Ints], Ints]:
    """Return what control claims of true items, and the duty of goods beside them."""
    goods, true = nation.goods, batch.true
    key = _of_claims(nation, batch, rows)
    what = _claims(nation, batch, rows, method)
    dearer = _DEARER[0] + _DEARER[1] * keyed.uniform(key, "claimed price") ** _FEW
    price = true.unit_price_e4[rows] * np.where(what == VALUE, dearer, 1.0)
    more = _MORE[0] + _MORE[1] * keyed.uniform(key, "claimed quantity") ** _FEW
    line, quantity = true.line[rows], true.quantity_e2[rows]
    counted = in_whole_units(goods, line, quantity * more)
    counted = np.maximum(counted, quantity + step_e2(goods, line))
    # A certificate is not accepted, and at times the goods are said to come from somewhere else.
    refused = (what == ORIGIN) & (true.certificate[rows] != 0)
    elsewhere = (what == ORIGIN) & (~refused | keyed.happens(key, "of elsewhere", _ELSEWHERE_SHARE))
    origin = np.where(elsewhere, _other_origins(nation, batch, rows), true.origin[rows])
    loses_preference = (what == ORIGIN) & (true.schedule[rows] != UNTAXED)
    worth = np.exp(_BESIDE_LN_VND + _BESIDE_SIGMA * keyed.normal(true.key[rows], "beside"))
    claimed = {
        "line": np.where(what == LINE, goods.sibling[line], line),
        "origin": origin,
        "certificate": np.where(refused, np.uint64(0), true.certificate[rows]),
        "schedule": np.where(loses_preference, nation.tariff.general(origin), true.schedule[rows]),
        "quantity_e2": np.where(what == QUANTITY, counted, quantity),
        "unit_price_e4": np.rint(price).astype(np.int64),
    }
    return claimed, np.where(what == BESIDE, np.rint(worth), 0.0).astype(np.int64)


def _of_claims(nation: Nation, batch: Batch, rows: Ints) -> Keys:
    """Return by what a claim on each item is drawn: the item, or whom control disputes with."""
    pair, often = often_looks_odd(nation, batch.deals)
    owner = batch.owner[rows]
    return np.where(often[owner], pair[owner], batch.true.key[rows])


def _claims(nation: Nation, batch: Batch, rows: Ints, method: Ints) -> Ints:
    """Return what is claimed of each item, VALUE to BESIDE, where there is something to claim."""
    key = _of_claims(nation, batch, rows)
    drawn = VALUE + keyed.choose_row(key, "claim", _CLAIMS, method, BESIDE)
    has_certificate = (method == DOCUMENTS) & (batch.true.certificate[rows] != 0)
    doubted = has_certificate & keyed.happens(key, "doubts the certificate", _DOUBTED_SHARE)
    drawn = np.where(doubted, ORIGIN, drawn)
    lonely = (drawn == LINE) & (nation.goods.sibling[batch.true.line[rows]] < 0)
    drawn = np.where(lonely, QUANTITY, drawn)
    own = _other_origins(nation, batch, rows) == batch.true.origin[rows]
    own &= batch.true.certificate[rows] == 0
    own |= batch.deals.direction[batch.owner[rows]] != IMPORT
    return np.where((drawn == ORIGIN) & own, VALUE, drawn)


def _other_origins(nation: Nation, batch: Batch, rows: Ints) -> Ints:
    """Return another country with which each item's trader deals."""
    trader = batch.deals.trader[batch.owner[rows]]
    countries = nation.traders.country[:, IMPORT]
    habit = keyed.integers(batch.true.key[rows], "claimed origin", 0, countries.shape[1])
    other: Ints = countries[trader, habit]
    return other


def annulled_after(key: Keys, is_false: Bools) -> Ints:
    """Return after how many days decisions that rest on a finding are annulled; NEVER for most.

    Args:
        key: Identity of each decision's declaration, shape (n,).
        is_false: Whether the finding is on what is true, shape (n,).
    """
    share = np.where(is_false, _FALSE_ANNULLED_SHARE, _ANNULLED_SHARE)
    days = keyed.integers(key, "annulled after", *_ANNULLED_DAYS)
    return np.where(keyed.happens(key, "annulled", share), days, NEVER)


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
