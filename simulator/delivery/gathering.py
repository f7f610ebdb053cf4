"""Files of outside tables: rows ordered, numbered, late or repeated, broken on request.

Phase 2 of a delivery: what blocks of days left behind becomes files, one delivery day after the
other. `Dispatcher` writes the files of both phases.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from data_contracts import simulated
from data_contracts.errors import ContractViolationError
from simulator.delivery import faults, legacy_text
from simulator.delivery.files import (
    FEWEST_FOR_DICTIONARY,
    Prepared,
    content_of,
    is_columnar,
    packed,
    prepare,
    prepare_delimited,
    text_of,
)
from simulator.delivery.lateness import Sending, sendings
from simulator.delivery.numbering import (
    MOMENT,
    row_keys,
    sending_order,
    sequence_numbers,
)
from simulator.delivery.outside_table import OPERATION, SEQUENCE, OutsideTable
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.delivery.rendering import as_written, unpacked
from simulator.delivery.spill import forget_spills, spilled, spilled_count, together
from simulator.delivery.tables import TABLES, find_table
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.kernel.glyphs import DAY_SECONDS

Finisher = Callable[[pa.Table, int], pa.Table]
"""Makes the outside rows of a day from the rows that were put, which come in the order of their
moments (`_moment`, then a shuffle); the order of what it returns is kept, unless it has `_moment`.
"""

_HOUR_SECONDS, _MINUTE_SECONDS = 3_600, 60
_LATER = 1
_RUN_DAYS, _RUN_ROWS = 7, 200_000


@dataclass(frozen=True, slots=True)
class _File:
    """What one file is about: a table's day, part (0 same day, 1 later changes) and stretch.

    A day is cut into stretches of equal length; `turn` counts them, `clock` says when it begins.
    """

    spec: OutsideTable
    day: int
    part: int
    turn: int = 0
    clock: str | None = None

    def root(self, seed: int, name: str, part: int) -> np.uint64:
        return keyed.root(seed, name, self.spec.name, self.day, part, self.turn)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Writes rows under the output folder and counts them."""

    plan: DeliveryPlan
    receipt: Receipt = field(default_factory=Receipt)

    def order(self, spec: OutsideTable, rows: pa.Table) -> pa.Table:
        """Return rows in the order in which they are sent."""
        light = unpacked(rows) if len(rows) < FEWEST_FOR_DICTIONARY else rows
        root = keyed.root(self.plan.seed, "sequence", spec.name)
        return light.take(pa.array(sending_order(light, spec.key, root)))

    def send(self, spec: OutsideTable, part: int, rows: pa.Table) -> None:
        """Write ordered rows of some days: one file a day, an hour or a message.

        Args:
            spec: The outside table.
            part: 0 for rows of the day they are about, 1 for later changes.
            rows: Columns of the table as far as it has them, as text, and `_moment`.
        """
        moment = rows[MOMENT].to_numpy()
        if spec.form == "xml":
            self._send_messages(spec, rows, moment)
            return
        table = _outside_rows(spec, part, rows, moment)
        if self.plan.faults:
            root = keyed.root(self.plan.seed, "faults", spec.name)
            keys = row_keys(table, spec.key, root)
            table, kept = faults.broken_rows(self.plan.faults, spec.name, table, keys)
            moment = moment[kept]
        # Faults change columns file by file: only sound rows can be made ready for all files.
        ready = Prepared(table) if self.plan.faults else prepare(spec, table, self.plan.form)
        stretch = self._stretch(spec)
        for day, of_day in _runs(moment // DAY_SECONDS):
            if stretch is None:
                self._send_file(_File(spec, day, part), ready.choose(of_day))
                continue
            rows_of_day = ready.choose(of_day)
            for turn, of_turn in _runs(moment[of_day] % DAY_SECONDS // stretch):
                file = _File(spec, day, part, turn, _clock(spec, turn * stretch))
                self._send_file(file, rows_of_day.choose(of_turn))

    def _stretch(self, spec: OutsideTable) -> int | None:
        """Return how many seconds one file covers, None for a whole day or more."""
        if spec.period == "hour" and not is_columnar(spec, self.plan.form):
            return _HOUR_SECONDS
        if spec.can_be_live and self.plan.live_minutes:
            return self.plan.live_minutes * _MINUTE_SECONDS
        return None

    def _send_file(self, file: _File, ready: Prepared) -> None:
        if not self.plan.writes(file.day):
            return
        root = file.root(self.plan.seed, "lateness", file.part)
        for sending in sendings(root, file.day, file.part, len(ready.rows)):
            rows = ready if sending.rows is None else ready.choose(sending.rows)
            content, ending = self._content(file, rows, sending)
            folder = file.spec.folder_on(sending.sent_day)
            name = file.spec.base_name(file.day, sending.part, file.clock)
            _write(Path(f"{self.plan.folder}/{folder}/{name}{ending}"), content)
            self.receipt.count(file.spec.name, len(rows.rows))

    def _content(self, file: _File, ready: Prepared, sending: Sending) -> tuple[bytes, str]:
        spec = file.spec
        if spec.source == "trader_registry" or self.plan.faults:
            key = file.root(self.plan.seed, "file", sending.part)
            if legacy_text.is_legacy_snapshot(spec, key, file.day):
                is_lines = not (self.plan.faults or is_columnar(spec, self.plan.form))
                lines = ready if is_lines else prepare_delimited(ready.rows, ",")
                return packed(legacy_text.as_tcvn3(text_of(lines))), ".csv.gz"
            if self.plan.faults:
                return faults.broken_file(
                    self.plan.faults, spec, ready.rows, self.plan.form, key
                )  # fmt: skip
        return content_of(spec, ready, self.plan.form)

    def _send_messages(self, spec: OutsideTable, rows: pa.Table, moment: Ints) -> None:
        names, texts = (rows[column].to_pylist() for column in spec.columns)
        for name, text, second in zip(names, texts, moment.tolist(), strict=True):
            if not self.plan.writes(second // DAY_SECONDS):
                continue
            folder = spec.folder_on(second // DAY_SECONDS)
            path = Path(f"{self.plan.folder}/{folder}/{spec.word}_{name}.xml")
            _write(path, text.encode())
            self.receipt.count(spec.name, 1)


def _outside_rows(spec: OutsideTable, part: int, rows: pa.Table, moment: Ints) -> pa.Table:
    """Return the rows with exactly the columns of the file, in order."""
    columns = {}
    held = set(rows.column_names)
    if spec.is_numbered:
        numbers = [
            sequence_numbers(day, part, moment[of_day])
            for day, of_day in _runs(moment // DAY_SECONDS)
        ]
        columns[SEQUENCE] = pa.array(np.concatenate(numbers))
        columns[OPERATION] = rows[OPERATION]
    for name in spec.columns:
        if name in held:
            columns[name] = rows[name]
        elif "." in name and (parent := name.partition(".")[0]) in held:
            columns[parent] = rows[parent]
        else:
            columns[name] = pa.nulls(len(rows), pa.string())
    return pa.table(columns)


def _clock(spec: OutsideTable, second: int) -> str:
    """Return how a second of the day is written in file names: the hour, or hour and minute."""
    hour, rest = divmod(second, _HOUR_SECONDS)
    return f"{hour:02d}" if spec.period == "hour" else f"{hour:02d}{rest // _MINUTE_SECONDS:02d}"


def _runs(values: Ints) -> Iterator[tuple[int, slice]]:
    """Yield each value of an ascending array with the rows that have it."""
    found, starts = np.unique(values, return_index=True)
    ends = [*starts[1:].tolist(), len(values)]
    for value, start, end in zip(found.tolist(), starts.tolist(), ends, strict=True):
        yield value, slice(start, end)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except FileNotFoundError:
        simulated.mark(path.parent)
        path.write_bytes(content)


def deliver(
    plan: DeliveryPlan, days: Iterable[int], finishers: Mapping[str, Finisher] | None = None
) -> Receipt:
    """Write everything that was spilled for some days.

    Args:
        plan: The plan of the run; every block of it must be closed.
        days: Delivery days (since 1970); any split of the run's days between processes will do.
        finishers: For each table that gathers raw rows, what makes the outside rows of a day.

    Raises:
        ContractViolationError: A table that gathers raw rows has no finisher.
    """
    dispatcher = Dispatcher(plan)
    wanted = [spec for spec in TABLES.values() if (plan.spill / spec.name).is_dir()]
    forget_spills()
    for first, last in runs_of_days(days, _RUN_DAYS):
        for spec in wanted:
            finisher = (finishers or {}).get(spec.name)
            if spec.gathers and finisher is None:
                message = f"outside table {spec.name}: its rows need a finisher"
                raise ContractViolationError(message)
            _send_run(dispatcher, spec, (first, last), finisher)
    forget_spills()
    return dispatcher.receipt


def publish(
    plan: DeliveryPlan, name: str, day: int, rows: pa.Table | dict[str, pa.Array]
) -> Receipt:
    """Write a table that one process holds whole: a snapshot, a reference table, a yearly plan.

    Args:
        plan: The plan of the run.
        name: Name in the registry.
        day: Day (since 1970) of the file; outside the run's days nothing is left out.
        rows: Outside columns, in the order in which they are to be written.
    """
    spec = find_table(name)
    dispatcher = Dispatcher(plan)
    if plan.wants(spec) and len(table := pa.table(rows)):
        dispatcher.send(spec, 0, _timed(spec, table, day))
    return dispatcher.receipt


def runs_of_days(days: Iterable[int], longest: int) -> list[tuple[int, int]]:
    """Return first and last of runs of consecutive days, none longer than some days, in order."""
    runs: list[tuple[int, int]] = []
    for day in sorted(set(days)):
        if runs and day == runs[-1][1] + 1 and day - runs[-1][0] < longest:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _send_run(
    dispatcher: Dispatcher, spec: OutsideTable, run: tuple[int, int], finisher: Finisher | None
) -> None:
    """Write a run of days: at once where they are few rows, else day by day."""
    spill = dispatcher.plan.spill
    if finisher is None and spilled_count(spill, spec, *run) <= _RUN_ROWS:
        if parts := spilled(spill, spec, *run):
            dispatcher.send(spec, _LATER, dispatcher.order(spec, together(parts)))
        return
    for day in range(run[0], run[1] + 1):
        if not (parts := spilled(spill, spec, day, day)):
            continue
        if finisher is None:
            dispatcher.send(spec, _LATER, dispatcher.order(spec, together(parts)))
        else:
            _finish(dispatcher, spec, day, finisher(_in_order(dispatcher, spec, parts), day))


def _in_order(dispatcher: Dispatcher, spec: OutsideTable, parts: list[pa.Table]) -> pa.Table:
    return dispatcher.order(spec, together(parts))


def _finish(dispatcher: Dispatcher, spec: OutsideTable, day: int, finished: pa.Table) -> None:
    if not len(finished):
        return
    is_timed = MOMENT in finished.column_names
    rows = _timed(spec, finished, day)
    dispatcher.send(spec, 0, dispatcher.order(spec, rows) if is_timed else rows)


def _timed(spec: OutsideTable, table: pa.Table, day: int) -> pa.Table:
    """Return the table with what sending needs: moments, and `OP` where it is numbered."""
    count = len(table)
    texts = {
        name: table[name] if name == MOMENT else as_written(table[name], spec.form)
        for name in table.column_names
    }  # fmt: skip
    table = pa.table(texts)
    if MOMENT not in table.column_names:
        at_midnight = np.full(count, day * DAY_SECONDS, dtype=np.int64)
        table = table.append_column(MOMENT, pa.array(at_midnight))
    if spec.is_numbered and OPERATION not in table.column_names:
        table = table.append_column(OPERATION, pa.repeat(pa.scalar("I"), count))
    return table
