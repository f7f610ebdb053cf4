"""The amounts of a world that stand side by side: in one row, or in rows that can be joined.

Each file of `amounts/` is one table of them; its first columns say whose a row is, what it is
compared with, which goods it is about and what is irregular, all others are amounts.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from simulator.delivery.tables import find_table
from tests.simulator.arithmetic import Amounts
from tests.simulator.decoded import table_files

AMOUNTS = Path(__file__).parent / "amounts"
TABLES = ("declarations", "items", "slips", "reports", "weighings")
_READ = (
    "tk", "hang", "thue", "nop", "hoanthue", "baolanh", "cont", "dmmt", "cudan", "qtnvl", "qtsp",
    "dmtt", "weighbridge",
)  # fmt: skip
_TRUTH = ("items", "slips", "schemes")
_ABOUT = ("number", "trader", "stratum", "goods", "kind")
_BILLS = (
    'struct("no" varchar, gross_kg double, packages double, volume_m3 double,'
    ' containers struct("no" varchar)[])[]'
)
_GATE = {"declarations": "varchar[]", "weightKg": "double"}
_PORT = {"decl": "varchar", "kind": "varchar", "gross_kg": "double"}
_NUMBER = re.compile(r"<ReferenceNo>([^<]+)<")
_ITEM = re.compile(r"<HS>(\d+)<.*?<Quantity[^>]*>([\d.]+)<.*?<FOB[^>]*>([\d.]+)<")
# More decimals than that are no amount, but what a quotient of two of them comes to.
_MOST_DECIMALS = 6


class AmountTables:
    """A world's amounts, in a database of its own.

    Args:
        out: Outside files, those of tables as Parquet.
        truth: Their truth.
        work: Empty folder for the database.
    """

    def __init__(self, out: Path, truth: Path, work: Path) -> None:
        self.connection = duckdb.connect(str(work / "amounts.duckdb"))
        self.connection.execute("set memory_limit = '2GB'; set threads = 1")
        self.connection.execute("set preserve_insertion_order = false")
        for name in _READ:
            self._view(name, table_files(out, name))
        for name in _TRUTH:
            self._view(name, [truth / f"{name}.parquet"])
        self._bills(table_files(out, "manifest"))
        self._lines("gate_events", table_files(out, "lang_son_gate"), _GATE)
        self._lines("port_messages", table_files(out, "port_message"), _PORT)
        self._certificates(table_files(out, "co_form"))
        self.connection.execute((AMOUNTS / "known.sql").read_text(encoding="utf-8"))

    def tables(self) -> Iterator[Amounts]:
        """Yield every table of amounts."""
        for name in TABLES:
            yield self.table(name)

    def table(self, name: str) -> Amounts:
        """Return one table of amounts."""
        text = (AMOUNTS / f"{name}.sql").read_text(encoding="utf-8")
        rows = self.connection.execute(text).df()
        told, names = pd.factorize(rows["kind"].where(rows["kind"] != ""))
        kind = told.astype(np.int64) + 1
        trader = pd.factorize(rows["trader"].fillna(rows["number"]))[0]
        goods = pd.factorize(rows["goods"])[0].astype(np.int64)
        values = {
            name: rows[name].to_numpy(dtype=np.float64)
            for name in map(str, rows.columns)
            if name not in _ABOUT
        }
        guilty = len(np.unique(trader[kind > 0])) / max(len(np.unique(trader)), 1)
        return Amounts(
            name=name,
            values=values,
            steps={column: step_of(own) for column, own in values.items()},
            kinds=("", *names),
            kind=kind,
            trader=trader.astype(np.int64),
            stratum=pd.factorize(rows["stratum"].fillna(""))[0].astype(np.int64),
            goods=np.where(rows["goods"].fillna("") == "", -1, goods),
            base=guilty,
        )

    def _view(self, name: str, paths: list[Path]) -> None:
        """Read a table's rows but those that take others back; without files there are none."""
        if not paths:
            listed = ", ".join(f'"{column}" varchar' for column in find_table(name).columns)
            self.connection.execute(f"create table {name} ({listed})")
            return
        texts = [str(path) for path in paths]
        sent = self.connection.read_parquet(texts, union_by_name=True)
        kept = sent.filter("OP <> 'D'") if "OP" in sent.columns else sent
        kept.create_view(name)

    def _bills(self, paths: list[Path]) -> None:
        sent = self._json(paths, {"revision": "bigint", "bills": _BILLS})
        sent.project("revision, unnest(bills) as bill").project(
            'revision, bill."no" as "no", bill.gross_kg, bill.packages, bill.volume_m3,'
            " len(bill.containers)::double as boxes"
        ).create("bills")

    def _lines(self, name: str, paths: list[Path], columns: dict[str, str]) -> None:
        self._json(paths, columns).filter(f'"{list(columns)[-1]}" is not null').create(name)

    def _json(self, paths: list[Path], columns: dict[str, str]) -> duckdb.DuckDBPyRelation:
        texts: Any = [str(path) for path in paths]
        return self.connection.read_json(texts, format="newline_delimited", columns=columns)

    def _certificates(self, paths: list[Path]) -> None:
        told = []
        for path in paths:
            text = path.read_text(encoding="utf-8")
            number = _NUMBER.findall(text)
            own = _ITEM.findall(text)
            told += [(number[0], hs6, float(quantity), float(fob)) for hs6, quantity, fob in own]
        names = ("certificate", "hs6", "quantity", "fob")
        kinds = (pa.string(), pa.string(), pa.float64(), pa.float64())
        columns = [pa.array([row[at] for row in told], kind) for at, kind in enumerate(kinds)]
        self.connection.from_arrow(pa.table(columns, names=names)).create("certificates")


def step_of(values: npt.NDArray[np.float64]) -> float:
    """Return the smallest difference in which amounts are printed, 1 for whole ones."""
    known = values[values > 0][:20_000]
    for places in range(_MOST_DECIMALS):
        told = known * 10.0**places
        if np.all(np.abs(told - np.rint(told)) <= 1e-9 * told + 1e-6):
            return float(10.0**-places)
    return float(10.0**-_MOST_DECIMALS)
