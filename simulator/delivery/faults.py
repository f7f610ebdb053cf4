"""Broken bytes on request: what real deliveries have and a sound sender does not write.

Every fault is drawn from the key of its row or of its file, so that the same run is broken in the
same places, whatever else is written with it.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.errors import ContractViolationError
from simulator.delivery.breakers import BREAKERS, Breaker, Change, fixed, prefixed, suffixed
from simulator.delivery.files import (
    as_utf16,
    content_of,
    packed,
    prepare,
    prepare_delimited,
    text_of,
)
from simulator.delivery.legacy_text import as_tcvn3, as_windows_1258
from simulator.delivery.numbering import text_keys
from simulator.delivery.outside_table import OutsideTable
from simulator.delivery.plan import TextForm
from simulator.delivery.rendering import as_plain
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, runs_of
from simulator.kernel.keyed import Keys

Faulty = tuple[pa.Table, Ints]
"""Rows, and for each the position of the row it was or was made from, ascending."""

TEST_OFFICE = "88AB"
_UNITS = {
    "tk": ("MA_DVT_KIEN", "MA_DVT_TL"), "hang": ("MA_DVT1", "MA_DVT2"), "qtnvl": ("MA_DVT",),
    "qtsp": ("MA_DVT",), "licence": ("unit",), "partner_statistics": ("unit",),
}  # fmt: skip
# How often a defect is planted on request: assumptions, here and below.
_UNIT_SHARE, _CLOCK_SHARE, _DEVICE_SHARE = 0.01, 0.005, 0.1
_TEST_SHARE, _CONTRADICTION_SHARE = 0.005, 0.002
# Device and time columns; how a time of seven hours off is written.
_CLOCKS = {
    "lang_son_gate": ("gate", "ts"), "seal_stream": ("seal", "ts"), "scan_result": ("site", "ts"),
    "port_message": ("site", "ts"), "weighbridge": ("SITE", "TS"), "sukien": ("MA_CB", "THOI_DIEM"),
    "lao_cai_gate": ("Cửa khẩu", "Thời gian"),
}  # fmt: skip
_OFF_SECONDS = 7 * 3_600
_OWN_NUMBERS = {"tk", "hang", "thue", "chungtu", "cont"}
_CONTRADICTIONS: dict[str, tuple[str, Change]] = {
    "tk": ("GHI_CHU", fixed("ban ghi khac")), "hang": ("TEN_HANG", suffixed(" (2)")),
    "thue": ("SO_TIEN", prefixed("1")), "nop": ("SO_TIEN", prefixed("1")),
    "sukien": ("LY_DO", fixed("gui lai")), "dn": ("TEN_DN", suffixed(" (2)")),
    "lang_son_gate": ("yard", fixed("Y99")), "port_message": ("seal", fixed("X0000000")),
    "weighbridge": ("NET_KG", prefixed("1")), "lao_cai_gate": ("Bãi", fixed("Bãi 99")),
}  # fmt: skip


def missing_units(name: str, table: pa.Table, keys: Keys) -> Faulty:
    """Return rows of which some lack a unit."""
    for column in _UNITS.get(name, ()):
        hit = keyed.happens(keys, f"fault/unit/{column}", _UNIT_SHARE)
        table = _changed(table, hit, {column: fixed(None)})
    return table, np.arange(len(table))


def wrong_clocks(name: str, table: pa.Table, keys: Keys) -> Faulty:
    """Return rows of which some, and all of some devices, took local time for UTC or back."""
    if name in _CLOCKS:
        device, column = _CLOCKS[name]
        devices = keyed.derive(text_keys(as_plain(table[device])), "fault/clock")
        hit = keyed.happens(devices, "device", _DEVICE_SHARE)
        hit |= keyed.happens(keys, "fault/clock", _CLOCK_SHARE)
        table = _changed(table, hit, {column: _shifted})
    return table, np.arange(len(table))


def office_of_tests(name: str, table: pa.Table, _keys: Keys) -> Faulty:
    """Return rows with further declarations of the test office, their children included.

    Drawn from the declaration's number alone, so that all tables agree.
    """
    if name not in _OWN_NUMBERS:
        return table, np.arange(len(table))
    number = text_keys(as_plain(table["SO_TK"]))
    hit = keyed.happens(keyed.derive(number, "fault/test"), "office", _TEST_SHARE)
    changes: dict[str, Change] = {"SO_TK": _test_number}
    if name == "tk":
        changes["MA_HQ"] = fixed(TEST_OFFICE)
    return _with_copies(table, hit, changes, 1)


def contradictions(name: str, table: pa.Table, keys: Keys) -> Faulty:
    """Return rows of which some come twice, with the same key and number and other content."""
    if name not in _CONTRADICTIONS:
        return table, np.arange(len(table))
    column, change = _CONTRADICTIONS[name]
    hit = keyed.happens(keys, "fault/contradiction", _CONTRADICTION_SHARE)
    return _with_copies(table, hit, {column: change}, 1)


def broken_values(name: str, table: pa.Table, keys: Keys) -> Faulty:
    """Return rows of which some break an invariant; see `breakers`."""
    origin = np.arange(len(table))
    for breaker in BREAKERS:
        if breaker.table != name:
            continue
        hit = _hits(breaker, table, keys[origin])
        if breaker.copies:
            table, places = _with_copies(table, hit, breaker.changes, breaker.copies)
            origin = origin[places]
        else:
            table = _changed(table, hit, breaker.changes)
    return table, origin


def _hits(breaker: Breaker, table: pa.Table, keys: Keys) -> Bools:
    hit = keyed.happens(keys, f"fault/value/{breaker.name}", breaker.share)
    if breaker.where is not None:
        column, pattern = breaker.where
        matches = pc.match_substring_regex(as_plain(table[column]), pattern)
        hit &= matches.fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003 - the value
    return hit


def _changed(table: pa.Table, hit: Bools, changes: dict[str, Change]) -> pa.Table:
    """Return the table with the columns of the rows hit changed."""
    if not hit.any():
        return table
    mask = pa.array(hit)
    for name, change in changes.items():
        if name in table.column_names:
            column = as_plain(table[name])
            replaced = pc.replace_with_mask(column, mask, change(column.filter(mask)))
            table = table.set_column(table.column_names.index(name), name, replaced)
    return table


def _with_copies(table: pa.Table, hit: Bools, changes: dict[str, Change], copies: int) -> Faulty:
    """Return the table with changed copies behind each row hit."""
    origin = runs_of(1 + hit * copies)
    is_copy = np.concatenate(([False], origin[1:] == origin[:-1])) if len(origin) else hit
    return _changed(table.take(pa.array(origin)), is_copy, changes), origin


def _test_number(text: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise("99", pc.utf8_slice_codeunits(text, 2), "")


def _shifted(text: pa.Array) -> pa.Array:
    """Return times of any of the formats, seven hours off."""
    sample = next((value for value in text.to_pylist() if value), "")
    if sample.isdigit():
        shifted = pc.add(text.cast(pa.int64()), _OFF_SECONDS * 1_000)
        return shifted.cast(pa.string())
    if "T" in sample:
        return pc.replace_substring(text, "+07:00", "Z")
    written = "%d/%m/%Y %H:%M" if "/" in sample else "%Y-%m-%d %H:%M:%S"
    return _moved(text, written)


def _moved(text: pa.Array, written: str) -> pa.Array:
    moment = pc.strptime(text, format=written, unit="s", error_is_null=True)
    moved = pc.add(moment.cast(pa.int64()), _OFF_SECONDS).cast(pa.timestamp("s"))
    return pc.strftime(moved, format=written)


RowFault = Callable[[str, pa.Table, Keys], Faulty]


ROW_FAULTS: dict[str, RowFault] = {
    "values": broken_values,
    "units": missing_units,
    "clocks": wrong_clocks,
    "test_office": office_of_tests,
    "contradictions": contradictions,
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
