"""Who is audited, on which ground, and about what: place, period, theme and length.

Grounds are those of the Customs Law 2014, article 78; a share by lot is practised. Auditors know
more than any table says, from tips, statistics and other authorities: what they know is drawn as a
noisy view of what is irregular. Audits by lot and of compliance know nothing of it. All weights are
figures of our own, set so that 43 to 92 of a hundred audits find something, as published.

Limits are those of the Customs Law 2014 (articles 77 to 80): up to five years back; at the office
for five working days, at the declarant's premises for ten. Published: 1,980 audits in nine months
of 2022, 687 of them at premises. Shares besides are figures of our own.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors import officers
from simulator.actors.kinds import COMMERCIAL, FIRM, IMPORT
from simulator.actors.provinces import PARTS, part_of_department
from simulator.chronicle.themes import (
    CLASSIFICATION,
    EVERYTHING,
    ORIGIN,
    PROCESSING,
    THEMES,
    VALUE,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import next_working
from simulator.reference.offices import ROLES

GROUNDS = ("sign", "risk", "compliance", "random")
SIGN, RISK, COMPLIANCE, RANDOM = range(4)
GROUND_SHARES = (0.35, 0.40, 0.15, 0.10)
_PAUSE_DAYS, _PAUSE_AFTER_SIGNS_DAYS = 720, 300
_LEAST_AGE_DAYS, _GONE_DAYS, _QUARTER_DAYS = 90, 400, 91
_HINT_VND, _HINT_POWER, _HINT_NOISE = 40e6, 0.95, 0.9
_FALSE_HINT, _BORDER_FINDING = 0.004, 0.4
_RISK_KNOWN, _RISK_NOISE = 0.01, 0.7
_RANK_RISK = np.array([0.0, 0.2, 0.5, 1.0, 1.6, 3.0, 4.0, 1.2, 2.5, 4.0])
_TRUSTED_RANK, _OTHERS_SHARE = 4, 0.3
_SIZE_POWER, _MOST_LOG_SIZE = 0.35, 3.0
_NO_WEIGHT = 1e-300


def base_weights(nation: Nation) -> Floats:
    """Return what size and duty of their imports make of traders' weights, mean 1."""
    traders, goods = nation.traders, nation.goods
    lines = traders.lines[:, 0].reshape(len(traders), -1)
    duty = 0.4 + goods.mfn_bp[lines].mean(axis=1) / 1_000
    worth = traders.weight * np.exp(np.minimum(traders.log_size, _MOST_LOG_SIZE))
    base = worth**_SIZE_POWER * duty * np.where(traders.is_priority, 0.5, 1.0)
    return np.asarray(base / base.mean())


def weights_of(
    nation: Nation, day: int, knowledge: tuple[Floats, Floats, Floats], times: tuple[Ints, Ints]
) -> Floats:
    """Return how readily each trader is chosen on each ground, shape (grounds, traders).

    Args:
        nation: The nation.
        day: First day of the week.
        knowledge: `base_weights`; duty evaded and not yet found, VND; findings at the border, the
            older the less; each of shape (traders,).
        times: Risk rank of each trader, 1 to 9, and the day of its last audit, shape (traders,).
    """
    traders = nation.traders
    (base, hidden, border), (rank, last) = knowledge, times
    is_there = (traders.kind == FIRM) & (traders.weight > 0)
    is_there &= (traders.founded_day < day - _LEAST_AGE_DAYS) | (hidden > 0)
    fits = is_there & (traders.closed_day > day) & (last < day - _PAUSE_DAYS)
    hunted = is_there & (traders.closed_day > day - _GONE_DAYS)
    hunted &= last < day - _PAUSE_AFTER_SIGNS_DAYS
    quarter = keyed.derive(traders.key, "hint", day // _QUARTER_DAYS)
    noise = np.exp(_HINT_NOISE * keyed.normal(quarter, "sign"))
    hint = (np.maximum(hidden, 0.0) / _HINT_VND) ** _HINT_POWER
    sign = (hint + _FALSE_HINT) * noise + _BORDER_FINDING * border
    risk = base * (_RISK_KNOWN + hint) * _RANK_RISK[rank]
    risk *= np.exp(_RISK_NOISE * keyed.normal(quarter, "risk"))
    usual = base * np.where(rank <= _TRUSTED_RANK, 1.0, _OTHERS_SHARE)
    weights = np.stack([sign, risk, usual, np.ones(len(sign))])
    weights *= np.stack([hunted, fits, fits, fits & traders.is_ordinary])
    return weights


def choose_traders(nation: Nation, day: int, weights: Floats, drawn: Ints) -> tuple[Ints, Ints]:
    """Return the chosen traders and the ground of each, in no order.

    Args:
        nation: The nation.
        day: First day of the week.
        weights: As of `weights_of`; who is chosen on one ground is not on another.
        drawn: Ground of each audit.
    """
    chosen, grounds = [], []
    for ground, name in enumerate(GROUNDS):
        own = weights[ground]
        number = min(int((drawn == ground).sum()), int((own > 0).sum()))
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


PLACES = ("TQ", "TS")
AT_OFFICE, AT_PREMISES = 0, 1
_YEAR_DAYS, _MOST_YEARS = 365.25, 5
_PREMISES_SHARE, _PREMISES_LEAST, _PREMISES_MOST = 0.33, 0.2, 0.6
_TOLD_SHARE, _PROCESSING_SHARE = 0.8, 0.6
_USUAL_THEMES, _USUAL_WEIGHTS = np.array([VALUE, CLASSIFICATION, ORIGIN]), (40, 35, 25)


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

    def __len__(self) -> int:
        """Return their number."""
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What no check at the border found: place in the ledger, and what an audit needs of it.

    `corrected` is the day on which the declarant itself corrects it; NEVER.
    """

    position: Ints
    key: Keys
    trader: Ints
    day: Ints
    mechanism: Ints
    scheme: Ints
    theme: Ints
    evaded_vnd: Ints
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
    return Audits(none.astype(np.uint64), *[none] * 12)


def audit_branches(nation: Nation) -> Ints:
    """Return the audit branch of each part of the land, positions in offices."""
    offices = nation.offices
    branches = np.flatnonzero(offices.role == ROLES.index("KTSTQ"))
    part = np.array([part_of_department(offices.department[row][:2]) for row in branches.tolist()])
    found = [np.append(branches[part == own], branches[-1])[0] for own in range(3)]
    return np.array(found, dtype=np.int64)


def plan_audits(
    nation: Nation, practice: tuple[Floats, Ints], scope: Scope, known: tuple[Hidden, Ints]
) -> Audits:
    """Return the audits of a week.

    Args:
        nation: The nation.
        practice: `base_weights`; `audit_branches`.
        scope: Who is audited.
        known: What is hidden at these traders, and whose each is (position in `scope`).
    """
    (base, branches), key, days = practice, scope.key, scope.days
    chosen, ground = scope.trader, scope.ground
    share = _PREMISES_SHARE * np.sqrt(base[chosen])
    share = np.clip(share, _PREMISES_LEAST, _PREMISES_MOST)
    place = keyed.happens(key, "premises", share).astype(np.int64)
    decided = next_working(np.sort(keyed.integers(key, "decided", days[0], days[-1] + 1)))
    years = keyed.integers(key, "years", 1 + place, 3 + place * (_MOST_YEARS - 2))
    to_day = np.maximum(np.minimum(decided - 1, days[-1]), nation.first_day)
    back = np.rint(years * _YEAR_DAYS).astype(np.int64) - 1
    worked = keyed.integers(key, "worked", 2 + 4 * place, 6 + 5 * place)
    office = np.where(
        place == AT_PREMISES,
        branches[PARTS[nation.traders.province[chosen]]],
        nation.traders.office[chosen, IMPORT, 0],
    )
    notice = keyed.integers(key, "notice", 8, 16) + keyed.integers(key, "writes", 3, 12)
    return Audits(
        key=key,
        serial=scope.held + 1 + np.arange(len(key)),
        trader=chosen,
        office=office,
        officer=nation.officers.on_duty(office, officers.AUDIT, key),
        place=place,
        ground=ground,
        theme=_themes(nation, scope, known),
        from_day=np.maximum(to_day - back, nation.first_day),
        to_day=to_day,
        decided=decided,
        concluded=next_working(decided + notice + worked * 7 // 5),
        effort_days=worked * (2 + place * keyed.integers(key, "team", 0, 3)),
    )


def _themes(nation: Nation, scope: Scope, known: tuple[Hidden, Ints]) -> Ints:
    """Return what each audit looks at: where there are hints, mostly what they point to."""
    key, chosen, ground = scope.key, scope.trader, scope.ground
    hidden, firm = known
    usual = _USUAL_THEMES[keyed.choose(key, "usual theme", _USUAL_WEIGHTS)]
    is_maker = nation.traders.trade[chosen] != COMMERCIAL
    is_maker &= keyed.happens(key, "of processing", _PROCESSING_SHARE)
    usual = np.where(is_maker, PROCESSING, usual)
    sums = np.zeros((len(chosen), len(THEMES)))
    np.add.at(sums, (firm, hidden.theme), hidden.evaded_vnd.astype(np.float64))
    is_told = (sums.max(axis=1) > 0) & (ground <= RISK)
    is_told &= keyed.happens(key, "is told", _TOLD_SHARE)
    theme = np.where(is_told, sums.argmax(axis=1), usual)
    return np.where(ground >= COMPLIANCE, EVERYTHING, theme)
