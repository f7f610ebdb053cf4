"""All rows of an outside table as they were sent, with the file, part, lateness and place of each.

Objects are laid flat (`vehicle.plate`), lists are joined with `;`, and a manifest line gives a row
for each of its bills.
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from simulator.delivery.outside_table import OutsideTable
from simulator.delivery.tables import find_table
from tests.simulator.decoded import read_text_table, table_files

_UNDATED = {"month", "once"}
_TAG = re.compile(r"<(\w+)(?: \w+=\"([^\"]*)\")?>([^<]+)</\1>")


def sent(out: Path, name: str) -> pd.DataFrame:
    """Return all rows of a table, as text, with the file, part, lateness and place of each."""
    spec = find_table(name)
    parts = []
    for path in table_files(out, name):
        rows = _rows(path, spec)
        if spec.form != "xml":
            rows["part"], rows["late"] = _part(path, spec), _late(path, spec)
            rows["place"] = np.arange(len(rows)) / max(len(rows), 2)
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _part(path: Path, spec: OutsideTable) -> int:
    words = path.name.split(".")[0].split("_")[2:]
    if spec.period == "hour" and ".jsonl" in path.name:
        words = words[1:]
    return int(words[-1]) if words else 0


def _late(path: Path, spec: OutsideTable) -> int:
    if spec.period in _UNDATED:
        return 0
    stamp = pd.to_datetime(path.name.split(".")[0].split("_")[1], format=spec.stamp)
    return (pd.Timestamp("-".join(path.parent.parts[-3:])) - stamp).days


def _rows(path: Path, spec: OutsideTable) -> pd.DataFrame:
    if spec.form == "xml":
        return pd.DataFrame(_message(path.read_text(encoding="utf-8")))
    if ".jsonl" not in path.name:
        return read_text_table(path, spec).to_pandas()
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = [json.loads(line, parse_float=str) for line in content.decode().splitlines()]
    if spec.name == "manifest":
        lines = [bill for line in lines for bill in _bills(line)]
    return pd.DataFrame([dict(_flat(line)) for line in lines], dtype=object)


def _bills(line: dict[str, object]) -> Iterator[dict[str, object]]:
    bills = line.pop("bills")
    assert isinstance(bills, list)
    for place, bill in enumerate(bills):
        boxes = bill.pop("containers")
        seals = [seal for box in boxes for seal in box["seals"]]
        own = {"among": place / max(len(bills), 2), "boxes": [box["no"] for box in boxes]}
        yield line | bill | own | {"sealed": seals}


def _flat(line: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str | float | None]]:
    for name, value in line.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield f"{prefix}{name}", ";".join(map(str, value)) or None
        elif value is None or isinstance(value, float):
            yield f"{prefix}{name}", value
        else:
            yield f"{prefix}{name}", str(value)


def _message(text: str) -> dict[str, list[str]]:
    """Return what a certificate or message says: its head, and of its first item the figures."""
    found: dict[str, list[str]] = {}
    for name, unit, value in _TAG.findall(text):
        found.setdefault(name, [value])
        found.setdefault(f"{name} of", [unit])
    return found
