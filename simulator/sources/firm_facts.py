"""What the registry tells of a firm beside its standing: listing, ISO, plant, last year's figures.

All shares and ratios are assumptions. Figures of a year are known from April of the next on, when
the yearly reports are in.
"""

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import FIRM, SHARES
from simulator.actors.traders import Traders
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, whole
from simulator.kernel.rounding import one_at_least

_LISTED_SHARE, _ISO_SHARES = 0.01, (0.08, 0.35)
_M2_A_WORKER, _PLANT_SIGMA, _PLANT_STEP_M2 = 28.0, 0.6, 10
_TURNOVER, _TURNOVER_SIGMA, _YEAR_SIGMA = 0.9, 0.8, 0.18
_MARGIN, _MARGIN_SIGMA, _YEAR_MARGIN_SIGMA = 0.035, 0.03, 0.035
_REPORTED_MONTHS, _MILLION = 3, 1_000_000


def fact_columns(
    traders: Traders, founded_day: Ints, rows: Ints, month: int
) -> dict[str, pa.Array]:
    """Return NIEM_YET, ISO, DT_NHA_XUONG (m2) and last year's sales and profit (VND) of traders.

    Args:
        traders: All traders.
        founded_day: Day of founding of each as it came.
        rows: Positions of those that are told.
        month: Month of the snapshot, since 1970-01.
    """
    key, is_firm = traders.key[rows], traders.kind[rows] == FIRM
    is_maker = traders.is_maker[rows] & is_firm
    listed = (traders.company[rows] == SHARES) & keyed.happens(key, "listed", _LISTED_SHARE)
    iso = keyed.happens(key, "iso", np.where(is_maker, _ISO_SHARES[1], _ISO_SHARES[0])) & is_firm
    area = (
        traders.employees[rows] * _M2_A_WORKER * np.exp(_PLANT_SIGMA * keyed.normal(key, "plant"))
    )
    plant = one_at_least(area, _PLANT_STEP_M2)
    year = 1970 + (month - _REPORTED_MONTHS) // 12 - 1
    opens = int(np.datetime64(f"{year}-01-01", "D").astype(np.int64))
    has_none = ~is_firm | (founded_day[rows] >= opens)
    of_year = keyed.derive(key, "year's figures", year)
    turnover = _TURNOVER + _TURNOVER_SIGMA * keyed.normal(key, "turnover")
    turnover += _YEAR_SIGMA * keyed.normal(of_year, "turnover")
    sales = one_at_least(traders.capital_million_vnd[rows] * np.exp(turnover))
    margin = _MARGIN + _MARGIN_SIGMA * keyed.normal(key, "margin")
    margin += _YEAR_MARGIN_SIGMA * keyed.normal(of_year, "margin")
    profit = np.rint(sales * margin).astype(np.int64)
    return {
        "NIEM_YET": whole(listed.astype(np.int64)),
        "ISO": whole(iso.astype(np.int64)),
        "DT_NHA_XUONG": whole(plant, ~is_maker),
        "DOANH_THU_VND": whole(sales * _MILLION, has_none),
        "LOI_NHUAN_VND": whole(profit * _MILLION, has_none),
    }
