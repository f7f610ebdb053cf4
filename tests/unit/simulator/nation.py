"""A small simulated nation and plain readers of its files, for the tests of the simulator."""

import csv
import datetime as dt
import gzip
import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from data_contracts.simulated import MARKER
from simulator import mechanisms
from simulator.arguments import SimulationArguments, SimulationSummary
from simulator.mechanisms import planning
from simulator.world import run

FIRST = dt.date(2025, 6, 20)
DAYS = 24
SCALE = 0.0012

Row = dict[str, str]


def simulate(out: Path, **changes: object) -> SimulationSummary:
    """Run a small nation across a tariff change (1 July 2025)."""
    values: dict[str, object] = {
        "first_date": FIRST, "days": DAYS, "scale": SCALE, "seed": 11, "warmup_days": 120,
        "random_arm": 0.02, "processes": 1,
    }  # fmt: skip
    arguments = SimulationArguments(out=out, **(values | changes))  # type: ignore[arg-type]
    return run(arguments)


@contextmanager
def many_schemes(share: float, item_share: tuple[float, float]) -> Iterator[None]:
    """Let schemes be so many times as common, from the first day, in nations drawn meanwhile."""
    drawn = planning.draw_schemes

    def more(setting: planning.Setting, plan: planning.Plan) -> planning.Schemes:
        wanted = min(plan.share * share, 0.6)
        return drawn(setting, replace(plan, share=wanted, first_month=0, item_share=item_share))

    with pytest.MonkeyPatch.context() as patch:
        for module in pkgutil.iter_modules(mechanisms.__path__):
            place = importlib.import_module(f"{mechanisms.__name__}.{module.name}")
            if hasattr(place, "draw_schemes"):
                patch.setattr(place, "draw_schemes", more)
        yield


def files(out: Path, table: str) -> list[Path]:
    """Return the files of one outside table."""
    return sorted(out.rglob(f"{table}_*.csv.gz"))


def rows(out: Path, table: str) -> list[Row]:
    """Return all rows of one outside table, re-sent ones included."""
    return [row for path in files(out, table) for row in _rows(path)]


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
