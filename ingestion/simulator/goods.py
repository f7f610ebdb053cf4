"""Tariff lines with their duties, prices and units, and the places goods come from and go to.

The three CSV files beside this module are our own writing on real HS 2022 six-digit codes, country
codes and office codes; prices, masses, weights and rates are typical figures, not a tariff.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np

from ingestion.simulator.arrays import Bools, Floats, Ints
from ingestion.simulator.calendar import to_day

MFN_SCHEDULE = "B01"
UNTAXED_SCHEDULE = "B30"
COUNT_UNITS = ("PCE", "SET", "PR")
MASS_UNITS = ("KGM", "TNE")
# One line in eleven falls by two points on this day: a tariff change inside the period.
MFN_CUT_DAY = to_day(date(2025, 7, 1))
_MFN_CUT_BP = 200
_PREFERENCE_BASE_YEAR = 2024
_EXCISE_BP = {
    "220300": 6500, "220421": 3500, "220830": 6500, "870323": 4000, "870332": 4500, "870380": 1500,
    "870421": 1500, "240120": 0,
}  # fmt: skip
_EXPORT_DUTY_BP = {"270119": 1000, "720449": 1500, "440711": 500, "252329": 500, "400110": 100}
_LEAST_GAP_BP = 300


@dataclass(frozen=True, slots=True)
class Lines:
    """Tariff lines of eight digits, one position each.

    Attributes:
        codes: Eight digits; names_vi, names_en, units beside them.
        hs4, hs2: Heading and chapter as numbers.
        kg_per_unit: Mass of one statistical unit, kg.
        log_price: ln of USD per kg at the level of an average origin.
        mfn_bp, vat_bp, excise_bp, export_bp: Rates in hundredths of a percent.
        import_weight, export_weight: Shares of trade, not normalised.
        is_managed: Under specialised inspection.
        sibling: A cheaper-duty line of the same heading or chapter; -1 where there is none.
    """

    codes: list[str]
    names_vi: list[str]
    names_en: list[str]
    units: list[str]
    hs4: Ints
    hs2: Ints
    kg_per_unit: Floats
    log_price: Floats
    mfn_bp: Ints
    vat_bp: Ints
    excise_bp: Ints
    export_bp: Ints
    import_weight: Floats
    export_weight: Floats
    is_managed: Bools
    sibling: Ints

    def mfn_on(self, line: Ints, day: Ints) -> Ints:
        """Return the MFN rate (hundredths of a percent) of each line on its day."""
        is_cut = (line % 11 == 0) & (day >= MFN_CUT_DAY) & (self.mfn_bp[line] >= _LEAST_GAP_BP)
        return self.mfn_bp[line] - np.where(is_cut, _MFN_CUT_BP, 0)

    def preference_on(self, line: Ints, step_pct: Ints, year: Ints) -> Ints:
        """Return the preferential rate: 0 for two lines in three, else a step that falls yearly."""
        step = np.maximum(step_pct - (year - _PREFERENCE_BASE_YEAR), 0) * 100
        return np.where(line % 3 == 0, np.minimum(step, self.mfn_bp[line]), 0)


@dataclass(frozen=True, slots=True)
class Countries:
    """Trading partners, one position each; `schedules` is empty text where no agreement holds."""

    codes: list[str]
    schedules: list[str]
    forms: list[str]
    ports: list[str]
    currency: list[str]
    import_weight: Floats
    export_weight: Floats
    log_price: Floats
    step_pct: Ints
    has_agreement: Bools


@dataclass(frozen=True, slots=True)
class Offices:
    """Customs offices that register declarations, one position each."""

    codes: list[str]
    names: list[str]
    departments: list[str]
    regions: list[str]
    roles: list[str]
    weight: Floats
    transport: Ints


def _rows(name: str) -> list[dict[str, str]]:
    text = files("ingestion.simulator").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _floats(rows: list[dict[str, str]], column: str) -> Floats:
    return np.array([float(row[column]) for row in rows])


def _lines_of(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return eight-digit rows: each third code is cut into 10 (cheaper, lower duty) and 90."""
    result = []
    for position, row in enumerate(rows):
        if position % 3:
            result.append(row | {"code": row["hs6"] + "00"})
            continue
        low = str(round(float(row["mfn_pct"]) * 0.4))
        price = str(float(row["usd_per_kg"]) * 0.88)
        half = {"import_weight": str(float(row["import_weight"]) / 2)}
        half |= {"export_weight": str(float(row["export_weight"]) / 2)}
        note = {"name_vi": row["name_vi"] + ", loại 1", "name_en": row["name_en"] + ", type 1"}
        result.append(
            row | half | note | {"code": row["hs6"] + "10", "mfn_pct": low, "usd_per_kg": price}
        )
        result.append(row | half | {"code": row["hs6"] + "90"})
    return result


def _siblings(hs4: Ints, hs2: Ints, mfn_bp: Ints, log_price: Floats) -> Ints:
    """Return for each line the lower-duty line nearest in price, in its heading if possible."""
    result = np.full(len(hs4), -1, dtype=np.int64)
    for line in range(len(hs4)):
        lower = mfn_bp <= mfn_bp[line] - _LEAST_GAP_BP
        for group in (hs4 == hs4[line], hs2 == hs2[line]):
            candidates = np.flatnonzero(lower & group)
            if len(candidates):
                distance = np.abs(log_price[candidates] - log_price[line])
                result[line] = candidates[np.argmin(distance)]
                break
    return result


@cache
def load_lines() -> Lines:
    """Return the tariff lines, sorted by code."""
    rows = sorted(_lines_of(_rows("goods.csv")), key=lambda row: row["code"])
    codes = [row["code"] for row in rows]
    hs4 = np.array([int(code[:4]) for code in codes], dtype=np.int64)
    mfn_bp = np.rint(_floats(rows, "mfn_pct") * 100).astype(np.int64)
    log_price = np.log(_floats(rows, "usd_per_kg"))
    return Lines(
        codes=codes,
        names_vi=[row["name_vi"] for row in rows],
        names_en=[row["name_en"] for row in rows],
        units=[row["unit"] for row in rows],
        hs4=hs4,
        hs2=hs4 // 100,
        kg_per_unit=_floats(rows, "kg_per_unit"),
        log_price=log_price,
        mfn_bp=mfn_bp,
        vat_bp=np.rint(_floats(rows, "vat_pct") * 100).astype(np.int64),
        excise_bp=np.array([_EXCISE_BP.get(row["hs6"], 0) for row in rows], dtype=np.int64),
        export_bp=np.array([_EXPORT_DUTY_BP.get(row["hs6"], 0) for row in rows], dtype=np.int64),
        import_weight=_floats(rows, "import_weight"),
        export_weight=_floats(rows, "export_weight"),
        is_managed=np.array([row["managed"] == "1" for row in rows]),
        sibling=_siblings(hs4, hs4 // 100, mfn_bp, log_price),
    )


@cache
def load_countries() -> Countries:
    """Return the trading partners."""
    rows = _rows("countries.csv")
    return Countries(
        codes=[row["code"] for row in rows],
        schedules=[row["schedule"] for row in rows],
        forms=[row["form"] for row in rows],
        ports=[row["port"] for row in rows],
        currency=[row["currency"] for row in rows],
        import_weight=_floats(rows, "import_weight"),
        export_weight=_floats(rows, "export_weight"),
        log_price=np.log(_floats(rows, "price_factor")),
        step_pct=_floats(rows, "step_pct").astype(np.int64),
        has_agreement=np.array([bool(row["schedule"]) for row in rows]),
    )


@cache
def load_offices() -> Offices:
    """Return the customs offices."""
    rows = _rows("offices.csv")
    return Offices(
        codes=[row["code"] for row in rows],
        names=[row["name"] for row in rows],
        departments=[row["department"] for row in rows],
        regions=[row["region"] for row in rows],
        roles=[row["role"] for row in rows],
        weight=_floats(rows, "weight") ** 1.25,
        transport=_floats(rows, "transport").astype(np.int64),
    )
