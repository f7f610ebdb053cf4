"""Hands over the versions of declarations: originals, corrections, withdrawals, late clearances."""

from dataclasses import replace

import numpy as np

from simulator.chronicle.on_the_spot import Pairs, taken_over
from simulator.control.corrections import corrected
from simulator.control.lifecycle import NEVER, Lives
from simulator.delivery.outbox import Outbox
from simulator.kernel.arrays import Bools, Ints
from simulator.nation import Nation
from simulator.papers.paper import Paper
from simulator.reference.calendar import DAY_SECONDS
from simulator.sources.vcis_header import header_columns
from simulator.sources.vcis_items import item_columns
from simulator.sources.vcis_papers import container_columns, document_columns
from simulator.sources.vcis_taxes import tax_columns
from simulator.trade.selecting import select

_TURNS = 2


def put_versions(
    outbox: Outbox, nation: Nation, original: Paper, lives: Lives, pairs: Pairs
) -> None:
    """Hand over `tk`, `hang`, `thue`, `chungtu` and `cont` of a block, all versions."""
    everyone = np.arange(len(original.batch))
    _put_version(outbox, nation, original, (lives, pairs), everyone)
    earlier, rows = original, everyone
    for turn in range(_TURNS):
        chosen = np.flatnonzero(lives.amended[rows, turn] != NEVER)
        if not len(chosen):
            return
        rows = rows[chosen]
        batch = select(earlier.batch, chosen)
        reason = lives.reason[rows]
        paper = Paper(
            batch=corrected(nation, batch, reason, turn + 1),
            digit=turn + 1,
            reason=reason,
            consignments=original.consignments,
            gross_kg_e2=original.gross_kg_e2[rows],
            packages=original.packages[rows],
            so_tk=original.so_tk[rows] + turn + 1,
            rows=rows,
        )
        _put_version(outbox, nation, paper, (lives, pairs), rows)
        earlier = paper


def _put_version(
    outbox: Outbox, nation: Nation, paper: Paper, known: tuple[Lives, Pairs], rows: Ints
) -> None:
    """Hand over one version: its row knows of the clearance if that came by the night.

    Who delivered on the spot learns the number of the other side's declaration with it.
    """
    (lives, pairs), turn = known, paper.digit
    sent = lives.amended[rows, turn - 1] if turn else paper.batch.roster.registered
    following = lives.amended[rows, turn] if turn < _TURNS else np.full(len(rows), NEVER)
    cleared = lives.cleared[rows]
    same_day = cleared // DAY_SECONDS <= sent // DAY_SECONDS
    knows: Bools = (cleared != NEVER) & same_day
    moment = np.where(knows, np.maximum(sent, cleared), sent)
    taken, since = taken_over(pairs, paper.batch.roster.number)

    def by(moment: Ints) -> Ints:
        return np.where(since <= moment, taken, 0)

    columns = header_columns(nation, paper, np.where(knows, cleared, NEVER), by(moment))
    registered = paper.batch.roster.day
    outbox.put("tk", moment, columns, registered=registered)
    _put_children(outbox, nation, paper, moment)
    is_last = (following == NEVER) | (following > cleared)
    later = np.flatnonzero((cleared != NEVER) & ~knows & is_last)
    _put_later(outbox, nation, paper, (later, cleared, cleared, by(cleared)), "U")
    # The first correction may be withdrawn: it is gone then, and the original stands again.
    back = lives.withdrawn[rows]
    is_back = (back != NEVER) & (back <= since)
    is_current = (following == NEVER) | (following > since)
    if turn == 0:
        is_current |= is_back
    elif turn == 1:
        is_current &= ~is_back
    later = np.flatnonzero((taken > 0) & (since > moment) & is_current)
    by_then = np.where((cleared != NEVER) & (cleared <= since), cleared, NEVER)
    _put_later(outbox, nation, paper, (later, since, by_then, taken), "U")
    if turn < _TURNS:
        by_then = np.where(cleared <= back, cleared, NEVER)
        told = np.flatnonzero(back != NEVER), back, by_then, by(back)
        _put_later(outbox, nation, paper, told, "D" if turn else "U")


def _put_later(
    outbox: Outbox, nation: Nation, paper: Paper, told: tuple[Ints, ...], operation: str
) -> None:
    """Hand over header rows again: which ones, when, the clearance and the taker they know of."""
    chosen, moment, cleared, taken = told
    if len(chosen):
        part = replace(
            paper,
            batch=select(paper.batch, chosen),
            reason=paper.reason[chosen],
            gross_kg_e2=paper.gross_kg_e2[chosen],
            packages=paper.packages[chosen],
            so_tk=paper.so_tk[chosen],
            rows=paper.rows[chosen],
        )
        columns = header_columns(nation, part, cleared[chosen], taken[chosen])
        registered = part.batch.roster.day
        outbox.put("tk", moment[chosen], columns, operation, registered=registered)


def _put_children(outbox: Outbox, nation: Nation, paper: Paper, moment: Ints) -> None:
    day, owner = paper.batch.roster.day, paper.batch.owner
    if outbox.wants("hang"):
        outbox.put("hang", moment[owner], item_columns(nation, paper), registered=day[owner])
    tables = (("thue", tax_columns), ("chungtu", document_columns), ("cont", container_columns))
    for table, columns_of in tables:
        if outbox.wants(table):
            rows, columns = columns_of(nation, paper)
            outbox.put(table, moment[rows], columns, registered=day[rows])
