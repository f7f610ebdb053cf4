"""What each kind of check can see, and what it costs: the rows of `kinds.csv`.

A loss says by what it can be seen: papers (`documents`), goods (`physical`), books (`audit`), one
or more of them. A kind of check sees a loss with the highest chance that any of its methods has for
any of them, as if nothing agreed. These are the chances with which the simulator begins
(`simulator.reference.detection`); its factors by mechanism, size and officer count in the nation
alone (decision 13). They are assumptions of the benchmark's rules. Costs are assumptions too and
may be replaced.
"""

import csv
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from benchmark.arrays import Floats, Ints
from benchmark.broken_files import UNREADABLE, reason_of, refuse_short_row
from benchmark.csv_headers import found_instead, header_of, header_text, quoted
from data_contracts.errors import CustomsDataError
from data_contracts.places import what_lies_at
from simulator.reference import detection

SIGHTS = detection.SIGHTS
with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))
KINDS = tuple(row["kind_of_check"] for row in _ROWS)
AUDIT = KINDS.index("audit")
PHYSICAL = KINDS.index("physical")
# What as many checks cost as a selection may have is told as a whole number of 64 bits.
_MOST_DIGITS = 11
_COST = re.compile(rf"[0-9]{{1,{_MOST_DIGITS}}}")


def methods_of_kinds() -> list[list[int]]:
    """Return the methods of control by which each kind looks, positions in detection.METHODS."""
    return [[detection.METHODS.index(name) for name in row["methods"].split(";")] for row in _ROWS]


def chance_table() -> Floats:
    """Return the chance that a kind sees a loss, shape (kinds, 8).

    The second axis is the sum of 1 for documents, 2 for physical and 4 for audit in what the loss
    can be seen by.
    """
    masks = np.arange(2 ** len(SIGHTS))
    within = (masks[:, None] >> np.arange(len(SIGHTS))) & 1
    by_method = detection.chances_by_sight()
    chances = np.stack([by_method[:, own].max(axis=1) for own in methods_of_kinds()])
    table: Floats = (chances[:, None, :] * within[None, :, :]).max(axis=2)
    return table


def default_costs() -> Ints:
    """Return the cost of one check of each kind, VND, shape (kinds,)."""
    return np.array([int(row["cost_vnd"]) for row in _ROWS], dtype=np.int64)


def read_costs(path: Path) -> Ints:
    """Return costs from a CSV with the columns kind_of_check and cost_vnd; the rest stays default.

    Raises:
        CustomsDataError: A column lacks, a kind is unknown or stands there twice, or a cost is no
            whole number from 0 on, or a longer one than any.
    """
    texts = {name: pa.string() for name in ("kind_of_check", "cost_vnd")}
    kept = pacsv.ConvertOptions(column_types=texts, include_columns=list(texts))
    if not path.is_file():  # a pipe would be waited for
        message = f"{path}: expected a CSV of costs, found {what_lies_at(path)}"
        raise CustomsDataError(message)
    try:
        names, _ = header_of(path)
        lacking = [name for name in texts if name not in names]
        table = None if lacking else pacsv.read_csv(path, convert_options=kept)
    except UNREADABLE as error:
        refuse_short_row(path, error)
        message = f"{path}: expected a CSV of costs, found {reason_of(path, error)}"
        raise CustomsDataError(message) from error
    if table is None:
        message = f"{path}, header: expected the columns {', '.join(texts)}; found "
        hint = header_text(path)
        message += found_instead([*texts], names) + (f"; {hint}" if hint else "")
        raise CustomsDataError(message)
    costs, lines = default_costs(), dict[str, int]()
    pairs = zip(table["kind_of_check"].to_pylist(), table["cost_vnd"].to_pylist(), strict=True)
    for line, (kind, cost) in enumerate(pairs, start=2):
        place = f"{path}, line {line}"
        if kind not in KINDS:
            message = f"{place}: expected one of {', '.join(KINDS)}, found {quoted(kind)}"
            raise CustomsDataError(message)
        if kind in lines:
            message = f"{place}: expected each kind once, found {kind} again (line {lines[kind]})"
            raise CustomsDataError(message)
        if not _COST.fullmatch(cost):
            message = (
                f"{place}: expected a cost in whole VND, {_MOST_DIGITS} digits at most, found "
            )
            message += quoted(cost)
            raise CustomsDataError(message)
        lines[kind] = line
        costs[KINDS.index(kind)] = int(cost)
    return costs
