"""Rows of `ktstq` and `ktstqct`: audits as the declaration system records them.

The decision comes first; a change follows with the result, one with what was paid, one where an
appeal was upheld. THUE_AN_DINH is the sum of the lines that are not annulled, TIEN_PHAT the fine
for it. What was decided before the first day written comes with its first extract, as it then
stands.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.chronicle.assessments import Outcomes
from simulator.chronicle.audit_scope import GROUNDS, NO_PROPOSAL, PLACES
from simulator.chronicle.audits import Audited
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.themes import THEMES, themes_of
from simulator.control.lifecycle import NEVER
from simulator.delivery.numbering import MOMENT
from simulator.delivery.outside_table import OPERATION
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, dates, decimals, numbered, whole
from simulator.nation import Nation
from simulator.papers.paper import as_text, base_numbers, country_texts
from simulator.reference.calendar import DAY_SECONDS, OFFICE_OPENS, OFFICE_SECONDS, year_of
from simulator.reference.offices import code_position
from simulator.reference.tax_letters import LETTERS

STATES = ("final", "appealed", "annulled")
FINAL, APPEALED, ANNULLED = range(3)
_FAR = 10**6


@dataclass(frozen=True, slots=True)
class _Stages:
    """Which record is told on which day, in which stage and as what (I or U), by position."""

    row: Ints
    stage: Ints
    day: Ints
    is_new: Bools


def _staged(days: list[Ints], written_from: int, last_day: int) -> _Stages:
    """Return the stages of records that fall into the days written.

    Of what lies before them, only the last stage comes, on the first day, as new.

    Args:
        days: Day of each stage of each record, NEVER where it does not come; the first always does.
        written_from: First day written.
        last_day: Last day written.
    """
    table = np.stack([np.where(day == NEVER, _FAR, day) for day in days], axis=1)
    stage = np.broadcast_to(np.arange(len(days)), table.shape)
    is_past = table < written_from
    last_past = np.where(is_past, stage, -1).max(axis=1)
    order = np.argsort(np.where(is_past, table, -1), axis=1, kind="stable")
    newest = np.where(last_past >= 0, order[:, -1], -1)
    shown = ((table >= written_from) & (table <= last_day)) | (stage == newest[:, None])
    row, which = np.nonzero(shown)
    day = np.maximum(table[row, which], written_from)
    first = np.where(newest >= 0, newest, 0)
    return _Stages(row, which, day, which == first[row])


def _moments(key: keyed.Keys, stages: _Stages) -> Ints:
    """Return the local second of each row: in office hours, later stages after earlier ones."""
    own = keyed.derive(key[stages.row], "entered", stages.stage)
    second = OFFICE_OPENS + keyed.integers(own, "second", 0, OFFICE_SECONDS - 10)
    return stages.day * DAY_SECONDS + second + stages.stage


def audit_codes(audited: Audited) -> pa.Array:
    """Return MA_QD of each audit: year and running number."""
    audits = audited.audits
    year = year_of(audits.decided)
    return numbered("KT", year % 100 * 1_000_000 + audits.serial, 8)


def audit_tables(
    nation: Nation, ledger: Ledger, audited: Audited, outcomes: Outcomes
) -> dict[str, pa.Table]:
    """Return the rows of `ktstq` and `ktstqct` with their moments and operations, unordered."""
    return {
        "ktstq": _decisions(nation, audited, outcomes),
        "ktstqct": _lines(nation, ledger, audited, outcomes),
    }


def _decisions(nation: Nation, audited: Audited, outcomes: Outcomes) -> pa.Table:
    audits = audited.audits
    changed = outcomes.upheld_vnd != outcomes.assessed_vnd
    days = [
        audits.decided,
        audits.concluded,
        np.where(changed, outcomes.resolved, NEVER),
        outcomes.paid_day,
    ]
    stages = _staged(days, nation.written_from, nation.last_day)
    row = stages.row
    is_open = stages.stage == 0
    is_settled = outcomes.resolved[row] != NEVER
    is_settled &= outcomes.resolved[row] <= stages.day
    assessed = np.where(is_settled, outcomes.upheld_vnd[row], outcomes.assessed_vnd[row])
    fine = np.where(is_settled, outcomes.upheld_fine_vnd[row], outcomes.fine_vnd[row])
    is_paid = (outcomes.paid_day[row] != NEVER) & (outcomes.paid_day[row] <= stages.day)
    office = code_position(nation.offices, audits.office[row], audits.decided[row])
    return pa.table(
        {
            MOMENT: pa.array(_moments(audits.key, stages)),
            OPERATION: coded(("U", "I"), stages.is_new.astype(np.int64)),
            "MA_QD": audit_codes(audited).take(pa.array(row)),
            "MA_DN": nation.actors.texts.codes_of(audits.trader[row]),
            "LOAI": coded(PLACES, audits.place[row]),
            "CO_SO": coded(GROUNDS, audits.ground[row]),
            "TU_NGAY": dates(audits.from_day[row]),
            "DEN_NGAY": dates(audits.to_day[row]),
            "NGAY_QD": dates(audits.decided[row]),
            "NGAY_KL": dates(audits.concluded[row], is_open),
            "CHU_DE": coded(THEMES, audits.theme[row]),
            "NGAY_CONG": whole(audits.effort_days[row]),
            "MA_HQ": coded([*nation.offices.old_codes, *nation.offices.new_codes], office),
            "KET_QUA": whole(outcomes.has_finding[row].astype(np.int64), is_open),
            "THUE_AN_DINH": whole(assessed, is_open),
            "TIEN_PHAT": whole(fine, is_open),
            "DA_NOP": whole(np.where(is_paid, outcomes.paid_vnd[row], 0), is_open),
            "MA_DE_XUAT": pc.if_else(
                pa.array(audits.proposal[row] != NO_PROPOSAL),
                numbered("DX", audits.proposal[row], 6),
                pa.scalar(None, pa.string()),
            ),
        }
    )


def _lines(nation: Nation, ledger: Ledger, audited: Audited, outcomes: Outcomes) -> pa.Table:
    audits, lines = audited.audits, outcomes.lines
    days = [
        audits.concluded[lines.audit],
        outcomes.appealed[lines.audit],
        outcomes.resolved[lines.audit],
    ]
    stages = _staged(days, nation.written_from, nation.last_day)
    row = stages.row
    item, audit = lines.item[row], lines.audit[row]
    after = np.where(lines.is_annulled[row], ANNULLED, FINAL)
    state = np.where(stages.stage == APPEALED, APPEALED, after)
    state = np.where(stages.stage == 0, FINAL, state)
    said = np.stack(days, axis=1)[row, stages.stage]
    number = base_numbers(ledger.direction[item], ledger.number[item])
    return pa.table(
        {
            MOMENT: pa.array(_moments(audits.key[lines.audit], stages)),
            OPERATION: coded(("U", "I"), stages.is_new.astype(np.int64)),
            "MA_QD": audit_codes(audited).take(pa.array(audit)),
            "SO_TK_GOC": as_text(number),
            "STT": whole(ledger.item_number[item]),
            "MA_SAC_THUE": coded(LETTERS, lines.letter[row]),
            "MA_VP": coded(THEMES, themes_of(ledger)[item]),
            "MA_HS_XD": coded(nation.goods.codes, ledger.line[item]),
            "MA_NUOC_XD": country_texts(nation, ledger.origin[item]),
            "LUONG_XD": decimals(ledger.quantity_e2[item], 2),
            "TRI_GIA_XD": whole(ledger.true_value_vnd[item]),
            "THUE_CHENH": whole(lines.amount_vnd[row]),
            "TRANG_THAI": coded(STATES, state),
            "NGAY": dates(said),
        }
    )
