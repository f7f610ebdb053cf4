"""Runs a nation: draws it once, lives it block by block, writes what the outside would see."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from ingestion.simulator.arguments import VERSION, SimulationArguments, SimulationSummary
from ingestion.simulator.arrays import Ints, pick
from ingestion.simulator.block import Block, Nation
from ingestion.simulator.calendar import daily_load, to_day
from ingestion.simulator.control import decide
from ingestion.simulator.control_rows import (
    put_corrections,
    put_decisions,
    put_events,
    put_inspections,
)
from ingestion.simulator.declaration_files import put_versions
from ingestion.simulator.declarations import draw_declarations
from ingestion.simulator.exchange import draw_rates
from ingestion.simulator.goods import load_countries, load_lines, load_offices
from ingestion.simulator.identifiers import running_numbers
from ingestion.simulator.inspections import look, plan_inspections
from ingestion.simulator.items import draw_items
from ingestion.simulator.lifecycle import live
from ingestion.simulator.outbox import Outbox
from ingestion.simulator.reference_files import write_references
from ingestion.simulator.registry_files import write_registry
from ingestion.simulator.schemes import draw_schemes
from ingestion.simulator.traders import broker_count, draw_traders, trader_count
from ingestion.simulator.truth import truth_of, write_truth
from ingestion.simulator.valuation import value_items
from ingestion.simulator.wording import addresses, firm_names

Progress = Callable[[int, int], None]
# So many declarations are drawn at once: enough for the arrays to pay, little enough for memory.
_BLOCK_DECLARATIONS, _LONGEST_BLOCK_DAYS = 20_000, 31


@dataclass(slots=True)
class _Tally:
    """What has been drawn so far."""

    issued: list[int] = field(default_factory=lambda: [0, 0])
    declarations: int = 0
    goods_items: int = 0
    inspections: int = 0
    irregular_items: int = 0


def run(arguments: SimulationArguments, progress: Progress | None = None) -> SimulationSummary:
    """Simulate a nation and write its outside files.

    Args:
        arguments: What to simulate; the same arguments give the same bytes.
        progress: Called with days done and days in all after each block.

    Returns:
        What was written; `world.json` in the output folder says the same, without times.
    """
    started = time.perf_counter()
    first_day, last_day = to_day(arguments.first_date), to_day(arguments.last_date)
    nation = draw_nation(arguments)
    outbox = _outbox(arguments, last_day)
    tally, truths = _Tally(), []
    for number, days in enumerate(_blocks(arguments)):
        block = draw_block(arguments, nation, number, days, tally)
        if block is not None:
            _write_block(arguments, nation, outbox, block, (number, tally.inspections))
            _count(tally, block, last_day)
            truths.append(truth_of(nation, block))
        outbox.flush(days[-1])
        if progress is not None:
            progress(days[-1] - first_day + 1, arguments.days)
    if arguments.truth is not None and truths:
        write_truth(arguments.truth, nation, truths)
    summary = _summary(arguments, nation, outbox, tally, time.perf_counter() - started)
    _write_world(arguments, summary)
    return summary


def _rng(arguments: SimulationArguments, *stream: int) -> np.random.Generator:
    return np.random.default_rng([arguments.seed, *stream])


def _outbox(arguments: SimulationArguments, last_day: int) -> Outbox:
    is_wanted = "vcis_extract" in arguments.sources
    return Outbox(
        folder=arguments.out / "vcis" if is_wanted else None,
        last_day=last_day,
        seed=arguments.seed,
        lot_probability=f"{arguments.random_arm:.6f}".rstrip("0").rstrip("."),
    )


def draw_nation(arguments: SimulationArguments) -> Nation:
    """Return what stays the same: traders, schemes, rates, places, names."""
    first_day, last_day = to_day(arguments.first_date), to_day(arguments.last_date)
    lived = (first_day - arguments.warmup_days, last_day)
    lines, countries, offices = load_lines(), load_countries(), load_offices()
    count = trader_count(arguments.scale)
    traders = draw_traders(_rng(arguments, 1), count, lived, (lines, countries, offices))
    serials = np.arange(count)
    return Nation(
        lines=lines,
        countries=countries,
        offices=offices,
        rates=draw_rates(_rng(arguments, 2), *lived),
        traders=traders,
        schemes=draw_schemes(_rng(arguments, 3), traders, lived, (lines, countries)),
        trader_names=firm_names(serials),
        trader_addresses=addresses(serials),
        broker_names=firm_names(np.arange(broker_count(count)) * 11 + 5),
    )


def _blocks(arguments: SimulationArguments) -> list[list[int]]:
    """Return runs of days, each with about _BLOCK_DECLARATIONS declarations."""
    mean = float(daily_load(arguments.first_date, arguments.days, arguments.scale).mean())
    length = min(max(int(_BLOCK_DECLARATIONS / mean), 1), _LONGEST_BLOCK_DAYS)
    first = to_day(arguments.first_date)
    days = list(range(first, first + arguments.days))
    return [days[start : start + length] for start in range(0, len(days), length)]


def _declared_days(
    arguments: SimulationArguments, rng: np.random.Generator, days: list[int]
) -> Ints:
    first = to_day(arguments.first_date)
    load = daily_load(arguments.first_date, arguments.days, arguments.scale)
    counts = rng.poisson(load[days[0] - first : days[-1] - first + 1])
    return np.repeat(np.asarray(days, dtype=np.int64), counts)


def draw_block(
    arguments: SimulationArguments, nation: Nation, number: int, days: list[int], tally: _Tally
) -> Block | None:
    """Return one block of days, or None where nobody declares anything."""
    rng = _rng(arguments, 10, number)
    declared = _declared_days(arguments, rng, days)
    if not len(declared):
        return None
    places = (nation.countries, nation.offices)
    own = draw_declarations(rng, declared, nation.traders, places, nation.rates)
    own.number[:] = running_numbers(own.direction, tally.issued)
    items = draw_items(rng, own, nation.traders, nation.schemes, nation.goods)
    control = _rng(arguments, 20, number)
    arm = arguments.random_arm
    decisions = decide(control, own, items, nation.traders, nation.goods, arm)
    inspections = plan_inspections(control, own, decisions)
    return Block(
        declarations=own,
        items=items,
        valuation=value_items(own, items, nation.goods),
        decisions=decisions,
        inspections=inspections,
        findings=look(control, own, items, inspections),
        lifecycle=live(control, own, decisions, inspections),
    )


def _write_block(
    arguments: SimulationArguments,
    nation: Nation,
    outbox: Outbox,
    block: Block,
    place: tuple[int, int],
) -> None:
    number, inspections_before = place
    rng = _rng(arguments, 30, number)
    put_versions(rng, outbox, nation, block)
    put_decisions(outbox, block)
    put_events(outbox, nation, block)
    put_inspections(outbox, nation, block, inspections_before)
    put_corrections(rng, outbox, block)


def _count(tally: _Tally, block: Block, last_day: int) -> None:
    ended_day = block.inspections.ended[block.findings.inspection] // 86_400
    seen = pick(block.findings, block.findings.is_irregular & (ended_day <= last_day))
    tally.declarations += len(block.declarations)
    tally.goods_items += len(block.items)
    tally.inspections += len(block.inspections)
    tally.irregular_items += len(np.unique(seen.item))


def _summary(
    arguments: SimulationArguments, nation: Nation, outbox: Outbox, tally: _Tally, seconds: float
) -> SimulationSummary:
    files, rows = {}, dict(sorted(outbox.rows.items()))
    first_day, last_day = to_day(arguments.first_date), to_day(arguments.last_date)
    if "vcis_extract" in arguments.sources:
        files["vcis_extract"] = outbox.files
    if "trader_registry" in arguments.sources:
        counts = write_registry(arguments.out / "registry", nation, first_day, last_day)
        files["trader_registry"], rows["dn"] = counts["files"], counts["rows"]
    if "reference" in arguments.sources:
        tables = write_references(arguments.out / "reference", nation, first_day, last_day)
        files["reference"] = sum(table["files"] for table in tables.values())
        rows |= {name: table["rows"] for name, table in tables.items()}
    return SimulationSummary(
        out=arguments.out,
        files=files,
        rows=rows,
        declarations=tally.declarations,
        goods_items=tally.goods_items,
        inspections=tally.inspections,
        irregular_items=tally.irregular_items,
        seconds=seconds,
    )


def _write_world(arguments: SimulationArguments, summary: SimulationSummary) -> None:
    """Write `world.json`: arguments, version and counts; nothing of the truth, no times."""
    said = asdict(arguments) | {"first_date": arguments.first_date.isoformat()}
    counts = asdict(summary)
    world = {
        "version": VERSION,
        "arguments": {name: said[name] for name in said if name not in {"out", "truth"}},
        "counts": {name: counts[name] for name in counts if name not in {"out", "seconds"}},
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(world, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    Path(arguments.out / "world.json").write_text(text, encoding="utf-8")
