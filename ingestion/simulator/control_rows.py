"""Rows of `sukien`, `phanluong`, `kiemtra` and `khaibosung`: what customs decides and finds."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.simulator.arrays import (
    Bools,
    Generator,
    Ints,
    constant,
    decimals,
    digits,
    half_up,
    moments,
    numbered,
    texts,
    whole,
)
from ingestion.simulator.block import Block, Nation
from ingestion.simulator.calendar import DAY_SECONDS
from ingestion.simulator.control import GROUNDS, POLICY_VERSION, RED
from ingestion.simulator.declarations import TAXED
from ingestion.simulator.lifecycle import NEVER
from ingestion.simulator.outbox import Outbox
from ingestion.simulator.schemes import (
    FALSE_PREFERENCE,
    MISCLASSIFICATION,
    MISTAKE,
    SHORT_QUANTITY,
    UNDERVALUATION,
)

# Irregularity code by mechanism (an open list: value, code, quantity, origin, other).
_IRREGULARITIES = ("KH", "TG", "HS", "SL", "XX", "SL")
_RULES = ("RR-101;RR-204", "CN-301", "TG-402", "NN-001", "TK-900", "RR-117")
_CORRECTED_SHARE = 0.004


def _officers(nation: Nation, office: Ints, serial: Ints) -> pa.Array:
    return pc.binary_join_element_wise(
        texts(nation.offices.codes, office), numbered("CB", serial, 3), "-"
    )


def put_decisions(outbox: Outbox, block: Block) -> None:
    """Hand over `phanluong`: one decision for each declaration that was not refused."""
    decisions = block.decisions
    rows = np.flatnonzero(~decisions.is_refused)
    is_random: Bools = decisions.is_random[rows]
    ground = decisions.ground[rows]
    columns = {
        "SO_TK_GOC": digits(block.declarations.number[rows]),
        "THOI_DIEM": moments(decisions.decided[rows]),
        "LUONG": whole(decisions.lane[rows]),
        "CAN_CU": texts(_RULES, np.where((ground == 0) & (rows % 3 == 0), 5, ground)),
        "NHOM_CAN_CU": texts(GROUNDS, ground),
        "NGAU_NHIEN": whole(is_random.astype(np.int64)),
    }
    columns["XAC_SUAT"] = texts(
        (outbox.lot_probability,), np.zeros(len(rows), np.int64), ~is_random
    )
    columns["PHIEN_BAN"] = constant(POLICY_VERSION, len(rows))
    outbox.put("phanluong", decisions.decided[rows], constant("I", len(rows)), columns)


def put_events(outbox: Outbox, nation: Nation, block: Block) -> None:
    """Hand over `sukien`: the declaration's life, one row an event."""
    life, decisions, own = block.lifecycle, block.decisions, block.declarations
    everyone: Bools = np.ones(len(own), dtype=bool)
    given = ~decisions.is_refused
    moved = given & (decisions.final_lane != decisions.lane)
    checks = block.inspections
    asked = np.unique(checks.declaration, return_index=True)
    kinds = [
        ("IDC", everyone, own.registered, None),
        ("TU_CHOI", decisions.is_refused, own.registered + 5, None),
        ("LUONG", given, decisions.decided, decisions.lane),
        ("CHUYEN_LUONG", moved, decisions.decided + 420, np.full(len(own), RED)),
        ("TQ", life.cleared != NEVER, life.cleared, None),
        ("QKVGS", life.cleared != NEVER, life.cleared + 1_800 + own.spelling % 86_400, None),
        ("SUA", life.amended[:, 0] != NEVER, life.amended[:, 0], None),
        ("SUA", life.amended[:, 1] != NEVER, life.amended[:, 1], None),
        ("HUY", life.cancelled != NEVER, life.cancelled, None),
    ]
    for code, mask, moment, lane in kinds:
        rows = np.flatnonzero(mask)
        value = None if lane is None else lane[rows]
        _put_event(outbox, nation, block, rows, (code, moment[rows], value))
    _put_event(outbox, nation, block, asked[0], ("YC_KIEM", checks.started[asked[1]], None))
    _put_event(outbox, nation, block, checks.declaration, ("KQ_KIEM", checks.ended, checks.method))


def _put_event(
    outbox: Outbox,
    nation: Nation,
    block: Block,
    rows: Ints,
    event: tuple[str, Ints, Ints | None],
) -> None:
    code, moment, value = event
    count = len(rows)
    columns = {
        "SO_TK_GOC": digits(block.declarations.number[rows]),
        "THOI_DIEM": moments(moment),
        "MA_SK": constant(code, count),
        "GIA_TRI": constant(None, count) if value is None else digits(value),
        "MA_CB": _officers(nation, block.declarations.office[rows], block.decisions.officer[rows]),
        "LY_DO": constant("Đề nghị của người khai" if code == "HUY" else None, count),
    }
    outbox.put("sukien", moment, constant("I", count), columns)


def put_inspections(outbox: Outbox, nation: Nation, block: Block, first_number: int) -> None:
    """Hand over `kiemtra`: unfinished notices first, then the results."""
    checks, found = block.inspections, block.findings
    late = np.flatnonzero(checks.is_late)
    outbox.put(
        "kiemtra",
        checks.started[late] + 1_200,
        constant("I", len(late)),
        _inspection_columns(nation, block, first_number, _Rows(late, np.full(len(late), -1), 9)),
    )
    was_late = checks.is_late[found.inspection] & (found.line_number == 1)
    columns = _inspection_columns(
        nation, block, first_number, _Rows(found.inspection, found.item, 0)
    )
    outbox.put(
        "kiemtra",
        checks.ended[found.inspection],
        texts(("I", "U"), was_late.astype(np.int64)),
        columns | _finding_columns(nation, block),
    )


class _Rows:
    """Which inspections and items the rows speak of; the result is 9 where none is there yet."""

    def __init__(self, inspection: Ints, item: Ints, result: int) -> None:
        self.inspection, self.item, self.result = inspection, item, result


def _inspection_columns(
    nation: Nation, block: Block, first_number: int, rows: _Rows
) -> dict[str, pa.Array]:
    checks, items = block.inspections, block.items
    declaration = checks.declaration[rows.inspection]
    is_whole: Bools = rows.item < 0
    count = len(rows.inspection)
    nothing = np.zeros(count, dtype=np.int64)
    unknown: Bools = np.ones(count, dtype=bool)
    return {
        "MA_KT": numbered("KT", first_number + rows.inspection, 10),
        "STT_KT": whole(np.ones(count, dtype=np.int64)),
        "SO_TK_GOC": digits(block.declarations.number[declaration]),
        "STT": whole(np.where(is_whole, 0, items.number[np.maximum(rows.item, 0)]), is_whole),
        "HINH_THUC": whole(checks.method[rows.inspection]),
        "TU": moments(checks.started[rows.inspection]),
        "DEN": moments(
            checks.ended[rows.inspection],
            np.full(count, rows.result == 9),  # noqa: PLR2004
        ),
        "KET_QUA": whole(nothing + rows.result),
        "MA_VP": constant(None, count),
        "MA_HS_XD": constant(None, count),
        "MA_NUOC_XD": constant(None, count),
        "LUONG_XD": decimals(nothing, 2, unknown),
        "TRI_GIA_XD": whole(nothing, unknown),
        "THUE_TANG": whole(nothing, unknown),
        "MA_CB": _officers(
            nation, block.declarations.office[declaration], checks.officer[rows.inspection]
        ),
    }


def _finding_columns(nation: Nation, block: Block) -> dict[str, pa.Array]:
    """Return the columns that tell what was found; null where nothing was."""
    found, items, values = block.findings, block.items, block.valuation
    item = np.maximum(found.item, 0)
    kind = items.mechanism[item]
    clean: Bools = ~found.is_irregular
    by_code: Bools = clean | (kind != MISCLASSIFICATION)
    by_origin: Bools = clean | (kind != FALSE_PREFERENCE)
    by_quantity: Bools = clean | ~np.isin(kind, (SHORT_QUANTITY, MISTAKE))
    by_value: Bools = clean | (kind != UNDERVALUATION)
    not_new: Bools = ~found.is_new
    return {
        "STT_KT": whole(found.line_number),
        "KET_QUA": whole(found.is_irregular.astype(np.int64)),
        "MA_VP": texts(_IRREGULARITIES, kind, clean),
        "MA_HS_XD": texts(nation.lines.codes, items.true_line[item], by_code),
        "MA_NUOC_XD": texts(nation.countries.codes, items.true_origin[item], by_origin),
        "LUONG_XD": decimals(items.true_quantity[item], 2, by_quantity),
        "TRI_GIA_XD": whole(values.true_value[item], by_value),
        "THUE_TANG": whole(values.evaded[item], not_new),
    }


def put_corrections(rng: Generator, outbox: Outbox, block: Block) -> None:
    """Hand over `khaibosung`: corrections of VAT and duty after clearance, mostly voluntary."""
    own, items, taxes = block.declarations, block.items, block.valuation.taxes
    eligible = (own.taxation == TAXED) & (block.lifecycle.cleared != NEVER)
    chosen = np.flatnonzero(eligible & (rng.random(len(own)) < _CORRECTED_SHARE))
    starts = (np.cumsum(own.item_count) - own.item_count)[chosen]
    item = starts + (rng.random(len(chosen)) * own.item_count[chosen]).astype(np.int64)
    moment = block.lifecycle.cleared[chosen] + rng.integers(2, 150, len(chosen)) * DAY_SECONDS
    factor = rng.integers(980, 1_200, len(chosen))
    on_request = (rng.random(len(chosen)) < 0.25).astype(np.int64)  # noqa: PLR2004
    for letter, amount in (("N", taxes.duty), ("V", taxes.vat)):
        before = amount[item]
        count = len(chosen)
        columns = {
            "SO_KBS": numbered("KBS", own.number[chosen], 11),
            "SO_TK_GOC": digits(own.number[chosen]),
            "STT": whole(items.number[item]),
            "MA_SAC_THUE": constant(letter, count),
            "NGAY": moments(moment).cast(pa.date32()),
            "LOAI": texts(("TN", "YC"), on_request),
            "TRUOC": whole(before),
            "SAU": whole(half_up(before * factor, 1_000)),
            "MA_LY_DO": constant("2", count),
        }
        outbox.put("khaibosung", moment, constant("I", count), columns)
