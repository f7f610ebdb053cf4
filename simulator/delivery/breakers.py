"""Rows made wrong on purpose: at least one way to break each invariant of the domain.

The numbers are those of the list "Invariants for validation and synthetic data": 1 line values,
2 lines and chains, 3 list lengths, 4 decimals, 5 balances, 6 schedules and certificates, 7
processing, 8 insurance and term, 9 order of times, 10 tax bases and guarantees, 11 correction
pairs, 12 check digits, 13 manifest against declaration, 14 gate order, 15 rank and age; 16 stands
for the figures of section J of the outside formats that hang together.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

Change = Callable[[pa.Array], pa.Array]

# How often a defect is planted on request: assumptions.
_SHARE, _RARE_SHARE = 0.01, 0.2
_COPIES = 6


@dataclass(frozen=True, slots=True)
class Breaker:
    """One way in which rows of a table become wrong.

    Attributes:
        invariant: Number of the invariant it breaks.
        name: Unique name; its draw is made with it.
        table: Outside table.
        changes: What becomes of the columns (plain text in, plain text out) of the rows hit.
        where: Column and regular expression that a row must match; None = any row.
        share: Share of the rows (of those that match) that are hit.
        copies: 0 changes the row itself; otherwise that many changed rows are added.
    """

    invariant: int
    name: str
    table: str
    changes: dict[str, Change]
    where: tuple[str, str] | None = None
    share: float = _SHARE
    copies: int = 0


def fixed(value: str | None) -> Change:
    """Return a change to one value."""
    return lambda text: pa.repeat(pa.scalar(value, pa.string()), len(text))


def prefixed(start: str) -> Change:
    """Return a change that puts something before the value: `9` makes a number far too large."""
    return lambda text: pc.binary_join_element_wise(start, text, "")


def told_apart(text: pa.Array) -> pa.Array:
    """Return other numbers, each of the _COPIES copies of a row with its own."""
    turn = pa.array([f"9{place % _COPIES}" for place in range(len(text))], pa.string())
    return pc.binary_join_element_wise(turn, text, "")


def suffixed(end: str) -> Change:
    """Return a change that puts something after the value."""
    return lambda text: pc.binary_join_element_wise(text, end, "")


def over_precise(text: pa.Array) -> pa.Array:
    """Return numbers with more decimals than any amount may have."""
    has_point = pc.match_substring(text, ".")
    return pc.binary_join_element_wise(text, pc.if_else(has_point, "12345", ".12345"), "")


def other_last_digit(text: pa.Array) -> pa.Array:
    """Return codes whose check digit is wrong."""
    last = pc.utf8_slice_codeunits(text, -1)
    other = pc.if_else(pc.equal(last, "7"), "3", "7")
    return pc.binary_join_element_wise(pc.utf8_slice_codeunits(text, 0, -1), other, "")


def without_code(text: pa.Array) -> pa.Array:
    """Return descriptions of processing goods without their `code#&`."""
    return pc.replace_substring_regex(text, "^[^#]*#&", "")


_EARLY = fixed("2001-01-01 00:00:00")
_NOTHING = fixed(None)
_SOME = "."

BREAKERS: tuple[Breaker, ...] = (
    Breaker(1, "unit_price", "hang", {"DON_GIA": prefixed("7")}),
    Breaker(1, "invoice_total", "tk", {"TONG_TG_HD": prefixed("3")}),
    Breaker(2, "line_number", "hang", {"STT": fixed("51")}),
    Breaker(2, "chain_alone", "tk", {"SO_NHANH": fixed("9"), "TONG_NHANH": fixed("2")}),
    Breaker(3, "six_permits", "chungtu", {"STT_CT": told_apart, "LOAI_CT": fixed("GP")},
            copies=_COPIES),
    Breaker(3, "fourth_currency", "hang", {"MA_NT_DG": fixed("XAF")}),
    Breaker(4, "value_decimals", "hang", {"TRI_GIA_TT": over_precise}),
    Breaker(4, "duty_decimals", "thue", {"SO_TIEN": over_precise}),
    Breaker(4, "quantity_decimals", "hang", {"LUONG1": over_precise}),
    Breaker(5, "beyond_balance", "hang", {"LUONG1": prefixed("99")}, ("SO_TK_LQ", _SOME),
            _RARE_SHARE),
    Breaker(5, "beyond_list", "hang", {"LUONG1": prefixed("99")}, ("SO_DMMT", _SOME), _RARE_SHARE),
    Breaker(6, "free_schedule", "hang", {"MA_BIEU_THUE": fixed("B30")}),
    Breaker(6, "no_certificate", "hang", {"SO_CO": _NOTHING}, ("SO_CO", _SOME), _RARE_SHARE),
    Breaker(7, "no_contract", "hang", {"SO_HD_GC": _NOTHING}, ("SO_HD_GC", _SOME), _RARE_SHARE),
    Breaker(7, "no_material", "hang", {"TEN_HANG": without_code, "MA_QL": _NOTHING},
            ("TEN_HANG", "#&"), _RARE_SHARE),
    Breaker(8, "insured_twice", "tk",
            {"MA_DKGH": fixed("CIF"), "PHI_BH": fixed("123.45"), "MA_NT_BH": fixed("USD")}),
    Breaker(9, "cleared_first", "tk", {"NGAY_TQ": _EARLY}, ("NGAY_TQ", _SOME)),
    Breaker(9, "event_first", "sukien", {"THOI_DIEM": _EARLY}),
    Breaker(9, "lane_late", "phanluong", {"THOI_DIEM": fixed("2035-12-31 23:59:59")}),
    Breaker(10, "tax_base", "thue", {"TG_TINH_THUE": prefixed("4")}, ("MA_SAC_THUE", "V")),
    Breaker(10, "long_guarantee", "baolanh", {"DEN_NGAY": fixed("2099-12-31")}),
    Breaker(11, "no_before", "khaibosung", {"TRUOC": _NOTHING, "TRI_GIA_TRUOC": _NOTHING},
            share=_RARE_SHARE),
    Breaker(12, "container_digit", "cont", {"SO_CONT": other_last_digit}),
    Breaker(12, "tax_code_digit", "tk", {"MA_DN": other_last_digit}, ("MA_DN", r"^\d{10}$")),
    Breaker(13, "gross_mass", "tk", {"TRONG_LUONG": prefixed("8")}),
    Breaker(13, "container_unknown", "cont", {"SO_CONT": prefixed("Q")}),
    Breaker(14, "out_before_cleared", "lang_son_gate", {"ts": fixed("978307200000")},
            ("type", "^GATE_OUT$"), _RARE_SHARE),
    Breaker(14, "out_first_west", "lao_cai_gate", {"Thời gian": fixed("01/01/2001 07:00")},
            ("Loại", "^Ra"), _RARE_SHARE),
    Breaker(14, "arrived_first", "vanchuyen", {"TT_DEN": _EARLY}, ("TT_DEN", _SOME), _RARE_SHARE),
    Breaker(15, "old_and_unranked", "xephang", {"MUC": fixed("9")}, share=_RARE_SHARE),
    Breaker(16, "quota_untaxed", "cudan", {"TRI_GIA": prefixed("9")}, ("CHIEU", "N")),
    Breaker(16, "long_stay", "ptvt", {"HAN": fixed("2099-12-31")}),
)  # fmt: skip
