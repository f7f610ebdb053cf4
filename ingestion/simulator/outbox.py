"""Files as the sending system writes them: numbered changes, by night, some late, some sent again.

A row waits here until the night of its change; then the table's rows of that day are numbered
(`SEQ_NO`) in the order of their moments and written. Rows of nights after the last day stay unsent.
"""

import gzip
import io
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from ingestion.simulator.arrays import Generator, Ints
from ingestion.simulator.calendar import DAY_SECONDS, to_date

_MOMENT = "_moment"
_LATE_SHARE, _RESENT_SHARE = 0.02, 0.04
_RESENT_ROWS = 0.05
_GZIP_LEVEL = 1


def write_csv(path: Path, table: pa.Table) -> None:
    """Write a table as CSV.gz (UTF-8, header, empty for null); same rows, same bytes."""
    buffer = io.BytesIO()
    pacsv.write_csv(table, buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(buffer.getvalue(), _GZIP_LEVEL, mtime=0))


@dataclass(slots=True)
class Outbox:
    """The nightly extracts of the declaration system.

    Attributes:
        folder: Folder `vcis` of the output; None writes nothing and counts nothing.
        last_day: Last night that is written.
        seed: Seed of lateness and repetition.
        lot_probability: Designed probability of the random arm, as the extract writes it.
        rows, files: Written so far, by table; in all.
    """

    folder: Path | None
    last_day: int
    seed: int
    lot_probability: str
    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    files: int = 0
    _waiting: dict[str, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))
    _numbered: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def put(
        self, name: str, moment: Ints, operation: pa.Array, columns: dict[str, pa.Array]
    ) -> None:
        """Hand over rows of one table.

        Args:
            name: Table, the first word of its file names.
            moment: Local seconds since 1970 of each change.
            operation: I, U or D for each row.
            columns: The other columns.
        """
        if len(moment) and self.folder is not None:
            head = {_MOMENT: pa.array(moment, pa.int64()), "OP": operation}
            table = pa.table(head | columns)
            self._waiting[name].append(table.filter(moment // DAY_SECONDS <= self.last_day))

    def flush(self, through_day: int) -> None:
        """Write every night up to and including `through_day`."""
        for position, name in enumerate(sorted(self._waiting)):
            waiting = pa.concat_tables(self._waiting[name])
            moment = waiting[_MOMENT].to_numpy()
            due = moment // DAY_SECONDS <= through_day
            self._waiting[name] = [waiting.filter(~due)]
            ready = waiting.filter(due)
            order = np.argsort(moment[due], kind="stable")
            if len(ready):
                self._write_nights(name, position, ready.take(order))

    def _write_nights(self, name: str, position: int, ready: pa.Table) -> None:
        days = ready[_MOMENT].to_numpy() // DAY_SECONDS
        first = self._numbered[name] + 1
        self._numbered[name] += len(ready)
        numbers = pa.array(np.arange(first, first + len(ready), dtype=np.int64))
        numbered = ready.drop_columns([_MOMENT]).add_column(0, "SEQ_NO", numbers)
        nights, starts = np.unique(days, return_index=True)
        ends = np.append(starts[1:], len(days))
        for day, start, end in zip(nights.tolist(), starts.tolist(), ends.tolist(), strict=True):
            rng = np.random.default_rng([self.seed, 77, position, day])
            self._write_night(rng, name, day, numbered.slice(start, end - start))

    def _write_night(self, rng: Generator, name: str, day: int, rows: pa.Table) -> None:
        late = rng.random() < _LATE_SHARE
        self._write_part(name, day, 0, day + (int(rng.integers(1, 4)) if late else 0), rows)
        if rng.random() < _RESENT_SHARE:
            again = rows.slice(0, max(1, int(len(rows) * _RESENT_ROWS)))
            self._write_part(name, day, 1, day + 1, again)

    def _write_part(self, name: str, day: int, part: int, sent_day: int, rows: pa.Table) -> None:
        if self.folder is None:
            return
        sent = to_date(sent_day)
        file_name = f"{name}_{to_date(day):%Y%m%d}_{part:02d}.csv.gz"
        write_csv(self.folder / f"{sent:%Y}" / f"{sent:%m}" / f"{sent:%d}" / file_name, rows)
        self.rows[name] += len(rows)
        self.files += 1
