"""Trade defence: duties on top of import duty, by line, origin and period.

Cases, origins and periods follow the published decisions of the Ministry of Industry and Trade, cut
to headings; rates are one typical figure for all producers of a country. The outside list (`pvtm`)
has one row for a line, country and day and does not say which of the duties it is, so a line and
origin have at most one at a time. Sugar bears two in truth, 42.99 % against dumping and 4.65 %
against subsidies (Decision 1578/QD-BCT of 2021-06-15 for Thailand, extended by Decision
1514/QD-BCT of 2022-08-01 to where it was led through): of Thailand the first is kept, of the other
countries the second. Safeguard on steel: Decision 918/QD-BCT of 2020-03-20.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Ints
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
_BILLETS, _BARS = ("7207", "722490"), ("7213", "7214", "7227", "7228")
_STEEL_LONG = ("7207", *_BARS)
_SUGAR = ("170113", "170114", "170191", "170199", "17029091")
_DECIDED = (
    Measure(ANTI_DUMPING, ("7219", "7220"), {"CN": 2535, "ID": 1303, "MY": 922, "TW": 1379},
            date(2014, 10, 5), date(2024, 10, 25)),
    Measure(ANTI_DUMPING, ("7210", "7212"), {"CN": 3834, "KR": 1900},
            date(2017, 4, 14), date(2022, 5, 15)),
    Measure(ANTI_DUMPING, ("7210", "7212"), {"CN": 3713, "KR": 1567},
            date(2025, 4, 16), date(2030, 8, 13)),
    Measure(ANTI_DUMPING, ("7208",), {"CN": 2783}, date(2025, 3, 8), date(2030, 7, 5)),
    Measure(ANTI_DUMPING, ("7216",), {"CN": 2922, "MY": 1008}, date(2017, 9, 5), date(2027, 9, 5)),
    Measure(ANTI_DUMPING, ("7604",), {"CN": 2900}, date(2019, 10, 5), date(2029, 10, 4)),
    Measure(ANTI_DUMPING, ("292242",), {"CN": 3300, "ID": 2800},
            date(2020, 7, 25), date(2030, 7, 24)),
    Measure(ANTI_DUMPING, _SUGAR, {"TH": 4299}, date(2021, 6, 16), date(2026, 6, 15)),
    Measure(COUNTERVAILING, _SUGAR, {"KH": 465, "ID": 465, "LA": 465, "MY": 465, "MM": 465},
            date(2022, 8, 9), date(2026, 6, 15)),
    Measure(ANTI_DUMPING, ("4411",), {"TH": 1250, "MY": 1490}, date(2021, 7, 1), date(2026, 6, 30)),
    Measure(ANTI_DUMPING, ("392020",), {"CN": 1480, "TH": 1730, "MY": 1830},
            date(2020, 7, 25), date(2025, 7, 24)),
    Measure(ANTI_DUMPING, ("540233", "540246", "540247"),
            {"CN": 1712, "IN": 5423, "ID": 2192, "MY": 2123}, date(2021, 10, 19),
            date(2026, 10, 18)),
    Measure(ANTI_DUMPING, ("170260",), {"CN": 3300, "KR": 3900},
            date(2020, 10, 1), date(2025, 9, 30)),
    Measure(ANTI_DUMPING, ("290544",), {"CN": 5430, "IN": 4470, "ID": 3970},
            date(2021, 12, 8), date(2026, 12, 7)),
    Measure(ANTI_DUMPING, ("8311",), {"CN": 2550, "TH": 2180, "MY": 1890},
            date(2022, 10, 1), date(2027, 9, 30)),
    Measure(ANTI_DUMPING, ("940130", "940131", "940161", "940360"), {"CN": 2140, "MY": 1190},
            date(2023, 2, 12), date(2028, 2, 11)),
    Measure(ANTI_DUMPING, ("730820",), {"CN": 9700}, date(2023, 12, 19), date(2028, 12, 18)),
    Measure(SAFEGUARD, _STEEL_LONG, {EVERYWHERE: 1540}, date(2016, 8, 2), date(2018, 3, 21)),
    Measure(SAFEGUARD, _STEEL_LONG, {EVERYWHERE: 1210}, date(2018, 3, 22), date(2020, 3, 21)),
    Measure(SAFEGUARD, _BARS, {EVERYWHERE: 940}, date(2020, 3, 22), date(2021, 3, 21)),
    Measure(SAFEGUARD, _BARS, {EVERYWHERE: 790}, date(2021, 3, 22), date(2022, 3, 21)),
    Measure(SAFEGUARD, _BARS, {EVERYWHERE: 640}, date(2022, 3, 22), date(2023, 3, 21)),
    Measure(SAFEGUARD, _BILLETS, {EVERYWHERE: 1530}, date(2020, 3, 22), date(2021, 3, 21)),
    Measure(SAFEGUARD, _BILLETS, {EVERYWHERE: 1330}, date(2021, 3, 22), date(2022, 3, 21)),
    Measure(SAFEGUARD, _BILLETS, {EVERYWHERE: 1130}, date(2022, 3, 22), date(2023, 3, 21)),
    Measure(SAFEGUARD, ("310530", "310540", "310551"), {EVERYWHERE: 980},
            date(2018, 3, 7), date(2022, 9, 6)),
)  # fmt: skip
_GLASS = ("7005",)
# Illustrative, decided by nobody: no safeguard known to us was in force after 2023-03-21. It falls
# by steps, as the Law on Foreign Trade Management asks for. Empty it for decided cases only.
ILLUSTRATIVE = (
    Measure(SAFEGUARD, _GLASS, {EVERYWHERE: 1200}, date(2023, 6, 1), date(2024, 5, 31)),
    Measure(SAFEGUARD, _GLASS, {EVERYWHERE: 1000}, date(2024, 6, 1), date(2025, 5, 31)),
    Measure(SAFEGUARD, _GLASS, {EVERYWHERE: 800}, date(2025, 6, 1), date(2026, 5, 31)),
    Measure(SAFEGUARD, _GLASS, {EVERYWHERE: 600}, date(2026, 6, 1), date(2027, 5, 31)),
)
MEASURES = (*_DECIDED, *ILLUSTRATIVE)


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
