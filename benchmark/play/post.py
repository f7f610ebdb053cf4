"""What other systems send of a nation that is played: every outside table, week by week, as files.

The days before the game are written as any nation's are. In the game a week is handed over twice:
as nobody has looked, up to its last second, and as it was looked at, from the next second on. What
a sender would have sent before the week a declaration is registered in (a manifest) comes on that
week's first morning: until then nobody knew that it would come. Licences are granted and raised
for what the nation would bring under legacy control. Files are sound, and Parquet where the formats
allow it.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmark.arrays import DAY_SECONDS, Ints
from benchmark.outside_files import landed
from data_contracts import simulated
from simulator.block import Block, make_block
from simulator.chronicle.life import Chronicle
from simulator.delivery.gathering import deliver, publish
from simulator.delivery.outbox import Outbox
from simulator.delivery.plan import DeliveryPlan
from simulator.delivery.tables import SOURCES
from simulator.exchange.licences import put_licence_sums
from simulator.nation import Nation
from simulator.reference.listed import Listed, told_by_day
from simulator.sources.audit_ledger import audit_books, put_audit_money
from simulator.whole_tables import lists_of, publish_whole
from simulator.world import FINISHERS
from simulator.writing import write_block

_GRANTED_BEFOREHAND = ("licence",)
# What of these is published whole: every table; the registers of a month; the plan of a year.
_REFERENCE, _REGISTRY, _LEDGER = "reference", "trader_registry", "tax_ledger"
HISTORY = "history"
_DAYS_AT_ONCE = 28


class _Week(Outbox):
    """Rows of one week: those that are due before it come on its first morning."""

    def wants(self, table: str) -> bool:
        """Tell whether rows of this table are written at all."""
        return table not in _GRANTED_BEFOREHAND and super().wants(table)

    def put(
        self,
        table: str,
        moment: Ints,
        columns: Mapping[str, pa.Array],
        operation: str | pa.Array = "I",
        registered: Ints | None = None,
    ) -> None:
        """Hand over rows of one table, as `Outbox.put`."""
        if self.wants(table):
            moment = np.maximum(moment, self.first_day * DAY_SECONDS)
            super().put(table, moment, columns, operation, registered)


class _News:
    """What the reference files tell, found once for all policies of a nation."""

    def __init__(self, nation: Nation) -> None:
        """Begin with nothing found."""
        self._nation = nation

    def of(self, first: int, last: int) -> Iterator[tuple[str, int, pa.Table]]:
        """Yield the files of some days: name, day and rows."""
        return told_by_day(self._lists, self._nation.written_from, (first, last))

    @cached_property
    def _lists(self) -> dict[str, Listed]:
        return lists_of(self._nation)


@dataclass(slots=True)
class Post:
    """The files that a nation's systems send, and what waits to be sent.

    Attributes:
        nation: The nation, written from the first day of its history on.
        root: Folder of what waits and of what was sent.
    """

    nation: Nation
    root: Path
    _reference: "_News" = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no reference file found."""
        self._reference = _News(self.nation)

    def copy(self, root: Path) -> "Post":
        """Return the same post in another folder, to go on differently."""
        for name in ("pool", "spill"):
            shutil.copytree(self.root / name, root / name)
        other = Post(self.nation, root)
        other._reference = self._reference
        return other

    def open(self, chronicle: Chronicle, first_day: int) -> Path:
        """Write the history, up to the day before `first_day`; return its folder."""
        nation, last = self.nation, first_day - 1
        plan = self._plan(nation.written_from, nation.last_day)
        books = audit_books(nation, chronicle)
        for first in range(nation.written_from, first_day, _DAYS_AT_ONCE):
            days = np.arange(first, min(first + _DAYS_AT_ONCE, first_day))
            outbox = Outbox(plan, int(days[0]), int(days[-1]))
            write_block(outbox, nation, chronicle, make_block(nation, chronicle, days), days)
            put_audit_money(outbox, nation, books, days)
            outbox.close_block()
        for first in range(first_day, nation.last_day + 1, _DAYS_AT_ONCE):
            days = np.arange(first, min(first + _DAYS_AT_ONCE, nation.last_day + 1))
            block = make_block(nation, chronicle, days)
            outbox = Outbox(plan, int(days[0]), int(days[-1]))
            put_licence_sums(outbox, nation, block)
            outbox.close_block()
        return self._sent(chronicle, (nation.written_from, last), HISTORY)

    def send(self, days: Ints, block: Block, chronicle: Chronicle) -> Path:
        """Write what is sent in a week at whose declarations nobody has looked yet.

        Args:
            days: Days of the week.
            block: What it registered.
            chronicle: What happened so far, the game's audits included.

        Returns:
            The folder of its files; what is sent late comes with a later week.
        """
        nation, first, last = self.nation, int(days[0]), int(days[-1])
        books = audit_books(nation, chronicle)
        outbox = _Week(self._plan(first, last), first, last)
        write_block(outbox, nation, chronicle, block, days)
        put_audit_money(outbox, nation, books, days)
        outbox.close_block()
        return self._sent(chronicle, (first, last), f"week-{first}")

    def keep(self, days: Ints, block: Block, chronicle: Chronicle) -> None:
        """Keep what a week that was looked at will send after it."""
        first, last = int(days[0]), int(days[-1])
        outbox = _Week(self._plan(last + 1, self.nation.last_day), first, last)
        write_block(outbox, self.nation, chronicle, block, days)
        outbox.close_block()

    def _plan(self, first: int, last: int) -> DeliveryPlan:
        return DeliveryPlan(
            folder=self.root / "pool",
            spill=self.root / "spill",
            seed=self.nation.seed,
            first_day=first,
            last_day=last,
            form="parquet",
        )

    def _sent(self, chronicle: Chronicle, days: tuple[int, int], name: str) -> Path:
        """Send what is due on some days; return the folder of what has arrived by their end."""
        nation, (first, last) = self.nation, days
        wide = replace(self._plan(nation.written_from, nation.last_day), only=((first, last),))
        left_out = {_REFERENCE}
        left_out |= set() if _turns(first, last, "M") else {_REGISTRY}
        left_out |= set() if name == HISTORY or _turns(first, last, "Y") else {_LEDGER}
        publish_whole(replace(wide, sources=frozenset(SOURCES) - left_out), nation, chronicle)
        for table, day, rows in self._reference.of(first, last):
            publish(wide, table, day, rows)
        deliver(wide, range(first, last + 1), FINISHERS)
        return self._arrived(last, self.root / name)

    def _arrived(self, last: int, folder: Path) -> Path:
        pool = self.root / "pool"
        simulated.mark(folder)
        for path in sorted(pool.rglob("*")):
            if path.is_file() and path.name != simulated.MARKER and landed(path) <= last:
                place = folder / path.relative_to(pool)
                place.parent.mkdir(parents=True, exist_ok=True)
                path.rename(place)
        return folder


def _turns(first: int, last: int, unit: str) -> bool:
    """Tell whether a month (M) or year (Y) begins or ends on some days."""
    spans = np.array([first - 1, last + 1]).astype("datetime64[D]").astype(f"datetime64[{unit}]")
    return bool(spans[0] != spans[1])
