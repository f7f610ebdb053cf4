"""Rows of `sukien`, `phanluong` and `kiemtra`: what control did with declarations."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.control.beliefs import as_believed, taken_back
from simulator.control.inspections import (
    NOTHING_LACKS,
    Checks,
    Findings,
    by_method,
    lacking_papers,
)
from simulator.control.lanes import GROUNDS, Decisions, policy_versions
from simulator.control.lifecycle import NEVER, Lives
from simulator.delivery.outbox import Outbox
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, decimals, moments, pick, whole
from simulator.mechanisms.mechanism import (
    AGENCY,
    DOCUMENTS,
    LABORATORY,
    PHYSICAL_PART,
    PHYSICAL_WHOLE,
    VALUE_CONSULTATION,
)
from simulator.nation import Nation
from simulator.papers.paper import as_text, country_texts, declaration_numbers, drafted_at
from simulator.papers.releases import (
    REASONS,
    RELEASED,
    STORED,
    Releases,
    free_to_leave,
)
from simulator.reference.calendar import DAY_SECONDS
from simulator.trade.batch import Batch, found_values
from simulator.trade.irregularities import differs_in

_METHOD_CODES = ("1", "2", "3", "4", "5", "6", "7")
# Share done in the digital environment by method; the programme wants 80 % of all by 2025.
(_DIGITAL_SHARES,) = by_method("digital")
_SLOW_METHODS = (AGENCY, LABORATORY, VALUE_CONSULTATION)
# Code of a check that is not ended, how many are told before their end (assumption), seconds
# until a result is entered (assumption).
_UNFINISHED, _TOLD_UNFINISHED_SHARE, _ENTERED_SECONDS = 9, 0.8, 1_500
EVENTS = (
    "IDA", "IDC", "LUONG", "CHUYEN_LUONG", "YC_KIEM", "KQ_KIEM", "BP", "MHBQ", "TQ", "QKVGS",
    "SUA", "HUY", "TU_CHOI",
)  # fmt: skip
_BY_OFFICERS = ("CHUYEN_LUONG", "KQ_KIEM", "TU_CHOI", "BP", "MHBQ")
# Why declarations are cancelled and lanes changed, in words; weights are assumptions.
_TO_CANCEL = (
    "Hủy theo đề nghị của người khai", "Khai sai chỉ tiêu không được sửa",
    "Khai nhầm đơn vị hải quan", "Hàng hóa chưa xuất khẩu, nhập khẩu trên thực tế",
)  # fmt: skip
_TO_CHANGE = ("Có dấu hiệu rủi ro", "Theo chỉ đạo của lãnh đạo Chi cục", "Đã làm rõ tại hồ sơ")
_CANCEL_WEIGHTS, _RAISE_WEIGHTS, _LOWER_WEIGHTS = (62, 20, 8, 10), (75, 25, 0), (0, 30, 70)
# What differs decides the code: an open list, letters of our own.
IRREGULARITIES = ("KHAC", "TRI_GIA", "SO_LUONG", "XUAT_XU", "MA_HS")
# What lacks in a whole declaration: a paper, a licence or a result of the specialised agency.
LACKING = ("THIEU_CT", "THIEU_GP")


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
            "PHIEN_BAN": policy_versions(decisions.decided[rows] // DAY_SECONDS),
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
    moved_at = decisions.decided[moved] + keyed.integers(
        roster.key[moved], "moved after", 300, 9_000
    )
    parts = [
        _event(everyone, drafted_at(roster), "IDA"),
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
    told, words = _reasons(block, releases, rows, kind)
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
            "LY_DO": coded(words, np.maximum(told, 0), told < 0),
        },
        registered=roster.day[rows],
    )


def _reasons(
    block: Block, releases: Releases, rows: Ints, kind: Ints
) -> tuple[Ints, tuple[str, ...]]:
    """Return the reason of each event (-1 for none) among words, and the words."""
    key, decisions = block.batch.roster.key, block.decisions
    released = np.zeros(len(key), dtype=np.int64)
    released[releases.declaration] = releases.reason
    rises = decisions.final_lane > decisions.lane
    changed = np.where(
        rises,
        keyed.choose(key, "why a lane rises", _RAISE_WEIGHTS),
        keyed.choose(key, "why a lane falls", _LOWER_WEIGHTS),
    )
    told, words = np.full(len(rows), -1, dtype=np.int64), ()
    for name, own, reasons in (
        ("HUY", keyed.choose(key, "why it is cancelled", _CANCEL_WEIGHTS), _TO_CANCEL),
        ("CHUYEN_LUONG", changed, _TO_CHANGE),
        ("BP", released, REASONS),
    ):
        told = np.where(kind == EVENTS.index(name), len(words) + own[rows], told)
        words = (*words, *reasons)
    return told, words


def _released(releases: Releases) -> list[tuple[Ints, ...]]:
    """Return the events of goods that leave before they are cleared."""
    kinds = (("BP", RELEASED), ("MHBQ", STORED))
    chosen = [(name, releases.kind == kind) for name, kind in kinds]
    return [_event(releases.declaration[own], releases.moment[own], name) for name, own in chosen]


@dataclass(frozen=True, slots=True)
class ResultRows:
    """Result rows of checks, by check; `item` is -1 where a row is about the whole declaration.

    Attributes:
        check, item: Positions in the checks and in the batch's items.
        lacking: Position in LACKING; NOTHING_LACKS.
        serial: Running number within the check, from 1.
        taken_back: Local second at which the finding is taken back, NEVER for most.
    """

    check: Ints
    item: Ints
    lacking: Ints
    serial: Ints
    taken_back: Ints

    @property
    def is_clean(self) -> Bools:
        """Which rows say that all is as declared, as far as the method shows."""
        result: Bools = (self.item < 0) & (self.lacking == NOTHING_LACKS)
        return result


def _result_rows(
    nation: Nation, batch: Batch, checks: Checks, findings: Findings, lives: Lives
) -> ResultRows:
    """Return one row for each item found, one for papers that lack, else one for a clean check."""
    done = _until_cancelled(lives, checks, checks.ended)
    found = pick(findings, done[findings.check])
    lacks = lacking_papers(nation, batch, checks)
    bare = np.flatnonzero(done & (lacks != NOTHING_LACKS))
    clean = np.flatnonzero(done & (lacks == NOTHING_LACKS))
    clean = clean[~np.isin(clean, found.check)]
    check = np.concatenate([bare, clean, found.check])
    item = np.concatenate([np.full(len(bare) + len(clean), -1), found.item])
    none = np.full(len(clean) + len(found.item), NOTHING_LACKS)
    lacking = np.concatenate([lacks[bare], none])
    back = np.full(len(bare) + len(clean), NEVER)
    back = np.concatenate([back, taken_back(batch, checks, found)])
    order = np.lexsort((item, check))
    check = check[order]
    serial = np.arange(len(check)) - np.searchsorted(check, check) + 1
    return ResultRows(check, item[order], lacking[order], serial, back[order])


def _until_cancelled(lives: Lives, checks: Checks, moment: Ints) -> Bools:
    ends = lives.cancelled[checks.declaration]
    result: Bools = (ends == NEVER) | (ends > moment)
    return result


def put_checks(
    outbox: Outbox, nation: Nation, batch: Batch, checks: Checks, findings: Findings, lives: Lives
) -> ResultRows:
    """Hand over and return rows of `kiemtra`: one a check as it looked, one an item found."""
    believed = as_believed(nation, batch, checks, findings)
    rows = _result_rows(nation, believed, checks, findings, lives)
    follows = is_told_unfinished(checks)[rows.check] & (rows.serial == 1)
    outbox.put(
        "kiemtra",
        checks.ended[rows.check],
        _check_columns(nation, believed, checks, rows),
        coded(("I", "U"), follows.astype(np.int64)),
        registered=batch.roster.day[checks.declaration[rows.check]],
    )
    return rows


def put_changed_checks(
    outbox: Outbox, nation: Nation, batch: Batch, checks: Checks, lives: Lives, every: ResultRows
) -> None:
    """Hand over what `kiemtra` says before a slow check ends, and findings that are taken back."""
    begun = checks.begun + _ENTERED_SECONDS
    open_ones = np.flatnonzero(is_told_unfinished(checks) & _until_cancelled(lives, checks, begun))
    none = np.full(len(open_ones), -1)
    rows = ResultRows(open_ones, none, none * 0 + NOTHING_LACKS, none * 0 + 1, none)
    columns = _check_columns(nation, batch, checks, rows)
    columns |= {
        "DEN": moments(begun[open_ones], np.ones(len(open_ones), dtype=bool)),
        "KET_QUA": whole(np.full(len(open_ones), _UNFINISHED)),
    }
    registered = batch.roster.day[checks.declaration]
    outbox.put("kiemtra", begun[open_ones], columns, registered=registered[open_ones])
    back = pick(every, every.taken_back != NEVER)
    cleared = replace(back, item=np.full(len(back.check), -1))
    columns = _check_columns(nation, batch, checks, cleared)
    columns["STT"] = whole(batch.declared.number[back.item])
    day = registered[back.check]
    outbox.put("kiemtra", back.taken_back, columns, "U", registered=day)


def is_told_unfinished(checks: Checks) -> Bools:
    """Return which checks the system knows before they end: most of those that take days."""
    result: Bools = np.isin(checks.method, _SLOW_METHODS)
    return result & keyed.happens(checks.key, "told unfinished", _TOLD_UNFINISHED_SHARE)


def check_codes(batch: Batch, checks: Checks, check: Ints) -> Ints:
    """Return numbers of checks: the declaration's running number and the method."""
    number = batch.roster.number[checks.declaration[check]]
    return number * 10 + checks.method[check] + 1


def _check_columns(
    nation: Nation, batch: Batch, checks: Checks, rows: ResultRows
) -> dict[str, pa.Array]:
    check, item = rows.check, rows.item
    number = declaration_numbers(batch)[checks.declaration[check]]
    no_item: Bools = item < 0
    row = np.maximum(item, 0)
    true, goods = batch.true, nation.goods
    different_value = np.zeros(len(row), dtype=np.int64)
    different_value[~no_item] = found_values(nation, batch, item[~no_item])
    in_goods = np.isin(checks.method[check], (DOCUMENTS, VALUE_CONSULTATION))
    differs = differs_in(batch, row, by_certificate=True)
    what = np.where(no_item, len(IRREGULARITIES) + rows.lacking, differs)
    return {
        "MA_KT": as_text(check_codes(batch, checks, check)),
        "STT_KT": whole(rows.serial),
        "SO_TK_GOC": as_text(number),
        "STT": whole(batch.declared.number[row], no_item),
        "HINH_THUC": coded(_METHOD_CODES, checks.method[check]),
        "TU": moments(checks.begun[check]),
        "DEN": moments(checks.ended[check]),
        "KET_QUA": whole((~rows.is_clean).astype(np.int64)),
        "MA_VP": coded((*IRREGULARITIES, *LACKING), what, rows.is_clean),
        "MA_HS_XD": coded(goods.codes, true.line[row], no_item),
        "MA_NUOC_XD": country_texts(nation, true.origin[row], no_item),
        "LUONG_XD": decimals(true.quantity_e2[row], 2, no_item | in_goods),
        "TRI_GIA_XD": whole(different_value, no_item),
        "THUE_TANG": whole(batch.evaded_vnd[row], no_item),
        "MA_CB": coded(nation.officers.codes, checks.officer[check]),
        "MOI_TRUONG": _digital(checks, check),
    }


def _digital(checks: Checks, check: Ints) -> pa.Array:
    """Return whether each check was done in the digital environment."""
    shares = _DIGITAL_SHARES[checks.method[check]]
    is_digital = keyed.happens(checks.key[check], "digital", shares)
    return whole(is_digital.astype(np.int64))
