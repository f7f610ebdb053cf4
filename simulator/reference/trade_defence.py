"""Trade defence: duties on top of import duty, by line, origin and period.

Cases, origins and periods of `trade_defence.csv` follow the published decisions of the Ministry of
Industry and Trade, cut to headings; rates are one typical figure for the producers of a country,
`*` for all countries. Some producers have lower rates of their own (`defence_producers.csv`; names
and rates are ours). The outside list (`pvtm`) has one duty for a line, country and day at a time.
Sugar bears two in truth, 42.99 % against dumping and 4.65 % against subsidies: of Thailand the
first is kept, of the countries it was led through the second. No safeguard known to us was in force
after 2023-03-21: the one on float glass is an assumption and falls by steps, as the Law on Foreign
Trade Management asks.
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


class Producer(NamedTuple):
    """A firm with a rate of its own under a duty on the goods of its country.

    Attributes:
        prefixes, since: Of the duty it falls under.
        country: ISO country.
        name: As it stands in the list and on declarations.
        rate_bp: Hundredths of a percent.
    """

    prefixes: tuple[str, ...]
    country: str
    since: date
    name: str
    rate_bp: int

    @property
    def duty(self) -> tuple[tuple[str, ...], str, date]:
        """Return what tells its duty from others."""
        return self.prefixes, self.country, self.since


def _producer(row: dict[str, str]) -> Producer:
    """Return a producer from a row of the list.

    Raises:
        ValueError: No duty on its country began that day, or one with a lower rate.
    """
    since = date.fromisoformat(row["since"])
    producer = Producer(
        tuple(row["prefixes"].split()), row["country"], since, row["name"], int(row["rate_bp"])
    )
    of_all = [
        measure.rates.get(producer.country, 0)
        for measure in MEASURES
        if (measure.prefixes, measure.since) == (producer.prefixes, since)
    ]
    if not 0 < producer.rate_bp < max(of_all, default=0):
        message = f"{producer.name}: a rate below that of a duty of {since} expected"
        raise ValueError(message)
    return producer


# Those of one duty stand together.
PRODUCERS = read_list("defence_producers.csv", _producer)
PRODUCER_RATES_BP = np.array([producer.rate_bp for producer in PRODUCERS], dtype=np.int64)
# Of each, how many stand from it to the last of its duty.
LISTED_FROM = np.array(
    [sum(later.duty == one.duty for later in PRODUCERS[place:])
     for place, one in enumerate(PRODUCERS)], dtype=np.int64,
)  # fmt: skip
NO_PRODUCER = -1


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


def producers_of(measure: Measure, country: str) -> list[Producer]:
    """Return the producers of a country that have their own rate under a measure."""
    duty = (measure.prefixes, country, measure.since)
    return [producer for producer in PRODUCERS if producer.duty == duty]


def first_producers(codes: Sequence[str], origins: list[str], time: Timeline) -> Ints:
    """Return the first listed producer of each duty, shape (origin rows, lines, epochs).

    Args:
        codes: Eight digits of each line.
        origins: Country of each origin row.
        time: Timeline cut at `change_days`.
    """
    found = np.full((len(origins), len(codes), len(time)), NO_PRODUCER, dtype=np.int64)
    for measure in MEASURES:
        cells = np.ix_(
            starting_with(codes, measure.prefixes), time.within(measure.since, measure.until)
        )
        for row, origin in enumerate(origins):
            if listed := producers_of(measure, origin):
                found[row][cells] = PRODUCERS.index(listed[0])
    return found


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
