"""Checks and what they see: each method looks at some things, at its own pace, by its officer.

Methods and hours are those of the Customs Law 2014 (documents 2 hours, goods 8 hours, extendable to
two days); laboratory, agency and value consultation take days to weeks. How well a method sees what
differs is in `reference.detection`; officers differ in skill and zeal, towards everybody alike.
Checks err too: now and then they find something about goods that are as declared. `checks.csv` has
by method the mean hours until it begins and that it takes, the chance that it errs about what looks
odd, what it then claims, and how many are done in the digital environment. Published are the share
of images that are suspect (6.5 % of 8,776 containers in early 2021, haiquanonline 17887) and the
samples of laboratories: some 15,000 a year, one declaration in a thousand, of which 15 % bring more
tax and 45 % have another code (haiquanonline 10496 and 16342, 2019 and 2020): officers send what
looks unlike its code, nearly all of it honest mistakes, and as much that is as declared. The other
shares are assumptions, set so that fewer than one physical check in a hundred finds something.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import OTHER
from simulator.cargo.calls import Bills, latest_arrivals
from simulator.control.lanes import (
    FRIEND_SHARE,
    LOT,
    MANAGED,
    RED,
    VALUE,
    YELLOW,
    Decisions,
    any_item,
    any_managed,
    at_work,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, numbers_within, pick
from simulator.mechanisms.mechanism import (
    AGENCY,
    DOCUMENTS,
    LABORATORY,
    PHYSICAL_PART,
    PHYSICAL_WHOLE,
    SCANNER,
    VALUE_CONSULTATION,
)
from simulator.nation import Nation
from simulator.reference.calendar import (
    DAY_SECONDS,
    HOUR_SECONDS,
    OFFICE_CLOSES,
    OFFICE_OPENS,
    next_working,
)
from simulator.reference.declaration_kinds import REDECLARED, SHARING_KINDS
from simulator.reference.detection import METHODS, share_apart, visibility
from simulator.reference.lists import rows_of
from simulator.reference.regimes import IMPORT
from simulator.trade.batch import Batch
from simulator.trade.deals import Deals

CHECKS = 7
_SHARES = {
    "agency": 0.3, "consultation": 0.6, "scanner": 0.42, "part": 0.52, "whole": 0.16,
    "laboratory": 0.0016, "scanner of yellow": 0.01, "value by lot": 0.15,
}  # fmt: skip
# Who reads or opens doubts goods unlike their code, and sends a sample to the laboratory.
_DOUBTED_CODE_SHARE = 0.38
# Share of declarations that look odd without a cause; the scanner suspects honest goods wherever it
# is used.
_ODD_SHARE, _SUSPECT_SHARE = 0.012, 0.06
_OFTEN_ODD_PAIRS, _OFTEN_ODD_SHARE, _OFTEN_ERRS = 0.008, 0.8, 5.0
_SUREST = 0.98
_OF_GOODS = (SCANNER, PHYSICAL_PART, PHYSICAL_WHOLE, LABORATORY, AGENCY)
NOTHING_LACKS, PAPER_LACKS, LICENCE_LACKS = -1, 0, 1
_PAPER_LACKS_SHARE, _LICENCE_LACKS_SHARE = 0.012, 0.01


def by_method(*columns: str) -> Floats:
    """Return columns of `checks.csv`, shape (columns, CHECKS)."""
    rows = {row["method"]: row for row in rows_of("checks.csv", "simulator.control")}
    return np.array([[float(rows[name][of]) for name in METHODS[:CHECKS]] for of in columns])


_WAIT_HOURS, _WORK_HOURS, _ERRS = by_method("wait_hours", "work_hours", "errs")


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks, one position each, ordered by declaration and method.

    Attributes:
        declaration: Position in the batch.
        method: DOCUMENTS … VALUE_CONSULTATION, or AUDIT.
        begun, ended: Local seconds.
        officer: Position in the nation's officers.
        key: Identity.
    """

    declaration: Ints
    method: Ints
    begun: Ints
    ended: Ints
    officer: Ints
    key: keyed.Keys

    def __len__(self) -> int:
        """Return the number of checks."""
        return len(self.declaration)


@dataclass(frozen=True, slots=True)
class Findings:
    """Items that a check found irregular, rightly or not, one position each: by one method.

    Attributes:
        check: Position in the checks.
        item: Position in the batch's items.
    """

    check: Ints
    item: Ints


def in_office_hours(seconds: Ints) -> Ints:
    """Return each moment, moved to the next time at which an office works."""
    day, second = seconds // DAY_SECONDS, seconds % DAY_SECONDS
    day = np.where(second >= OFFICE_CLOSES, day + 1, day)
    second = np.where(second >= OFFICE_CLOSES, OFFICE_OPENS + second % 3_600, second)
    second = np.where(second < OFFICE_OPENS, OFFICE_OPENS + second % 3_600, second)
    open_day = next_working(day)
    second = np.where(open_day > day, OFFICE_OPENS + second % 7_200, second)
    return open_day * DAY_SECONDS + second


def wanted_methods(nation: Nation, batch: Batch, decisions: Decisions) -> Bools:
    """Return which methods the lane brings, shape (n, CHECKS)."""
    key, lane, ground = batch.roster.key, decisions.final_lane, decisions.ground
    wanted: Bools = np.zeros((len(batch), CHECKS), dtype=bool)
    is_open = ~decisions.is_refused
    red, yellow = is_open & (lane == RED), is_open & (lane == YELLOW)
    share = {name: keyed.happens(key, name, chance) for name, chance in _SHARES.items()}
    is_managed = any_managed(nation, batch)
    kind = keyed.uniform(key, "how much is opened")
    part, whole = kind < _SHARES["part"], kind > 1 - _SHARES["whole"]
    wanted[:, DOCUMENTS] = red | yellow
    wanted[:, SCANNER] = (red & share["scanner"]) | (yellow & share["scanner of yellow"])
    # No image is taken of goods that do not move.
    wanted[:, SCANNER] &= batch.deals.transport != OTHER
    wanted[:, PHYSICAL_PART] = red & (part | (ground == LOT)) & ~whole
    wanted[:, PHYSICAL_WHOLE] = red & whole
    by_law = (ground == MANAGED) | (red & is_managed)
    wanted[:, AGENCY] = (red | yellow) & by_law & share["agency"]
    wanted[:, LABORATORY] = (red | yellow) & (share["laboratory"] | _doubted(nation, batch))
    wanted[:, VALUE_CONSULTATION] = (red | yellow) & (ground == VALUE) & share["consultation"]
    by_lot = red & (ground == LOT) & (batch.deals.direction == IMPORT)
    wanted[:, VALUE_CONSULTATION] |= by_lot & share["value by lot"]
    return wanted


def plan_checks(nation: Nation, batch: Batch, decided: Ints, wanted: Bools) -> Checks:
    """Return the checks of a batch; each method begins after its own wait, in office hours.

    What looks at the goods waits until imports have come, and an hour.
    """
    declaration, method = np.nonzero(wanted)
    key = keyed.derive(batch.roster.key[declaration], "check", method)
    wait = keyed.exponential(key, "wait", 1.0) * _WAIT_HOURS[method] * 3_600
    work = (0.3 + keyed.exponential(key, "work", 0.7)) * _WORK_HOURS[method] * 3_600
    there = np.where(np.isin(method, _OF_GOODS), _there_from(nation, batch)[declaration], 0)
    since = np.maximum(decided[declaration], there) + 60
    begun = in_office_hours(since + wait.astype(np.int64))
    ended = in_office_hours(begun + np.maximum(work, 240.0).astype(np.int64))
    deals = pick(batch.deals, declaration)
    officer = _officers(nation, deals, batch.friend[declaration], method, key)
    return Checks(declaration, method, begun, ended, officer, key)


def _officers(nation: Nation, deals: Deals, friend: Ints, method: Ints, key: keyed.Keys) -> Ints:
    """Return who carries out each check."""
    reader, inspector, _ = at_work(nation, deals, key)
    on_paper = np.isin(method, (DOCUMENTS, VALUE_CONSULTATION))
    return taken_on(friend, key, np.where(on_paper, reader, inspector))


def _doubted(nation: Nation, batch: Batch) -> Bools:
    """Return of which declarations a sample is sent, because an officer doubts their code.

    As skilled as he is; a bought one sends none.
    """
    rows = np.flatnonzero(any_item(batch, batch.true.line != batch.declared.line))
    method, friend = np.full(len(rows), LABORATORY), batch.friend[rows]
    key = keyed.derive(batch.roster.key[rows], "check", method)
    officer = _officers(nation, pick(batch.deals, rows), friend, method, key)
    chance = _DOUBTED_CODE_SHARE * nation.officers.skill_by(officer, method)
    chance = np.where(friend == officer, 0.0, np.minimum(chance, _SUREST))
    result: Bools = np.zeros(len(batch), dtype=bool)
    result[rows] = keyed.happens(key, "code is doubted", chance)
    return result


def _there_from(nation: Nation, batch: Batch) -> Ints:
    """Return from when the goods of each declaration can be looked at, 0 for those of exports.

    A later declaration of a chain does not know when its first one was registered: its own moment,
    a little later, can only make that later.
    """
    roster, deals = batch.roster, batch.deals
    again = roster.kind == REDECLARED
    bills = Bills(
        bill_key=np.where(np.isin(roster.kind, SHARING_KINDS), roster.deal_key, roster.key),
        bill_registered=np.where(again, roster.parent_registered, roster.registered),
        office=np.where(again, roster.parent_office, deals.office),
        direction=deals.direction,
        transport=deals.transport,
    )
    came = latest_arrivals(nation.surroundings, bills) + HOUR_SECONDS
    return np.where(deals.direction == IMPORT, came, 0)


def taken_on(friend: Ints, key: keyed.Keys, officer: Ints) -> Ints:
    """Return who does each task: where somebody has a friend behind the desk, mostly that one.

    Args:
        friend: Officer who takes it on himself, -1 for nobody.
        key: Identity of the task.
        officer: Who would do it.
    """
    return np.where((friend >= 0) & keyed.happens(key, "friend", FRIEND_SHARE), friend, officer)


def _seen_chances(nation: Nation) -> Floats:
    return np.array([kind.seen_by for kind in nation.mechanisms]).reshape(-1, CHECKS + 1)


def look(nation: Nation, batch: Batch, checks: Checks) -> Findings:
    """Return what the checks find: some of what is irregular, and seldom what is true."""
    parts = [_seen(nation, batch, checks), _taken_for_true(nation, batch, checks)]
    check = np.concatenate([part.check for part in parts])
    item = np.concatenate([part.item for part in parts])
    # Where a sample was taken, it is the sample that tells.
    order = np.lexsort((checks.ended[check], checks.method[check] != LABORATORY, item))
    check, item = check[order], item[order]
    _, first = np.unique(item, return_index=True)
    return Findings(check[first], item[first])


def _seen(nation: Nation, batch: Batch, checks: Checks) -> Findings:
    """Return what is seen of what is irregular; a bought officer sees no friend's."""
    bad = np.flatnonzero(batch.planted.mechanism >= 0)
    starts = np.searchsorted(checks.declaration, np.arange(len(batch) + 1))
    owner = batch.owner[bad]
    counts = starts[owner + 1] - starts[owner]
    item = np.repeat(bad, counts)
    offset = numbers_within(counts)
    check = starts[batch.owner[item]] + offset
    if not len(item):
        return Findings(check, item)
    mechanism, officer = batch.planted.mechanism[item], checks.officer[check]
    chance = _seen_chances(nation)[mechanism, checks.method[check]]
    chance = chance * visibility(share_that_differs(batch, bad))[np.searchsorted(bad, item)]
    chance = chance * nation.officers.skill_by(officer, checks.method[check])
    chance = np.minimum(chance * nation.officers.zeal[officer], _SUREST)
    chance = np.where(_by_friends(batch, checks)[check], 0.0, chance)
    key = keyed.derive(batch.true.key[item] ^ checks.key[check], "look")
    sees = keyed.happens(key, "sees", chance)
    return Findings(check[sees], item[sees])


def _by_friends(batch: Batch, checks: Checks) -> Bools:
    """Return the checks of a declaration by its own friend behind the desk."""
    own: Bools = batch.friend[checks.declaration] == checks.officer
    return own


def share_that_differs(batch: Batch, items: Ints) -> Floats:
    """Return how much of each item differs, 0 to 1: price, quantity, mass or hidden duty.

    What differs in kind (code, origin, certificate), or in nothing that is on paper, differs whole.
    """
    true, told = batch.true, batch.declared
    names = ("unit_price_e4", "quantity_e2", "kg_e2")
    share = share_apart(
        *((getattr(true, name)[items], getattr(told, name)[items]) for name in names)
    )
    hidden = batch.planted.hidden_vnd[items]
    share = np.maximum(share, hidden / np.maximum(hidden + batch.duties.total()[items], 1))
    in_kind = share == 0
    for name in ("line", "origin", "schedule", "certificate"):
        in_kind |= getattr(true, name)[items] != getattr(told, name)[items]
    return np.where(in_kind, 1.0, share)


def often_looks_odd(nation: Nation, deals: Deals) -> tuple[keyed.Keys, Bools]:
    """Return the identity of trader and seller of each deal, and whether control disputes them.

    Some discounts, royalties and certificates are disputed every time they are seen.
    """
    pair = keyed.derive(nation.traders.key[deals.trader], "disputes about", deals.partner)
    return pair, keyed.happens(pair, "often looks odd", _OFTEN_ODD_PAIRS)


def looks_odd(nation: Nation, key: keyed.Keys, deals: Deals) -> Bools:
    """Return which declarations look odd to a check without a cause, by identity and deal."""
    _, often = often_looks_odd(nation, deals)
    return keyed.happens(key, "looks odd", np.where(often, _OFTEN_ODD_SHARE, _ODD_SHARE))


def is_false(batch: Batch, findings: Findings) -> Bools:
    """Return which findings are about items that are as declared."""
    result: Bools = batch.planted.mechanism[findings.item] < 0
    return result


def _taken_for_true(nation: Nation, batch: Batch, checks: Checks) -> Findings:
    """Return findings about items that are as declared: one item of a declaration and method."""
    method = checks.method
    odd = looks_odd(nation, batch.roster.key, batch.deals)
    _, often = often_looks_odd(nation, batch.deals)
    chance = np.where(odd, np.where(often, _OFTEN_ERRS, 1.0), 0.0)[checks.declaration]
    chance = chance * _ERRS[method]
    chance = np.where(method == SCANNER, _SUSPECT_SHARE, chance)
    chance = np.minimum(chance * nation.officers.zeal[checks.officer], _SUREST)
    chance = np.where(_by_friends(batch, checks), 0.0, chance)
    check = np.flatnonzero(keyed.happens(checks.key, "errs", chance))
    declaration = checks.declaration[check]
    first = np.searchsorted(batch.owner, declaration)
    count = batch.roster.item_count[declaration]
    place = np.floor(keyed.uniform(checks.key[check], "errs about") * count).astype(np.int64)
    found = Findings(check, first + place)
    return pick(found, is_false(batch, found))


def lacking_papers(nation: Nation, batch: Batch, checks: Checks) -> Ints:
    """Return what each check of documents misses in the whole declaration; NOTHING_LACKS for most.

    A licence can lack where goods are under specialised management. It says nothing of the goods. A
    bought officer misses nothing in a friend's papers.
    """
    zeal = nation.officers.zeal[checks.officer]
    reads = (checks.method == DOCUMENTS) & ~_by_friends(batch, checks)
    is_managed = any_managed(nation, batch)
    paper = reads & keyed.happens(checks.key, "paper lacks", _PAPER_LACKS_SHARE * zeal)
    licence = reads & is_managed[checks.declaration]
    licence &= keyed.happens(checks.key, "licence lacks", _LICENCE_LACKS_SHARE * zeal)
    result = np.where(paper, PAPER_LACKS, NOTHING_LACKS)
    return np.where(licence, LICENCE_LACKS, result)
