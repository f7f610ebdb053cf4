"""Exemption lists: what a trader may import free of duty in a year, and how much of it.

A list is registered before its first import with room for everything that its trader brings in
honestly, so what is left of it never runs out; only where the mechanism `exemption_overrun` is at
work does a line hold less than is imported under it. What a year brings is known when all its
blocks are written: raw rows are gathered at the list's first day and summed there.
"""

import numpy as np
import pyarrow as pa

from simulator.control.lifecycle import NEVER, Lives
from simulator.delivery.outbox import Outbox
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, constant, dates, decimals, whole
from simulator.mechanisms.exemption_overrun import ExemptionOverrun
from simulator.nation import Nation
from simulator.papers.numbers import exemption_columns
from simulator.papers.paper import Paper
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.goods import UNITS
from simulator.trade.batch import Batch
from simulator.trade.selecting import select

TABLE, _EXEMPTION = "dmmt", "MT"
# Room on a line in percent of what is imported under it, in order and overrun.
_ROOM, _TOO_LITTLE = (112, 190), (35, 80)
# A corrected declaration may tell a little more than the first.
_CORRECTED_MORE_E2 = 1_000
_REGISTERED_SECOND = 9 * 3_600


def put_exemptions(outbox: Outbox, nation: Nation, paper: Paper, lives: Lives) -> None:
    """Hand over what is imported under exemption lists, raw; `finish_lists` makes the lists."""
    if not outbox.wants(TABLE):
        return
    stands = lives.cleared != NEVER
    listed = np.flatnonzero(_names_list(nation, paper) & stands)
    if not len(listed):
        return
    part = _part(paper, listed)
    batch = part.batch
    columns = exemption_columns(nation, part)
    year = batch.roster.day.astype("datetime64[D]").astype("datetime64[Y]")
    first = year.astype("datetime64[D]").astype(np.int64)
    last = (year + 1).astype("datetime64[D]").astype(np.int64) - 1
    owner = batch.owner
    moment = np.maximum(first, nation.written_from) * DAY_SECONDS + _REGISTERED_SECOND
    is_corrected = lives.amended[listed].max(axis=1) != NEVER
    codes = np.array([int(code) for code in nation.goods.codes])
    outbox.put(
        TABLE,
        moment[owner],
        {
            "SO_DMMT": columns["SO_DMMT"].cast(pa.string()),
            "STT": columns["STT_DMMT"],
            "MA_DN": nation.actors.texts.tax_codes.take(pa.array(batch.deals.trader[owner])),
            "code": whole(codes[batch.declared.line]),
            "unit": whole(nation.goods.unit1[batch.declared.line]),
            "quantity_e2": whole(batch.declared.quantity_e2),
            "more_e2": whole(np.where(is_corrected[owner], _CORRECTED_MORE_E2, 0)),
            "value": whole(batch.valuation.customs_vnd),
            "is_overrun": whole(_overruns(nation, batch).astype(np.int64)),
            "room": whole(_percent(nation, batch, "room", _ROOM)),
            "too_little": whole(_percent(nation, batch, "too little", _TOO_LITTLE)),
            "first_day": dates(first[owner]),
            "last_day": dates(last[owner]),
        },
    )


def _part(paper: Paper, rows: Ints) -> Paper:
    """Return some declarations of a paper."""
    return Paper(
        batch=select(paper.batch, rows),
        digit=paper.digit,
        reason=paper.reason[rows],
        consignments=paper.consignments,
        gross_kg_e2=paper.gross_kg_e2[rows],
        packages=paper.packages[rows],
        so_tk=paper.so_tk[rows],
        rows=paper.rows[rows],
    )


def _names_list(nation: Nation, paper: Paper) -> Bools:
    """Return which declarations name a list; one of each regime is asked."""
    regimes, first = np.unique(paper.batch.deals.regime, return_index=True)
    asked = _part(paper, first)
    named = np.asarray(exemption_columns(nation, asked)["SO_DMMT"].is_valid())
    listed = np.unique(asked.batch.owner[named])
    result: Bools = np.isin(paper.batch.deals.regime, regimes[listed])
    return result


def _overruns(nation: Nation, batch: Batch) -> Bools:
    result: Bools = batch.planted.mechanism == nation.place_of(ExemptionOverrun.name)
    return result


def _percent(nation: Nation, batch: Batch, name: str, span: tuple[int, int]) -> Ints:
    """Return a percentage of each list line, equal for all that is imported under it."""
    owner = batch.owner
    year = batch.roster.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    own = (batch.deals.trader[owner] * 1_000 + year[owner]) * 20_000 + batch.declared.line
    return keyed.integers(keyed.derive(nation.root("papers"), "list line", own), name, *span)


def finish_lists(rows: pa.Table, day: int) -> pa.Table:
    """Return the lines of the exemption lists that are registered on a day.

    Args:
        rows: What is imported under them, as `put_exemptions` handed it over.
        day: The day; the lists say their own.
    """
    del day
    wanted = [
        ("MA_DN", "min"), ("code", "min"), ("unit", "min"), ("quantity_e2", "sum"),
        ("more_e2", "sum"), ("value", "sum"), ("is_overrun", "max"), ("room", "max"),
        ("too_little", "min"), ("first_day", "min"), ("last_day", "max"),
    ]  # fmt: skip
    held = rows.group_by(["SO_DMMT", "STT"]).aggregate(wanted)
    held = held.sort_by([("SO_DMMT", "ascending"), ("STT", "ascending")]).combine_chunks()
    numbers = {
        name: held[f"{name}_{how}"].to_numpy()
        for name, how in wanted
        if name not in {"MA_DN", "first_day", "last_day"}
    }
    percent = np.where(numbers["is_overrun"] > 0, numbers["too_little"], numbers["room"])
    in_order = np.where(numbers["is_overrun"] > 0, 0, numbers["more_e2"])
    quantity = -(-numbers["quantity_e2"] * percent // 10_000) * 100 + in_order
    return pa.table(
        {
            "SO_DMMT": held["SO_DMMT"],
            "STT": held["STT"],
            "MA_DN": held["MA_DN_min"],
            "MA_HS": pa.array([f"{code:08d}" for code in numbers["code"].tolist()], pa.string()),
            "LUONG": decimals(quantity, 2),
            "TRI_GIA": whole(numbers["value"] // 100 * percent),
            "TU_NGAY": held["first_day_min"],
            "DEN_NGAY": held["last_day_max"],
            "LOAI": constant(_EXEMPTION, len(held)),
            "MA_DVT": coded(UNITS, numbers["unit"]),
        }
    )
