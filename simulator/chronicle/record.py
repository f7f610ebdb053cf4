"""What control has on record of each trader: only what was observed, declared or told.

It begins with a past that is drawn: checks by how much a trader trades, findings by these and,
weakly, by how well it complies. From then on it grows week by week by findings (right or wrong),
sanctions, audits, tips, late payments and late reports, each from the day on which it is known, and
fades; what is taken back or annulled is undone from that day on. How many checks a declaration
means is taken from the rank (`control.lanes`): the light pass does not draw the checks of honest
trade. Figures are assumptions.
"""

from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from simulator.chronicle.themes import NO_THEME
from simulator.chronicle.tips import THEME_OF_WARNING, TRADER, Tips
from simulator.control.overdue import due_days, late_chances, late_reports, pays_late
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, join, pick
from simulator.nation import Nation
from simulator.reference.calendar import WEEK_DAYS, YEAR_DAYS, year_month
from simulator.reference.regimes import is_taxed_import
from simulator.setting import DECLARATIONS_A_YEAR
from simulator.trade.deals import Deals
from simulator.trade.roster import Roster

FINDING, SANCTION, GRAVE_SANCTION, AUDIT_HIT, AUDIT_MISS, LATE_PAYMENT = range(6)
# What undoes an earlier one.
TAKEN_BACK, ANNULLED, GRAVE_ANNULLED, AUDIT_ANNULLED = range(6, 10)
FINDINGS_A_CHECK, LATE_A_PAYMENT = 0.012, 0.016
HALF_YEAR_MONTHS = 6
_PAST_YEARS, _FADED, _LEANING, _PAST_CHECKS = 3.0, 0.6, 1.5, 0.1
# Left of what is on record after a week: half of it after a year, of audits after three.
_FADING, _SLOW_FADING = 0.5 ** (1 / 52), 0.5 ** (1 / 156)
_TIP_DAYS = 180
_COUNTED = {
    "findings": (FINDING, TAKEN_BACK),
    "sanctions": (SANCTION, GRAVE_SANCTION, ANNULLED, GRAVE_ANNULLED),
    "audit_hits": (AUDIT_HIT, AUDIT_ANNULLED),
    "audit_misses": (AUDIT_MISS,),
    "late_payments": (LATE_PAYMENT,),
}


@dataclass(frozen=True, slots=True)
class Events:
    """What is noted about traders, one position each.

    Attributes:
        day: From which it is known; trader: whom it is about; kind: FINDING ….
        theme: Of a finding, taken back or not; NO_THEME of all others.
        claimed_vnd: Duty that a finding claims, or claimed, VND.
        since: Day from which what it undoes was known; its own day of all others.
    """

    day: Ints
    trader: Ints
    kind: Ints
    theme: Ints
    claimed_vnd: Ints
    since: Ints

    def __len__(self) -> int:
        """Return their number."""
        return len(self.day)


def events(day: Ints, trader: Ints, kind: int | Ints) -> Events:
    """Return events that have no theme and claim nothing, of one kind or of several."""
    none = np.zeros(len(day), dtype=np.int64)
    return Events(day, trader, none + kind, none + NO_THEME, none, day)


def undoing(noted: Events, day: Ints, kind: int | Ints) -> Events:
    """Return the events of other kinds that undo some noted before, each on its day."""
    undone = replace(noted, day=day, since=noted.day)
    return replace(undone, kind=np.zeros_like(noted.kind) + kind)


def findings_of(day: Ints, trader: Ints, theme: Ints, claimed_vnd: Ints) -> Events:
    """Return findings at the border."""
    return replace(events(day, trader, FINDING), theme=theme, claimed_vnd=claimed_vnd)


def past_of(nation: Nation) -> tuple[Floats, Floats]:
    """Return checks and findings of each trader in the years before the first day, faded."""
    traders = nation.traders
    years = np.clip((nation.first_day - traders.founded_day) / YEAR_DAYS, 0.0, _PAST_YEARS)
    a_year: Floats = DECLARATIONS_A_YEAR * nation.scale * traders.weight / traders.weight.sum()
    key = keyed.derive(traders.key, "past record")
    checks = keyed.poisson(key, "checks", a_year * years * _PAST_CHECKS).astype(np.float64)
    lean = np.exp(_LEANING * (0.8 - traders.compliance))
    findings = keyed.poisson(key, "findings", checks * FINDINGS_A_CHECK * lean)
    return _FADED * checks, _FADED * findings.astype(np.float64)


class Record:
    """What is known by the end of a day; `advance` moves that day on.

    Attributes:
        checks, findings, sanctions, audit_hits, audit_misses: Of each trader, faded, shape
            (traders,); payments, late_payments, late_reports: the same.
        claimed_vnd: Duty that findings at the border claimed, VND, faded.
        theme: Theme of each trader's last finding; NO_THEME, also once that is taken back.
        standing, gravely: Sanctions of each trader that are not annulled, and the grave ones of
            them, shape (traders,).
        tipped: Theme of the last tip of the last months that names each trader; NO_THEME.
        broker_declared, broker_found: Declarations and findings, shape (brokers, half-years);
            first_half: number of the first half-year since 1970.
        day: Until whose end it is known, days since 1970.
    """

    def __init__(self, nation: Nation) -> None:
        """Begin with what lies before the first day."""
        count, self._nation = len(nation.traders), nation
        self.checks, self.findings = past_of(nation)
        self.sanctions, self.audit_hits, self.audit_misses = np.zeros((3, count))
        self.payments, self.late_payments, self.late_reports = np.zeros((3, count))
        self.claimed_vnd = np.zeros(count)
        self.theme = np.full(count, NO_THEME, dtype=np.int64)
        self.standing, self.gravely = np.zeros((2, count), dtype=np.int64)
        ends = year_month(np.array([nation.first_day, nation.last_day])) // HALF_YEAR_MONTHS
        self.first_half = int(ends[0])
        shape = len(nation.brokers), int(ends[1] - ends[0]) + 1
        self.broker_declared, self.broker_found = np.zeros((2, *shape), dtype=np.int64)
        self._late_chance = late_chances(nation, np.arange(count))
        overdue = late_reports(nation)
        self._reports = overdue.limit_day, overdue.trader
        none = np.empty(0, dtype=np.int64)
        self._pending = events(none, none, FINDING)
        self._tips = none, none, none
        self.day = nation.first_day - 1

    def copy(self) -> "Record":
        """Return the same record, to go on differently."""
        other = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                setattr(other, name, value.copy())
        return other

    @property
    def tipped(self) -> Ints:
        """Theme of the last tip that names each trader and is not too old; NO_THEME."""
        day, trader, theme = self._tips
        result = np.full(len(self.theme), NO_THEME, dtype=np.int64)
        fresh = (day <= self.day) & (day > self.day - _TIP_DAYS)
        result[trader[fresh]] = theme[fresh]
        return result

    def note(self, noted: Events) -> None:
        """Take in what will be known from its day on, or is from now on if that lies behind."""
        noted = replace(noted, since=np.maximum(noted.since, self.day + 1))
        self._pending = join([self._pending, noted])

    def note_tips(self, tips: Tips) -> None:
        """Take in tips; those that name no trader are of no use."""
        named = tips.kind == TRADER
        fresh = self._tips[0] > self.day - _TIP_DAYS
        new = tips.day[named], tips.trader[named], THEME_OF_WARNING[tips.warning[named]]
        old = (column[fresh] for column in self._tips)
        day, trader, theme = (np.concatenate(both) for both in zip(old, new, strict=True))
        self._tips = day, trader, theme

    def note_checks(self, checks: Floats) -> None:
        """Take in how many checks a week meant for each trader, shape (traders,)."""
        self.checks += checks

    def note_trade(self, roster: Roster, deals: Deals) -> None:
        """Take in the declarations of a week with their deals: who pays late is known when due."""
        count = len(self.theme)
        pays = np.flatnonzero(is_taxed_import(deals.direction, deals.regime))
        trader = deals.trader[pays]
        late = pays_late(self._late_chance[trader], deals.term[pays], roster.key[pays])
        self.payments += np.bincount(trader, minlength=count)
        known = due_days(roster.day[pays], deals.term[pays])[late] + 1
        self.note(events(known, trader[late], LATE_PAYMENT))
        own = np.flatnonzero(deals.broker >= 0)
        np.add.at(self.broker_declared, (deals.broker[own], self.half(roster.day[own])), 1)

    def note_broker(self, broker: Ints, day: Ints) -> None:
        """Take in the findings of declarations that brokers lodged, each on the day it is known."""
        own = (broker >= 0) & (day <= self._nation.last_day)
        np.add.at(self.broker_found, (broker[own], self.half(day[own])), 1)

    def half(self, day: Ints) -> Ints:
        """Return the half-year of each day, from the first one on."""
        result: Ints = year_month(day) // HALF_YEAR_MONTHS - self.first_half
        return result

    def advance(self, day: int) -> None:
        """Know what is known by the end of a day, a week after the day before."""
        fast = ("checks", "findings", "claimed_vnd", "sanctions", "payments", "late_payments")
        for name in fast:
            getattr(self, name)[:] *= _FADING
        for name in ("audit_hits", "audit_misses", "late_reports"):
            getattr(self, name)[:] *= _SLOW_FADING
        due = self._pending.day <= day
        known, self._pending = pick(self._pending, due), pick(self._pending, ~due)
        # What is undone has faded since it was noted.
        weeks = (day - known.since) // WEEK_DAYS
        faded = np.where(known.kind == AUDIT_ANNULLED, _SLOW_FADING, _FADING) ** weeks
        weight = np.where(known.kind >= TAKEN_BACK, -faded, 1.0)
        for name, kinds in _COUNTED.items():
            own = np.isin(known.kind, kinds)
            added = np.bincount(known.trader[own], weight[own], len(self.theme))
            column = getattr(self, name)
            column[:] = np.maximum(column + added, 0.0)
        claimed = np.bincount(known.trader, known.claimed_vnd * weight, len(self.theme))
        self.claimed_vnd[:] = np.maximum(self.claimed_vnd + claimed, 0.0)
        found = pick(known, np.flatnonzero(known.kind == FINDING))
        order = np.argsort(found.day, kind="stable")
        self.theme[found.trader[order]] = found.theme[order]
        gone = pick(known, np.flatnonzero(known.kind == TAKEN_BACK))
        gone = pick(gone, self.theme[gone.trader] == gone.theme)
        self.theme[gone.trader] = NO_THEME
        for kind, by in ((SANCTION, 1), (GRAVE_SANCTION, 1), (ANNULLED, -1), (GRAVE_ANNULLED, -1)):
            own = known.trader[known.kind == kind]
            np.add.at(self.standing, own, by)
            if kind in (GRAVE_SANCTION, GRAVE_ANNULLED):
                np.add.at(self.gravely, own, by)
        limit, trader = self._reports
        fresh = (limit > self.day) & (limit <= day)
        self.late_reports += np.bincount(trader[fresh], minlength=len(self.theme))
        self.day = day

    @property
    def penalty(self) -> Ints:
        """How each trader stands: 1 with a sanction, 2 with a grave one, else 0."""
        result: Ints = (self.standing > 0).astype(np.int64) + (self.gravely > 0)
        return result
