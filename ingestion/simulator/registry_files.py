"""The trader registry: one full snapshot `dn` a month, as known on the first day of that month."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.simulator.arrays import Bools, constant, dates, texts, whole
from ingestion.simulator.block import Nation
from ingestion.simulator.calendar import to_date, to_day
from ingestion.simulator.outbox import write_csv
from ingestion.simulator.traders import COMMERCIAL, EXPORT_ZONE, FIRM
from ingestion.simulator.wording import PROVINCES

_KINDS = ("DN", "HKD", "CN")
_LEGAL_FORMS = ("TNHH", "CP", "FDI", "DNCX", "HKD")
_INDUSTRIES = ("4669", "4649", "2610", "1410", "1520", "2220", "2592", "3100", "1079", "4690")


def month_starts(first_day: int, last_day: int) -> list[int]:
    """Return the first days of all months between two days, the first day's month included."""
    start, end = to_date(first_day), to_date(last_day)
    months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    return [to_day(start.replace(year=m // 12, month=m % 12 + 1, day=1)) for m in months]


def write_registry(folder: Path, nation: Nation, first_day: int, last_day: int) -> dict[str, int]:
    """Write all snapshots of a period under `folder`; return files and rows."""
    rows = 0
    months = month_starts(first_day, last_day)
    for month in months:
        snapshot = _snapshot(nation, month)
        rows += len(snapshot)
        write_csv(folder / f"dn_{to_date(month):%Y%m}.csv.gz", snapshot)
    return {"files": len(months), "rows": rows}


def _legal_forms(nation: Nation) -> pa.Array:
    traders = nation.traders
    plain = np.arange(len(traders)) % 3 // 2
    form = np.where(traders.trade == COMMERCIAL, plain, 2)
    form = np.where(traders.trade == EXPORT_ZONE, 3, form)
    return texts(_LEGAL_FORMS, np.where(traders.kind == FIRM, form, 4))


def _snapshot(nation: Nation, month: int) -> pa.Table:
    traders = nation.traders
    count = len(traders)
    closed: Bools = traders.closed_day <= month
    resting: Bools = ~closed & (traders.closed_day <= month + 45)
    natural: Bools = traders.kind != FIRM
    changed = np.where(closed, traders.closed_day, traders.founded_day)
    table = pa.table(
        {
            "MA_DN": texts(traders.tax_codes, np.arange(count)),
            "LOAI_DN": texts(_KINDS, traders.kind),
            "TEN_DN": texts(nation.trader_names, np.arange(count)),
            "TEN_EN": constant(None, count),
            "NGAY_TL": dates(traders.founded_day),
            "MA_TINH": texts(PROVINCES, traders.province),
            "DIA_CHI": texts(nation.trader_addresses, np.arange(count)),
            "LOAI": _legal_forms(nation),
            "VON_VND": whole(traders.capital_million_vnd * 1_000_000, natural),
            "SO_LD": whole(traders.employees, natural),
            "MA_NGANH": texts(_INDUSTRIES, traders.import_basket[:, 0] % len(_INDUSTRIES)),
            "TRANG_THAI": texts(("00", "01", "03"), resting + 2 * closed.astype(np.int64)),
            "UU_TIEN": whole(traders.is_priority.astype(np.int64)),
            "MA_CU": constant(None, count),
            "NGAY_CN": dates(changed),
        }
    )
    return table.filter(pc.less_equal(pa.array(traders.founded_day), month))
