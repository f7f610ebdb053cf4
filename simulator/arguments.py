"""What a simulation is asked for and what it says about itself when it is done."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from data_contracts.errors import ContractViolationError
from data_contracts.places import FOLDER, NOTHING, what_lies_at
from simulator.delivery.faults import PROFILES
from simulator.delivery.tables import SOURCES, TABLES

VERSION = "2.13.0"
FORMS = ("csv", "parquet")
LEAST_SCALE, MOST_SCALE = 0.000_001, 10
MOST_DAYS = 3_660
LEAST_LIVE, MOST_LIVE = 5, 60
MOST_SEED = 2**63 - 1
# The one source that sends every few minutes.
_LIVE = next(table.source for table in TABLES.values() if table.can_be_live)
# The years of the calendar, less what is needed of it before and after a nation.
EARLIEST, LATEST = date(2014, 3, 1), date(2039, 10, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationArguments:
    """One nation, fixed to the byte by these values.

    Attributes:
        out: Folder for the outside files; created when absent.
        first_date: First day whose declarations are written.
        days: Number of days written.
        scale: 1 is a national year of 13.7 million declarations.
        seed: Seed of every draw, 0 to 2^63 - 1.
        truth: Folder for the ground truth; None writes none. Never inside `out`.
        warmup_days: Days lived before `first_date`; they show as history and open stock only.
        mechanisms: Names of the planted mechanisms; empty for all, `none` for a null world.
        mechanism_folder: Folder with further mechanisms, outside the project; None for no more.
        random_arm: Probability with which any declaration is inspected by lot.
        audits: Post-clearance audits a year; None for the usual number at this scale.
        faults: Profile of broken bytes; None for what a sound sender writes.
        live: Minutes that one file of the declaration system covers, 5 to 60; None for a night.
        form: csv (csv.gz) or parquet, for the sources that may be either.
        only: Sources to write; empty writes all. The bytes of a source do not depend on it.
        only_days: First and last of stretches of days; files about other days are not written,
            and theirs have the bytes that they have without it; the truth is that of all days.
            Empty writes all.
        reach: With `only_days`, how many days from these a declaration may be registered and still
            send something on them; what is registered farther away is left out of the files, and
            its items out of the truth, by whole stretches of some 12,000 declarations or a month:
            a small nation leaves nothing out. None does so too: every day is made, though few are
            written.
        processes: Processes that write; the bytes do not depend on it.
    """

    out: Path
    first_date: date
    days: int
    scale: float = 0.01
    seed: int = 1
    truth: Path | None = None
    warmup_days: int = 365
    mechanisms: tuple[str, ...] = ()
    mechanism_folder: Path | None = None
    random_arm: float = 0.01
    audits: int | None = None
    faults: str | None = None
    live: int | None = None
    form: str = "csv"
    only: tuple[str, ...] = ()
    only_days: tuple[tuple[date, date], ...] = ()
    reach: int | None = None
    processes: int = 2

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated.

        Raises:
            ContractViolationError: A value is out of range, a source is unknown, or the truth
                would lie where it could be landed.
        """
        for holds, what, found in self._rules():
            if not holds:
                message = f"simulation: {what}, found {found}"
                raise ContractViolationError(message)

    def _rules(self) -> list[tuple[bool, str, object]]:
        """Return each rule: whether it holds, what it asks for, and what was found."""
        warmup, days = self.warmup_days, self.days
        strange = sorted(set(self.only) - set(SOURCES))
        outside = [
            f"{first} to {last}"
            for first, last in self.only_days
            if not self._lies_within(first, last)
        ]
        return [
            (0 < self.scale <= MOST_SCALE, f"scale must lie in (0, {MOST_SCALE}]", self.scale),
            (1 <= days <= MOST_DAYS, f"days must lie in 1..{MOST_DAYS}", days),
            (0 <= warmup <= MOST_DAYS, f"warmup must lie in 0..{MOST_DAYS}", warmup),
            (
                self.first_date.toordinal() - warmup >= EARLIEST.toordinal(),
                f"the first day less the warm-up must not lie before {EARLIEST}",
                f"{self.first_date} less {warmup} days",
            ),
            (
                self.first_date.toordinal() + days - 1 <= LATEST.toordinal(),
                f"the last day must not lie after {LATEST}",
                f"{days} days from {self.first_date}",
            ),
            (0 <= self.random_arm <= 1, "random arm must be a probability", self.random_arm),
            (0 <= self.seed <= MOST_SEED, f"seed must lie in 0..{MOST_SEED}", self.seed),
            (self.audits is None or self.audits >= 0, "audits must not be negative", self.audits),
            (self.processes >= 1, "processes must be at least 1", self.processes),
            (
                self.live is None or LEAST_LIVE <= self.live <= MOST_LIVE,
                f"live must lie in {LEAST_LIVE}..{MOST_LIVE} minutes",
                self.live,
            ),
            (
                self.live is None or _LIVE in self.sources,
                f"live goes with {_LIVE}",
                f"{', '.join(self.only)} alone",
            ),
            (self.form in FORMS, f"form must be one of {', '.join(FORMS)}", self.form),
            (
                self.faults is None or self.faults in PROFILES,
                f"faults must be one of {', '.join(PROFILES)}",
                ascii(self.faults),
            ),
            (not strange, f"only knows {', '.join(SOURCES)}", ", ".join(strange)),
            (
                not outside,
                f"only days must lie in order in the {days} days from {self.first_date} on",
                ", ".join(outside),
            ),
            (self.reach is None or self.reach >= 0, "reach must not be negative", self.reach),
            (self.reach is None or bool(self.only_days), "reach goes with only days", "none"),
            *self._rules_of_folders(),
            (
                not self._is_inside(self.truth, self.out),
                "the truth must not lie in the output folder",
                self.truth,
            ),
            (
                not self._is_inside(self.out, self.truth),
                "the output folder must not lie in the truth's",
                self.out,
            ),
        ]

    def _rules_of_folders(self) -> Iterator[tuple[bool, str, object]]:
        named = (("out", self.out), ("the truth", self.truth))
        for what, folder in named:
            found = NOTHING if folder is None else what_lies_at(folder)
            yield found in {NOTHING, FOLDER}, f"{what} must be a folder", f"{found}: {folder}"

    def _lies_within(self, first: date, last: date) -> bool:
        begins, ends = ((day - self.first_date).days for day in (first, last))
        return 0 <= begins <= ends < self.days

    @staticmethod
    def _is_inside(one: Path | None, other: Path | None) -> bool:
        if one is None or other is None:
            return False
        return Path(os.path.realpath(one)).is_relative_to(os.path.realpath(other))

    @property
    def last_date(self) -> date:
        """Last day written."""
        return self.first_date + timedelta(days=self.days - 1)

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources that are written, in their usual order."""
        return tuple(name for name in SOURCES if not self.only or name in self.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a stage of a run took.

    Attributes:
        name: draw, live, write, gather or publish.
        seconds: Wall-clock time.
        written_bytes: What the files written so far take at its end, without what waits.
        waiting_bytes: What waits on disk for a later stage at its end.
    """

    name: str
    seconds: float
    written_bytes: int
    waiting_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationSummary:
    """What was written.

    Attributes:
        out: Folder of the outside files.
        files: Number of files by source.
        rows: Number of rows by outside table, re-sent ones included.
        declarations: Declarations registered in the period.
        goods_items: Goods items of their first versions.
        inspections: Inspections begun in the period.
        irregular_items: Goods items found irregular by the end of the period.
        idle_mechanisms: Private ones, meant, of which no scheme begins by the last day.
        seconds: Wall-clock time.
        stages: The stages of the run, in order.
    """

    out: Path
    files: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    declarations: int = 0
    goods_items: int = 0
    inspections: int = 0
    irregular_items: int = 0
    idle_mechanisms: tuple[str, ...] = ()
    seconds: float = 0.0
    stages: tuple[Stage, ...] = ()
