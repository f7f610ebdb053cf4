"""Runs a nation: draws it, lives it once lightly, then writes its days, each for itself.

Phase 1 writes what is sent on the day a declaration is registered, block by block, in any process;
everything else waits in a spill. Phase 2 gathers it by the day it is sent.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from data_contracts import simulated
from simulator.arguments import VERSION, SimulationArguments, SimulationSummary, Stage
from simulator.block import make_block
from simulator.cargo.manifest import group_calls
from simulator.chronicle.life import Chronicle
from simulator.chronicle.living import live_through
from simulator.delivery.gathering import Finisher, deliver, runs_of_days
from simulator.delivery.outbox import Outbox
from simulator.delivery.plan import DeliveryPlan, Receipt, add_up
from simulator.delivery.spill import remove_spills
from simulator.delivery.tables import TABLES, find_table
from simulator.folders import (
    SPILL,
    arguments_told,
    days_of_truth,
    mark_of,
    part_of,
    refuse_foreign_folder,
    refuse_inside,
)
from simulator.kernel.held_folder import held
from simulator.kernel.workers import Workers
from simulator.mechanisms.loading import choose_mechanisms
from simulator.mechanisms.private import PrivateMechanism
from simulator.nation import Nation, draw_nation
from simulator.reference.calendar import to_day
from simulator.sources.audit_ledger import AuditBooks, audit_books, put_audit_money
from simulator.sources.debt_statements import finish_debts
from simulator.truth import begin_truth, room_for_truth, truth_of, write_truth
from simulator.whole_tables import publish_whole
from simulator.writing import Counts, write_block

Progress = Callable[[int, int], None]
# So many declarations are written at once: enough for the arrays to pay, little enough for memory.
_BLOCK_DECLARATIONS, _LONGEST_BLOCK_DAYS = 12_000, 31
_GATHERED_DAYS = 14
_DISK_BLOCK = 512
# What only the run itself tells.
_TOLD_ONCE = {"out", "idle_mechanisms", "seconds", "stages"}


@dataclass(frozen=True, slots=True)
class _World:
    """What every process knows."""

    nation: Nation
    chronicle: Chronicle
    books: AuditBooks
    plan: DeliveryPlan
    wants_truth: bool


class _Stages:
    """The stages of a run: how long each took, and what lies on disk at its end."""

    def __init__(self, out: Path, spill: Path) -> None:
        """Begin the first one."""
        self.ended: list[Stage] = []
        self._out, self._spill = out, spill
        self._since = time.perf_counter()

    def end(self, name: str) -> None:
        """End a stage and begin the next one."""
        now, waiting = time.perf_counter(), _bytes_below(self._spill)
        stage = Stage(
            name=name,
            seconds=round(now - self._since, 3),
            written_bytes=_bytes_below(self._out) - waiting,
            waiting_bytes=waiting,
        )
        self.ended.append(stage)
        self._since = now


def _bytes_below(folder: Path) -> int:
    """Return the disk use of everything below a folder, bytes."""
    entries = (path.stat() for path in folder.rglob("*"))
    return sum(entry.st_blocks * _DISK_BLOCK for entry in entries)


_world: _World | None = None
FINISHERS: dict[str, Finisher] = {"manifest": group_calls, "no": finish_debts}


def run(
    arguments: SimulationArguments,
    progress: Progress | None = None,
) -> SimulationSummary:
    """Simulate a nation and write its outside files.

    Args:
        arguments: What to simulate; the same arguments give the same bytes.
        progress: Called with steps done and steps in all.

    Returns:
        What was written; `world.json` in the output folder says the same, without times.

    Raises:
        CustomsDataError: Another run is writing into the output folder or that of the truth.
        ContractViolationError: The output folder or that of the truth holds another nation, or
            others' files, or lies in the folder of one; or the truth cannot be written where it is
            wanted.
        OSError: The same.
    """
    started = time.perf_counter()
    mark = mark_of(arguments)
    refuse_inside(arguments)
    with _room_for_truth(arguments, mark), _spill(arguments, mark) as spill:
        if arguments.truth is not None:
            begin_truth(arguments.truth, arguments.out, days_of_truth(arguments))
        stages = _Stages(arguments.out, spill)
        nation = nation_of(arguments)
        stages.end("draw")
        chronicle = live_through(nation, arguments.audits, spill)
        stages.end("live")
        plan = _plan(arguments, nation, spill)
        books = audit_books(nation, chronicle)
        world = _World(nation, chronicle, books, plan, arguments.truth is not None)
        counts, truths, receipts = _write(arguments, world, stages, progress)
        receipts.append(publish_whole(plan, nation, chronicle))
        stages.end("publish")
        if arguments.truth is not None:
            write_truth(arguments.truth, nation, chronicle.states, truths)
        summary = replace(
            _summary(arguments, counts, add_up(receipts)),
            idle_mechanisms=idle_in(nation),
            seconds=time.perf_counter() - started,
            stages=tuple(stages.ended),
        )
        _write_world(arguments, summary)
        # While the folder is held: the next run's mark is not this one's to take away.
        simulated.end(arguments.out)
    return summary


@contextmanager
def _room_for_truth(arguments: SimulationArguments, nation: str) -> Iterator[None]:
    """Hold the folder of the truth, where one is wanted, until the run has ended."""
    if arguments.truth is None:
        yield
        return
    with room_for_truth(arguments.truth, nation, days_of_truth(arguments)):
        yield


@contextmanager
def _spill(arguments: SimulationArguments, nation: str) -> Iterator[Path]:
    """Yield the folder of what waits between the phases; what a killed run left in it is removed.

    It lies in the output folder, which is held and marked for this run alone: the next run there
    finds it.
    """
    out, folder = arguments.out, arguments.out / SPILL
    with held(out):
        refuse_foreign_folder(arguments, nation)
        simulated.sweep(out)
        simulated.mark(out, nation)
        simulated.begin(out, part_of(arguments))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def nation_of(arguments: SimulationArguments) -> Nation:
    """Return the nation that some arguments describe."""
    first, last = to_day(arguments.first_date), to_day(arguments.last_date)
    mechanisms = choose_mechanisms(arguments.mechanisms, arguments.mechanism_folder)
    days = (first - arguments.warmup_days, first, last)
    return draw_nation(arguments.seed, arguments.scale, days, arguments.random_arm, mechanisms)


def _plan(arguments: SimulationArguments, nation: Nation, spill: Path) -> DeliveryPlan:
    return DeliveryPlan(
        folder=arguments.out,
        spill=spill,
        seed=arguments.seed,
        first_day=nation.written_from,
        last_day=nation.last_day,
        only=tuple((to_day(first), to_day(last)) for first, last in arguments.only_days),
        form="parquet" if arguments.form == "parquet" else "csv",
        sources=frozenset(arguments.sources),
        faults=arguments.faults,
        live_minutes=arguments.live,
    )


def _blocks(nation: Nation, plan: DeliveryPlan, reach: int | None) -> Iterator[tuple[int, int]]:
    """Return first and last day of blocks of about _BLOCK_DECLARATIONS declarations.

    Blocks all of whose days lie farther than `reach` from the days of the plan are left out.
    """
    loads = nation.clock.loads[nation.written_from - nation.first_day :]
    length = min(max(int(_BLOCK_DECLARATIONS / max(loads.mean(), 1.0)), 1), _LONGEST_BLOCK_DAYS)
    for first in range(nation.written_from, nation.last_day + 1, length):
        last = min(first + length - 1, nation.last_day)
        if reach is None or any(
            first <= end + reach and last >= begin - reach for begin, end in plan.only
        ):
            yield first, last


def _gathered(plan: DeliveryPlan) -> list[tuple[int, int]]:
    """Return first and last of the days that are written, each once and in order."""
    stretches = plan.only or ((plan.first_day, plan.last_day),)
    days = (day for begin, end in stretches for day in range(begin, end + 1))
    return runs_of_days(days, _GATHERED_DAYS)


def _enter(world: _World) -> None:
    global _world  # noqa: PLW0603 - set once in each worker
    _world = world


def _write_days(days: tuple[int, int]) -> tuple[Counts, pa.Table | None, Receipt]:
    """Phase 1 of one block, in whichever process."""
    if _world is None:
        raise RuntimeError
    nation, first, last = _world.nation, *days
    wanted = np.arange(first, last + 1)
    block = make_block(nation, _world.chronicle, wanted)
    outbox = Outbox(_world.plan, first, last)
    counts = write_block(outbox, nation, _world.chronicle, block, wanted)
    put_audit_money(outbox, nation, _world.books, wanted)
    truth = truth_of(nation, _world.chronicle.states, block) if _world.wants_truth else None
    return counts, truth, outbox.close_block()


def _gather_days(days: tuple[int, int]) -> Receipt:
    """Phase 2 of some days, in whichever process."""
    if _world is None:
        raise RuntimeError
    return deliver(_world.plan, range(days[0], days[1] + 1), FINISHERS)


def _write(
    arguments: SimulationArguments, world: _World, stages: _Stages, progress: Progress | None
) -> tuple[list[Counts], list[pa.Table], list[Receipt]]:
    blocks = list(_blocks(world.nation, world.plan, arguments.reach))
    gathered = _gathered(world.plan)
    steps = len(blocks) + len(gathered)
    counts, truths, receipts = [], [], []
    _enter(world)
    with Workers(arguments.processes) as workers:
        for done, (count, truth, receipt) in enumerate(workers.map(_write_days, blocks), 1):
            counts.append(count)
            receipts.append(receipt)
            if truth is not None:
                truths.append(truth)
            if progress is not None:
                progress(done, steps)
    stages.end("write")
    with Workers(arguments.processes) as workers:
        ends = zip(gathered, workers.map(_gather_days, gathered), strict=True)
        for done, ((_, last), receipt) in enumerate(ends, len(blocks) + 1):
            receipts.append(receipt)
            # Disk is scarce: what was written need not wait any more. Parts end in order.
            remove_spills(world.plan.spill, TABLES.values(), last)
            if progress is not None:
                progress(done, steps)
    stages.end("gather")
    return counts, truths, receipts


def _summary(
    arguments: SimulationArguments, counts: list[Counts], receipt: Receipt
) -> SimulationSummary:
    files: dict[str, int] = {}
    for table, number in sorted(receipt.files.items()):
        source = find_table(table).source
        files[source] = files.get(source, 0) + number
    return SimulationSummary(
        out=arguments.out,
        files=files,
        rows=dict(sorted(receipt.rows.items())),
        declarations=sum(count.declarations for count in counts),
        goods_items=sum(count.goods_items for count in counts),
        inspections=sum(count.inspections for count in counts),
        irregular_items=sum(count.irregular_items for count in counts),
    )


def idle_in(nation: Nation) -> tuple[str, ...]:
    """Return the private mechanisms that are meant and of which no scheme begins in time."""
    begun = set(nation.mechanism_of[nation.schemes.start_day <= nation.last_day].tolist())
    return tuple(
        one.name
        for position, one in enumerate(nation.mechanisms)
        if isinstance(one, PrivateMechanism) and one.intent and position not in begun
    )


def _write_world(arguments: SimulationArguments, summary: SimulationSummary) -> None:
    """Write `world.json`: arguments, version and counts; nothing of the truth, no times."""
    counts = asdict(summary)
    world = {
        "version": VERSION,
        "arguments": arguments_told(arguments),
        "counts": {name: counts[name] for name in counts if name not in _TOLD_ONCE},
    }
    text = json.dumps(world, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    simulated.put_text(arguments.out / simulated.NOTE, text)
