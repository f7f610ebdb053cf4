"""What declarations owe at clearance, and how later versions change it."""

from dataclasses import dataclass

import numpy as np

from simulator.control.corrections import corrected
from simulator.control.lifecycle import NEVER, Lives
from simulator.kernel.arrays import Bools, Ints, join
from simulator.nation import Nation
from simulator.reference.regimes import IMPORT
from simulator.reference.tax_letters import LETTERS, after_exemption, item_amounts
from simulator.trade.batch import Batch
from simulator.trade.selecting import select

_TURNS = 2


@dataclass(frozen=True, slots=True)
class Version:
    """One correction by a new version: `rows` are positions in the block, ascending."""

    rows: Ints
    batch: Batch


@dataclass(frozen=True, slots=True)
class Changes:
    """What is owed more or less than before, one position a declaration, tax and event.

    Attributes:
        declaration: Position in the block; letter: position in LETTERS.
        delta_vnd: Signed change of what is to be paid, VND.
        known: Local second at which it is known.
        turn: Which event of the declaration it is; one number a kind of event.
    """

    declaration: Ints
    letter: Ints
    delta_vnd: Ints
    known: Ints
    turn: Ints


@dataclass(frozen=True, slots=True)
class Standing:
    """What the declarations of a block owe.

    Attributes:
        gross_vnd, net_vnd: Taxes of the version at clearance before and after exemption, shape
            (n, LETTERS); 0 where nothing is owed.
        assessed: Local second at which that version was lodged.
        stands: Neither cancelled nor refused.
        versions: Corrections by version, the first and the second.
        changes: By versions after clearance and by withdrawals.
    """

    gross_vnd: Ints
    net_vnd: Ints
    assessed: Ints
    stands: Bools
    versions: tuple[Version, ...]
    changes: Changes


def declared_amounts(batch: Batch) -> Ints:
    """Return the taxes of declarations before exemption, shape (n, LETTERS), VND."""
    if not len(batch):
        return np.zeros((0, len(LETTERS)), dtype=np.int64)
    starts = np.searchsorted(batch.owner, np.arange(len(batch)))
    is_import = batch.deals.direction[batch.owner] == IMPORT
    amounts: Ints = np.add.reduceat(item_amounts(batch.duties, is_import), starts, axis=0)
    return amounts


def versions_of(nation: Nation, batch: Batch, lives: Lives) -> tuple[Version, ...]:
    """Return the corrected versions of a block's declarations, as they are sent."""
    versions: list[Version] = []
    rows, earlier = np.arange(len(batch)), batch
    for turn in range(_TURNS):
        chosen = np.flatnonzero(lives.amended[rows, turn] != NEVER)
        if not len(chosen):
            break
        rows = rows[chosen]
        earlier = corrected(nation, select(earlier, chosen), lives.reason[rows], turn + 1)
        versions.append(Version(rows, earlier))
    return tuple(versions)


def changes_of(rows: Ints, deltas: Ints, known: Ints, turn: int) -> Changes:
    """Return signed changes by declaration and tax, those of 0 left out.

    Args:
        rows: Declarations, shape (m,).
        deltas: Changes, shape (m, LETTERS), VND.
        known: Local second of each, shape (m,).
        turn: Number of the kind of event.
    """
    place, letter = np.nonzero(deltas)
    return Changes(
        declaration=rows[place],
        letter=letter,
        delta_vnd=deltas[place, letter],
        known=known[place],
        turn=np.full(len(place), turn, dtype=np.int64),
    )


def stand(nation: Nation, batch: Batch, lives: Lives) -> Standing:
    """Return what the declarations of a batch owe at clearance and how versions change it."""
    stands: Bools = lives.cleared != NEVER
    gross = declared_amounts(batch) * stands[:, None]
    regime = batch.deals.regime
    assessed = batch.roster.registered.copy()
    versions = versions_of(nation, batch, lives)
    before = after_exemption(gross, regime)
    parts = [changes_of(np.arange(0), before[:0], assessed[:0], 0)]
    first = before
    for turn, version in enumerate(versions):
        rows = version.rows
        amounts = declared_amounts(version.batch) * stands[rows, None]
        sent = lives.amended[rows, turn]
        in_time: Bools = sent <= lives.cleared[rows]
        gross[rows[in_time]], assessed[rows[in_time]] = amounts[in_time], sent[in_time]
        now = after_exemption(amounts, regime[rows])
        late = ~in_time
        delta = now[late] - before[rows[late]]
        parts.append(changes_of(rows[late], delta, sent[late], turn + 1))
        before = before.copy()
        before[rows] = now
    if versions:
        rows = versions[0].rows
        rows = rows[lives.withdrawn[rows] != NEVER]
        back = first[rows] - before[rows]
        parts.append(changes_of(rows, back, lives.withdrawn[rows], _TURNS + 1))
    return Standing(
        gross_vnd=gross,
        net_vnd=after_exemption(gross, regime),
        assessed=assessed,
        stands=stands,
        versions=versions,
        changes=join(parts),
    )
