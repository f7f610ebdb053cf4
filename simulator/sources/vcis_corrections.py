"""Rows of `khaibosung`: corrections after clearance."""

import numpy as np
import pyarrow as pa

from simulator.delivery.outbox import Outbox
from simulator.kernel.arrays import Ints, coded, dates, decimals, whole
from simulator.nation import Nation
from simulator.papers.paper import Paper, as_text, country_texts, declaration_numbers
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.regimes import IMPORT
from simulator.reference.tax_letters import EXPORT_DUTY, IMPORT_DUTY, LETTERS
from simulator.revenue.corrections import Corrections
from simulator.revenue.entries import ON_REQUEST

KINDS = ("TN", "YC")


def put_corrections(
    outbox: Outbox, nation: Nation, paper: Paper, corrections: Corrections
) -> None:  # fmt: skip
    """Hand over `khaibosung`: one row for each corrected item and tax, before and after.

    Every item has a row of import or export duty, and one of each other tax that was or is due.
    """
    if not outbox.wants("khaibosung") or not len(corrections.item):
        return
    batch, before, after = paper.batch, corrections.before, corrections.after
    is_import = batch.deals.direction[corrections.declaration] == IMPORT
    shown = (before.amounts_vnd > 0) | (after.amounts_vnd > 0)
    main = np.where(is_import, IMPORT_DUTY, EXPORT_DUTY)
    shown[np.arange(len(main)), main] = True
    row, letter = np.nonzero(shown)
    declaration = corrections.declaration[row]
    number = declaration_numbers(batch)[declaration]
    lodged = corrections.lodged[row]
    columns = {
        "SO_KBS": as_text(number * 10 + corrections.turn[row]),
        "STT": whole(batch.declared.number[corrections.item[row]]),
        "MA_SAC_THUE": coded(LETTERS, letter),
        "SO_TK_GOC": as_text(number),
        "NGAY": dates(lodged // DAY_SECONDS),
        "LOAI": coded(KINDS, (corrections.turn[row] == ON_REQUEST).astype(np.int64)),
        "TRUOC": whole(before.amounts_vnd[row, letter]),
        "SAU": whole(after.amounts_vnd[row, letter]),
        "MA_LY_DO": whole(corrections.reason[row]),
    }
    columns |= _changed_columns(nation, corrections, row)
    outbox.put("khaibosung", lodged, columns, registered=batch.roster.day[declaration])


def _changed_columns(nation: Nation, corrections: Corrections, row: Ints) -> dict[str, pa.Array]:
    """Return code, origin, quantity and value before and after, where they change."""
    before, after = corrections.before, corrections.after
    same = {
        name: getattr(before, name)[row] == getattr(after, name)[row]
        for name in ("line", "origin", "quantity_e2", "customs_vnd")
    }
    columns: dict[str, pa.Array] = {}
    for told, suffix in ((before, "TRUOC"), (after, "SAU")):
        codes = coded(nation.goods.codes, told.line[row], same["line"])
        columns |= {
            f"MA_HS_{suffix}": codes,
            f"MA_NUOC_{suffix}": country_texts(nation, told.origin[row], same["origin"]),
            f"LUONG_{suffix}": decimals(told.quantity_e2[row], 2, same["quantity_e2"]),
            f"TRI_GIA_{suffix}": whole(told.customs_vnd[row], same["customs_vnd"]),
        }
    return columns
