"""Duties against an independent computation: the reference rows, Decimal, one item at a time."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

import numpy as np
import pytest

from simulator.reference.agreements import (
    AGREEMENTS,
    MFN,
    ORDINARY,
    PROCESSING,
    SCHEDULES,
    UNTAXED,
)
from simulator.reference.assessment import Taxed, assess
from simulator.reference.calendar import to_date, to_day
from simulator.reference.exchange import CURRENCIES
from simulator.reference.files import reference_tables
from simulator.reference.goods import UNITS
from simulator.reference.rate_text import rate_texts
from simulator.reference.regimes import EXPORT, IMPORT, position
from simulator.reference.tax_letters import VAT, item_amounts, split_evaded
from tests.unit.simulator.plain import load_reference

FIRST, LAST = to_day(dt.date(2023, 1, 1)), to_day(dt.date(2027, 12, 31))
REFERENCE = load_reference(11, FIRST, LAST)
GOODS, COUNTRIES, TARIFF = REFERENCE.goods, REFERENCE.countries, REFERENCE.tariff
COUNT = 8000
ONE = Decimal(1)


class Books:
    """The reference files, as one who has only them would hold them."""

    def __init__(self, tables):
        self.rows = {}
        for name in ("bieuthue", "vat", "ttdb", "bvmt", "pvtm"):
            found = self.rows[name] = defaultdict(list)
            for row in tables[name].to_pylist():
                key = (row.get("MA_BIEU_THUE"), row.get("MA_NHOM_NUOC"), row["MA_HS"])
                found[*key, row.get("MA_NUOC_XX"), row.get("NHA_SX")].append(row)
        self.makers = defaultdict(list)
        for row in tables["pvtm"].to_pylist():
            if row["NHA_SX"]:
                self.makers[row["MA_HS"], row["MA_NUOC_XX"]].append(row)
        self.money = {
            (row["TU_NGAY"], row["MA_NT"]): Decimal(row["VND"])
            for row in tables["tygia"].to_pylist()
        }

    def maker(self, day, code, country, which):
        """The name of the first, second … producer that is listed that day."""
        text = day.isoformat()
        rows = [
            row for row in self.makers[code, country] if row["TU_NGAY"] <= text <= row["DEN_NGAY"]
        ]
        return rows[which]["NHA_SX"] if which < len(rows) else None

    def row(self, name, day, code, schedule=None, group=None, country=None, maker=None):
        text = day.isoformat()
        for row in self.rows[name][schedule, group, code, country, maker]:
            if row["TU_NGAY"] <= text <= (row["DEN_NGAY"] or "9999-12-31"):
                return row
        return None

    def vnd(self, currency, day):
        monday = day - dt.timedelta(days=day.weekday())
        return ONE if currency == "VND" else self.money[monday.isoformat(), currency]

    def tax(self, rate, value, quantity, day):
        """A rate as text applied to value and quantity, rounded half up."""
        exact = Decimal(0)
        for part in rate.split("+"):
            if part.endswith("%"):
                exact += value * Decimal(part[:-1]) / 100
            else:
                amount, each = part.split(" ")
                exact += quantity * Decimal(amount) * self.vnd(each.split("/")[0], day)
        return exact.quantize(ONE, ROUND_HALF_UP)

    def import_rate(self, item, day):
        schedule = SCHEDULES[item["schedule"]]
        if schedule in {"B30", "B61"}:
            return "0%"
        for agreement in AGREEMENTS:
            joined = agreement.members.get(item["country"])
            if agreement.code == schedule and joined and joined <= day:
                row = self.row("bieuthue", day, item["code"], schedule, agreement.group)
                if row:
                    return row["THUE_SUAT"]
        schedule = schedule if schedule == "B03" else "B01"
        return self.row("bieuthue", day, item["code"], schedule)["THUE_SUAT"]

    def duties(self, item):
        """Import: N, defence, T, M, V; export: X."""
        day, code = to_date(item["day"]), item["code"]
        value, quantity = Decimal(item["value"]), Decimal(item["quantity_e2"]) / 100
        if item["direction"] == EXPORT:
            row = self.row("bieuthue", day, code, "XK")
            return {"X": self.tax(row["THUE_SUAT"], value, quantity, day)} if row else {}
        taxes = {"N": self.tax(self.import_rate(item, day), value, quantity, day)}
        is_free = SCHEDULES[item["schedule"]] in {"B30", "B61"}
        if not is_free:
            for country in (item["country"], None):
                maker = self.maker(day, code, country, item["made_by"])
                row = self.row("pvtm", day, code, country=country, maker=maker)
                if row:
                    tax = self.tax(row["THUE_SUAT"], value, quantity, day)
                    taxes[row["LOAI"]] = tax
            base = value + sum(taxes.values())
            for name, letter in (("ttdb", "T"), ("bvmt", "M")):
                row = self.row(name, day, code)
                if row:
                    taxes[letter] = self.tax(row["THUE_SUAT"], base, quantity, day)
        if not item["is_vat_free"]:
            rate = self.row("vat", day, code)["THUE_SUAT"]
            base = value + sum(taxes.values())
            taxes["V"] = self.tax(rate, base, quantity, day)
        return taxes


@pytest.fixture(scope="module")
def taxed():
    """Items of every kind; half of the lines bear something that is rare."""
    rng = np.random.default_rng(5)
    cells = len(TARIFF.time)
    grids = (TARIFF.excise, TARIFF.export, TARIFF.environment, TARIFF.amounts_e4[0])
    rare = np.unique(np.concatenate([np.flatnonzero(grid) // cells for grid in grids]))
    rare = np.union1d(rare, np.nonzero(TARIFF.defence_rates)[1] // cells)
    line = np.where(
        rng.random(COUNT) < 0.5, rng.choice(rare, COUNT), rng.integers(0, len(GOODS), COUNT)
    )
    origin = rng.integers(0, len(COUNTRIES.codes), COUNT)
    day = rng.integers(FIRST, LAST + 1, COUNT)
    best = TARIFF.best_preference(line, origin, day)
    other = rng.choice([MFN, ORDINARY, UNTAXED, PROCESSING, *range(2, 8)], COUNT)
    schedule = np.where((best >= 0) & (rng.random(COUNT) < 0.6), best, other)
    return Taxed(
        line=line,
        origin=origin,
        schedule=schedule,
        direction=(rng.random(COUNT) < 0.2).astype(np.int64),
        day=day,
        customs_value_vnd=np.exp(rng.uniform(5, 30, COUNT)).astype(np.int64),
        quantity_e2=np.exp(rng.uniform(0, 22, COUNT)).astype(np.int64),
        is_vat_free=rng.random(COUNT) < 0.05,
        made_by=rng.integers(0, 3, COUNT),
    )


def item_of(taxed, place):
    return {
        "made_by": int(taxed.made_by[place]),
        "code": GOODS.codes[taxed.line[place]],
        "country": COUNTRIES.codes[taxed.origin[place]],
        "schedule": int(taxed.schedule[place]),
        "direction": int(taxed.direction[place]),
        "day": int(taxed.day[place]),
        "value": int(taxed.customs_value_vnd[place]),
        "quantity_e2": int(taxed.quantity_e2[place]),
        "is_vat_free": bool(taxed.is_vat_free[place]),
    }


def test_every_duty_equals_the_computation_from_the_files_alone(taxed):
    books = Books(reference_tables(REFERENCE, FIRST, LAST))
    duties = assess(TARIFF, REFERENCE.rates, taxed)
    total = duties.total()
    seen = set()
    for place in range(COUNT):
        item = item_of(taxed, place)
        expected = {letter: int(tax) for letter, tax in books.duties(item).items()}
        letters = (
            "N" if item["direction"] == IMPORT else "X",
            "BGC"[duties.defence_kind[place]],
            "T",
            "M",
            "V",
        )
        found = {
            letter: int(levy.amount_vnd[place])
            for letter, levy in zip(letters, duties.levies(), strict=True)
            if levy.applies[place]
        }
        assert found == expected, item
        assert total[place] == sum(expected.values())
        seen |= {letter for letter, tax in found.items() if tax}
    assert seen == set("NXBGCTMV")


def test_a_levy_that_does_not_apply_is_nothing(taxed):
    duties = assess(TARIFF, REFERENCE.rates, taxed)
    for levy in duties.levies():
        for column in (levy.bp, levy.base_vnd, levy.base_quantity_e2, levy.amount_vnd):
            assert not column[~levy.applies].any()
    assert (duties.vat.base_vnd >= taxed.customs_value_vnd)[duties.vat.applies].all()


def texts_of(levy, unit):
    return rate_texts(levy.bp, levy.amount_per_unit_e4, levy.currency, unit).to_pylist()


def test_rates_as_text_give_the_amounts_back(taxed):
    duties = assess(TARIFF, REFERENCE.rates, taxed)
    unit = GOODS.unit1[taxed.line]
    texts = texts_of(duties.duty, unit)
    assert any("+" in text for text in texts)
    assert any(text.endswith("USD/TNE") and "%" not in text for text in texts)
    for place in np.flatnonzero(duties.duty.amount_per_unit_e4 > 0).tolist():
        assert texts[place].endswith("/" + UNITS[unit[place]])
    for place in np.flatnonzero(duties.duty.amount_per_unit_e4 == 0).tolist():
        assert Decimal(texts[place][:-1]) * 100 == int(duties.duty.bp[place])
    assert {text.split("/")[0].split(" ")[-1] for text in texts_of(
        duties.environment, unit) if " " in text} == {"VND"}  # fmt: skip


def one_line_tariff(duty, amount_e4, anti_dumping_bp, inner):
    """A tariff of one line in which every rate holds for ever."""
    like = {name: np.zeros_like(getattr(TARIFF, name)[..., : len(TARIFF.time)]) for name in (
        "rates", "amounts_e4", "currencies", "vat", "excise", "export", "environment",
        "defence_kinds", "defence_rates", "best")}  # fmt: skip
    like["rates"][0], like["amounts_e4"][0] = duty, amount_e4
    like["defence_kinds"][:], like["defence_rates"][:] = 1, anti_dumping_bp
    like["excise"][:], like["environment"][:], like["vat"][:] = inner
    return replace(TARIFF, **like)


def single(value, quantity_e2):
    no = np.array([False])
    zero = np.zeros(1, dtype=np.int64)
    day = np.array([to_day(dt.date(2024, 5, 6))])
    return Taxed(zero, zero, zero, zero, day, np.array([value]), np.array([quantity_e2]), no)


def test_the_worked_example_of_a_text_book():
    # 35,680 USD, 20 units: duty 30 % + 50 USD a unit, anti-dumping 12 %, excise 35 %, environment
    # 100,000 VND a unit, VAT 10 %; in dollars 11,704, 4,281.6 and 18,082.96 before the last two.
    tariff = one_line_tariff(3000, 500_000, 1200, (3500, 10_000_000, 1000))
    taxed = single(35_680 * 25_000, 2000)
    rates = replace(REFERENCE.rates, centi_vnd=np.full_like(REFERENCE.rates.centi_vnd, 2_500_000))
    duties = assess(tariff, rates, taxed)
    amounts = [int(levy.amount_vnd[0]) for levy in duties.levies()]
    assert amounts[:4] == [11_704 * 25_000, 107_040_000, 452_074_000, 2_000_000]
    assert int(duties.vat.base_vnd[0]) == 892_000_000 + sum(amounts[:4])
    assert amounts[4] == 174_571_400


@pytest.mark.parametrize("value", [1, 9_999, 10**15 + 7, 123_456_789_012_345])
@pytest.mark.parametrize("quantity_e2", [1, 99_999, 10**11 - 1])
@pytest.mark.parametrize("amount_e4", [1, 33_333, 100_000_000])
def test_large_amounts_do_not_overflow(value, quantity_e2, amount_e4):
    tariff = one_line_tariff(1333, amount_e4, 777, (6500, 987_654_321, 1000))
    taxed = single(value, quantity_e2)
    duties = assess(tariff, REFERENCE.rates, taxed)
    rate = int(REFERENCE.rates.on(taxed.day, np.array([CURRENCIES.index("USD")]))[0])
    exact = Decimal(value) * 1333 / 10**4 + Decimal(quantity_e2 * amount_e4 * rate) / 10**8
    assert int(duties.duty.amount_vnd[0]) == int((exact + Decimal("0.5")).to_integral(ROUND_FLOOR))
    environment = (quantity_e2 * 987_654_321 + 5000) // 10_000
    assert int(duties.environment.amount_vnd[0]) == environment


def split(true, told, regime, evaded):
    law = TARIFF, REFERENCE.rates
    return split_evaded(law, true, told, np.full(COUNT, position(regime)), evaded)


def test_what_papers_show_is_shared_by_the_taxes_that_differ(taxed):
    told = replace(taxed, customs_value_vnd=taxed.customs_value_vnd // 2)
    due, paid = (
        item_amounts(assess(TARIFF, REFERENCE.rates, goods), goods.direction == IMPORT)
        for goods in (taxed, told)
    )
    more = due - paid
    evaded = more.sum(axis=1)
    assert np.array_equal(split(taxed, told, "A11", evaded), more * (evaded > 0)[:, None])
    twice = split(taxed, told, "A11", 2 * evaded)
    assert np.array_equal(twice.sum(axis=1), 2 * evaded)
    assert not twice[(more == 0) & (evaded > 0)[:, None]].any()
    assert not np.delete(split(taxed, told, "E31", evaded), VAT, axis=1)[more[:, VAT] > 0].any()


def test_what_no_paper_shows_is_shared_by_full_taxation(taxed):
    evaded = np.full(COUNT, 10**9)
    parts = split(taxed, taxed, "E31", evaded)
    assert (parts.sum(axis=1) == 10**9).all()
    in_full = replace(taxed, schedule=np.full(COUNT, MFN), is_vat_free=np.zeros(COUNT, dtype=bool))
    duties = assess(TARIFF, REFERENCE.rates, in_full)
    due = item_amounts(duties, taxed.direction == IMPORT)
    bears = due > due.sum(axis=1, keepdims=True) // 10**6
    assert (parts[bears] > 0).all()
    assert not parts[(due == 0) & due.any(axis=1)[:, None]].any()
