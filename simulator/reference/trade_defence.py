"""Trade defence: duties on top of import duty, by line, origin and period.

Cases, origins and periods of `trade_defence.csv` follow the published decisions of the Ministry of
Industry and Trade, cut to headings; rates are one typical figure for all producers of a country,
`*` for all countries. The outside list (`pvtm`) has one row for a line, country and day, so a line
and origin have at most one duty at a time. Sugar bears two in truth, 42.99 % against dumping and
4.65 % against subsidies: of Thailand the first is kept, of the countries it was led through the
second. No safeguard known to us was in force after 2023-03-21: the one on float glass is an
assumption and falls by steps, as the Law on Foreign Trade Management asks.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Ints
from simulator.reference.lists import named_values, read_list
from simulator.reference.timeline import Timeline, starting_with

NO_DEFENCE = -1
SAFEGUARD, ANTI_DUMPING, COUNTERVAILING = 0, 1, 2
# Tax letters of the three kinds.
DEFENCE_TAXES = ("B", "G", "C")


class Measure(NamedTuple):
    """One duty on the goods of some countries for some time.

    Attributes:
        kind: SAFEGUARD, ANTI_DUMPING or COUNTERVAILING.
        prefixes: First digits of the codes.
        rates: Hundredths of a percent by ISO country; the empty text stands for all countries.
        since, until: First and last day.
    """

    kind: int
    prefixes: tuple[str, ...]
    rates: dict[str, int]
    since: date
    until: date


EVERYWHERE = ""
_EVERYWHERE_IN_LIST = "*"


def _measure(row: dict[str, str]) -> Measure:
    """Return a duty from a row of the list.

    Raises:
        ValueError: Its kind is unknown, or it ends before it begins.
    """
    measure = Measure(
        DEFENCE_TAXES.index(row["tax"]),
        tuple(row["prefixes"].split()),
        {
            EVERYWHERE if country == _EVERYWHERE_IN_LIST else country: int(rate)
            for country, rate in named_values(row["rates_bp"]).items()
        },
        date.fromisoformat(row["since"]),
        date.fromisoformat(row["until"]),
    )
    if measure.until < measure.since:
        message = f"a last day from {measure.since} on expected"
        raise ValueError(message)
    return measure


MEASURES = read_list("trade_defence.csv", _measure)


def change_days() -> list[date]:
    """Return every day on which a duty begins, or has ended."""
    days = [measure.since for measure in MEASURES]
    return days + [measure.until + timedelta(days=1) for measure in MEASURES]


def by_country(measure: Measure, countries: Sequence[str]) -> list[tuple[str, int]]:
    """Return the countries that a measure is about, and its rate for each."""
    if EVERYWHERE not in measure.rates:
        return list(measure.rates.items())
    rest = measure.rates[EVERYWHERE]
    return [(country, measure.rates.get(country, rest)) for country in countries]


def origin_rows(countries: Sequence[str]) -> tuple[Ints, list[str]]:
    """Return for each country its row of the tables, and the country of each row.

    Row 0 is for all countries that no duty names.
    """
    named = sorted({code for measure in MEASURES for code in measure.rates} - {EVERYWHERE})
    rows = {code: row for row, code in enumerate([EVERYWHERE, *named])}
    return np.array([rows.get(code, 0) for code in countries], dtype=np.int64), list(rows)


def defence_rates(codes: Sequence[str], origins: list[str], time: Timeline) -> tuple[Ints, Ints]:
    """Return kinds (NO_DEFENCE for none) and rates, each of shape (origin rows, lines, epochs).

    Args:
        codes: Eight digits of each line.
        origins: Country of each origin row.
        time: Timeline cut at `change_days`.
    """
    kinds = np.full((len(origins), len(codes), len(time)), NO_DEFENCE, dtype=np.int64)
    rates = np.zeros_like(kinds)
    for measure in MEASURES:
        cells = np.ix_(
            starting_with(codes, measure.prefixes), time.within(measure.since, measure.until)
        )
        for row, origin in enumerate(origins):
            rate = measure.rates.get(origin, measure.rates.get(EVERYWHERE))
            if rate is not None:
                kinds[row][cells], rates[row][cells] = measure.kind, rate
    return kinds, rates
