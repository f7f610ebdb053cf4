"""The ground truth, written apart: what is irregular, by which schemes, and what it cost."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data_contracts.errors import ContractViolationError
from data_contracts.simulated import NOTE, WHOLE, is_part, nation_in, put, put_text, sweep
from simulator.block import Block
from simulator.cargo.crossings import crossings_of
from simulator.cargo.residents import border_goods, slip_numbers, taxes
from simulator.chronicle.showing import shows_on
from simulator.control.self_correction import corrected_voluntarily, found_at, lodged_at
from simulator.kernel.arrays import Ints, coded, dates, decimals, digits, pick, whole
from simulator.kernel.held_folder import held
from simulator.kernel.rounding import half_up
from simulator.nation import Nation
from simulator.papers.paper import as_text, country_texts, declaration_numbers
from simulator.reference.calendar import DAY_SECONDS, WEEK_DAYS
from simulator.reference.offices import codes
from simulator.trade.resident_slips import resident_slips
from simulator.trade.scheme_states import SchemeStates
from simulator.trade.valuation import full_values

ITEMS, SLIPS, SCHEMES, TRADERS = FILES = (
    "items.parquet", "slips.parquet", "schemes.parquet", "traders.parquet",
)  # fmt: skip


def truth_of(nation: Nation, states: SchemeStates, block: Block) -> pa.Table:
    """Return one row for each irregular item of declarations that stood and were not repaired.

    Repaired is what its declarant corrects of its own will by the last day.

    Items whose hidden goods were declared after a notice stand there too: nothing is lost by them.
    Before `shows_on` no control can see what is wrong (`Mechanism.shows`).
    """
    batch = block.batch
    mechanism, of_scheme = batch.planted.mechanism.copy(), batch.planted.scheme.copy()
    mechanism[block.legalised], of_scheme[block.legalised] = (
        block.before.mechanism, block.before.scheme,
    )  # fmt: skip
    stands = block.lives.stands[batch.owner]
    seen = found_at(batch, block.lives, block.checks, block.findings)
    repaired = corrected_voluntarily(nation, batch, block.lives, seen)
    # What is corrected after the last day is wrong in all files.
    ends = (nation.last_day + 1) * DAY_SECONDS
    repaired &= lodged_at(batch, block.lives)[batch.owner] < ends
    rows = np.flatnonzero((mechanism >= 0) & stands & ~repaired)
    owner = batch.owner[rows]
    base = declaration_numbers(batch)[owner]
    kind, scheme = mechanism[rows], of_scheme[rows]
    known = nation.mechanisms
    value = full_values(nation, batch.roster, batch.deals, batch.true)[rows]
    day, deals = batch.roster.day[owner], batch.deals
    shows = shows_on(nation, kind, day, deals.regime[owner], deals.trader[owner])
    starts, planned = day.copy(), scheme >= 0
    starts[planned] = states.began_on(scheme[planned])
    return pa.table(
        {
            "so_tk_goc": as_text(base),
            "stt": whole(batch.declared.number[rows]),
            "mechanism": coded([one.name for one in known], kind).cast(pa.string()),
            "loss_id": digits(base * 100 + batch.declared.number[rows]),
            "scheme_id": pa.array(scheme, pa.int64(), mask=scheme < 0).cast(pa.string()),
            "intent": whole(np.array([one.intent for one in known], dtype=np.int64)[kind]),
            "visible_by": coded([",".join(one.visible_by) for one in known], kind).cast(
                pa.string()
            ),
            "true_hs": coded(nation.goods.codes, batch.true.line[rows]).cast(pa.string()),
            "true_origin": country_texts(nation, batch.true.origin[rows]).cast(pa.string()),
            "true_quantity": decimals(batch.true.quantity_e2[rows], 2),
            "true_value_vnd": whole(value),
            "duty_evaded_vnd": whole(batch.evaded_vnd[rows]),
            "collectable_share": pa.array(np.array([one.collectable_share for one in known])[kind]),
            "starts_on": dates(starts),
            "shows_on": dates(shows),
        }
    )


def slips_of(nation: Nation, states: SchemeStates, days: Ints) -> pa.Table:
    """Return one row for each slip of a resident that carries somebody else's goods.

    Lost is what the goods would pay as an import of their owner, less what the slip paid: value x
    the rate of duty and VAT of its heading.
    """
    crossings = crossings_of(nation.surroundings, nation.offices, nation.scale, days)
    slips = resident_slips(nation, states, crossings)
    paid = taxes(slips)
    rows = np.flatnonzero(slips.scheme >= 0)
    own = pick(slips, rows)
    due = half_up(own.value_vnd * border_goods().rate_pct[own.goods], 100)
    scheme = own.scheme
    known = nation.mechanisms
    kind = nation.mechanism_of[scheme] if len(scheme) else scheme
    share = np.array([one.collectable_share for one in known] or [0.0])[kind]
    return pa.table(
        {
            "so_phieu": slip_numbers(own).cast(pa.string()),
            "mechanism": coded([one.name for one in known], kind).cast(pa.string()),
            "scheme_id": pa.array(scheme, pa.int64()).cast(pa.string()),
            "duty_evaded_vnd": whole(due - paid[rows]),
            "collectable_share": pa.array(share),
        }
    )


def schemes_of(nation: Nation, states: SchemeStates) -> pa.Table:
    """Return one row for each scheme: who runs it, when, and to whom it is tied.

    `starts_on` is its first day, `ends_on` the day after its last one, as planned or as a catch
    ended it; weeks of a pause lie between. `ma_dn_sau` is the firm that goes on with it, where its
    own closed and came back by the last day. Schemes of one `group_id` belong together.
    """
    plans, traders = nation.schemes, nation.traders
    scheme = np.arange(len(plans))
    starts, last = states.began_on(scheme), _last_weeks(nation, states)
    ends = nation.first_day + (last + 1) * WEEK_DAYS
    is_reborn = states.reborn_day[plans.trader] <= nation.last_day
    heir = np.where(is_reborn, traders.successor[plans.trader], -1)
    names = [one.name for one in nation.mechanisms]
    table = pa.table(
        {
            "scheme_id": pa.array(np.arange(len(plans)), pa.int64()).cast(pa.string()),
            "mechanism": coded(names, nation.mechanism_of).cast(pa.string()),
            "ma_dn": coded(traders.tax_codes, plans.trader).cast(pa.string()),
            "ma_dn_sau": coded(traders.tax_codes, np.maximum(heir, 0), heir < 0).cast(pa.string()),
            "group_id": pa.array(plans.group, pa.int64()).cast(pa.string()),
            "starts_on": dates(starts),
            "ends_on": dates(ends),
            "ma_hq": pc.if_else(
                pa.array(plans.office < 0),
                pa.scalar(None, pa.string()),
                codes(nation.offices, np.maximum(plans.office, 0), starts).cast(pa.string()),
            ),
            "ma_dl": nation.brokers.codes.take(pa.array(plans.broker, mask=plans.broker < 0)),
            "ma_cb": coded(
                nation.officers.codes, np.maximum(plans.officer, 0), plans.officer < 0
            ).cast(pa.string()),
        }
    )
    return table.filter(pa.array(last >= 0))


def _last_weeks(nation: Nation, states: SchemeStates) -> Ints:
    """Return the last week in which each scheme runs, -1 where it never does."""
    scheme = np.arange(len(nation.schemes))
    last = np.full(len(scheme), -1, dtype=np.int64)
    for week in range(states.weeks):
        last[states.runs(scheme, week)] = week
    return last


@contextmanager
def room_for_truth(folder: Path, nation: str, days: str) -> Iterator[None]:
    """Hold the folder of a truth for one run; before it makes anything it can be written, or not.

    Args:
        folder: Where the truth goes.
        nation: What tells its nation from every other.
        days: Of which days of it the truth is; WHOLE for all.

    Raises:
        CustomsDataError: Another run is writing into the folder.
        ContractViolationError: The folder is a file, holds the truth of another nation or of other
            days or other files, or something in it stands in the way.
        OSError: Nothing can be written there.
    """
    if folder.exists() and not folder.is_dir():
        message = f"truth: expected a folder, {folder} is a file"
        raise ContractViolationError(message)
    with held(folder):
        _refuse_taken(folder, nation, days)
        yield


def _refuse_taken(folder: Path, nation: str, days: str) -> None:
    """Refuse a folder that cannot be written, or with what this truth must not replace."""
    with tempfile.TemporaryFile(dir=folder):
        pass
    for path in (folder / name for name in (NOTE, *FILES)):
        if path.exists() and not (path.is_file() and os.access(path, os.W_OK)):
            message = f"truth: expected no {path}, or a file that can be written"
            raise ContractViolationError(message)
    found = _told(folder, "nation")
    # The note alone is of a run that was broken off before it wrote any truth.
    held = [path for path in folder.iterdir() if path.name != NOTE and not is_part(path)]
    if held and found != nation:
        is_truth = found is not None or (folder / ITEMS).exists()
        what = "the truth of another nation" if is_truth else "other files"
        message = f"truth: {folder} holds {what}; choose an empty folder"
        raise ContractViolationError(message)
    told = _told(folder, "days")
    if held and told is not None and days not in {told, WHOLE}:
        message = f"truth: {folder} holds that of {told}, not of {days}; choose an empty folder"
        raise ContractViolationError(message)


def begin_truth(folder: Path, out: Path, days: str) -> None:
    """Say in `world.json` where the outside files lie, and of which nation and days the truth is.

    What an earlier run wrote goes: a run that is killed leaves no truth, or files that are whole.

    Args:
        folder: Where there is room for the truth.
        out: The folder of the outside files, marked.
        days: As in `room_for_truth`.
    """
    sweep(folder)
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    place = {"out": os.path.relpath(out, folder), "nation": nation_in(out), "days": days}
    put_text(folder / NOTE, json.dumps(place) + "\n")


def _told(folder: Path, name: str) -> str | None:
    try:
        return str(json.loads((folder / NOTE).read_bytes())[name])
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None


def write_truth(folder: Path, nation: Nation, states: SchemeStates, items: list[pa.Table]) -> None:
    """Write the truth into a folder.

    Args:
        folder: Where the truth goes.
        nation: The nation.
        states: Its schemes as they were lived.
        items: Rows of `items.parquet`.
    """
    days = np.arange(nation.written_from, nation.last_day + 1)
    folder.mkdir(parents=True, exist_ok=True)
    traders = nation.traders
    names = ["honest", *(one.name for one in nation.mechanisms)]
    role = np.zeros(len(traders), dtype=np.int64)
    last = _last_weeks(nation, states)
    for slot in reversed(nation.scheme_of.T):
        ran = np.flatnonzero(slot >= 0)
        ran = ran[last[slot[ran]] >= 0]
        role[ran] = nation.mechanism_of[slot[ran]] + 1
    # The rest are names in reserve that nobody ever took.
    woken = states.reborn_day[np.maximum(traders.predecessor, 0)] <= nation.last_day
    told_traders = pa.table(
        {
            "ma_dn": pa.array(traders.tax_codes, pa.string()),
            "latent_compliance": pa.array(traders.compliance),
            "role": coded(names, role).cast(pa.string()),
        }
    ).filter(pa.array(traders.is_ordinary | woken))
    tables = {
        SLIPS: slips_of(nation, states, days),
        SCHEMES: schemes_of(nation, states),
        TRADERS: told_traders,
        # The last: where it is, the truth is whole.
        ITEMS: pa.concat_tables(items),
    }
    for name, table in tables.items():
        put(folder / name, partial(pq.write_table, table))
