"""Violations and their sanctions.

Seven groups of violations feed the assessment of compliance (Circular 81/2019); their numbers 1 and
2 are published (evasion and prosecuted acts; refusal to comply), 3 to 7 are told apart by us. Fines
follow the shape of Decree 128/2020 (`assessments`): a share of the missing tax, evaded tax once or
twice, fixed sums for what lowers no tax and for limits missed. Published: about one sanction in a
thousand declarations (16,660 in 2019). Who decides knows what was found, rightly or not, and not
what was meant: size and form of a finding count. How often one is let off with a warning is our
own.
"""

from dataclasses import dataclass, replace

import numpy as np

from simulator.chronicle.assessments import (
    CORRECTED_FINE_PCT,
    CORRECTED_SHARE,
    FINE_PCT,
    FINED_FROM_VND,
    Outcomes,
    outcomes_of,
)
from simulator.chronicle.audits import Audited
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.record import (
    ANNULLED,
    AUDIT_ANNULLED,
    AUDIT_HIT,
    GRAVE_ANNULLED,
    GRAVE_SANCTION,
    SANCTION,
    Record,
    events,
    undoing,
)
from simulator.chronicle.themes import EXEMPTION, PROCESSING, REFUND, themes_of
from simulator.control.beliefs import annulled_after
from simulator.control.lifecycle import NEVER
from simulator.control.overdue import NO_DECLARATION, Overdue
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, join, pick
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, next_working
from simulator.reference.published_lists import limit_of

# Acts (an open list): letters of our own, with the group of each.
ACTS = (
    "TRON_THUE", "KHAI_SAI_THUE", "KHAI_SAI", "QUA_HAN_TAI_XUAT", "CHAM_QUYET_TOAN",
    "SAI_MUC_DICH", "CHINH_SACH",
)  # fmt: skip
(EVASION, SHORT_TAX, FALSE_WORD, LATE_RE_EXPORT, LATE_SETTLEMENT, MISUSE, POLICY) = range(7)
GROUP_OF_ACT = np.array([1, 3, 4, 5, 5, 6, 7], dtype=np.int64)
_LARGE_VND, _LEAST_FINE_VND = 4_000_000, 500_000
_MEANT_SHARE, _MEANT_BUT_SMALL_SHARE = 0.7, 0.25
_LARGE_SHARE, _SMALL_SHARE, _NO_TAX_SHARE = 0.55, 0.15, 0.04
_EVADER_SHARE, _EVADER_FROM_VND = 0.1, 50_000_000
_LATE_SHARE = 0.3
_COMPLAINT_SHARE = 0.02
_COMPLAINT_DAYS = limit_of("KHIEU_NAI")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Violations:
    """Sanctions, one position a decision.

    Attributes:
        key: Identity.
        trader: Position in traders.
        happened, decided: Days of the violation and of the decision.
        direction, number: Of the declaration; number is NO_DECLARATION where there is none.
        act: Position in ACTS.
        fine_vnd: VND, as decided.
        annulled: Day on which the decision is annulled; NEVER for most.
        lowered: Day on which the fine is lowered; NEVER for most.
        lowered_vnd: The fine from then on, VND; 0 where it is not lowered.
        complained: Day on which the trader complains; NEVER for most.
    """

    key: Keys
    trader: Ints
    happened: Ints
    decided: Ints
    direction: Ints
    number: Ints
    act: Ints
    fine_vnd: Ints
    annulled: Ints
    lowered: Ints
    lowered_vnd: Ints
    complained: Ints

    def __len__(self) -> int:
        """Return their number."""
        return len(self.key)


def _fines(key: Keys, act: Ints, evaded: Ints) -> Ints:
    """Return the fine of each act, VND, in round sums where the law names sums."""
    drawn = keyed.uniform(key, "fine")
    short = np.where(drawn < CORRECTED_SHARE, CORRECTED_FINE_PCT, FINE_PCT) / 100
    by_tax = np.where(act == EVASION, 1.0 + drawn, short) * evaded
    fixed = (2 + np.floor(drawn * 18)) * _MILLION / 2
    amount = np.where((act <= SHORT_TAX) | ((act == MISUSE) & (evaded > 0)), by_tax, fixed)
    return np.maximum(np.rint(amount), _LEAST_FINE_VND).astype(np.int64)


def _made(key: Keys, trader: Ints, happened: Ints, reported: Ints) -> Violations:
    """Return decisions without act and fine; each follows its report after some weeks."""
    count = len(key)
    none, never = np.zeros(count, dtype=np.int64), np.full(count, NEVER, dtype=np.int64)
    decided = next_working(reported + keyed.integers(key, "sanctioned after", 2, 30))
    return Violations(
        key=key,
        trader=trader,
        happened=happened,
        decided=decided,
        direction=none,
        number=none + NO_DECLARATION,
        act=none,
        fine_vnd=none,
        annulled=never,
        lowered=never,
        lowered_vnd=none,
        complained=np.where(
            keyed.happens(key, "is disputed", _COMPLAINT_SHARE), _complaints(key, decided), never
        ),
    )


def _complaints(key: Keys, decided: Ints) -> Ints:
    """Return the days on which decisions would be complained of, within the time of the law."""
    return decided + keyed.integers(key, "complains after", 1, _COMPLAINT_DAYS + 1)


def at_border(nation: Nation, found: Ledger) -> Violations:
    """Return sanctions for what checks at the border claim (`claims_of`), one a declaration."""
    _, first, group = np.unique(found.key, return_index=True, return_inverse=True)
    evaded = np.zeros(len(first), dtype=np.int64)
    np.add.at(evaded, group, found.evaded_vnd)
    is_grave = np.bincount(group, found.looks_meant(), len(first)) > 0
    is_false = np.bincount(group, found.mechanism >= 0, len(first)) == 0
    is_managed = nation.goods.is_managed[found.line[first]]
    reported = np.full(len(first), NEVER, dtype=np.int64)
    np.maximum.at(reported, group, found.found // DAY_SECONDS)
    own = pick(found, first)
    key = keyed.derive(own.key, "sanction")
    chance = np.where(evaded >= _LARGE_VND, _LARGE_SHARE, _SMALL_SHARE)
    chance = np.where(evaded > 0, chance, _NO_TAX_SHARE)
    meant_chance = np.where(evaded >= FINED_FROM_VND, _MEANT_SHARE, _MEANT_BUT_SMALL_SHARE)
    chance = np.where(is_grave, meant_chance, chance)
    is_short = evaded >= FINED_FROM_VND
    act = np.where(is_short, SHORT_TAX, np.where(is_managed, POLICY, FALSE_WORD))
    is_evader = is_grave & (evaded >= _EVADER_FROM_VND)
    act = np.where(is_evader & keyed.happens(key, "evader", _EVADER_SHARE), EVASION, act)
    made = _made(key, own.trader, own.day, reported)
    result = _told(made, act, _fines(key, act, evaded), (own.direction, own.number))
    after = annulled_after(own.key, is_false)
    is_annulled = after != NEVER
    annulled = np.where(is_annulled, made.decided + np.where(is_annulled, after, 0), NEVER)
    # What is annulled was complained of before.
    before = np.minimum(_complaints(key, made.decided), annulled)
    complained = np.where(is_annulled, before, made.complained)
    result = replace(result, annulled=annulled, complained=complained)
    return pick(result, keyed.happens(key, "is sanctioned", chance))


def _told(made: Violations, act: Ints, fine: Ints, declaration: tuple[Ints, Ints]) -> Violations:
    direction, number = declaration
    return replace(made, direction=direction, number=number, act=act, fine_vnd=fine)


def by_audit(ledger: Ledger, audited: Audited, outcomes: Outcomes) -> Violations:
    """Return sanctions that audits bring, one an audit that fines; the fine is the audit's.

    An appeal that leaves no fine annuls the sanction on its day; one that leaves less lowers it.
    """
    order = np.lexsort((-ledger.evaded_vnd[audited.item], audited.audit))
    audit, first = np.unique(audited.audit[order], return_index=True)
    main = pick(ledger, audited.item[order][first])
    audits = audited.audits
    theme = themes_of(main)
    act = np.where(np.isin(theme, (PROCESSING, EXEMPTION, REFUND)), MISUSE, SHORT_TAX)
    act = np.where(outcomes.is_evasion[audit], EVASION, act)
    key = keyed.derive(audits.key[audit], "sanction")
    concluded = audits.concluded[audit]
    made = _made(key, audits.trader[audit], main.day, concluded)
    fine, left = outcomes.fine_vnd[audit], outcomes.upheld_fine_vnd[audit]
    ends, resolved = left == 0, outcomes.resolved[audit]
    # An appeal against the tax holds for the fine that follows it.
    appealed = outcomes.appealed[audit]
    disputed = np.maximum(appealed, made.decided + 1)
    shrinks = (left > 0) & (left < fine)
    several = (main.direction, np.full(len(audit), NO_DECLARATION, dtype=np.int64))
    told = replace(
        _told(made, act, fine, several),
        annulled=np.where(ends, resolved, NEVER),
        lowered=np.where(shrinks, resolved, NEVER),
        lowered_vnd=np.where(shrinks, left, 0),
        complained=np.where(appealed != NEVER, disputed, made.complained),
    )
    return pick(told, fine > 0)


def note_outcomes(nation: Nation, record: Record, ledger: Ledger, audited: Audited) -> None:
    """Put on record what comes of some audits: sanctions, and appeals that leave nothing.

    Args:
        nation: The nation.
        record: What control has on record; that these audits found something is there.
        ledger: What was irregular so far.
        audited: The audits, and what they found in it.
    """
    found = pick(ledger, audited.item)
    own = replace(audited, item=np.arange(len(audited.item)))
    outcomes = outcomes_of(nation, found, own)
    note_sanctions(record, by_audit(found, own, outcomes))
    lost = np.flatnonzero((outcomes.assessed_vnd > 0) & (outcomes.upheld_vnd == 0))
    audits = pick(audited.audits, lost)
    hits = events(audits.concluded, audits.trader, AUDIT_HIT)
    record.note(undoing(hits, outcomes.resolved[lost], AUDIT_ANNULLED))


def note_sanctions(record: Record, made: Violations) -> None:
    """Put sanctions on record, each from its decision until it is annulled, if it is."""
    is_grave = made.act == EVASION
    noted = events(made.decided, made.trader, np.where(is_grave, GRAVE_SANCTION, SANCTION))
    record.note(noted)
    gone = np.flatnonzero(made.annulled != NEVER)
    kind = np.where(is_grave[gone], GRAVE_ANNULLED, ANNULLED)
    record.note(undoing(pick(noted, gone), made.annulled[gone], kind))


def for_limits(overdue: Overdue, act: int) -> Violations:
    """Return sanctions for goods that did not leave in time, or for reports that came late.

    Args:
        overdue: What is overdue.
        act: LATE_RE_EXPORT or LATE_SETTLEMENT.
    """
    key = keyed.derive(overdue.key, "overdue")
    acts = np.full(len(key), act, dtype=np.int64)
    noticed = overdue.limit_day + keyed.integers(key, "noticed after", 10, 60)
    made = _made(key, overdue.trader, overdue.limit_day + 1, noticed)
    late = _told(made, acts, _fines(key, acts, acts * 0), (overdue.direction, overdue.number))
    return pick(late, keyed.happens(key, "is sanctioned", _LATE_SHARE))


def violations_of(
    nation: Nation,
    sanctions: Violations,
    ledger: Ledger,
    audit: tuple[Audited, Outcomes],
    overdue: tuple[Overdue, Overdue],
) -> Violations:
    """Return all sanctions of the time lived, by day of decision.

    Args:
        nation: The nation.
        sanctions: Those at the border (`at_border`).
        ledger: Everything irregular.
        audit: Audits and what came of them.
        overdue: Temporary imports, and settlement reports (`late_reports`).
    """
    parts = [
        sanctions,
        by_audit(ledger, *audit),
        for_limits(overdue[0], LATE_RE_EXPORT),
        for_limits(overdue[1], LATE_SETTLEMENT),
    ]
    every = join(parts)
    kept = (every.decided >= nation.first_day) & (every.decided <= nation.last_day)
    every = pick(every, kept)
    return pick(every, np.lexsort((every.key, every.decided)))
