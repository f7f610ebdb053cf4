"""Exchange with others, a nation's 20 days of it: what its tests begin with."""

import datetime as dt
from collections import defaultdict

import pyarrow as pa

from simulator.delivery.outbox import Outbox
from simulator.reference.calendar import to_day

FIRST = to_day(dt.date(2025, 2, 1))
DAYS = 20
RECORDED: dict[str, list[pa.Table]] = defaultdict(list)


class RecordingOutbox(Outbox):
    def put(self, table, moment, columns, operation="I", registered=None) -> None:
        assert operation == "I"
        assert registered is None or len(registered) == len(moment)
        held = {name: pa.array(column.to_pylist()) for name, column in columns.items()}
        RECORDED[table].append(pa.table({"_moment": pa.array(moment), **held}))


def rows(table: str) -> list[dict]:
    return [row for part in RECORDED[table] for row in part.to_pylist()]
