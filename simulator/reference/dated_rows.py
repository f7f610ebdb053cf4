"""Rates by stretch of days as rows with a first and a last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from simulator.kernel.arrays import Bools, Ints, dates, texts
from simulator.reference.goods import Goods
from simulator.reference.rate_text import rate_texts
from simulator.reference.timeline import LAST_DAY, Timeline

_NONE = -1
_CURRENCIES, _AMOUNTS = 100, 10**12


@dataclass(frozen=True, slots=True)
class Period:
    """The days a file is about, both included (days since 1970)."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Rows:
    """One row for each line and run of days with the same rate, arrays of shape (n,).

    Attributes:
        line: Position of the tariff line.
        since, until: First and last day; LAST_DAY stands for no end.
        bp, amount_e4, currency: The rate.
    """

    line: Ints
    since: Ints
    until: Ints
    bp: Ints
    amount_e4: Ints
    currency: Ints


def runs(
    bp: npt.NDArray[Any],
    by_amount: tuple[Ints, Ints] | None,
    time: Timeline,
    period: Period,
) -> Rows:
    """Return the rows of a table that touch a period.

    Args:
        bp: Hundredths of a percent, -1 where there is no rate, shape (lines, epochs).
        by_amount: Amounts per unit (1/10,000) and currencies, of the same shape; None for none.
        time: The stretches.
        period: Rows wholly outside it are left out.
    """
    amount, currency = by_amount or (np.zeros_like(bp), np.zeros_like(bp))
    keys = (bp.astype(np.int64) * _AMOUNTS + amount) * _CURRENCIES + currency
    keys[bp < 0] = _NONE
    is_first = np.ones(keys.shape, dtype=np.bool_)
    is_first[:, 1:] = keys[:, 1:] != keys[:, :-1]
    line, epoch = np.nonzero(is_first)
    since = time.starts[epoch]
    until = np.full(len(line), LAST_DAY, dtype=np.int64)
    goes_on = line[1:] == line[:-1]
    until[:-1][goes_on] = since[1:][goes_on] - 1
    value = keys[line, epoch]
    keep: Bools = (value != _NONE) & (since <= period.last) & (until >= period.first)
    parts, money = np.divmod(value[keep], _CURRENCIES)
    rate, each = np.divmod(parts, _AMOUNTS)
    return Rows(line[keep], since[keep], until[keep], rate, each, money)


def without_zeros(bp: Ints) -> Ints:
    """Return rates with -1 for 0: a tax that a line does not bear has no row."""
    return np.where(bp > 0, bp, _NONE)


def dated(goods: Goods, rows: Rows) -> dict[str, pa.Array]:
    """Return MA_HS, THUE_SUAT, TU_NGAY and DEN_NGAY of rows, all as text."""
    unit = goods.unit1[rows.line]
    rates = rate_texts(rows.bp, rows.amount_e4, rows.currency, unit)
    return {
        "MA_HS": texts(goods.codes, rows.line),
        "THUE_SUAT": rates.cast(pa.string()),
        "TU_NGAY": day_texts(rows.since),
        "DEN_NGAY": day_texts(rows.until),
    }


def day_texts(day: Ints) -> pa.Array:
    """Return days as text, null from LAST_DAY on: no end is known."""
    return dates(day, day >= LAST_DAY).cast(pa.string())


def text_table(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pa.Table:
    """Return rows of texts as a table with these columns."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.table({
        name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)
    })  # fmt: skip


def same(value: str | None, count: int) -> pa.Array:
    """Return a column of one text or of nulls."""
    return texts([value], np.zeros(count, dtype=np.int64))
