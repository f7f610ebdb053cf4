"""What a delivery is asked for, and what it says was written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from simulator.delivery.outside_table import OutsideTable
from simulator.delivery.tables import SOURCES
from simulator.kernel.arrays import Bools, Ints

TextForm = Literal["csv", "parquet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlan:
    """Where and how the files of a run are written; small, and the same in every process.

    Attributes:
        folder: Output folder; the sources' folders lie in it.
        spill: Folder of what waits between the two phases.
        seed: Seed of the run.
        first_day, last_day: Days (since 1970) of the run; rows of other days are dropped.
        only: First and last of stretches of days whose files are written; empty for all.
        live_minutes: Minutes that a file of the declaration system covers; None for a whole day.
        form: Form of tables that may be Parquet.
        sources: Sources that are written.
        faults: Profile of broken bytes; None writes what a sound sender writes.
    """

    folder: Path
    spill: Path
    seed: int
    first_day: int
    last_day: int
    form: TextForm = "csv"
    sources: frozenset[str] = frozenset(SOURCES)
    faults: str | None = None
    only: tuple[tuple[int, int], ...] = ()
    live_minutes: int | None = None

    def writes(self, day: int) -> bool:
        """Tell whether files about this day are written."""
        return not self.only or any(first <= day <= last for first, last in self.only)

    def sends(self, day: Ints) -> Bools:
        """Return whether rows of each day are sent: of the run, and of days that are written."""
        stretches = self.only or ((self.first_day, self.last_day),)
        chosen: Bools = np.zeros(len(day), dtype=np.bool_)
        for first, last in stretches:
            chosen |= (day >= first) & (day <= last)
        return chosen & (day >= self.first_day) & (day <= self.last_day)

    def wants(self, table: OutsideTable) -> bool:
        """Tell whether this table is written."""
        return table.source in self.sources


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written: rows (repeated ones included) and files by table."""

    rows: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)

    def count(self, table: str, rows: int) -> None:
        """Count one more file of a table."""
        self.rows[table] += rows
        self.files[table] += 1


def add_up(receipts: Iterable[Receipt]) -> Receipt:
    """Return what several processes wrote, as one."""
    total = Receipt()
    for receipt in receipts:
        total.rows.update(receipt.rows)
        total.files.update(receipt.files)
    return total
