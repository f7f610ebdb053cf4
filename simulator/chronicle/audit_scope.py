"""Who is audited, on which ground, and about what: place, period, theme and length.

Grounds are those of the Customs Law 2014, article 78; a share by lot is practised. Auditors know
what is on record (`chronicle.record`: findings at the border and in earlier audits, late payments
and reports, tips, true or not) and what traders declare: size, age, duty of their goods, goods for
which a preference can be had, related sellers, processing. The ground says what really led to an
audit. What is hidden they do not know. Published: 43 to 92 of a hundred audits find something; that
order is reached because who trades much seldom makes no mistake at all. All weights are
assumptions.

Limits are those of the Customs Law 2014 (articles 77 to 80): up to five years back; at the office
for five working days, at the declarant's premises for ten. Published: 1,980 audits in nine months
of 2022, 687 of them at premises. Shares besides are assumptions.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors import officers
from simulator.actors.kinds import COMMERCIAL, FIRM
from simulator.actors.provinces import PARTS, part_of_department
from simulator.chronicle.record import Record
from simulator.chronicle.themes import (
    CLASSIFICATION,
    EVERYTHING,
    EXEMPTION,
    NO_THEME,
    ORIGIN,
    PROCESSING,
    QUANTITY,
    REFUND,
    THEMES,
    VALUE,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import YEAR_DAYS, next_working
from simulator.reference.offices import ROLES
from simulator.reference.published_lists import limit_of
from simulator.reference.regimes import IMPORT

GROUNDS = ("sign", "risk", "compliance", "random")
SIGN, RISK, COMPLIANCE, RANDOM = range(4)
GROUND_SHARES = (0.35, 0.40, 0.15, 0.10)
PLACES = ("TQ", "TS")
AT_OFFICE, AT_PREMISES = range(2)
NO_PROPOSAL = 0
_PAUSE_DAYS, _PAUSE_AFTER_SIGNS_DAYS = 720, 300
_LEAST_AGE_DAYS, _GONE_DAYS, _QUARTER_DAYS = 90, 400, 91
_TIP, _BORDER, _EARLIER, _LATE_REPORT, _LATE_PAYMENTS = 1.0, 1.5, 0.3, 0.15, 0.05
_CLAIMED, _CLAIMED_VND, _CLAIMED_POWER = 4.0, 10e6, 0.7
# Signs of less than this are none.
_LEAST_SIGN, _SIGN_NOISE, _RISK_NOISE = 0.12, 0.5, 0.4
_RISK_BY_HISTORY, _STAKE_POWER = 6.0, 0.5
_RANK_RISK = np.array([0.0, 0.2, 0.5, 1.0, 1.6, 3.0, 4.0, 1.2, 2.5, 4.0])
_TRUSTED_RANK, _OTHERS_SHARE = 4, 0.6
_SIZE_POWER, _MOST_LOG_SIZE = 1.2, 3.0
_RELATED, _PREFERRED, _MAKER, _YOUNG, _YOUNG_DAYS = 0.5, 0.4, 0.3, 0.15, 730
_NO_WEIGHT = 1e-300
_MOST_YEARS = limit_of("KTSTQ")
_PREMISES_SHARE, _PREMISES_LEAST, _PREMISES_MOST = 0.33, 0.2, 0.6
_BY_FINDING_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Declared:
    """What traders declare, one position each.

    Attributes:
        weight: What it makes of a trader's weight in choosing, mean 1.
        by_theme: How much it speaks for each theme, shape (traders, THEMES), above 0.
    """

    weight: Floats
    by_theme: Floats


def declared_facts(nation: Nation) -> Declared:
    """Return what size, goods, partners and certificates say of each trader."""
    traders, goods = nation.traders, nation.goods
    lines = traders.lines[:, IMPORT].reshape(len(traders), -1)
    duty = 0.4 + goods.mfn_bp[lines].mean(axis=1) / 1_000
    own = traders.habit_weight[:, IMPORT]
    related = (own * traders.is_related[:, IMPORT]).sum(axis=1)
    preferred = _preferred_share(nation)
    is_maker = (traders.trade != COMMERCIAL).astype(np.float64)
    worth = traders.weight * np.exp(np.minimum(traders.log_size, _MOST_LOG_SIZE))
    weight = worth**_SIZE_POWER * duty * np.where(traders.is_priority, 0.5, 1.0)
    weight *= 1 + _RELATED * related + _PREFERRED * preferred + _MAKER * is_maker
    exports = 1 - traders.import_share
    by_theme = np.full((len(traders), len(THEMES)), 0.02)
    by_theme[:, VALUE] += 0.35 + 0.4 * related
    by_theme[:, CLASSIFICATION] += 0.1 + 0.15 * duty
    by_theme[:, ORIGIN] += 0.6 * preferred
    by_theme[:, QUANTITY] += 0.1
    by_theme[:, PROCESSING] += 1.2 * is_maker
    by_theme[:, EXEMPTION] += 0.2 * is_maker
    by_theme[:, REFUND] += 0.25 * exports * (1 - is_maker)
    return Declared(np.asarray(weight / weight.mean()), by_theme)


def _preferred_share(nation: Nation) -> Floats:
    """Return for which share of each trader's import goods a preference can be had."""
    traders = nation.traders
    lines = traders.lines[:, IMPORT]
    country = np.broadcast_to(traders.country[:, IMPORT][:, :, None], lines.shape)
    day = np.full(lines.size, nation.first_day)
    best = nation.tariff.best_preference(lines.ravel(), country.ravel(), day)
    share: Floats = (best >= 0).reshape(len(traders), -1).mean(axis=1)
    return share


def weights_of(
    nation: Nation, day: int, known: tuple[Declared, Record], times: tuple[Ints, Ints]
) -> Floats:
    """Return how readily each trader is chosen on each ground, shape (grounds, traders).

    Args:
        nation: The nation.
        day: First day of the week.
        known: What traders declare, and what is on record.
        times: Risk rank of each trader, 1 to 9, and the day of its last audit, shape (traders,).
    """
    traders = nation.traders
    (declared, record), (rank, last) = known, times
    is_tipped = record.tipped != NO_THEME
    is_there = (traders.kind == FIRM) & (traders.weight > 0)
    is_there &= (traders.founded_day < day - _LEAST_AGE_DAYS) | is_tipped | (record.findings >= 1)
    fits = is_there & (traders.closed_day > day) & (last < day - _PAUSE_DAYS)
    hunted = is_there & (traders.closed_day > day - _GONE_DAYS)
    hunted &= last < day - _PAUSE_AFTER_SIGNS_DAYS
    quarter = keyed.derive(traders.key, "impression", day // _QUARTER_DAYS)
    late = np.log1p(record.late_payments)
    history = _BORDER * record.findings + _EARLIER * record.audit_hits
    history += _CLAIMED * (record.claimed_vnd / _CLAIMED_VND) ** _CLAIMED_POWER
    history += _LATE_REPORT * record.late_reports + _LATE_PAYMENTS * late
    sign = _TIP * is_tipped + history
    sign = np.where(sign >= _LEAST_SIGN, sign, 0.0)
    stake = declared.weight * (1 + _YOUNG * (traders.founded_day > day - _YOUNG_DAYS))
    sign *= stake**_STAKE_POWER
    sign *= np.exp(_SIGN_NOISE * keyed.normal(quarter, "sign"))
    risk = stake * _RANK_RISK[rank] * (1 + _RISK_BY_HISTORY * history)
    risk *= np.exp(_RISK_NOISE * keyed.normal(quarter, "risk"))
    usual = stake * np.where(rank <= _TRUSTED_RANK, 1.0, _OTHERS_SHARE)
    weights = np.stack([sign, risk, usual, np.ones(len(sign))])
    weights *= np.stack([hunted, fits, fits, fits & traders.is_ordinary])
    return weights


def choose_traders(nation: Nation, day: int, weights: Floats, drawn: Ints) -> tuple[Ints, Ints]:
    """Return the chosen traders and the ground of each, in no order.

    Args:
        nation: The nation.
        day: First day of the week.
        weights: As of `weights_of`; who is chosen on one ground is not on another.
        drawn: Ground of each audit; where too few fit, the next ground takes its place.
    """
    chosen, grounds, unmet = [], [], 0
    for ground, name in enumerate(GROUNDS):
        own = weights[ground]
        wanted = int((drawn == ground).sum()) + unmet
        number = min(wanted, int((own > 0).sum()))
        unmet = wanted - number
        if not number:
            continue
        key = keyed.derive(nation.traders.key, f"audited by {name}", day)
        race = keyed.exponential(key, "turn", 1.0) / np.maximum(own, _NO_WEIGHT)
        first = np.argpartition(np.where(own > 0, race, np.inf), number - 1)[:number]
        weights[:, first] = 0.0
        chosen.append(first)
        grounds.append(np.full(number, ground))
    if not chosen:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    trader, ground_of = np.concatenate(chosen).astype(np.int64), np.concatenate(grounds)
    shuffle = keyed.derive(nation.traders.key[trader], "audit order", day)
    order = np.argsort(shuffle)
    return trader[order], ground_of[order]


@dataclass(frozen=True, slots=True)
class Audits:
    """Audits, one position each, in the order of their weeks.

    Attributes:
        key: Identity; serial: running number, from 1.
        trader: Position in traders; office, officer: who carries it out.
        place: AT_OFFICE or AT_PREMISES; ground: SIGN …; theme: position in THEMES.
        from_day, to_day: Period looked at, both included.
        decided, concluded: Days of decision and of conclusion.
        effort_days: Auditor-days.
        proposal: Number of the proposal that it follows, from 1; NO_PROPOSAL of the nation's own.
    """

    key: Keys
    serial: Ints
    trader: Ints
    office: Ints
    officer: Ints
    place: Ints
    ground: Ints
    theme: Ints
    from_day: Ints
    to_day: Ints
    decided: Ints
    concluded: Ints
    effort_days: Ints
    proposal: Ints

    def __len__(self) -> int:
        """Return their number."""
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What no check at the border found: place in the ledger, and what an audit needs of it.

    `visibility` is by how much the chance to see it is multiplied (`reference.detection`), `shows`
    the day from which books tell it, and `corrected` the day on which the declarant itself corrects
    it; NEVER.
    """

    position: Ints
    key: Keys
    trader: Ints
    day: Ints
    mechanism: Ints
    scheme: Ints
    theme: Ints
    visibility: Floats
    shows: Ints
    corrected: Ints

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.position)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who is audited in a week.

    Attributes:
        key: Identity of each audit; trader, ground: whom and why, shape (n,).
        held: Audits before this week.
        days: Days of the week.
    """

    key: Keys
    trader: Ints
    ground: Ints
    held: int
    days: Ints


def no_audits() -> Audits:
    """Return an empty list."""
    none = np.empty(0, dtype=np.int64)
    return Audits(none.astype(np.uint64), *[none] * 13)


def audit_branches(nation: Nation) -> Ints:
    """Return the audit branch of each part of the land, positions in offices."""
    offices = nation.offices
    branches = np.flatnonzero(offices.role == ROLES.index("KTSTQ"))
    part = np.array([part_of_department(offices.department[row][:2]) for row in branches.tolist()])
    found = [np.append(branches[part == own], branches[-1])[0] for own in range(3)]
    return np.array(found, dtype=np.int64)


def offices_of(nation: Nation, branches: Ints, trader: Ints, place: Ints) -> Ints:
    """Return who audits: at the premises the branch of the part of the land, else the office.

    Args:
        nation: The nation.
        branches: `audit_branches`.
        trader: Who is audited, shape (n,).
        place: AT_PREMISES or another place of each, shape (n,).
    """
    branch = branches[PARTS[nation.traders.province[trader]]]
    return np.where(place == AT_PREMISES, branch, nation.traders.office[trader, IMPORT, 0])


def plan_audits(
    nation: Nation, known: tuple[Declared, Record], branches: Ints, scope: Scope
) -> Audits:
    """Return the audits of a week.

    Args:
        nation: The nation.
        known: What traders declare, and what is on record.
        branches: `audit_branches`.
        scope: Who is audited.
    """
    key, days, chosen, ground = scope.key, scope.days, scope.trader, scope.ground
    share = _PREMISES_SHARE * np.sqrt(known[0].weight[chosen])
    share = np.clip(share, _PREMISES_LEAST, _PREMISES_MOST)
    place = keyed.happens(key, "premises", share).astype(np.int64)
    decided = next_working(np.sort(keyed.integers(key, "decided", days[0], days[-1] + 1)))
    years = keyed.integers(key, "years", 1 + place, 3 + place * (_MOST_YEARS - 2))
    to_day = np.maximum(np.minimum(decided - 1, days[-1]), nation.first_day)
    back = np.rint(years * YEAR_DAYS).astype(np.int64) - 1
    worked = keyed.integers(key, "worked", 2 + 4 * place, 6 + 5 * place)
    office = offices_of(nation, branches, chosen, place)
    notice = keyed.integers(key, "notice", 8, 16) + keyed.integers(key, "writes", 3, 12)
    return Audits(
        key=key,
        serial=scope.held + 1 + np.arange(len(key)),
        trader=chosen,
        office=office,
        officer=nation.officers.on_duty(office, officers.AUDIT, key),
        place=place,
        ground=ground,
        theme=_themes(known, scope),
        from_day=np.maximum(to_day - back, nation.first_day),
        to_day=to_day,
        decided=decided,
        concluded=next_working(decided + notice + worked * 7 // 5),
        effort_days=worked * (2 + place * keyed.integers(key, "team", 0, 3)),
        proposal=np.full(len(key), NO_PROPOSAL),
    )


def _themes(known: tuple[Declared, Record], scope: Scope) -> Ints:
    """Return what each audit looks at: as a tip or a finding says, else by trade and lot."""
    declared, record = known
    key, chosen, ground = scope.key, scope.trader, scope.ground
    weights = keyed.stacked(declared.by_theme[chosen])
    place = np.arange(len(chosen))
    usual = keyed.choose_row(key, "usual theme", weights, place, len(THEMES))
    tip, finding = record.tipped[chosen], record.theme[chosen]
    of_finding = (finding != NO_THEME) & (ground <= RISK)
    of_finding &= (ground == SIGN) | keyed.happens(key, "by finding", _BY_FINDING_SHARE)
    theme = np.where(of_finding, finding, usual)
    theme = np.where((tip != NO_THEME) & (ground <= RISK), tip, theme)
    return np.where(ground >= COMPLIANCE, EVERYTHING, theme)
