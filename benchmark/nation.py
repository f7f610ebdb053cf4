"""Truth and registrations joined: where each loss lies in time and with whom."""

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, NEVER, Bools, Floats, Ints, positions_in, week_of
from benchmark.kinds import KINDS
from benchmark.outside import Declarations, Limits, read_declarations
from benchmark.truth import Losses, Truth, loss_words, read_truth
from simulator.kernel import keyed

_DAYS_A_YEAR = 365.0
# The smallest size class of traders: this many declarations a year at most.
SMALL_YEARLY_DECLARATIONS = 5
# In fewer days a single declaration is more than so many a year: nobody can be told as small.
LEAST_DAYS_OF_SMALL = math.ceil(_DAYS_A_YEAR / SMALL_YEARLY_DECLARATIONS)


@dataclass(frozen=True, slots=True)
class Places:
    """Where losses lie, by registration: sorted by time, then number.

    Attributes:
        loss: Position in the losses, shape (n,).
        declaration: Position in the declarations.
        trader: Position in the traders.
        registered: Local seconds since 1970.
        is_first: Whether no earlier place has the same loss.
    """

    loss: Ints
    declaration: Ints
    trader: Ints
    registered: Ints
    is_first: Bools


@dataclass(frozen=True, slots=True)
class JudgedNation:
    """A finished nation as the judge sees it.

    Attributes:
        declarations: What is registered.
        losses: Each loss once.
        places: Where they lie; places in declarations that the outside files lack are left out.
        lost_places: How many were left out.
        luck: One number in [0, 1) for each loss and kind, shape (losses, kinds): a check of the
            kind sees the loss when its chance is above it, and it does so each time.
        is_small_honest: Whether each trader is honest and of the smallest size class.
        owner: Trader of each loss (that of its first place); -1 where it has no place.
        shows: First day on which a check or an audit can see each loss; NEVER where that lies
            after the last day with registrations.
    """

    declarations: Declarations
    losses: Losses
    places: Places
    lost_places: int
    luck: Floats
    is_small_honest: Bools
    owner: Ints
    shows: Ints

    @property
    def is_visible(self) -> Bools:
        """Whether each loss shows by the last day with registrations, shape (losses,)."""
        visible: Bools = self.shows != NEVER
        return visible


def read_nation(truth: Path, world: Path, limits: Limits) -> JudgedNation:
    """Return the nation of a truth folder and its folder of outside files."""
    return joined(read_truth(truth), read_declarations(world, limits))


def joined(truth: Truth, declarations: Declarations) -> JudgedNation:
    """Return truth and registrations as one."""
    at = positions_in(declarations.number, truth.place_number)
    places = _places(truth.place_loss[at >= 0], at[at >= 0], declarations)
    owner = np.full(len(truth.losses), -1, dtype=np.int64)
    owner[places.loss[places.is_first]] = places.trader[places.is_first]
    return JudgedNation(
        declarations=declarations,
        losses=truth.losses,
        places=places,
        lost_places=int((at < 0).sum()),
        luck=_luck(truth.losses),
        is_small_honest=_small_honest(truth, declarations, places),
        owner=owner,
        shows=_shows(truth.losses, owner, declarations),
    )


def _shows(losses: Losses, owner: Ints, declarations: Declarations) -> Ints:
    """Return from when on each loss can be seen; one without a place is left as the truth has it.

    This is the one place where it is said: who counts what is found, and the oracle, ask here.
    """
    last_day = declarations.day.max(initial=-1)
    return np.where((owner >= 0) & (losses.shows > last_day), NEVER, losses.shows)


def _places(loss: Ints, at: Ints, declarations: Declarations) -> Places:
    order = np.lexsort((at, declarations.registered[at]))
    loss, at = loss[order], at[order]
    is_first = np.zeros(len(loss), dtype=np.bool_)
    is_first[np.unique(loss, return_index=True)[1]] = True
    return Places(loss, at, declarations.trader[at], declarations.registered[at], is_first)


def _small_honest(truth: Truth, declarations: Declarations, places: Places) -> Bools:
    """Return who is honest by role and deed, and registers few declarations a year."""
    count = len(declarations.traders)
    honest = pc.is_in(declarations.traders, truth.honest_traders)
    small_honest: Bools = honest.to_numpy(zero_copy_only=False).copy()
    small_honest[places.trader[truth.losses.is_meant[places.loss]]] = False
    years = max(days_of(declarations), 1) / _DAYS_A_YEAR
    yearly = np.bincount(declarations.trader, minlength=count) / years
    return small_honest & (yearly <= SMALL_YEARLY_DECLARATIONS)


def days_of(declarations: Declarations) -> int:
    """Return how many days lie from the first registration to the last one, both included."""
    day = declarations.day
    return int(np.ptp(day)) + 1 if len(day) else 0


def _luck(losses: Losses) -> Floats:
    """Return the luck of each loss and kind: a pure function of its id and the kind's place."""
    state = np.zeros(len(losses), dtype=np.uint64)
    for word in loss_words(losses.ids).T:
        # A word of nothing is padding: how long other ids are says nothing about this one.
        state = np.where(word == 0, state, keyed.mixed(state ^ word))
    kinds = np.arange(1, len(KINDS) + 1, dtype=np.uint64) * keyed.GAMMA
    return keyed.unit(state[:, None] ^ kinds)


def fingerprint(nation: JudgedNation) -> str:
    """Return 16 hexadecimal digits that are the same for the same nation only.

    They are of what is registered and lost in it, so that no file has to say which nation it is.
    """
    held, losses = nation.declarations, nation.losses
    parts = (held.number, held.registered, loss_words(losses.ids), losses.evaded, losses.shows)
    lengths = ",".join(str(part.size) for part in parts).encode()
    content = b"".join(np.ascontiguousarray(part).tobytes() for part in parts)
    return hashlib.sha256(lengths + content).hexdigest()[:16]


def weekly_registrations(declarations: Declarations) -> tuple[int, Ints]:
    """Return the first week and how many declarations each week from it on registers."""
    week = week_of(declarations.day)
    if not len(week):
        return 0, np.zeros(0, dtype=np.int64)
    first = int(week.min())
    return first, np.bincount(week - first)


def iso_day(day: int) -> str:
    """Return a day since 1970 as YYYY-MM-DD."""
    return datetime.fromtimestamp(day * DAY_SECONDS, UTC).date().isoformat()
