"""Broken bytes on request: what real deliveries have and a sound sender does not write.

Every fault is drawn from the key of its row or of its file, so that the same run is broken in the
same places, whatever else is written with it.
"""

import numpy as np
import pyarrow as pa

from data_contracts.errors import ContractViolationError
from simulator.delivery import row_faults
from simulator.delivery.files import (
    as_utf16,
    content_of,
    packed,
    prepare,
    prepare_delimited,
    text_of,
)
from simulator.delivery.legacy_text import as_tcvn3, as_windows_1258
from simulator.delivery.outside_table import OutsideTable
from simulator.delivery.plan import TextForm
from simulator.delivery.row_faults import RowFault
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.kernel.keyed import Keys

ROW_FAULTS: dict[str, RowFault] = {
    "values": row_faults.broken_values,
    "units": row_faults.missing_units,
    "clocks": row_faults.wrong_clocks,
    "test_office": row_faults.office_of_tests,
    "contradictions": row_faults.contradictions,
}
FILE_FAULTS = ("encodings", "truncated", "headers")
PROFILES = (*ROW_FAULTS, *FILE_FAULTS, "all")

ENCODINGS = {"utf-16": as_utf16, "tcvn3": as_tcvn3, "windows-1258": as_windows_1258}
UNKNOWN_COLUMN = "COT_MOI"
_ENCODING_SHARE, _CUT_SHARE = 0.05, 0.03
_REORDERED_SHARE, _UNKNOWN_SHARE = 0.1, 0.05
_LEAST_KEPT, _MOST_KEPT = 0.3, 0.95


def check_profile(profile: str | None) -> None:
    """Refuse a profile that there is not.

    Raises:
        ContractViolationError: The profile is none of `PROFILES`.
    """
    if profile is not None and profile not in PROFILES:
        message = f"faults {profile}: expected one of {', '.join(PROFILES)}"
        raise ContractViolationError(message)


def broken_rows(profile: str, name: str, table: pa.Table, keys: Keys) -> tuple[pa.Table, Ints]:
    """Return the rows of a table with the faults of a profile.

    Args:
        profile: One of `PROFILES`.
        name: The outside table.
        table: Rows in the order of their sending.
        keys: Key of each row, from its key columns, shape (n,).

    Returns:
        The rows, and for each the position of the row it was or was made from, ascending.
    """
    origin = np.arange(len(table))
    for fault, change in ROW_FAULTS.items():
        if profile in {fault, "all"}:
            table, places = change(name, table, keys[origin])
            origin = origin[places]
    return table, origin


def broken_file(
    profile: str, spec: OutsideTable, rows: pa.Table, form: TextForm, key: np.uint64
) -> tuple[bytes, str]:
    """Return the bytes of a file and its ending, with the faults of a profile.

    Args:
        profile: One of `PROFILES`.
        spec: The outside table.
        rows: Its rows as they are written.
        form: Form of tables that may be Parquet; a file in a wrong encoding is always text.
        key: Key of the file.
    """
    keys = np.array([key], dtype=np.uint64)
    if profile in {"headers", "all"} and spec.form in {"csv", "utf16"}:
        rows = _other_header(rows, keys)
    wrong = profile in {"encodings", "all"} and spec.form == "csv"
    if wrong and keyed.happens(keys, "fault/encoding", _ENCODING_SHARE)[0]:
        at = int(keyed.integers(keys, "fault/which", 0, len(ENCODINGS))[0])
        text = list(ENCODINGS.values())[at](text_of(prepare_delimited(rows, ",")))
        content, ending = (packed(text), ".csv.gz") if spec.is_packed else (text, ".csv")
    else:
        content, ending = content_of(spec, prepare(spec, rows, form), form)
    if profile in {"truncated", "all"} and keyed.happens(keys, "fault/cut", _CUT_SHARE)[0]:
        kept = _LEAST_KEPT + (_MOST_KEPT - _LEAST_KEPT) * keyed.uniform(keys, "fault/kept")[0]
        content = content[: int(len(content) * kept)]
    return content, ending


def _other_header(rows: pa.Table, keys: Keys) -> pa.Table:
    """Return the table with its columns in another order, or with a column nobody knows."""
    names = rows.column_names
    if keyed.happens(keys, "fault/order", _REORDERED_SHARE)[0]:
        order = np.argsort(keyed.identities(keys[0], len(names)), kind="stable")
        rows = rows.select([names[place] for place in order.tolist()])
    if keyed.happens(keys, "fault/column", _UNKNOWN_SHARE)[0]:
        added = pa.repeat(pa.scalar("x"), len(rows))
        rows = rows.append_column(UNKNOWN_COLUMN, added)
    return rows
