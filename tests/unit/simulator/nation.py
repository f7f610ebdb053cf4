"""A small simulated nation and plain readers of its files, for the tests of the simulator."""

import csv
import datetime as dt
import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from data_contracts.simulated import MARKER
from simulator.arguments import SimulationArguments, SimulationSummary
from simulator.delivery.outside_table import OPERATION, SEQUENCE
from simulator.delivery.tables import TABLES
from simulator.mechanisms.planning import PLANS
from simulator.world import Progress, run

FIRST = dt.date(2025, 6, 20)
DAYS = 24
SCALE = 0.0012

Row = dict[str, str]


def simulate(
    out: Path, *, progress: Progress | None = None, **changes: object
) -> SimulationSummary:
    """Run a small nation across a tariff change (1 July 2025)."""
    values: dict[str, object] = {
        "first_date": FIRST, "days": DAYS, "scale": SCALE, "seed": 11, "warmup_days": 120,
        "random_arm": 0.02, "processes": 1,
    }  # fmt: skip
    arguments = SimulationArguments(out=out, **(values | changes))  # type: ignore[arg-type]
    return run(arguments, progress)


@contextmanager
def many_schemes(share: float, item_share: tuple[float, float]) -> Iterator[None]:
    """Let schemes be so many times as common, from the first day, in nations drawn meanwhile."""
    low, high = map(str, item_share)
    begun = {"first_month": "0", "item_share_low": low, "item_share_high": high}
    with pytest.MonkeyPatch.context() as patch:
        for name, row in PLANS.items():
            wanted = min(float(row["share_of_fitting"]) * share, 0.6)
            patch.setitem(PLANS, name, row | begun | {"share_of_fitting": str(wanted)})
        yield


def files(out: Path, table: str) -> list[Path]:
    """Return the files of one outside table."""
    return sorted(out.rglob(f"{table}_*.csv.gz"))


def rows(out: Path, table: str) -> list[Row]:
    """Return all rows of one outside table, re-sent ones included."""
    return [row for path in files(out, table) for row in _rows(path)]


def written_columns(name: str) -> tuple[str, ...]:
    """Return the columns of an outside table's files, in order."""
    table = TABLES[name]
    return (SEQUENCE, OPERATION, *table.columns) if table.is_numbered else table.columns


def latest(out: Path, table: str, *key: str) -> dict[tuple[str, ...], Row]:
    """Return the row of each key with the highest SEQ_NO."""
    found: dict[tuple[str, ...], Row] = {}
    for row in sorted(rows(out, table), key=lambda row: int(row["SEQ_NO"])):
        found[tuple(row[name] for name in key)] = row
    return found


def digests(out: Path) -> dict[str, str]:
    """Return the hash of every file below a folder, what tells of the run not counted."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in {"world.json", MARKER}
    }


def _rows(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)
