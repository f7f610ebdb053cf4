"""The tariff: every rate of duty and tax as of a date, for many goods items at once.

Rates lie in tables by line and stretch of days between two changes, so that a lookup is one or two
gathers. `reference.files` writes the same tables out as dated rows.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.kernel.arrays import Bools, Ints
from simulator.reference import rate_changes, tariff_schedules, tariff_taxes, trade_defence
from simulator.reference.agreements import (
    AGREEMENTS,
    FORMS,
    MFN,
    ORDINARY,
    PROCESSING,
    SCHEDULES,
    UNTAXED,
    WITHOUT_MFN,
)
from simulator.reference.calendar import to_day
from simulator.reference.countries import Countries
from simulator.reference.goods import UNITS, Goods
from simulator.reference.timeline import LAST_DAY, Timeline, timeline

__all__ = [
    "FORMS", "MFN", "ORDINARY", "PROCESSING", "SCHEDULES", "UNTAXED", "Tariff", "load_tariff",
]  # fmt: skip

NO_PREFERENCE = -1
_MFN_ROW, _ORDINARY_ROW, _FIRST_AGREEMENT_ROW = 0, 1, 2
_NEVER = LAST_DAY + 1
# Tables of narrow whole numbers, to stay in the cache of the processor.
_Narrow = npt.NDArray[Any]
_RATE_TYPE = np.int32


@dataclass(frozen=True, slots=True)
class Tariff:
    """Rates by table row, tariff line and stretch of days; `cell` = line x stretches + stretch.

    Attributes:
        time: The stretches.
        rates: Import duty by row (MFN, ordinary, agreements in order, free) and cell, hundredths
            of a percent; -1 where the schedule has no rate for the line.
        row: Row of `rates` by schedule and country, -1 where the country has no right to it.
        right_since: First day of that right (days since 1970).
        best: Best schedule by origin class and cell, -1 where none is under MFN.
        origin_class: Class of each country.
        is_ordinary: Countries whose goods pay ordinary rates.
        amounts_e4, currencies: Amounts per first unit by (MFN, ordinary) and cell.
        vat, excise, export, environment: Rates by cell.
        defence_kinds, defence_rates: By origin row and cell.
        defence_producers: First producer with a rate of its own, by origin row and cell; -1 none.
        defence_row: Origin row of each country.
    """

    time: Timeline
    rates: _Narrow
    row: Ints
    right_since: Ints
    best: _Narrow
    origin_class: Ints
    is_ordinary: Bools
    amounts_e4: Ints
    currencies: Ints
    vat: Ints
    excise: Ints
    export: Ints
    environment: Ints
    defence_kinds: _Narrow
    defence_rates: _Narrow
    defence_producers: _Narrow
    defence_row: Ints

    def cell(self, line: Ints, day: Ints) -> Ints:
        """Return the cell of each line on its day."""
        return line * len(self.time) + self.time.epoch(day)

    def effective(self, cell: Ints, schedule: Ints, origin: Ints, day: Ints) -> Ints:
        """Return each schedule, or MFN where origin, day or line gives no right to it."""
        place = schedule * self.row.shape[1] + origin
        row = self.row.ravel()[place]
        listed = self.rates.ravel()[row * len(self.vat) + cell] >= 0
        allowed = listed & (row >= 0) & (day >= self.right_since.ravel()[place])
        return np.where(allowed, schedule, MFN)

    def import_bp(self, line: Ints, schedule: Ints, origin: Ints, day: Ints) -> Ints:
        """Return import duty by value, hundredths of a percent; MFN where there is no right."""
        cell = self.cell(line, day)
        return self.effective_bp(cell, self.effective(cell, schedule, origin, day), origin)

    def effective_bp(self, cell: Ints, schedule: Ints, origin: Ints) -> Ints:
        """Return the rate of schedules to which there is a right, hundredths of a percent."""
        row = self.row[schedule, origin]
        rates: Ints = self.rates.ravel()[row * len(self.vat) + cell].astype(np.int64)
        return rates

    def best_preference(self, line: Ints, origin: Ints, day: Ints) -> Ints:
        """Return the schedule with the lowest rate under MFN that the origin gives a right to.

        Returns:
            Positions in SCHEDULES; -1 where no agreement is better than MFN.
        """
        place = self.origin_class[origin] * len(self.vat) + self.cell(line, day)
        schedule: Ints = self.best.ravel()[place].astype(np.int64)
        return schedule

    def general(self, origin: Ints) -> Ints:
        """Return the schedule of goods without preference: MFN, or ordinary for few countries."""
        return np.where(self.is_ordinary[origin], ORDINARY, MFN)

    def specific_at(self, cell: Ints, schedule: Ints) -> tuple[Ints, Ints]:
        """Return import duty of cells per first unit, in 1/10,000 of a currency, and that currency.

        Only MFN and ordinary rates have such amounts; 0 elsewhere.
        """
        place = np.minimum(schedule, ORDINARY) * len(self.vat) + cell
        amount = np.where(schedule <= ORDINARY, self.amounts_e4.ravel()[place], 0)
        return amount, self.currencies.ravel()[place]

    def vat_bp(self, line: Ints, day: Ints) -> Ints:
        """Return VAT, hundredths of a percent, with the lower rate where it holds."""
        return self.vat[self.cell(line, day)]

    def defence_at(self, cell: Ints, origin: Ints) -> tuple[Ints, Ints]:
        """Return kind (place in DEFENCE_TAXES, -1 none) and rate (hundredths of a percent)."""
        place = self.defence_row[origin] * len(self.vat) + cell
        kinds: Ints = self.defence_kinds.ravel()[place].astype(np.int64)
        rates: Ints = self.defence_rates.ravel()[place].astype(np.int64)
        return kinds, rates

    def producer(self, cell: Ints, origin: Ints, made_by: Ints) -> Ints:
        """Return who made goods that bear trade defence, if it has a rate of its own.

        Args:
            cell: Cells, shape (n,).
            origin: Countries, shape (n,).
            made_by: 0 for the first listed producer, 1 for the second and so on; those beyond the
                list are others.

        Returns:
            Positions in PRODUCERS; NO_PRODUCER for others and where there is no such duty.
        """
        place = self.defence_row[origin] * len(self.vat) + cell
        first = self.defence_producers.ravel()[place].astype(np.int64)
        is_listed = (first >= 0) & (made_by < trade_defence.LISTED_FROM[first])
        return np.where(is_listed, first + made_by, trade_defence.NO_PRODUCER)


def load_tariff(goods: Goods, countries: Countries) -> Tariff:
    """Return the tariff of all lines and partners; the same in every nation."""
    time = timeline(
        [
            *rate_changes.change_days(),
            *tariff_schedules.change_days(),
            *tariff_taxes.change_days(),
            *trade_defence.change_days(),
        ]
    )
    units = [UNITS[unit] for unit in goods.unit1]
    duties = tariff_schedules.schedule_rates(goods.codes, units, goods.mfn_bp, time)
    base = (goods.vat_bp, goods.excise_bp, goods.export_bp)
    inner = tariff_taxes.inner_rates(goods.codes, units, goods.kg_per_unit, base, time)
    row, right_since = _rights(countries)
    best, origin_class = _best(duties, row, right_since, time)
    defence_row, origins = trade_defence.origin_rows(countries.codes)
    kinds, defence = trade_defence.defence_rates(goods.codes, origins, time)
    free = np.zeros_like(duties.rates[:1])
    return Tariff(
        time=time,
        rates=_flat(np.concatenate([duties.rates, free])).astype(_RATE_TYPE),
        row=row,
        right_since=right_since,
        best=best,
        origin_class=origin_class,
        is_ordinary=np.isin(countries.codes, WITHOUT_MFN),
        amounts_e4=_flat(duties.amounts_e4),
        currencies=_flat(duties.currencies),
        vat=inner.vat_bp.ravel(),
        excise=inner.excise_bp.ravel(),
        export=inner.export_bp.ravel(),
        environment=inner.environment_e2.ravel(),
        defence_kinds=_flat(kinds).astype(np.int8),
        defence_rates=_flat(defence).astype(_RATE_TYPE),
        defence_producers=_flat(trade_defence.first_producers(goods.codes, origins, time)).astype(
            np.int8
        ),
        defence_row=defence_row,
    )


def _flat(table: Ints) -> Ints:
    """Return a table (rows, lines, epochs) as (rows, cells)."""
    return table.reshape(len(table), -1)


def _rights(countries: Countries) -> tuple[Ints, Ints]:
    """Return the row of rates and the first day of the right, each by schedule and country."""
    shape = (len(SCHEDULES), len(countries.codes))
    row, since = np.full(shape, -1, dtype=np.int64), np.full(shape, _NEVER, dtype=np.int64)
    free_row = _FIRST_AGREEMENT_ROW + len(AGREEMENTS)
    for schedule, one in (
        (MFN, _MFN_ROW), (ORDINARY, _ORDINARY_ROW), (UNTAXED, free_row), (PROCESSING, free_row)
    ):  # fmt: skip
        row[schedule], since[schedule] = one, 0
    for number, agreement in enumerate(AGREEMENTS):
        schedule = SCHEDULES.index(agreement.code)
        for country, code in enumerate(countries.codes):
            if code in agreement.members:
                row[schedule, country] = _FIRST_AGREEMENT_ROW + number
                since[schedule, country] = to_day(agreement.members[code])
    return row, since


def _best(
    duties: tariff_schedules.ScheduleRates, row: Ints, right_since: Ints, time: Timeline
) -> tuple[_Narrow, Ints]:
    """Return the best schedule by origin class and cell, and the class of each country.

    Countries with the same rights since the same days form a class. Where rates are equal the
    agreement that stands first wins.
    """
    rights = np.vstack([row, right_since])
    classes, origin_class = np.unique(rights, axis=1, return_inverse=True)
    order = list(dict.fromkeys(SCHEDULES.index(agreement.code) for agreement in AGREEMENTS))
    best = np.full((classes.shape[1], duties.equivalent.size), NO_PREFERENCE, dtype=np.int8)
    for number in range(classes.shape[1]):
        lowest = duties.equivalent.copy()
        chosen = best[number].reshape(lowest.shape)
        for schedule in order:
            table = classes[schedule, number]
            if table < 0:
                continue
            offered = duties.rates[table]
            since = int(classes[len(SCHEDULES) + schedule, number])
            better = (offered >= 0) & (offered < lowest) & time.since(since)[None, :]
            lowest[better], chosen[better] = offered[better], schedule
    return best, origin_class.ravel().astype(np.int64)
