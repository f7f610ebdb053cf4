"""What a mechanism is: who does it and why, what it makes of the papers, how it answers a catch.

A mechanism plans its schemes once (actor, start, end, strength) and then acts on the items of
their declarations: it gets what really comes and says what is declared. Everything it draws is
keyed (`kernel.keyed`), so a scheme does the same thing whichever day is produced first. Its story,
which the judge tells, is its module's docstring: "Actors: … Motive: … Method: … Evaded: …"; WHOLE
in it is ((1 + MFN) (1 + VAT) - 1) of the invoice value, at the rates of the true code on the day.
Depths, shares and spans that stand in the modules are assumptions unless they name a source.
Mechanisms of others can be loaded from a folder (`loading.py`); they say the INTERFACE they were
written for.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference import detection
from simulator.setting import Setting

DOCUMENTS, SCANNER, PHYSICAL_PART, PHYSICAL_WHOLE, AGENCY, LABORATORY, VALUE_CONSULTATION = range(7)
AUDIT = 7
METHODS = detection.METHODS
# What a deed may say unlike the truth; named alike in a case, a deed and the goods items.
DECLARED = (
    "line", "origin", "schedule", "certificate", "quantity_e2", "kg_e2", "unit_price_e4",
)  # fmt: skip
# From when on the books tell what a deed hides: at once, or only when something that the deed is
# about has come and gone (`chronicle.showing`).
SHOWS = ("at once", "after the deadline", "after the report", "after the trip")
AT_ONCE, AFTER_DEADLINE, AFTER_REPORT, AFTER_TRIP = SHOWS
# What tips warn of.
WARNINGS = ("prices", "codes", "origin", "hidden goods", "quantities", "exemptions")
PARAMETERS = 4
# Version of all that private mechanisms may use (docs/benchmark.md); grows when a meaning changes.
INTERFACE = 3


@dataclass(frozen=True, slots=True)
class Schemes:
    """Schemes of one mechanism, one position each.

    Attributes:
        trader: Who runs it.
        group: Schemes that belong together (a ring) have the same number; else their own.
        start_day, end_day: First day, and the day after the last, unless a catch ends it before.
        share: Chance that an item it covers takes part.
        office, broker, officer: Where it is tied to one; -1 for none.
        response: What it does when caught, beside becoming more careful, as each catch makes all:
            STAY (no more than that), MOVE (an office it knows), REBROKER, PAUSE, STOP.
        parameters: What the mechanism itself needs, shape (n, PARAMETERS).
    """

    trader: Ints
    group: Ints
    start_day: Ints
    end_day: Ints
    share: Floats
    office: Ints
    broker: Ints
    officer: Ints
    response: Ints
    parameters: Floats

    def __len__(self) -> int:
        """Return the number of schemes."""
        return len(self.trader)


def no_schemes() -> Schemes:
    """Return an empty list of schemes."""
    none = np.empty(0, dtype=np.int64)
    return Schemes(
        trader=none,
        group=none,
        start_day=none,
        end_day=none,
        share=np.empty(0),
        office=none,
        broker=none,
        officer=none,
        response=none,
        parameters=np.empty((0, PARAMETERS)),
    )


STAY, MOVE, REBROKER, PAUSE, STOP = range(5)


@dataclass(frozen=True, slots=True)
class Case:
    """Items of declarations of running schemes of one mechanism, one position each.

    Attributes:
        key: Identity of the goods; declaration_key: of the declaration; deal_key: of the deal.
        day: Of the deal, which later declarations of it keep.
        declared_day: Of the declaration; its rates and taxes hold.
        trader, direction, regime, currency: Of the declaration.
        is_related: Buyer and seller are related.
        pieces: In how many pieces the deal comes.
        beyond_list: Share of the quantity that its exemption list no longer covers, 0 to 1.
        line, origin, schedule, certificate: As they really are.
        quantity_e2, kg_e2, unit_price_e4: As they really are (`trade.goods_items`).
        scheme: Position in Schemes; share, parameters: its own.
        caught: How often the scheme has been caught before this week.
        is_covered: The scheme covers goods like these (a keyed draw by trader and line).
    """

    key: Keys
    declaration_key: Keys
    deal_key: Keys
    day: Ints
    declared_day: Ints
    trader: Ints
    direction: Ints
    regime: Ints
    currency: Ints
    is_related: Bools
    pieces: Ints
    beyond_list: Floats
    line: Ints
    origin: Ints
    schedule: Ints
    certificate: Keys
    quantity_e2: Ints
    kg_e2: Ints
    unit_price_e4: Ints
    scheme: Ints
    share: Floats
    parameters: Floats
    caught: Ints
    is_covered: Bools

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Deed:
    """What is declared of the items of a case, one position each; equal to the truth by default.

    Attributes:
        takes_part: The item is irregular; where false everything else is ignored.
        line, origin, schedule, certificate, quantity_e2, kg_e2, unit_price_e4: As declared.
        hidden_vnd: Duty evaded that the declared item cannot show (goods that are on no paper,
            material diverted), VND; added to what the items differ in.
        hidden_worth: Value of goods that are on no paper, as a share of the item's true value.
        taken_off: Share of an import's goods that leaves a bonded trip on the way, 0 to 1; who
            takes all of them off never arrives. Exports and what goes unsealed arrive whole.
    """

    takes_part: Bools
    line: Ints
    origin: Ints
    schedule: Ints
    certificate: Keys
    quantity_e2: Ints
    kg_e2: Ints
    unit_price_e4: Ints
    hidden_vnd: Ints
    hidden_worth: Floats
    taken_off: Floats


def truthful(case: Case, takes_part: Bools, **changes: Any) -> Deed:
    """Return a deed that differs from the truth in `changes` only."""
    same = {name: getattr(case, name) for name in DECLARED}
    nothing = np.zeros(len(case))
    deed = Deed(
        takes_part=takes_part,
        hidden_vnd=nothing.astype(np.int64),
        hidden_worth=nothing,
        taken_off=nothing,
        **same,
    )
    return replace(deed, **changes)


@dataclass(frozen=True, slots=True)
class Errand:
    """Declarations of running schemes of one mechanism, one position each, before they are made.

    Attributes:
        key: Identity of the declaration.
        office, broker, direction: As the trader would have it.
        scheme: Position in `schemes`, the schemes of the nation.
        schemes: All of them.
    """

    key: Keys
    office: Ints
    broker: Ints
    direction: Ints
    scheme: Ints
    schemes: Schemes


@dataclass(frozen=True, slots=True)
class Route:
    """By whom declarations go, one position each.

    Attributes:
        is_used: The scheme uses the declaration; in the others nothing goes wrong.
        office, broker: Where and by whom it is declared.
        officer: Who looks at it and sees nothing; -1 for nobody.
    """

    is_used: Bools
    office: Ints
    broker: Ints
    officer: Ints


def as_usual(errand: Errand, **changes: Any) -> Route:
    """Return a route that uses every declaration as the trader would have it, but for `changes`."""
    every = np.ones(len(errand.key), dtype=bool)
    nobody = np.full(len(errand.key), -1, dtype=np.int64)
    return replace(Route(every, errand.office, errand.broker, nobody), **changes)


class Mechanism(ABC):
    """One way in which things go wrong. Subclasses set the class attributes and `plan` and `act`.

    Attributes:
        name: Its name in the truth and in `--mechanisms`.
        intent: False for honest mistakes.
        seen_by: Chance that each method sees an item of it in which nothing agrees, by METHODS;
            where a subclass does not say, that of `reference.detection` for what it is visible by.
        visible_by: What the truth says: of documents, physical, audit.
        shows: From when on books tell it, one of SHOWS; audits see nothing before.
        warned_of: What tips about it warn of, one of WARNINGS; empty for anything.
        collectable_share: Share of a loss that is collected once it is found (assumption).
        suppressed_kinds: Follow-ups (`reference.declaration_kinds`) that never come while it runs.
        redeclares_after_red: Chance that a red lane makes it cancel and declare elsewhere.
        declares_again_after_notice: Chance that what it hides is declared after a notice of
            inspection; then it is no longer hidden.
        passes_through: Its goods are really sent from the country that is claimed as their origin.
        forges_certificates: The certificates that its goods show are not theirs.
        overruns_lists: It lets its exemption lists be overrun instead of having them supplemented.
        vanishes: Its firm pays nothing and cannot be found once its scheme has ended.
        most_pieces: Into how many declarations a large deal is split at most; 1 for not at all.
        dies_when_caught: Its firm closes when caught and is re-born as its successor.
    """

    name: ClassVar[str]
    intent: ClassVar[bool] = True
    seen_by: ClassVar[Sequence[float]] = (0, 0, 0, 0, 0, 0, 0, 0)
    visible_by: ClassVar[Sequence[str]] = ("audit",)
    shows: ClassVar[str] = AT_ONCE
    warned_of: ClassVar[str] = ""
    collectable_share: ClassVar[float] = 0.67
    suppressed_kinds: ClassVar[Sequence[int]] = ()
    redeclares_after_red: ClassVar[float] = 0.0
    declares_again_after_notice: ClassVar[float] = 0.0
    passes_through: ClassVar[bool] = False
    forges_certificates: ClassVar[bool] = False
    overruns_lists: ClassVar[bool] = False
    vanishes: ClassVar[bool] = False
    most_pieces: ClassVar[int] = 1
    dies_when_caught: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Take the chances to be seen from the table, unless the mechanism has its own."""
        super().__init_subclass__()
        if "seen_by" not in vars(cls) and isinstance(getattr(cls, "name", None), str):
            cls.seen_by = detection.chances_of(cls.name, cls.visible_by, is_meant=cls.intent)

    @abstractmethod
    def plan(self, setting: Setting) -> Schemes:
        """Return the schemes of a nation; called once, before any day is lived."""

    def route(self, setting: Setting, errand: Errand) -> Route:
        """Return by whom the declarations of its running schemes go; as usual by default."""
        del setting
        return as_usual(errand)

    def shown_again(self, setting: Setting, parameters: Floats) -> Ints:
        """Return the country whose certificate of two months each scheme shows for all its goods.

        Args:
            setting: The nation before anything goes wrong.
            parameters: Of the schemes, shape (n, PARAMETERS).

        Returns:
            Positions in countries, shape (n,); -1 for none, as by default.
        """
        del setting
        return np.full(len(parameters), -1, dtype=np.int64)

    @abstractmethod
    def act(self, setting: Setting, case: Case) -> Deed:
        """Return what is declared of the items of this mechanism's running schemes."""
