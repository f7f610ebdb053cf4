"""An outbox that keeps what it is handed, by table, instead of writing files."""

from dataclasses import dataclass, field

import pyarrow as pa

from simulator.delivery.plan import DeliveryPlan
from simulator.delivery.tables import find_table


@dataclass
class RecordingOutbox:
    """Takes rows as `delivery.outbox.Outbox` does; sums of blocks go where its plan says."""

    plan: DeliveryPlan | None = None
    first_day: int = 0
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)

    def wants(self, _table: str) -> bool:
        return True

    def put(self, table, moment, columns, operation="I", registered=None) -> None:
        spec = find_table(table)
        assert all(spec.accepts(name) for name in columns), table
        assert registered is None or len(registered) == len(moment)
        held = {"_moment": pa.array(moment)}
        for name, column in columns.items():
            assert not pa.types.is_floating(column.type), (table, name)
            coded = pa.types.is_dictionary(column.type)
            held[name] = column.cast(column.type.value_type) if coded else column
        if isinstance(operation, str):
            assert operation == "I"
        else:
            held["OP"] = operation.cast(pa.string())
        self.tables.setdefault(table, []).append(pa.table(held))

    def __getitem__(self, table: str) -> pa.Table:
        return pa.concat_tables(self.tables[table])

    def rows(self, table: str) -> list[dict]:
        return [row for part in self.tables.get(table, ()) for row in part.to_pylist()]
