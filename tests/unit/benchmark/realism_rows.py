"""Rows and files of small hand-made folders for the realism report."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.realism.folder import TABLES
from benchmark.realism.report import measure
from tests.unit.ingestion.files import HANG, TK, csv_text

BASE = 10123456000
DAY = "2024-03-05"


def tk(number, version=0, seq=1, **fields):
    identity = {"SO_TK": f"{BASE + number}{version}", "SEQ_NO": str(seq)}
    return {**TK, **fields_of(TABLES["tk"]), **TK, **identity, **fields}


def hang(number, stt=1, version=0, seq=1, **fields):
    identity = {"SO_TK": f"{BASE + number}{version}", "STT": str(stt), "SEQ_NO": str(seq)}
    return {**fields_of(TABLES["hang"]), **HANG, **identity, **fields}


def fields_of(columns):
    return dict.fromkeys(columns, "")


def numbered(table, rows):
    full = [{**fields_of(TABLES[table]), "OP": "I"} | row for row in rows]
    return [{**row, "SEQ_NO": str(place)} for place, row in enumerate(full, start=1)]


def put(folder, name, rows):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".parquet"):
        pq.write_table(
            pa.Table.from_pylist([{k: v or None for k, v in r.items()} for r in rows]), path
        )
    elif ".jsonl" in name:
        text = "\n".join(map(json.dumps, rows)).encode()
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    else:
        text = csv_text(rows).encode()
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)


def found(folder, truth=None):
    """Return (generated, observations) by figure, whatever the least number of observations."""
    report = measure(folder, truth=truth)
    return {r.figure.key: (r.generated, r.observations) for r in report.results}
