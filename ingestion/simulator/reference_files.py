"""Reference files: tariff by schedule and date, VAT and excise, weekly rates, offices."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.simulator.arrays import Ints, dates, decimals, texts
from ingestion.simulator.block import Nation
from ingestion.simulator.calendar import monday_of, to_date, to_day
from ingestion.simulator.exchange import CURRENCIES
from ingestion.simulator.goods import MFN_CUT_DAY, MFN_SCHEDULE
from ingestion.simulator.item_rows import rate_text
from ingestion.simulator.outbox import write_csv

_MFN_SINCE = to_day(date(2015, 1, 1))
_REORGANISED = to_day(date(2025, 3, 1))


def write_references(
    folder: Path, nation: Nation, first_day: int, last_day: int
) -> dict[str, dict[str, int]]:
    """Write all reference files of a period under `folder`; return files and rows by table."""
    stamp = f"{to_date(first_day):%Y%m%d}"
    years = range(to_date(first_day).year - 1, to_date(last_day).year + 1)
    tables = {
        "bieuthue": _tariff(nation, list(years)),
        "vat": _inner_tax(nation, nation.lines.vat_bp),
        "ttdb": _inner_tax(nation, nation.lines.excise_bp),
        "hq": _offices(nation),
    }
    written = {}
    for name, table in tables.items():
        write_csv(folder / f"{name}_{stamp}.csv.gz", table)
        written[name] = {"files": 1, "rows": len(table)}
    written["tygia"] = _write_rates(folder, nation, first_day, last_day)
    return written


def _write_rates(folder: Path, nation: Nation, first_day: int, last_day: int) -> dict[str, int]:
    rates = nation.rates
    span = monday_of(np.array([first_day, last_day], dtype=np.int64))
    weeks = np.flatnonzero((rates.mondays >= span[0]) & (rates.mondays <= span[1]))
    for week in weeks.tolist():
        monday = int(rates.mondays[week])
        table = pa.table(
            {
                "TU_NGAY": dates(np.full(len(CURRENCIES), monday)),
                "MA_NT": pa.array(CURRENCIES),
                "VND": decimals(rates.centi_vnd[week], 2),
            }
        )
        write_csv(folder / f"tygia_{to_date(monday):%Y%m%d}.csv.gz", table)
    return {"files": len(weeks), "rows": len(weeks) * len(CURRENCIES)}


def _rates(basis_points: Ints) -> pa.Array:
    return pa.array([rate_text(value) for value in basis_points.tolist()])


def _tariff(nation: Nation, years: list[int]) -> pa.Table:
    """Return MFN lines (cut at MFN_CUT_DAY where they fall) and each schedule's lines by year."""
    lines, countries = nation.goods
    count = len(lines.codes)
    line = np.arange(count)
    before = lines.mfn_on(line, np.full(count, MFN_CUT_DAY - 1))
    after = lines.mfn_on(line, np.full(count, MFN_CUT_DAY))
    falls = np.flatnonzero(before != after)
    ends = np.where(before != after, MFN_CUT_DAY - 1, 0)
    parts = [
        _tariff_part(nation, MFN_SCHEDULE, line, before, (np.full(count, _MFN_SINCE), ends)),
        _tariff_part(
            nation, MFN_SCHEDULE, falls, after[falls],
            (np.full(len(falls), MFN_CUT_DAY), np.zeros(len(falls), dtype=np.int64)),
        ),
    ]  # fmt: skip
    steps = {
        name: int(step)
        for name, step in zip(countries.schedules, countries.step_pct, strict=True)
        if name
    }
    for schedule in sorted(steps):
        for year in years:
            rate = lines.preference_on(line, np.full(count, steps[schedule]), np.full(count, year))
            period = (to_day(date(year, 1, 1)), to_day(date(year, 12, 31)))
            span = (np.full(count, period[0]), np.full(count, period[1]))
            parts.append(_tariff_part(nation, schedule, line, rate, span))
    return pa.concat_tables(parts)


def _tariff_part(
    nation: Nation, schedule: str, line: Ints, rate: Ints, span: tuple[Ints, Ints]
) -> pa.Table:
    starts, ends = span
    same = np.zeros(len(line), dtype=np.int64)
    return pa.table(
        {
            "MA_BIEU_THUE": texts((schedule,), same),
            "MA_NHOM_NUOC": texts((None,), same),
            "MA_HS": texts(nation.lines.codes, line),
            "THUE_SUAT": _rates(rate),
            "TU_NGAY": dates(starts),
            "DEN_NGAY": dates(ends, ends == 0),
        }
    )


def _inner_tax(nation: Nation, basis_points: Ints) -> pa.Table:
    rows = np.flatnonzero(basis_points > 0)
    since = np.full(len(rows), _MFN_SINCE)
    return pa.table(
        {
            "MA_HS": texts(nation.lines.codes, rows),
            "THUE_SUAT": _rates(basis_points[rows]),
            "TU_NGAY": dates(since),
            "DEN_NGAY": dates(since, np.ones(len(rows), dtype=bool)),
        }
    )


def _offices(nation: Nation) -> pa.Table:
    """Return offices with both parents: the department until 2025-02-28, then the region."""
    offices = nation.offices
    count = len(offices.codes)
    row = np.arange(2 * count) % count
    is_new = np.arange(2 * count) >= count
    parents = [*offices.departments, *offices.regions]
    return pa.table(
        {
            "MA_HQ": texts(offices.codes, row),
            "TEN": texts(offices.names, row),
            "MA_CHA": texts(parents, np.arange(2 * count)),
            "VAI_TRO": texts(offices.roles, row),
            "TU_NGAY": dates(np.where(is_new, _REORGANISED, _MFN_SINCE)),
            "DEN_NGAY": dates(np.full(2 * count, _REORGANISED - 1), is_new),
            "MA_MOI": texts((None,), np.zeros(2 * count, dtype=np.int64)),
        }
    )
