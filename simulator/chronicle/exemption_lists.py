"""Exemption lists as they are lived: how much of each line is granted, and how much is used.

A list is registered before its year (of a firm founded within it: on that day), with a line for all
that its trader may expect to import, and as much as it expects: some is never used. Goods that
nobody expected get a line before they first come. When a line is taken up, it is supplemented
before the next import, or soon after the one that nearly took it up; whose scheme overruns lists
leaves that and imports beyond it. How generously people plan is an assumption.
"""

from copy import copy
from dataclasses import InitVar, dataclass, field, replace
from pathlib import Path

import numpy as np

from simulator.actors.projects import UNDER_LIST_SHARE, has_project
from simulator.actors.volumes import LINE_WEIGHTS
from simulator.control.lifecycle import Lives, may_tell_more
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, pick
from simulator.kernel.kept import Kept
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import second_digit
from simulator.nation import Nation
from simulator.reference.calendar import (
    DAY_SECONDS,
    OFFICE_OPENS,
    OFFICE_SECONDS,
    new_year,
    year_of,
)
from simulator.reference.regimes import IMPORT
from simulator.setting import DECLARATIONS_A_YEAR, ITEMS_A_DECLARATION
from simulator.trade.batch import Batch
from simulator.trade.scheme_states import listed_keys

_LINES, _YEARS = 20_000, 1_000
_PLANNED, _FIRST, _SUPPLEMENT = (0.9, 1.7), (1.05, 4.0), (1.3, 2.2)
_REGISTERED_DAYS, _SUPPLEMENT_DAYS, _AFTER_HOURS = (3, 40), (1, 12), (1, 60)
_NEARLY, _FORESIGHT_SHARE = 0.8, 0.5
# Who expects less than so many imports of a thing in a year puts it on no list.
_LEAST_IMPORTS = 0.3
# A corrected declaration may tell a little more than the first.
_CORRECTED_MORE_E2 = 1_000


@dataclass(frozen=True, slots=True)
class Grants:
    """What was granted, one position a registration or supplement of a line, by time.

    Attributes:
        code: The line: `line_codes`.
        moment: Local second of the registration.
        granted_e2: Hundredths of the line's `unit1`, all that is granted by then.
        is_new: A new line; else a supplement.
    """

    code: Ints
    moment: Ints
    granted_e2: Ints
    is_new: Bools


def no_grants() -> Grants:
    """Return an empty list."""
    none = np.empty(0, dtype=np.int64)
    return Grants(none, none, none, none.astype(bool))


def line_codes(trader: Ints, day: Ints, line: Ints) -> Ints:
    """Return the code of the list line of a trader, the year of a day and a tariff line."""
    year = year_of(day) - 1970
    code: Ints = (trader * _YEARS + year) * _LINES + line
    return code


def of_codes(code: Ints) -> tuple[Ints, Ints, Ints]:
    """Return trader, years since 1970 and tariff line of each code."""
    return code // _LINES // _YEARS, code // _LINES % _YEARS, code % _LINES


@dataclass(slots=True)
class ListBook:
    """The list lines of this year and the last, ascending by code; and every grant.

    Attributes:
        folder: Of what is kept on disk, as in `Kept`.
        code: The line, shape (n,) as the next four.
        granted_e2, used_e2: Hundredths of the line's `unit1`.
        more_e2: By how much corrections may tell more than the first declarations.
        since: Local second of the line's last grant.
        grants: What was granted, batch by batch; fresh: what the batch at hand adds.
        latest: Identities of the declarations written off last.
        years: Years since 1970 whose lists are registered.
    """

    folder: InitVar[Path | None] = None
    code: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    granted_e2: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    used_e2: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    more_e2: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    since: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    grants: Kept[Grants] = field(init=False)
    fresh: list[Grants] = field(default_factory=list)
    latest: Keys = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    years: list[int] = field(default_factory=list)

    def __post_init__(self, folder: Path | None) -> None:
        """Begin with nothing granted."""
        self.grants = Kept(folder)
        self.grants.append(no_grants())

    def copy(self) -> "ListBook":
        """Return the same book, to go on differently."""
        other = copy(self)
        other.used_e2, other.more_e2 = self.used_e2.copy(), self.more_e2.copy()
        other.granted_e2, other.since = self.granted_e2.copy(), self.since.copy()
        other.grants, other.fresh, other.years = self.grants.copy(), [], [*self.years]
        return other

    def register(self, nation: Nation, days: Ints, earliest: int) -> None:
        """Register the lists of the years of some days, where that has not happened yet.

        Args:
            nation: The nation.
            days: Days since 1970.
            earliest: Local second before which nothing can be registered any more.
        """
        years = np.unique(year_of(days))
        spans = zip(new_year(years).tolist(), new_year(years + 1).tolist(), strict=True)
        for year, span in zip(years.tolist(), spans, strict=True):
            if year not in self.years:
                self.years.append(year)
                self._forget_before(year - 1)
                self._register(nation, span, earliest)
        self._keep(earliest)

    def _register(self, nation: Nation, year: tuple[int, int], earliest: int) -> None:
        traders, (begins, ends) = nation.traders, year
        is_there = has_project(traders) & (traders.founded_day < ends)
        holder = np.flatnonzero(is_there & (traders.closed_day > begins))
        usual = traders.lines[holder, IMPORT].reshape(len(holder), -1)
        trader = np.repeat(holder, usual.shape[1])
        code = np.unique(line_codes(trader, np.full(len(trader), begins), usual.ravel()))
        often = expected_e2(nation, code) >= _LEAST_IMPORTS * usual_e2(nation, code)
        code = code[often]
        trader = of_codes(code)[0]
        key = keyed.derive(nation.root("papers"), "list line", code)
        of_list = keyed.derive(traders.key[trader], "exemption list", begins)
        days = keyed.integers(of_list, "registered before", *_REGISTERED_DAYS)
        day = np.maximum(begins - days, traders.founded_day[trader])
        second = OFFICE_OPENS + keyed.integers(of_list, "second", 0, OFFICE_SECONDS)
        low, high = _FIRST
        least = usual_e2(nation, code) * (low + (high - low) * keyed.uniform(key, "room"))
        moment = np.maximum(day * DAY_SECONDS + second, earliest)
        self._add(code, _as_planned(np.maximum(_planned(nation, code, key), least)), moment)

    def _forget_before(self, year: int) -> None:
        """Drop the lines of the years before one: nothing is written off under them any more."""
        kept = np.flatnonzero(of_codes(self.code)[1] + 1970 >= year)
        for name in ("code", "granted_e2", "used_e2", "more_e2", "since"):
            setattr(self, name, getattr(self, name)[kept])

    def _keep(self, earliest: int) -> None:
        """Put down what the batch at hand added."""
        for one in self.fresh:
            self.grants.append(replace(one, moment=np.maximum(one.moment, earliest)))
        self.fresh = []

    def use(self, nation: Nation, batch: Batch, lives: Lives, earliest: int) -> tuple[Keys, Floats]:
        """Write off what some declarations import under their lists, in the order of time.

        Args:
            nation: The nation.
            batch: Declarations of the regime A43, by time.
            lives: Their lives; what was refused or cancelled uses nothing.
            earliest: Local second before which nothing can be registered any more.

        Returns:
            Identities of the items that go beyond, and which share of each does.
        """
        self.latest = batch.roster.key
        owner, registered = batch.owner, batch.roster.registered[batch.owner]
        code = line_codes(batch.deals.trader[owner], batch.roster.day[owner], batch.true.line)
        more = _CORRECTED_MORE_E2 * may_tell_more(batch.roster.key[owner])
        order = np.lexsort((batch.true.number, registered, code))
        # What will be refused or cancelled names its line too.
        wanted = batch.true.quantity_e2 + more
        self._open(nation, code[order], (batch.true.key[order], wanted[order], registered[order]))
        items = order[lives.stands[owner[order]]]
        owner, code, registered, more = (each[items] for each in (owner, code, registered, more))
        quantity, key = batch.true.quantity_e2[items], batch.true.key[items]
        place = np.searchsorted(self.code, code)
        used = self.used_e2[place] + _running(code, quantity)
        careful = ~_overruns(nation, batch.scheme[owner])
        wanted = used + self.more_e2[place] + _running(code, more)
        self._supplement(careful, (place, key, wanted, registered))
        beyond = np.clip(used - self.granted_e2[place], 0, quantity) / quantity
        np.maximum.at(self.used_e2, place, used)
        np.add.at(self.more_e2, place, more)
        last = np.flatnonzero(np.diff(place, append=-1) != 0)
        last = last[careful[last]]
        self._foresee(place[last], (key[last], registered[last]))
        self._keep(earliest)
        over = np.flatnonzero((beyond > 0) & ~careful)
        own = owner[over]
        return listed_keys(batch.roster.key[own], batch.true.number[items[over]]), beyond[over]

    def told(self) -> Grants:
        """Return every grant so far, by time."""
        every = self.grants.whole()
        return pick(every, np.lexsort((every.code, every.moment)))

    def _open(self, nation: Nation, code: Ints, first: tuple[Keys, Ints, Ints]) -> None:
        """Register the lines of goods that nobody expected."""
        new, rows = np.unique(code, return_index=True)
        rows = rows[~np.isin(new, self.code)]
        new = code[rows]
        key, quantity, registered = first[0][rows], first[1][rows], first[2][rows]
        low, high = _FIRST
        wanted = quantity * (low + (high - low) * keyed.uniform(key, "room"))
        granted = _as_planned(np.maximum(_planned(nation, new, key), wanted))
        days = keyed.integers(key, "registered before", *_REGISTERED_DAYS)
        self._add(new, granted, registered - days * DAY_SECONDS)

    def _add(self, new: Ints, granted: Ints, moment: Ints) -> None:
        """Enter new lines."""
        self.fresh.append(Grants(new, moment, granted, np.ones(len(new), dtype=bool)))
        codes = np.concatenate([self.code, new])
        order = np.argsort(codes, kind="stable")
        self.code = codes[order]
        self.granted_e2 = np.concatenate([self.granted_e2, granted])[order]
        self.used_e2 = np.concatenate([self.used_e2, np.zeros_like(new)])[order]
        self.more_e2 = np.concatenate([self.more_e2, np.zeros_like(new)])[order]
        self.since = np.concatenate([self.since, moment])[order]

    def _supplement(self, careful: Bools, use: tuple[Ints, Keys, Ints, Ints]) -> None:
        """Let the careful supplement their lines, each before the import that would go beyond."""
        place, key, used, registered = use
        while True:
            short = np.flatnonzero(careful & (used > self.granted_e2[place]))
            if not len(short):
                return
            line, first = np.unique(place[short], return_index=True)
            rows = short[first]
            days = keyed.integers(key[rows], "supplemented before", *_SUPPLEMENT_DAYS)
            self._grant_more(line, key[rows], registered[rows] - days * DAY_SECONDS)

    def _foresee(self, place: Ints, row: tuple[Keys, Ints]) -> None:
        """Let some supplement a line that an import nearly took up, whatever comes after it."""
        key, registered = row
        nearly = self.used_e2[place] > _NEARLY * self.granted_e2[place]
        nearly &= keyed.happens(key, "foresees", _FORESIGHT_SHARE)
        hours = keyed.integers(key, "supplemented after", *_AFTER_HOURS)
        self._grant_more(place[nearly], key[nearly], (registered + hours * 3_600)[nearly])

    def _grant_more(self, line: Ints, key: Keys, moment: Ints) -> None:
        """Supplement lines, each once, by a part of what is granted; never before the last time."""
        low, high = _SUPPLEMENT
        more = low + (high - low) * keyed.uniform(key, "supplement")
        self.granted_e2[line] = _as_planned(self.granted_e2[line] * more)
        self.since[line] = np.maximum(self.since[line] + 1, moment)
        new = np.zeros(len(line), dtype=bool)
        self.fresh.append(Grants(self.code[line], self.since[line], self.granted_e2[line], new))


def _running(code: Ints, quantity: Ints) -> Ints:
    """Return the sum of quantities up to each row of its code; codes lie together."""
    total = np.cumsum(quantity)
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    before = np.append(0, total)[starts]
    counts = np.diff(np.append(starts, len(code)))
    running: Ints = total - np.repeat(before, counts)
    return running


def _overruns(nation: Nation, scheme: Ints) -> Bools:
    """Return whose scheme of overrunning lists runs, for rows of schemes (n, SCHEME_SLOTS)."""
    overruns = [kind.overruns_lists for kind in nation.mechanisms]
    runs: Bools = nation.of_running(scheme, overruns, nothing=False).any(axis=1)
    return runs


def _as_planned(quantity_e2: Floats) -> Ints:
    """Return quantities as people plan them: two leading digits of whole units, rounded up."""
    whole = np.maximum(np.ceil(quantity_e2 / 100), 1.0)
    step = second_digit(whole)
    planned: Ints = (np.ceil(whole / step) * step * 100).astype(np.int64)
    return planned


def _planned(nation: Nation, code: Ints, key: Keys) -> Floats:
    """Return what the trader of each line thinks that a year takes, hundredths of unit1."""
    low, high = _PLANNED
    return expected_e2(nation, code) * (low + (high - low) * keyed.uniform(key, "planned"))


def usual_e2(nation: Nation, code: Ints) -> Floats:
    """Return the usual quantity of one import of each line, hundredths of unit1."""
    own, quantity = _imports(nation, code)
    usual: Floats = np.where(own, quantity, 0.0).max(axis=(1, 2)) * 100
    return usual


def _imports(nation: Nation, code: Ints) -> tuple[Bools, Floats]:
    """Return which goods of which habit each line is of, and its quantity of one import."""
    trader, _, line = of_codes(code)
    own: Bools = nation.traders.lines[trader, IMPORT] == line[:, None, None]
    usd = nation.goods.log_price[line][:, None, None]
    quantity: Floats = np.exp(nation.traders.log_volume[trader, IMPORT] - usd)
    return own, quantity


def expected_e2(nation: Nation, code: Ints) -> Floats:
    """Return what each line's trader expects to import under it in a year, hundredths of unit1.

    Formula: its declarations a year x share of imports x share under the list x items a declaration
    x how often an item is of the line x the usual quantity of one.
    """
    traders, (trader, _, _) = nation.traders, of_codes(code)
    own, quantity = _imports(nation, code)
    often = traders.habit_weight[trader, IMPORT][:, :, None] * np.asarray(LINE_WEIGHTS)
    often = np.where(own, often / sum(LINE_WEIGHTS), 0.0)
    a_year = DECLARATIONS_A_YEAR * nation.scale * traders.weight[trader] / traders.weight.sum()
    a_year = a_year * traders.import_share[trader] * UNDER_LIST_SHARE * ITEMS_A_DECLARATION
    expected: Floats = a_year * (often * quantity).sum(axis=(1, 2)) * 100
    return expected
