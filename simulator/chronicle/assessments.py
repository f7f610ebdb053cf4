"""What comes of audits: assessed tax by item and kind, fines, what is collected, appeals.

Published for nine months of 2022: 360.92 thousand million dong assessed, 234.34 collected. A wrong
declaration that lowers the tax costs a fifth of it, who corrects at once pays half, evasion costs
one to three times it (Decree 128/2020); here twice at most (assumption). An appeal that undoes tax
undoes its part of the fine. How often somebody appeals or is judged an evader is our own.
"""

from dataclasses import dataclass, replace

import numpy as np

from simulator.chronicle.audits import Audited
from simulator.chronicle.ledger import Ledger
from simulator.control.lifecycle import NEVER
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, pick
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.assessment import Taxed
from simulator.reference.calendar import next_working
from simulator.reference.published_lists import limit_of
from simulator.reference.regimes import EXPORT, IS_TAXED
from simulator.reference.tax_letters import (
    EXPORT_DUTY,
    IMPORT_DUTY,
    split_evaded,
)

# Fines for a wrong declaration, at the border too: of the missing tax, from so much of it on.
FINE_PCT = limit_of("PHAT_KHAI_SAI")
CORRECTED_SHARE, CORRECTED_FINE_PCT, FINED_FROM_VND = 0.4, FINE_PCT // 2, 500_000
_EVADER_SHARE = 0.12
# On so many declarations the same firm is no longer believed to have slipped (assumption).
_OFTEN = 3
# How often somebody appeals and wins, and what is undone then; more of it by how much is false.
_APPEAL_SHARE, _APPEAL_FROM_VND, _ANNULLED_SHARE = (0.09, 0.5), 10_000_000, (0.3, 0.55)
_ANNULLED_ITEMS, _ANNULLED_FALSE_ITEMS = 0.6, 0.95
# Chances of paying all and of paying a part, as multiples of the collectable share.
_PAID_IN_FULL, _PAID_IN_PART = 0.88, 0.45
# A large debt is paid by instalments: so many times the collectable share, of which this much is
# secured at least (guarantees, blocked accounts; a figure of our own).
_LARGE_DEBT_VND, _LEAST_INSTALMENTS, _MOST_INSTALMENTS = 200_000_000, 0.8, 1.25
_SECURED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Lines:
    """Assessed tax, one position a finding and kind of tax, ordered by audit.

    Attributes:
        audit: Position in the audits; item: in the ledger; letter: in LETTERS.
        amount_vnd: VND; 0 where a finding changes no tax.
        is_annulled: An appeal does away with it.
    """

    audit: Ints
    item: Ints
    letter: Ints
    amount_vnd: Ints
    is_annulled: Bools


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of audits, one position an audit; days NEVER where something does not happen.

    Attributes:
        has_finding: Something was not as declared.
        assessed_vnd, fine_vnd: As of the conclusion.
        upheld_vnd, upheld_fine_vnd: What stands after an appeal; the same without one.
        paid_vnd, paid_day: What is collected of tax and fine, and when.
        is_evasion: Judged as evasion, not as a mistake.
        appealed, resolved: Days of an appeal and of its decision.
        lines: The assessed tax.
    """

    has_finding: Bools
    assessed_vnd: Ints
    fine_vnd: Ints
    upheld_vnd: Ints
    upheld_fine_vnd: Ints
    paid_vnd: Ints
    paid_day: Ints
    is_evasion: Bools
    appealed: Ints
    resolved: Ints
    lines: Lines


def split_by_tax(nation: Nation, ledger: Ledger) -> Ints:
    """Return the duty evaded of each item by kind of tax, VND, shape (n, LETTERS)."""
    true = Taxed(
        line=ledger.line,
        origin=ledger.origin,
        schedule=ledger.schedule,
        direction=ledger.direction,
        day=ledger.day,
        customs_value_vnd=ledger.true_value_vnd,
        quantity_e2=ledger.quantity_e2,
        is_vat_free=~IS_TAXED[ledger.regime],
    )
    told = replace(
        true,
        line=ledger.declared_line,
        origin=ledger.declared_origin,
        schedule=ledger.declared_schedule,
        customs_value_vnd=ledger.declared_value_vnd,
        quantity_e2=ledger.declared_quantity_e2,
    )
    law = nation.tariff, nation.rates
    return split_evaded(law, true, told, ledger.regime, ledger.evaded_vnd)


def lines_of(nation: Nation, ledger: Ledger, audited: Audited) -> Lines:
    """Return the assessed tax of all audits."""
    order = np.lexsort((audited.item, audited.audit))
    audit, item = audited.audit[order], audited.item[order]
    found = pick(ledger, item)
    parts = split_by_tax(nation, found)
    shown = parts > 0
    plain = np.where(found.direction == EXPORT, EXPORT_DUTY, IMPORT_DUTY)
    bare = np.flatnonzero(~shown.any(axis=1))
    shown[bare, plain[bare]] = True
    row, letter = np.nonzero(shown)
    key = keyed.derive(found.key, "assessed", found.item_number)
    items = np.where(found.mechanism < 0, _ANNULLED_FALSE_ITEMS, _ANNULLED_ITEMS)
    undone = keyed.happens(key, "annulled", items)
    return Lines(audit[row], item[row], letter, parts[row, letter], undone[row])


def _sums(audit: Ints, amount: Ints, count: int) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, audit, amount)
    return total


def outcomes_of(nation: Nation, ledger: Ledger, audited: Audited) -> Outcomes:
    """Return what came of all audits; what lies after the last day is told too."""
    audits, count = audited.audits, len(audited.audits)
    lines, key = lines_of(nation, ledger, audited), audits.key
    assessed = _sums(lines.audit, lines.amount_vnd, count)
    is_false = ledger.mechanism[lines.item] < 0
    false = _sums(lines.audit, lines.amount_vnd * is_false, count) / np.maximum(assessed, 1)
    appeal, annulled = (least + more * false for least, more in (_APPEAL_SHARE, _ANNULLED_SHARE))
    appeals = (assessed >= _APPEAL_FROM_VND) & keyed.happens(key, "appeals", appeal)
    wins = appeals & keyed.happens(key, "wins", annulled)
    lines = Lines(
        lines.audit, lines.item, lines.letter, lines.amount_vnd,
        lines.is_annulled & wins[lines.audit],
    )  # fmt: skip
    upheld = _sums(lines.audit, np.where(lines.is_annulled, 0, lines.amount_vnd), count)
    is_evasion = (
        _looks_meant(ledger, audited) & (assessed > 0) & keyed.happens(key, "evader", _EVADER_SHARE)
    )
    fine, upheld_fine = (_fines(key, is_evasion, tax) for tax in (assessed, upheld))
    appealed = next_working(audits.concluded + keyed.integers(key, "appeals after", 10, 80))
    resolved = next_working(appealed + keyed.integers(key, "resolved after", 30, 150))
    paid_day = next_working(audits.concluded + keyed.integers(key, "paid after", 3, 50))
    paid_day = np.where(appeals, np.maximum(paid_day, resolved + 5), paid_day)
    paid = _collected(nation, ledger, audited, upheld + upheld_fine)
    return Outcomes(
        has_finding=np.bincount(audited.audit, minlength=count) > 0,
        assessed_vnd=assessed,
        fine_vnd=fine,
        upheld_vnd=upheld,
        upheld_fine_vnd=upheld_fine,
        paid_vnd=paid,
        paid_day=np.where(paid > 0, paid_day, NEVER),
        is_evasion=is_evasion,
        appealed=np.where(appeals, appealed, NEVER),
        resolved=np.where(appeals, resolved, NEVER),
        lines=lines,
    )


def _fines(key: Keys, is_evasion: Bools, tax: Ints) -> Ints:
    """Return the fine of each audit for so much tax, VND; how it is judged does not change."""
    corrects = keyed.happens(key, "corrects at once", CORRECTED_SHARE)
    pct = np.where(corrects, CORRECTED_FINE_PCT, FINE_PCT)
    pct = np.where(is_evasion, keyed.integers(key, "evasion fine", 100, 200), pct)
    return np.where(tax >= FINED_FROM_VND, tax * pct // 100, 0)


def _looks_meant(ledger: Ledger, audited: Audited) -> Bools:
    """Return in which audits the findings look meant: by their form, or as they come again."""
    count, found = len(audited.audits), pick(ledger, audited.item)
    is_grave = _sums(audited.audit, found.looks_meant().astype(np.int64), count) > 0
    several = np.unique(np.stack([audited.audit, found.number], axis=1), axis=0)[:, 0]
    result: Bools = is_grave | (np.bincount(several, minlength=count) >= _OFTEN)
    return result


def _collected(nation: Nation, ledger: Ledger, audited: Audited, due: Ints) -> Ints:
    """Return what is paid of each audit's debt: all, a part or nothing; who goes pays little."""
    audits = audited.audits
    shares = [kind.collectable_share for kind in nation.mechanisms]
    evaded = ledger.evaded_vnd[audited.item].astype(np.float64)
    share = nation.of_kind(ledger.mechanism[audited.item], shares, 0.0)
    total, usable = np.zeros(len(audits)), np.zeros(len(audits))
    np.add.at(total, audited.audit, evaded)
    np.add.at(usable, audited.audit, evaded * share)
    chance = usable / np.maximum(total, 1.0)
    drawn, part = keyed.uniform(audits.key, "is paid"), keyed.uniform(audits.key, "part paid")
    paid = np.where(drawn < (_PAID_IN_FULL + _PAID_IN_PART) * chance, part, 0.0)
    paid = np.where(drawn < _PAID_IN_FULL * chance, 1.0, paid)
    times = _LEAST_INSTALMENTS + (_MOST_INSTALMENTS - _LEAST_INSTALMENTS) * part
    large = np.minimum(times * np.maximum(chance, _SECURED_SHARE), 1.0)
    paid = np.where(due >= _LARGE_DEBT_VND, large, paid)
    return np.rint(due * paid).astype(np.int64)
