"""Trade defence: real cases by their decisions, and the one that is illustrative."""

import datetime as dt
from dataclasses import replace
from itertools import combinations

import numpy as np

from simulator.reference.assessment import Taxed, assess
from simulator.reference.calendar import to_day
from simulator.reference.trade_defence import MEASURES
from tests.unit.simulator.plain import load_reference

REFERENCE = load_reference(1, to_day(dt.date(2024, 1, 1)), to_day(dt.date(2024, 1, 2)))
GOODS, COUNTRIES, TARIFF = REFERENCE.goods, REFERENCE.countries, REFERENCE.tariff


def _defence_of(prefix, country, *days):
    count = len(days)
    first = next(place for place, code in enumerate(GOODS.codes) if code.startswith(prefix))
    line, origin = np.full(count, first), np.full(count, COUNTRIES.codes.index(country))
    cell = TARIFF.cell(line, np.array([to_day(day) for day in days]))
    kinds, rates = TARIFF.defence_at(cell, origin)
    return list(zip(kinds.tolist(), rates.tolist(), strict=True))


def test_a_safeguard_falls_by_steps_inside_the_years_simulated():
    begins = [dt.date(year, 6, 1) for year in range(2023, 2028)]
    told = _defence_of("7005", "CN", dt.date(2023, 5, 31), *begins)
    assert told == [(-1, 0), (0, 1200), (0, 1000), (0, 800), (0, 600), (-1, 0)]


def test_sugar_bears_what_the_decisions_on_dumping_and_subsidies_say():
    days = dt.date(2021, 6, 15), dt.date(2022, 8, 9), dt.date(2026, 6, 15), dt.date(2026, 6, 16)
    assert _defence_of("1701", "TH", *days) == [(-1, 0), (1, 4299), (1, 4299), (-1, 0)]
    assert _defence_of("1701", "LA", *days) == [(-1, 0), (2, 465), (2, 465), (-1, 0)]


def test_billets_and_bars_bear_safeguards_of_their_own():
    day = dt.date(2023, 3, 21)
    assert _defence_of("7207", "CN", day) == [(0, 1130)]
    assert _defence_of("7213", "CN", day) == [(0, 640)]


def test_no_two_trade_defence_measures_meet_on_a_line_and_country():
    for one, other in combinations(MEASURES, 2):
        if one.since <= other.until and other.since <= one.until:
            alike = {code for code in GOODS.codes if code.startswith(one.prefixes)}
            alike &= {code for code in GOODS.codes if code.startswith(other.prefixes)}
            countries = set(one.rates) & set(other.rates)
            either = "" in one.rates or "" in other.rates
            assert not alike or not (countries or either), (one, other)


def test_a_listed_producer_bears_its_own_rate_and_all_others_that_of_the_country():
    line = np.full(3, next(i for i, code in enumerate(GOODS.codes) if code.startswith("7604")))
    origin = np.full(3, COUNTRIES.codes.index("CN"))
    day = np.full(3, to_day(dt.date(2024, 5, 1)))
    zero = np.zeros(3, dtype=np.int64)
    value, no = zero + 1_000_000, np.zeros(3, dtype=bool)
    taxed = Taxed(line, origin, zero, zero, day, value, zero + 100, no, np.arange(3))
    told = assess(TARIFF, REFERENCE.rates, taxed).defence.bp
    assert told.tolist() == [494, 1438, 2900]
    unsaid = replace(taxed, made_by=None)
    assert assess(TARIFF, REFERENCE.rates, unsaid).defence.bp.tolist() == [2900] * 3
