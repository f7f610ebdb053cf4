"""The tariff's vectorised lookups against the rows it writes, read by plain Python."""

import datetime as dt
from collections import defaultdict
from functools import cache

import numpy as np
import pyarrow.compute as pc
import pytest

from simulator.reference.agreements import (
    AGREEMENTS,
    FORMS,
    MFN,
    ORDINARY,
    PROCESSING,
    SCHEDULES,
    UNTAXED,
)
from simulator.reference.calendar import to_date, to_day
from simulator.reference.exchange import CURRENCIES
from simulator.reference.files import reference_tables
from simulator.reference.goods import UNITS
from simulator.reference.rate_text import rate_text
from simulator.reference.timeline import timeline
from tests.unit.simulator.plain import load_reference

FIRST, LAST = to_day(dt.date(2018, 1, 1)), to_day(dt.date(2035, 12, 31))
REFERENCE = load_reference(7, FIRST, LAST)
GOODS, COUNTRIES, TARIFF = REFERENCE.goods, REFERENCE.countries, REFERENCE.tariff
COUNT = 6000


@cache
def tables():
    return reference_tables(REFERENCE, FIRST, LAST)


@cache
def listed(name):
    """Rows of a table by schedule, group, line, country and producer, with days and rate."""
    found = defaultdict(list)
    for row in tables()[name].to_pylist():
        key = (
            row.get("MA_BIEU_THUE"),
            row.get("MA_NHOM_NUOC"),
            row["MA_HS"],
            row.get("MA_NUOC_XX"),
            row.get("NHA_SX"),
        )
        found[key].append((row["TU_NGAY"], row["DEN_NGAY"] or "9999-12-31", row))
    return found


def rate_on(name, day, line, schedule=None, group=None, country=None, producer=None):
    """The row that holds on a day, found by text; None where there is none."""
    text = to_date(int(day)).isoformat()
    key = (schedule, group, GOODS.codes[line], country, producer)
    rows = [row for since, until, row in listed(name)[key] if since <= text <= until]
    assert len(rows) <= 1, rows
    return rows[0]["THUE_SUAT"] if rows else None


def agreement_of(schedule, origin, day):
    """The agreement that gives an origin a right to a schedule on a day."""
    code, country = SCHEDULES[schedule], COUNTRIES.codes[origin]
    for agreement in AGREEMENTS:
        member = agreement.members.get(country)
        if agreement.code == code and member and to_day(member) <= day:
            return agreement
    return None


def expected_import(line, schedule, origin, day):
    if schedule in {UNTAXED, PROCESSING}:
        return "0%"
    if schedule in {MFN, ORDINARY}:
        return rate_on("bieuthue", day, line, SCHEDULES[schedule])
    agreement = agreement_of(schedule, origin, day)
    if agreement:
        rate = rate_on("bieuthue", day, line, agreement.code, agreement.group)
        if rate is not None:
            return rate
    return rate_on("bieuthue", day, line, "B01")


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(3)
    return {
        "line": rng.integers(0, len(GOODS), COUNT),
        "origin": rng.integers(0, len(COUNTRIES.codes), COUNT),
        "schedule": rng.integers(0, len(SCHEDULES), COUNT),
        "day": rng.integers(FIRST, LAST + 1, COUNT),
    }


def lines(prefix):
    return [place for place, code in enumerate(GOODS.codes) if code.startswith(prefix)]


def at(year, month, day, count=1):
    return np.full(count, to_day(dt.date(year, month, day)))


def has_right(line, schedule, origin, day):
    return TARIFF.effective(TARIFF.cell(line, day), schedule, origin, day) == schedule


def specific(line, schedule, day):
    return TARIFF.specific_at(TARIFF.cell(line, day), schedule)


def test_import_duty_is_what_the_rows_say(drawn):
    line, schedule, origin, day = (drawn[name] for name in ("line", "schedule", "origin", "day"))
    right = has_right(line, schedule, origin, day)
    applied = np.where(right, schedule, MFN)
    bp = TARIFF.import_bp(line, schedule, origin, day)
    amount, currency = specific(line, applied, day)
    for place in range(COUNT):
        one = (line[place], schedule[place], origin[place], day[place])
        unit = GOODS.unit1[line[place]]
        text = rate_text(int(bp[place]), int(amount[place]), int(currency[place]), int(unit))
        assert text == expected_import(*one), one


def test_every_change_day_of_the_rows_is_a_change_day_of_the_lookup():
    # The edges of each row are where an off-by-one would hide: first day, last day, the day after.
    rows = [row for row in tables()["bieuthue"].to_pylist() if row["MA_BIEU_THUE"] == "B01"]
    position = {code: place for place, code in enumerate(GOODS.codes)}
    for row in rows:
        line = np.array([position[row["MA_HS"]]])
        until = dt.date.fromisoformat(row["DEN_NGAY"] or "2035-12-31")
        for text in (row["TU_NGAY"], until.isoformat()):
            day = np.array([to_day(dt.date.fromisoformat(text))])
            bp = int(TARIFF.import_bp(line, np.array([MFN]), np.array([0]), day)[0])
            amount, currency = specific(line, np.array([MFN]), day)
            unit = int(GOODS.unit1[line[0]])
            assert row["THUE_SUAT"] == rate_text(bp, int(amount[0]), int(currency[0]), unit)


@pytest.mark.parametrize(
    ("name", "grid"),
    [("vat", "vat"), ("ttdb", "excise"), ("bvmt", "environment")],
)
def test_other_taxes_are_what_the_rows_say(drawn, name, grid):
    bearing = sorted({GOODS.codes.index(key[2]) for key in listed(name)})
    line = np.array(bearing)[drawn["line"] % len(bearing)]
    rates = getattr(TARIFF, grid)[TARIFF.cell(line, drawn["day"])]
    for place in range(COUNT):
        rate, unit = int(rates[place]), int(GOODS.unit1[line[place]])
        text = rate_text(rate)
        if name == "bvmt":
            text = rate_text(0, rate * 100, CURRENCIES.index("VND"), unit)
        found = rate_on(name, drawn["day"][place], line[place])
        assert text == found if found else rate == 0


def test_export_duty_stands_under_a_schedule_of_its_own(drawn):
    rates = TARIFF.export[TARIFF.cell(drawn["line"], drawn["day"])]
    assert (rates > 0).any()
    for line, day, rate in zip(drawn["line"], drawn["day"], rates, strict=True):
        found = rate_on("bieuthue", day, line, "XK")
        assert (found or "0%") == rate_text(int(rate))


def test_trade_defence_is_what_the_rows_say_and_there_is_one_at_a_time(drawn):
    bearing = sorted({GOODS.codes.index(key[2]) for key in listed("pvtm")})
    line = np.array(bearing)[drawn["line"] % len(bearing)]
    day = drawn["day"] % (to_day(dt.date(2027, 1, 1)) - FIRST) + FIRST
    kinds, rates = TARIFF.defence_at(TARIFF.cell(line, day), drawn["origin"])
    seen = set()
    for place in range(COUNT):
        country = COUNTRIES.codes[drawn["origin"][place]]
        found = [
            rate_on("pvtm", day[place], line[place], country=wanted) for wanted in (country, None)
        ]
        texts = [text for text in found if text]
        assert texts == ([rate_text(int(rates[place]))] if kinds[place] >= 0 else [])
        seen.add(int(kinds[place]))
    assert seen == {-1, 0, 1, 2}


def test_best_preference_is_the_lowest_rate_under_mfn_by_trying_all(drawn):
    line, origin, day = drawn["line"], drawn["origin"], drawn["day"]
    best = TARIFF.best_preference(line, origin, day)
    offered = np.full((len(SCHEDULES), COUNT), 10**6)
    for schedule in range(len(SCHEDULES)):
        if SCHEDULES[schedule] in FORMS:
            chosen = np.full(COUNT, schedule)
            right = has_right(line, chosen, origin, day)
            rates = TARIFF.import_bp(line, chosen, origin, day)
            offered[schedule] = np.where(right, rates, 10**6)
    mfn = TARIFF.import_bp(line, np.full(COUNT, MFN), origin, day)
    amount, _ = specific(line, np.full(COUNT, MFN), day)
    lowest = offered.min(axis=0)
    by_value = amount == 0
    has = best >= 0
    assert (has == (lowest < mfn))[by_value].all()
    assert (offered[best[has], np.flatnonzero(has)] == lowest[has]).all()
    assert 0.2 < has.mean() < 0.9


def test_lower_vat_begins_and_ends_on_its_days_and_leaves_listed_goods_out():
    shirts, phones, steel = lines("6109")[0], lines("8517")[0], lines("7208")[0]
    petrol, beer = lines("271012")[0], lines("2203")[0]
    days = [(2023, 6, 30), (2023, 7, 1), (2025, 6, 30), (2025, 7, 1), (2026, 12, 31), (2027, 1, 1)]
    expected = {
        shirts: [1000, 800, 800, 800, 800, 1000],
        phones: [1000, 1000, 1000, 800, 800, 1000],
        steel: [1000] * 6,
        beer: [1000] * 6,
        petrol: [1000, 1000, 1000, 800, 800, 1000],
    }
    for line, rates in expected.items():
        found = [int(TARIFF.vat_bp(np.array([line]), at(*day))[0]) for day in days]
        assert found == rates, GOODS.codes[line]


def test_the_lists_of_the_lower_vat_say_the_same_as_the_rates(drawn):
    rows = tables()["giamvat"].to_pylist()
    found = TARIFF.vat_bp(drawn["line"], drawn["day"])
    full = TARIFF.vat_bp(drawn["line"], at(2018, 1, 1, COUNT))
    for line, day, rate, base in zip(drawn["line"], drawn["day"], found, full, strict=True):
        text, code = to_date(int(day)).isoformat(), GOODS.codes[line]
        lists = [row for row in rows if row["TU_NGAY"] <= text <= row["DEN_NGAY"]]
        named = {row["LOAI"] for row in lists if code.startswith(row["MA_HS"])}
        is_out = "TRU" in named and "GOM" not in named
        assert rate == (800 if lists and base == 1000 and not is_out else base)


def test_ordinary_is_half_more_than_mfn_and_listed_where_mfn_is_nothing(drawn):
    line, day, origin = drawn["line"], drawn["day"], drawn["origin"]
    mfn = TARIFF.import_bp(line, np.full(COUNT, MFN), origin, day)
    ordinary = TARIFF.import_bp(line, np.full(COUNT, ORDINARY), origin, day)
    amount, _ = specific(line, np.full(COUNT, MFN), day)
    assert (ordinary[mfn > 0] == (mfn[mfn > 0] * 3 + 1) // 2).all()
    free = (mfn == 0) & (amount == 0)
    assert set(ordinary[free].tolist()) == {0, 500}


def test_a_member_has_no_right_before_it_joined():
    britain = np.array([COUNTRIES.position("GB")])
    schedule = np.array([SCHEDULES.index("B21")])
    line = np.array([next(
        place for place in range(len(GOODS))
        if has_right(np.array([place]), schedule, britain, at(2025, 1, 1))[0]
    )])  # fmt: skip
    assert not has_right(line, schedule, britain, at(2024, 12, 14))[0]
    assert has_right(line, schedule, britain, at(2024, 12, 15))[0]


def test_rates_of_agreements_never_rise_and_step_at_the_turn_of_the_year():
    for number, agreement in enumerate(AGREEMENTS):
        grid = TARIFF.rates[2 + number].reshape(len(GOODS), -1)
        both = (grid[:, 1:] >= 0) & (grid[:, :-1] >= 0)
        change = np.where(both, grid[:, 1:] - grid[:, :-1], 0)
        assert (change <= 0).all(), agreement.code
        falling = TARIFF.time.starts[1:][(change < 0).any(axis=0)]
        months = {(to_date(day).month, to_date(day).day) for day in falling.tolist()}
        assert months <= {(agreement.month, 1)}, agreement.code


def test_every_rate_is_a_whole_number_of_units_known_to_the_reader():
    for name in ("bieuthue", "vat", "ttdb", "bvmt", "pvtm"):
        texts = pc.unique(tables()[name]["THUE_SUAT"]).to_pylist()
        for text in texts:
            for part in text.split("+"):
                if not part.endswith("%"):
                    amount, each = part.split(" ")
                    currency, unit = each.split("/")
                    assert float(amount) > 0
                    assert (currency in CURRENCIES, unit in UNITS) == (True, True)


def test_a_timeline_refuses_a_change_it_was_not_cut_at():
    with pytest.raises(ValueError, match="no change day"):
        timeline([dt.date(2020, 1, 1)]).since(dt.date(2020, 1, 2))


def test_keys_of_the_rate_rows_are_unique():
    for name in ("bieuthue", "vat", "ttdb", "bvmt", "pvtm"):
        rows = tables()[name].to_pylist()
        keys = {(*(row.get(column) for column in (
            "MA_BIEU_THUE", "MA_NHOM_NUOC", "MA_HS", "MA_NUOC_XX", "NHA_SX", "LOAI", "TU_NGAY"
        )),) for row in rows}  # fmt: skip
        assert len(keys) == len(rows)
