"""The reference files: enough to work out each duty from them alone, groups and limits beside it.

Rates stand in the tables as the simulator applies them: `vat` has the lower rate in its periods
(`giamvat` has what they leave out and take in), a line without row in `ttdb`, `bvmt` or `pvtm`
bears none. Export duty has no table of its own among the outside formats: it stands in `bieuthue`
under the schedule XK. `pvtm` says the kind of duty in LOAI (B, G or C) and has no country where a
duty is for all of them. What is told when stands in `listed`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from simulator.kernel.arrays import Ints, texts
from simulator.reference import trade_defence
from simulator.reference.agreements import (
    AGREEMENTS,
    MFN_CODE,
    ORDINARY_CODE,
)
from simulator.reference.calendar import LAST_YEAR, holidays, monday_of, to_date, to_day
from simulator.reference.countries import Countries
from simulator.reference.dated_rows import (
    Period,
    Rows,
    dated,
    day_texts,
    runs,
    same,
    text_table,
    without_zeros,
)
from simulator.reference.exchange import CURRENCIES, VND, ExchangeRates
from simulator.reference.goods import UNITS, Goods
from simulator.reference.listed import ANNOUNCED_DAYS, Listed, listed
from simulator.reference.nomenclature import correlation_table, hs_table
from simulator.reference.office_file import office_table
from simulator.reference.offices import Offices
from simulator.reference.published_lists import group_table, limitation_table
from simulator.reference.rate_text import rate_text
from simulator.reference.tariff import Tariff
from simulator.reference.tariff_taxes import LOWER_VAT, LOWER_VAT_BP
from simulator.reference.timeline import starting_with

EXPORT_SCHEDULE = "XK"
_EXCLUDED, _INCLUDED = "TRU", "GOM"
_CENTI = 100
_AMOUNT_E4_PER_E2 = 100


@dataclass(frozen=True, slots=True)
class Reference:
    """What holds for everyone in a nation."""

    goods: Goods
    countries: Countries
    offices: Offices
    tariff: Tariff
    rates: ExchangeRates


def reference_tables(reference: Reference, first_day: int, day: int) -> dict[str, pa.Table]:
    """Return the reference tables as they are told by a day, by first word of the file name.

    Args:
        reference: The nation's.
        first_day: First day (days since 1970) that must be found in the tables.
        day: The day on which they are looked at.
    """
    lists = reference_lists(reference, first_day, day)
    return {name: one.as_of(day) for name, one in lists.items()}


def reference_lists(reference: Reference, first_day: int, last_day: int) -> dict[str, Listed]:
    """Return the reference tables, all columns text, with the days on which rows are known.

    Args:
        reference: The nation's.
        first_day: First day (days since 1970) that must be found in the tables.
        last_day: Last day.
    """
    period = Period(first_day, last_day)
    goods, tariff = reference.goods, reference.tariff
    excise = (tariff.excise, None)
    environment = (tariff.environment, VND)
    tables = {
        "bieuthue": _schedules(reference, period),
        "vat": _inner(reference, (tariff.vat, None), period, keep_zeros=True),
        "ttdb": _inner(reference, excise, period),
        "bvmt": _inner(reference, environment, period),
        "pvtm": _defence(goods, reference.countries.codes, period),
        "giamvat": _lower_vat(goods, period),
        "tygia": _exchange(reference.rates, period),
        "hq": office_table(reference.offices),
        "ngaynghi": _holidays(period),
        "hs": hs_table(goods),
        "hstuongquan": correlation_table(goods),
        "nhomhang": group_table(period),
        "luatxp": limitation_table(period),
    }
    return {name: listed(name, rows) for name, rows in tables.items()}


def _grid(reference: Reference, flat: Ints) -> Ints:
    return flat.reshape(len(reference.goods), len(reference.tariff.time))


def _schedules(reference: Reference, period: Period) -> pa.Table:
    """Return import rates of each schedule and group of countries, and export duty."""
    tariff = reference.tariff
    names: list[tuple[str, str | None]] = [(MFN_CODE, None), (ORDINARY_CODE, None)]
    names += [(agreement.code, agreement.group) for agreement in AGREEMENTS]
    parts = []
    for row, name in enumerate(names):
        amounts = None
        if row < len(tariff.amounts_e4):
            amounts = (
                _grid(reference, tariff.amounts_e4[row]),
                _grid(reference, tariff.currencies[row]),
            )
        found = runs(_grid(reference, tariff.rates[row]), amounts, tariff.time, period)
        parts.append(_schedule_part(reference.goods, found, name))
    export = without_zeros(_grid(reference, tariff.export))
    found = runs(export, None, tariff.time, period)
    parts.append(_schedule_part(reference.goods, found, (EXPORT_SCHEDULE, None)))
    return pa.concat_tables(parts)


def _schedule_part(goods: Goods, rows: Rows, name: tuple[str, str | None]) -> pa.Table:
    count = len(rows.line)
    columns = {"MA_BIEU_THUE": same(name[0], count), "MA_NHOM_NUOC": same(name[1], count)}
    return pa.table(columns | dated(goods, rows))


def _inner(
    reference: Reference,
    rates: tuple[Ints, int | None],
    period: Period,
    *,
    keep_zeros: bool = False,
) -> pa.Table:
    """Return a tax without schedule: by value, or with a currency by amount per unit."""
    flat, currency = rates
    table = _grid(reference, flat)
    time = reference.tariff.time
    if currency is None:
        found = runs(table if keep_zeros else without_zeros(table), None, time, period)
    else:
        amounts = (table * _AMOUNT_E4_PER_E2, np.full_like(table, currency))
        found = runs(np.where(table > 0, 0, -1), amounts, time, period)
    goods = reference.goods
    units = {} if currency is None else {"MA_DVT": texts(UNITS, goods.unit1[found.line])}
    return pa.table(dated(goods, found) | units)


def _defence(goods: Goods, countries: Sequence[str], period: Period) -> pa.Table:
    """Return trade-defence duties, one row a line, country and period.

    One on the goods of everybody is listed for each country: the country is part of the key. Where
    a producer has a rate of its own, the row without a name is for all others.
    """
    rows: list[tuple[str | None, ...]] = [
        (
            trade_defence.DEFENCE_TAXES[measure.kind],
            goods.codes[line],
            country,
            producer,
            rate_text(rate),
            measure.since.isoformat(),
            measure.until.isoformat(),
        )
        for measure in trade_defence.MEASURES
        if to_day(measure.since) <= period.last and to_day(measure.until) >= period.first
        for line in np.flatnonzero(starting_with(goods.codes, measure.prefixes)).tolist()
        for country, of_all in trade_defence.by_country(measure, countries)
        for producer, rate in (
            (None, of_all),
            *((one.name, one.rate_bp) for one in trade_defence.producers_of(measure, country)),
        )
    ]
    names = ("LOAI", "MA_HS", "MA_NUOC_XX", "NHA_SX", "THUE_SUAT", "TU_NGAY", "DEN_NGAY")
    return text_table(names, rows)


def _lower_vat(goods: Goods, period: Period) -> pa.Table:
    """Return the lists of each period of lower VAT: what is left out, what is taken in."""
    bearing = [goods.codes[line] for line in np.flatnonzero(goods.excise_bp > 0).tolist()]
    rows = []
    for lower in LOWER_VAT:
        if to_day(lower.since) > period.last or to_day(lower.until) < period.first:
            continue
        excise = [code for code in bearing if not code.startswith(lower.included or ("-",))]
        listed = [(_EXCLUDED, code) for code in (*lower.excluded, *excise)]
        listed += [(_INCLUDED, code) for code in lower.included]
        days = (lower.since.isoformat(), lower.until.isoformat())
        rows += [(kind, code, rate_text(LOWER_VAT_BP), *days) for kind, code in listed]
    names = ("LOAI", "MA_HS", "VAT_SUAT", "TU_NGAY", "DEN_NGAY")
    return text_table(names, rows)


def _exchange(rates: ExchangeRates, period: Period) -> pa.Table:
    """Return the rates of the weeks of a period; VND itself has none."""
    span = monday_of(np.array([period.first, period.last], dtype=np.int64))
    weeks = np.flatnonzero((rates.mondays >= span[0]) & (rates.mondays <= span[1]))
    foreign = [place for place in range(len(CURRENCIES)) if place != VND]
    centi = rates.centi_vnd[np.ix_(weeks, np.array(foreign))].ravel().tolist()
    return pa.table(
        {
            "TU_NGAY": day_texts(np.repeat(rates.mondays[weeks], len(foreign))),
            "MA_NT": [CURRENCIES[place] for place in foreign] * len(weeks),
            "VND": [f"{value // _CENTI}.{value % _CENTI:02d}" for value in centi],
        }
    )


def _holidays(period: Period) -> pa.Table:
    """Return the holidays of the years of a period, and of the next one if that is announced."""
    last = min(to_date(period.last + ANNOUNCED_DAYS).year, LAST_YEAR)
    known: dict[date, str] = {}
    for year in range(to_date(period.first).year, last + 1):
        known |= holidays(year)
    return pa.table(
        {
            "NGAY": pa.array([day.isoformat() for day in known], pa.string()),
            "TEN": pa.array(list(known.values()), pa.string()),
        }
    )
