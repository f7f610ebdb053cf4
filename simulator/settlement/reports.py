"""Settlement reports of processing, export-production and export-zone firms: qtnvl, qtsp, dmtt.

The fiscal year is the calendar year. Reports are due within 90 days after its end (Circular
39/2018, article 60); some come late, a few are filed again. A file holds what was filed in its
month.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.chronicle.life import Chronicle
from simulator.control.overdue import filing_days
from simulator.delivery.gathering import publish
from simulator.delivery.partial_sums import add_parts, added_up
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.delivery.rendering import unpacked
from simulator.kernel.arrays import Ints, coded, dates, decimals, numbered, whole
from simulator.nation import Nation
from simulator.reference.calendar import first_day_of, last_day_of, to_date, year_month
from simulator.reference.goods import UNITS
from simulator.settlement.balances import Balance, Stock, settle_year
from simulator.settlement.material_sums import (
    NAME,
    YearSums,
    fiscal_years,
    lived_sums,
    year_sums,
)

KINDS = ("", "gc", "sx", "cx")

TABLES = ("qtnvl", "qtsp", "dmtt")
Columns = dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class _Filing:
    """One balance as it is filed: the year's last day, which filing, and each trader's day."""

    balance: Balance
    end: int
    number: int
    day: Ints


def publish_settlement(plan: DeliveryPlan, nation: Nation, chronicle: Chronicle) -> list[Receipt]:
    """Write the reports of all fiscal years that are due while days are written."""
    receipts: list[Receipt] = []
    earlier: Balance | None = None
    for year in fiscal_years(nation):
        sums = _sums(plan, nation, chronicle, year)
        first, again = filing_days(nation, year)
        balance = settle_year(nation, chronicle.states, year, sums, earlier)
        second = settle_year(nation, chronicle.states, year, sums, earlier, filing=2)
        filings = (
            _Filing(balance, last_day_of(year), 1, first),
            _Filing(second, last_day_of(year), 2, again),
        )
        for table in TABLES:
            receipts += _publish(plan, nation, table, filings)
        earlier = balance
    return receipts


def _sums(plan: DeliveryPlan, nation: Nation, chronicle: Chronicle, year: int) -> YearSums:
    """Return the sums of a year: days lived before the run and days written in it."""
    end = last_day_of(year)
    lived, before = lived_sums(nation, chronicle, year)
    written, (after,) = add_parts(plan, f"{NAME}_{year}", (end, end), "code", ("quantity",))
    codes = np.concatenate([lived, written])
    codes, (quantity,) = added_up(codes, [np.concatenate([before, after])])
    return year_sums(nation, codes, quantity)


def _publish(
    plan: DeliveryPlan, nation: Nation, table: str, filings: tuple[_Filing, ...]
) -> list[Receipt]:
    """Write one table: a file for each month in which something is filed."""
    parts: dict[int, list[pa.Table]] = {}
    for filing in filings:
        trader, rows_of = _contents(filing)[table]
        day = filing.day[trader]
        inside = (day >= plan.first_day) & (day <= plan.last_day)
        month = year_month(day)
        for one in np.unique(month[inside]).tolist():
            rows = np.flatnonzero(inside & (month == one))
            parts.setdefault(one, []).append(pa.table(rows_of(nation, filing, rows)))
    receipts = []
    for month_number, held in sorted(parts.items()):
        day_of_file = min(first_day_of(month_number + 1) - 1, plan.last_day)
        whole_month = pa.concat_tables([unpacked(part) for part in held])
        receipts.append(publish(plan, table, day_of_file, whole_month))
    return receipts


def _contents(
    filing: _Filing,
) -> dict[str, tuple[Ints, Callable[[Nation, _Filing, Ints], Columns]]]:
    """Return the trader of each row of every table, and what makes its columns."""
    balance = filing.balance
    return {
        "qtnvl": (balance.materials.trader, material_rows),
        "qtsp": (balance.products.trader, product_rows),
        "dmtt": (balance.materials.trader[balance.norms.material], norm_rows),
    }


def _head(nation: Nation, filing: _Filing, trader: Ints) -> Columns:
    year = to_date(filing.end).year
    begin = last_day_of(year - 1) + 1
    return {
        "MA_DN": nation.actors.texts.codes_of(trader),
        "LOAI": coded(KINDS, nation.traders.trade[trader]),
        "TU_NGAY": dates(np.full(len(trader), begin)),
        "DEN_NGAY": dates(np.full(len(trader), filing.end)),
        "LAN_NOP": whole(np.full(len(trader), filing.number)),
    }


def _unit(nation: Nation, line: Ints) -> pa.Array:
    return coded(UNITS, nation.goods.unit1[line])


def _code(prefix: str, stock: Stock, rows: Ints) -> pa.Array:
    return numbered(prefix, stock.number[rows], 0)


def material_rows(nation: Nation, filing: _Filing, rows: Ints) -> Columns:
    """Return some rows of qtnvl."""
    stock = filing.balance.materials
    return _head(nation, filing, stock.trader[rows]) | {
        "MA_NVL": _code("NPL", stock, rows),
        "TON_DAU": decimals(stock.opening[rows], 2),
        "NHAP": decimals(stock.came[rows], 2),
        "TAI_XUAT": decimals(stock.returned[rows], 2),
        "CHUYEN_MD": decimals(stock.changed[rows], 2),
        "XUAT_SX": decimals(stock.used[rows], 2),
        "XUAT_KHAC": decimals(stock.other[rows], 2),
        "TIEU_HUY": decimals(stock.lost[rows], 2),
        "TON_CUOI": decimals(stock.closing[rows], 2),
        "MA_DVT": _unit(nation, stock.line[rows]),
    }


def product_rows(nation: Nation, filing: _Filing, rows: Ints) -> Columns:
    """Return some rows of qtsp."""
    stock = filing.balance.products
    return _head(nation, filing, stock.trader[rows]) | {
        "MA_SP": _code("SP", stock, rows),
        "TON_DAU": decimals(stock.opening[rows], 2),
        "NHAP_KHO": decimals(stock.came[rows], 2),
        "XUAT_KHAU": decimals(stock.used[rows], 2),
        "XUAT_KHAC": decimals(stock.other[rows], 2),
        "TON_CUOI": decimals(stock.closing[rows], 2),
        "MA_DVT": _unit(nation, stock.line[rows]),
    }


def norm_rows(nation: Nation, filing: _Filing, rows: Ints) -> Columns:
    """Return some rows of dmtt."""
    norms, balance = filing.balance.norms, filing.balance
    product, material = norms.product[rows], norms.material[rows]
    return _head(nation, filing, balance.materials.trader[material]) | {
        "MA_SP": _code("SP", balance.products, product),
        "MA_NVL": _code("NPL", balance.materials, material),
        "DINH_MUC": decimals(norms.norm_e6[rows], 6),
        "MA_DVT_NVL": _unit(nation, balance.materials.line[material]),
        "MA_DVT_SP": _unit(nation, balance.products.line[product]),
        "HAO_HUT_PCT": decimals(norms.waste_bp[rows], 2),
    }
