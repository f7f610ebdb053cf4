"""Post-clearance audits, week by week: who is chosen, and what it brings to light.

Chances to see something are those of each mechanism; how they depend on theme, place and officer,
and how many audits there are at a small scale, are figures of our own.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.chronicle.audit_scope import (
    GROUND_SHARES,
    Audits,
    Hidden,
    Scope,
    audit_branches,
    choose_traders,
    declared_facts,
    no_audits,
    plan_audits,
    weights_of,
)
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.record import AUDIT_HIT, AUDIT_MISS, Record, events
from simulator.chronicle.showing import shows_on
from simulator.chronicle.themes import (
    EVERYTHING,
    themes_of,
)
from simulator.control.lifecycle import NEVER
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, join, pick
from simulator.kernel.kept import Kept
from simulator.mechanisms.mechanism import AUDIT
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, YEAR_DAYS
from simulator.reference.detection import share_apart, visibility
from simulator.trade.irregularities import LINE, NOTHING, ORIGIN

AUDITS_A_YEAR, FEWEST_A_YEAR = 2_640, 40
# How much of what lies outside its theme an audit sees, and how deep it goes, by place.
_OTHER_THEME, _DEPTH = np.array([0.5, 0.7]), np.array([0.8, 1.0])
_OF_EVERYTHING, _BEST_SKILL, _FOLLOWED_SHARE = 0.75, 1.2, 0.9
_LONG_AGO = -(10**6)
# How often an audit takes for wrong what it doubts and is true (assumption).
_FALSE_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Audited:
    """All audits and what they found.

    Attributes:
        audits: The audits.
        audit, item: Position of the audit and of the ledger's item, one position a finding.
    """

    audits: Audits
    audit: Ints
    item: Ints


@dataclass(frozen=True, slots=True)
class _Seen:
    """Findings of audits: `audit` and `item` as in Audited."""

    audit: Ints
    item: Ints


def nothing_audited() -> Audited:
    """Return the history of a nation without audits."""
    none = np.empty(0, dtype=np.int64)
    return Audited(no_audits(), none, none)


def usual_number(scale: float) -> int:
    """Return the audits a year of a nation of this scale."""
    return max(FEWEST_A_YEAR, round(AUDITS_A_YEAR * scale))


class Auditors:
    """Choose and carry out audits week by week, by what is on record and what is declared."""

    def __init__(
        self, nation: Nation, audits_a_year: int | None = None, folder: Path | None = None
    ) -> None:
        """Prepare for the first week lived.

        Args:
            nation: The nation.
            audits_a_year: So many a year; None for the usual number at this scale.
            folder: Of what is kept on disk, as in `Kept`.
        """
        count = len(nation.traders)
        self._nation = nation
        self._a_year = usual_number(nation.scale) if audits_a_year is None else audits_a_year
        self._declared = declared_facts(nation)
        self._last = np.full(count, _LONG_AGO, dtype=np.int64)
        self._branches = audit_branches(nation)
        self._hidden: Kept[Hidden] = Kept(folder)
        self._items = self._held = 0
        self._audits: Kept[Audits] = Kept(folder)
        self._seen: Kept[_Seen] = Kept(folder)
        self._keep(nothing_audited())

    def live_week(
        self, ledger: Ledger, days: Ints, rank: Ints, record: Record
    ) -> tuple[Ints, Audited]:
        """Carry out the audits that are decided in a week.

        Args:
            ledger: What the week adds to the ledger.
            days: Days of the week.
            rank: Risk rank of each trader that week, 1 to 9.
            record: What is on record before the week; results of audits are put on it.

        Returns:
            Scheme, day of conclusion and trader of each catch, shape (n, 3), as in the chronicle's
            catches; the audits of the week and what they found.
        """
        self._store(ledger)
        nation, first, held = self._nation, int(days[0]), self._held
        key = keyed.derive(nation.root("audits"), "audit", held + np.arange(self._number(days)))
        if not len(key):
            return np.empty((0, 3), dtype=np.int64), nothing_audited()
        known = self._declared, record
        weights = weights_of(nation, first, known, (rank, self._last))
        drawn = keyed.choose(key, "ground", GROUND_SHARES)
        chosen, ground = choose_traders(nation, first, weights, drawn)
        hidden, firm = self._of(chosen, first)
        scope = Scope(key[: len(chosen)], chosen, ground, held, days)
        audits = plan_audits(nation, known, self._branches, scope)
        rows = seen_in(nation, audits, hidden, firm)
        seen, audit = pick(hidden, rows), firm[rows]
        self._keep(Audited(audits, audit + held, seen.position))
        hit = np.isin(np.arange(len(audits)), audit)
        kind = np.where(hit, AUDIT_HIT, AUDIT_MISS)
        record.note(events(audits.concluded, chosen, kind))
        self._last[chosen] = audits.decided
        caught = np.stack([seen.scheme, audits.concluded[audit], seen.trader], axis=1)
        return np.unique(caught[seen.scheme >= 0], axis=0), Audited(audits, audit, seen.position)

    def closed(self) -> Audited:
        """Return all audits of the weeks lived."""
        seen = self._seen.whole()
        return Audited(self._audits.whole(), seen.audit, seen.item)

    def _keep(self, made: Audited) -> None:
        """Keep the audits of a week; its findings count all audits from the first one on."""
        self._held += len(made.audits)
        self._audits.append(made.audits)
        self._seen.append(_Seen(made.audit, made.item))

    def _store(self, ledger: Ledger) -> None:
        """Keep what the week leaves hidden; nobody looks at it but an audit that is carried out."""
        rows = np.flatnonzero(ledger.found == NEVER)
        fresh = hidden_of(self._nation, ledger, rows, self._items)
        self._items += len(ledger)
        self._hidden.append(fresh)

    def _number(self, days: Ints) -> int:
        """Return how many audits are decided in a week: the year's number, spread evenly."""
        spent = (np.array([days[0], days[-1] + 1]) - self._nation.first_day) / YEAR_DAYS
        first, last = np.floor(spent * self._a_year + 0.5).astype(np.int64).tolist()
        return int(last - first)

    def _of(self, chosen: Ints, day: int) -> tuple[Hidden, Ints]:
        """Return what is still wrong of the chosen on a day, and whose (place in `chosen`)."""
        place = np.full(len(self._last), -1, dtype=np.int64)
        place[chosen] = np.arange(len(chosen))
        own = join([pick(some, place[some.trader] >= 0) for some in self._hidden.pieces()])
        for some in self._seen.pieces():
            own = pick(own, ~np.isin(own.position, some.item))
        own = pick(own, _is_wrong(own.corrected, day))
        return own, place[own.trader]


def hidden_of(nation: Nation, ledger: Ledger, rows: Ints, before: int = 0) -> Hidden:
    """Return what an audit needs of some items of a ledger.

    Args:
        nation: The nation.
        ledger: Irregular items.
        rows: Positions of those that nobody has found.
        before: Items in the books before this ledger's first.
    """
    own = pick(ledger, rows)
    return Hidden(
        before + rows, keyed.derive(own.key, "audited item", own.item_number), own.trader,
        own.day, own.mechanism, own.scheme, themes_of(own), visibility(_share_apart(own)),
        shows_on(nation, own.mechanism, own.day, own.regime, own.trader),
        np.where(own.corrected == NEVER, NEVER, own.corrected // DAY_SECONDS),
    )  # fmt: skip


def seen_in(nation: Nation, audits: Audits, hidden: Hidden, audit: Ints) -> Ints:
    """Return the positions in `hidden` of everything that audits find, rightly or not.

    Args:
        nation: The nation.
        audits: The audits.
        hidden: What is wrong or doubted, one position for each item and audit that could see it.
        audit: Position of that audit, shape (hidden,).
    """
    inside = (hidden.day >= audits.from_day[audit]) & (hidden.day <= audits.to_day[audit])
    inside &= hidden.shows <= audits.decided[audit]
    inside &= _is_wrong(hidden.corrected, audits.decided[audit])
    place, theme = audits.place[audit], audits.theme[audit]
    fit = np.where(hidden.theme == theme, 1.0, _OTHER_THEME[place])
    fit = np.where(theme == EVERYTHING, _OF_EVERYTHING, fit)
    skill = np.minimum(nation.officers.skill[audits.officer[audit]], _BEST_SKILL)
    chances = [kind.seen_by[AUDIT] for kind in nation.mechanisms]
    chance = nation.of_kind(hidden.mechanism, chances, 0.0) * hidden.visibility
    chance = np.where(hidden.mechanism < 0, _FALSE_SHARE, chance)
    chance = chance * fit * _DEPTH[place] * skill
    key = hidden.key ^ audits.key[audit]
    seen = inside & keyed.happens(key, "audit sees", chance)
    # Who means it does it again: what was seen once is looked for.
    meant = [kind.intent for kind in nation.mechanisms]
    thread = audit * (len(chances) + 1) + hidden.mechanism
    followed = np.isin(thread, thread[seen])
    followed &= nation.of_kind(hidden.mechanism, meant, nothing=False)
    followed &= keyed.happens(key, "is followed up", _FOLLOWED_SHARE)
    found: Ints = np.flatnonzero(inside & (seen | followed))
    return found


def _is_wrong(corrected: Ints, day: Ints | int) -> Bools:
    """Return what its declarant has not corrected before a day."""
    result: Bools = (corrected == NEVER) | (corrected >= day)
    return result


def _share_apart(ledger: Ledger) -> Floats:
    """Return how much of each item of the ledger differs, 0 to 1; what has no amount, whole."""
    share = share_apart(
        (ledger.true_value_vnd, ledger.declared_value_vnd),
        (ledger.quantity_e2, ledger.declared_quantity_e2),
    )
    return np.where(np.isin(ledger.differs, (NOTHING, ORIGIN, LINE)), 1.0, share)
