"""Rows of `sukien`, `phanluong` and `kiemtra`: what control did with declarations."""

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.control.inspections import Checks, Findings
from simulator.control.lanes import GROUNDS, POLICY_VERSION, Decisions
from simulator.control.lifecycle import NEVER, Lives
from simulator.delivery.outbox import Outbox
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, decimals, moments, whole
from simulator.mechanisms.mechanism import (
    DOCUMENTS,
    PHYSICAL_PART,
    PHYSICAL_WHOLE,
    VALUE_CONSULTATION,
)
from simulator.nation import Nation
from simulator.papers.paper import as_text, country_texts, declaration_numbers
from simulator.papers.releases import (
    REASONS,
    RELEASED,
    STORED,
    Releases,
    free_to_leave,
)
from simulator.trade.batch import Batch
from simulator.trade.irregularities import differs_in

_METHOD_CODES = ("1", "2", "3", "4", "5", "6", "7")
# Share done in the digital environment by method; the programme wants 80 % of all by 2025, the rest
# is an assumption.
_DIGITAL_SHARES = np.array([0.88, 0.98, 0.55, 0.5, 0.62, 0.45, 0.8])
EVENTS = (
    "IDA", "IDC", "LUONG", "CHUYEN_LUONG", "YC_KIEM", "KQ_KIEM", "BP", "MHBQ", "TQ", "QKVGS",
    "SUA", "HUY", "TU_CHOI",
)  # fmt: skip
_BY_OFFICERS = ("CHUYEN_LUONG", "KQ_KIEM", "TU_CHOI", "BP", "MHBQ")
_ON_REQUEST = "Hủy theo đề nghị của người khai"
# What differs decides the code: an open list, letters of our own.
IRREGULARITIES = ("KHAC", "TRI_GIA", "SO_LUONG", "XUAT_XU", "MA_HS")


def put_decisions(outbox: Outbox, batch: Batch, decisions: Decisions, random_arm: float) -> None:
    """Hand over `phanluong`: first lanes with their grounds."""
    rows = np.flatnonzero(~decisions.is_refused)
    number = declaration_numbers(batch)[rows]
    key = batch.roster.key[rows]
    rules = 1 + keyed.integers(key, "rule", 0, 40)
    ground = decisions.ground[rows]
    texts = [f"R{serial:03d};XH-{rank}" for serial in range(200) for rank in range(1, 10)]
    chance = f"{random_arm:.6f}".rstrip("0").rstrip(".")
    is_random = decisions.is_random[rows]
    outbox.put(
        "phanluong",
        decisions.decided[rows],
        {
            "SO_TK_GOC": as_text(number),
            "THOI_DIEM": moments(decisions.decided[rows]),
            "LUONG": whole(decisions.lane[rows]),
            "CAN_CU": coded(
                texts, (rules + 40 * np.minimum(ground, 3)) * 9 + decisions.rank[rows] - 1
            ),
            "NHOM_CAN_CU": coded(GROUNDS, ground),
            "NGAU_NHIEN": whole(is_random.astype(np.int64)),
            "XAC_SUAT": coded((chance,), np.zeros(len(rows), dtype=np.int64), ~is_random),
            "PHIEN_BAN": coded((POLICY_VERSION,), np.zeros(len(rows), dtype=np.int64)),
        },
        registered=batch.roster.day[rows],
    )


def _event(rows: Ints, moment: Ints, kind: str, value: Ints | None = None) -> tuple[Ints, ...]:
    value = np.full(len(rows), -1, dtype=np.int64) if value is None else value
    return rows, moment, np.full(len(rows), EVENTS.index(kind), dtype=np.int64), value


def put_events(outbox: Outbox, nation: Nation, block: Block, releases: Releases) -> None:
    """Hand over `sukien`: the life of each declaration as the system logs it."""
    batch, decisions, checks, lives = block.batch, block.decisions, block.checks, block.lives
    roster = batch.roster
    everyone = np.arange(len(batch))
    laned = np.flatnonzero(~decisions.is_refused)
    moved = np.flatnonzero((decisions.lane != decisions.final_lane) & ~decisions.is_refused)
    refused = np.flatnonzero(decisions.is_refused)
    ends = lives.cancelled[checks.declaration]
    held = np.flatnonzero(
        np.isin(checks.method, (PHYSICAL_PART, PHYSICAL_WHOLE, DOCUMENTS))
        & ((ends == NEVER) | (ends > checks.begun))
    )
    finished = held[(ends[held] == NEVER) | (ends[held] > checks.ended[held])]
    cleared = np.flatnonzero(lives.cleared != NEVER)
    out = free_to_leave(block, releases)[cleared] + keyed.integers(
        roster.key[cleared], "leaves after", 900, 180_000
    )
    amended, again = (np.flatnonzero(lives.amended[:, turn] != NEVER) for turn in (0, 1))
    cancelled = np.flatnonzero(lives.cancelled != NEVER)
    drafted = np.exp(8.0 + 1.4 * keyed.normal(roster.key, "drafted")).astype(np.int64)
    moved_at = decisions.decided[moved] + keyed.integers(
        roster.key[moved], "moved after", 300, 9_000
    )
    parts = [
        _event(everyone, roster.registered - np.minimum(drafted, 6 * 86_400), "IDA"),
        _event(everyone, roster.registered, "IDC"),
        _event(laned, decisions.decided[laned], "LUONG", decisions.lane[laned]),
        _event(moved, moved_at, "CHUYEN_LUONG", decisions.final_lane[moved]),
        _event(refused, decisions.decided[refused], "TU_CHOI"),
        _event(checks.declaration[held], checks.begun[held], "YC_KIEM"),
        _event(checks.declaration[finished], checks.ended[finished], "KQ_KIEM"),
        *_released(releases),
        _event(cleared, lives.cleared[cleared], "TQ"),
        _event(cleared, out, "QKVGS"),
        _event(amended, lives.amended[amended, 0], "SUA"),
        _event(again, lives.amended[again, 1], "SUA"),
        _event(cancelled, lives.cancelled[cancelled], "HUY"),
    ]
    rows, moment, kind, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    officer = nation.officers.codes
    named = np.isin(kind, [EVENTS.index(name) for name in _BY_OFFICERS])
    reason = np.zeros(len(batch), dtype=np.int64)
    reason[releases.declaration] = 1 + releases.reason
    told = np.where(kind == EVENTS.index("HUY"), 0, reason[rows])
    is_told = np.isin(kind, (EVENTS.index("HUY"), EVENTS.index("BP")))
    number = as_text(declaration_numbers(batch)[rows])
    outbox.put(
        "sukien",
        np.maximum(moment, roster.registered[rows]),
        {
            "SO_TK_GOC": number,
            "THOI_DIEM": moments(moment),
            "MA_SK": coded(EVENTS, kind),
            "GIA_TRI": whole(value, value < 0),
            "MA_CB": coded(officer, decisions.officer[rows], ~named),
            "LY_DO": coded((_ON_REQUEST, *REASONS), told, ~is_told),
        },
        registered=roster.day[rows],
    )


def _released(releases: Releases) -> list[tuple[Ints, ...]]:
    """Return the events of goods that leave before they are cleared."""
    kinds = (("BP", RELEASED), ("MHBQ", STORED))
    chosen = [(name, releases.kind == kind) for name, kind in kinds]
    return [_event(releases.declaration[own], releases.moment[own], name) for name, own in chosen]


def put_checks(
    outbox: Outbox, nation: Nation, batch: Batch, checks: Checks, findings: Findings, lives: Lives
) -> None:
    """Hand over `kiemtra`: a row for each check as it looked, and one for each item found."""
    ends = lives.cancelled[checks.declaration]
    done: Bools = (ends == NEVER) | (ends > checks.ended)
    found = np.zeros(len(checks), dtype=bool)
    kept = findings.check[done[findings.check]], findings.item[done[findings.check]]
    found[kept[0]] = True
    clean = np.flatnonzero(done & ~found)
    check = np.concatenate([clean, kept[0]])
    item = np.concatenate([np.full(len(clean), -1), kept[1]])
    order = np.lexsort((item, check))
    check, item = check[order], item[order]
    starts = np.searchsorted(check, check)
    outbox.put(
        "kiemtra",
        checks.ended[check],
        _check_columns(nation, batch, checks, check, item)
        | {"STT_KT": whole(np.arange(len(check)) - starts + 1)},
        registered=batch.roster.day[checks.declaration[check]],
    )


def check_codes(batch: Batch, checks: Checks, check: Ints) -> Ints:
    """Return numbers of checks: the declaration's running number and the method."""
    number = batch.roster.number[checks.declaration[check]]
    return number * 10 + checks.method[check] + 1


def _check_columns(
    nation: Nation, batch: Batch, checks: Checks, check: Ints, item: Ints
) -> dict[str, pa.Array]:
    declaration = checks.declaration[check]
    number = declaration_numbers(batch)[declaration]
    is_clean: Bools = item < 0
    row = np.maximum(item, 0)
    true, goods = batch.true, nation.goods
    different_value = np.rint(
        batch.valuation.customs_vnd[row]
        * (true.value_e2[row] / np.maximum(batch.declared.value_e2[row], 1))
    ).astype(np.int64)
    in_goods = np.isin(checks.method[check], (DOCUMENTS, VALUE_CONSULTATION))
    return {
        "MA_KT": as_text(check_codes(batch, checks, check)),
        "SO_TK_GOC": as_text(number),
        "STT": whole(batch.declared.number[row], is_clean),
        "HINH_THUC": coded(_METHOD_CODES, checks.method[check]),
        "TU": moments(checks.begun[check]),
        "DEN": moments(checks.ended[check]),
        "KET_QUA": whole((~is_clean).astype(np.int64)),
        "MA_VP": coded(IRREGULARITIES, differs_in(batch, row, by_certificate=True), is_clean),
        "MA_HS_XD": coded(goods.codes, true.line[row], is_clean),
        "MA_NUOC_XD": country_texts(nation, true.origin[row], is_clean),
        "LUONG_XD": decimals(true.quantity_e2[row], 2, is_clean | in_goods),
        "TRI_GIA_XD": whole(different_value, is_clean),
        "THUE_TANG": whole(batch.evaded_vnd[row], is_clean),
        "MA_CB": coded(nation.officers.codes, checks.officer[check]),
        "MOI_TRUONG": _digital(checks, check),
    }


def _digital(checks: Checks, check: Ints) -> pa.Array:
    """Return whether each check was done in the digital environment."""
    shares = _DIGITAL_SHARES[checks.method[check]]
    is_digital = keyed.happens(checks.key[check], "digital", shares)
    return whole(is_digital.astype(np.int64))
