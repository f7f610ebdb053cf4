"""What was wrong with goods items, and for how much: as control was told it, and as it is.

A lesson of the truth is for one kind of check: an item is irregular when that kind can see it, and
worth its loss times collectable share times the kind's chance. A loss on several items is shared
out among them, and so is one of a whole declaration.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import (
    DAY_SECONDS,
    NEVER,
    Bools,
    Floats,
    Ints,
    amounts_in,
    days_in,
    expand,
    numbers_in,
    week_of,
)
from benchmark.ceiling.items import Items
from benchmark.kinds import chance_table
from benchmark.outside import Limits, connection
from benchmark.outside_files import add, known_on
from benchmark.truth import read_irregular, sights_in
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_TABLES = {
    "ktstq": ("SEQ_NO", "OP", "MA_QD", "MA_DN", "TU_NGAY", "DEN_NGAY", "NGAY_KL"),
    "ktstqct": (
        "SEQ_NO", "OP", "MA_QD", "SO_TK_GOC", "STT", "MA_SAC_THUE", "THUE_CHENH", "TRANG_THAI",
    ),
    "kiemtra": (
        "SEQ_NO", "OP", "MA_KT", "STT_KT", "SO_TK_GOC", "STT", "DEN", "KET_QUA", "THUE_TANG",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is known to be wrong with some items.

    Attributes:
        place: Positions of the items, shape (n,).
        is_irregular: Whether something is wrong, same shape.
        vnd: For how much; 0 where that is not known.
    """

    place: Ints
    is_irregular: Bools
    vnd: Floats


@dataclass(frozen=True, slots=True)
class Wrong:
    """Every irregular item of a nation, by the truth.

    Attributes:
        place: Positions of the items, shape (n,); an item may stand twice.
        mechanism: Position in `mechanisms`.
        sights: 1 documents + 2 physical + 4 audit.
        vnd: Evaded duty times collectable share, its part of the loss.
        shows: First day on which any control can see its loss.
        mechanisms: Names, sorted.
    """

    place: Ints
    mechanism: Ints
    sights: Ints
    vnd: Floats
    shows: Ints
    mechanisms: list[str]


def told_lesson(world: Path, items: Items, until: int, limits: Limits) -> Lesson:
    """Return what inspections and audits that had ended by a second had found.

    What they are told of later (a finding taken back, an audit's line annulled) is not known yet.
    """
    last_day = (until - 1) // DAY_SECONDS
    come = [path for path in world.rglob("*") if path.is_file() and known_on(path) <= last_day]
    with connection(limits) as opened:
        add(opened, come, _TABLES)
        opened.register("goods", items.told)
        found = opened.sql(_SQL["told"], params={"until": until}).to_arrow_table()
    place = items.places_of(found["number"].to_numpy(), found["item"].to_numpy())
    irregular = found["is_irregular"].to_numpy().astype(bool)
    return Lesson(place, irregular, amounts_in(found["vnd"]))


def wrong_items(truth: Path, items: Items) -> Wrong:
    """Return what is wrong with the items by the truth."""
    rows = read_irregular(truth)
    number = numbers_in(rows["so_tk_goc"])
    item = pc.fill_null(rows["stt"].cast(pa.int64()), -1).to_numpy()
    begin = np.searchsorted(items.number, number, side="left")
    end = np.searchsorted(items.number, number, side="right")
    own = items.places_of(number, item)
    begin, end = np.where(item < 0, begin, own), np.where(item < 0, end, own + 1)
    row, place = expand(np.where(begin < 0, 0, begin), np.where(begin < 0, 0, end))
    money = amounts_in(rows["duty_evaded_vnd"]) * amounts_in(rows["collectable_share"])
    encoded = rows["loss_id"].combine_chunks().dictionary_encode().indices
    loss = encoded.to_numpy(zero_copy_only=False)
    shows = np.full(len(loss), NEVER, dtype=np.int64)
    np.minimum.at(shows, loss, days_in(rows["shows_on"]))
    shared = loss[row]
    parts = np.bincount(shared)[shared]
    names = pc.unique(rows["mechanism"]).sort().to_pylist()
    kind = pc.index_in(rows["mechanism"], pa.array(names, pa.string())).to_numpy()
    sights = sights_in(rows["visible_by"])[row]
    vnd = money[row] / parts
    return Wrong(place, kind[row].astype(np.int64), sights, vnd, shows[shared], names)


def true_lesson(
    items: Items, wrong: Wrong, kind: int, until: int, left_out: tuple[str, ...] = ()
) -> Lesson:
    """Return the truth of the items registered before a week, for one kind of check.

    What does not show before that week is not wrong yet, and is taught as right.

    Args:
        items: Items of the nation.
        wrong: What is wrong with them.
        kind: Position in KINDS.
        until: Week since 1970.
        left_out: Mechanisms of which no item is taught, neither as wrong nor as right.
    """
    worth = np.zeros(len(items))
    seen = wrong.vnd * chance_table()[kind, wrong.sights] * (week_of(wrong.shows) < until)
    np.add.at(worth, wrong.place, seen)
    unknown = np.isin(
        wrong.mechanism, [wrong.mechanisms.index(n) for n in left_out if n in wrong.mechanisms]
    )
    is_taught = items.week < until
    is_taught[wrong.place[unknown]] = False
    place = np.flatnonzero(is_taught)
    return Lesson(place, worth[place] > 0, worth[place])
