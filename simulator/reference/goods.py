"""Tariff lines: what is traded, in which unit, how heavy, how dear and under whose eyes.

`goods.csv` beside this module is our own writing: real HS 2022 six-digit codes with two digits of
our own, names in our own words, and typical figures for prices, masses, rates and shares. It is not
a tariff. The shares follow the shape published for customs items: of the six-digit codes the first
1 % hold about 21 % of the items and the first 10 % about 58 %.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.rounding import one_at_least
from simulator.reference.lists import read_list, rows_of

# UN/ECE Recommendation 20, with the three codes VNACCS uses for what is counted.
UNITS = (
    "KGM", "TNE", "PCE", "SET", "PR", "MTR", "MTK", "MTQ", "LTR", "GRM", "CTM", "MIL",
)  # fmt: skip
MASS_UNITS = ("KGM", "TNE")
COUNT_UNITS = ("PCE", "SET", "PR", "MIL")
# UN/ECE Recommendation 21: carton, pallet, bag, drum, roll, bundle, box, case, package, coil, bale,
# bulk solid, bulk liquid, vehicle, unpacked, jerrican, intermediate container.
PACKAGES = (
    "CT", "PX", "BG", "DR", "RO", "BE", "BX", "CS", "PK", "CL", "BL", "VR", "VL", "VN", "NE", "JC",
    "WA",
)  # fmt: skip
CONSUMER, FOOD, MATERIAL, COMPONENT, MACHINE, VEHICLE, FUEL, OTHER = range(8)
KINDS = ("CONSUMER", "FOOD", "MATERIAL", "COMPONENT", "MACHINE", "VEHICLE", "FUEL", "OTHER")
LICENCES = (
    "MEDICINE", "CHEMICAL", "PRECURSOR", "SCRAP", "CITES", "TOBACCO", "ALCOHOL", "QUOTA", "GOLD",
    "RADIO", "PESTICIDE", "PETROLEUM",
)  # fmt: skip
_LEAST_GAP_BP = 300
_PER_HEADING = 0.05


class GoodsAuthority(NamedTuple):
    """A body that inspects under a law other than the Customs Law.

    Attributes:
        law: Two letters for MA_LUAT_KHAC; an open list, letters of our own.
        name: The body in Vietnamese.
        days: Mean days until its answer; typical figures of our own.
    """

    law: str
    name: str
    days: float


AUTHORITIES = read_list(
    "agencies.csv", lambda row: GoodsAuthority(row["law"], row["name"], float(row["days"]))
)


@dataclass(frozen=True, slots=True)
class Goods:
    """Tariff lines of eight digits, one position each, sorted by code.

    Attributes:
        codes: Eight digits as text; `names_vi`, `names_en` are short names.
        hs6, hs4, hs2: The first digits of the code as numbers.
        unit1, unit2: Positions in UNITS; `unit2` is kilograms where `unit1` is not a mass, else -1.
        is_counted, is_mass: Whether `unit1` counts whole things, or is a mass.
        kg_per_unit: Net mass of one `unit1`, kg.
        log_price: ln of USD per `unit1`, level of an average origin at the start of 2024.
        price_sigma: Standard deviation of ln price between sellers.
        drift: Change of ln price a year.
        season_amplitude, season_phase: ln price moves by amplitude x cos(2 pi t - phase), t the
            share of the year gone.
        import_weight, export_weight: Shares of goods items; each sums to 1.
        kind: Position in KINDS.
        mfn_bp, vat_bp, excise_bp, export_bp: Base rates, hundredths of a percent.
        is_managed, agency, licence: Specialised management, by whom (position in AUTHORITIES, -1
            none), and the licence it needs (position in LICENCES, -1 none).
        sibling: A line that looks alike with an MFN rate lower by three points or more; -1 none.
        package, kg_per_package, m3_per_tonne: Position in PACKAGES, kg in one, stowage.
        reference_usd: Price on the value-risk list, USD per `unit1`; 0 for what is not on it.
        is_material, product_of, norm: Whether it is imported for processing; a line made from it
            (-1 none), and how many `unit1` of it one unit of that product takes.
    """

    codes: list[str]
    names_vi: list[str]
    names_en: list[str]
    hs6: Ints
    hs4: Ints
    hs2: Ints
    unit1: Ints
    unit2: Ints
    is_counted: Bools
    is_mass: Bools
    kg_per_unit: Floats
    log_price: Floats
    price_sigma: Floats
    drift: Floats
    season_amplitude: Floats
    season_phase: Floats
    import_weight: Floats
    export_weight: Floats
    kind: Ints
    mfn_bp: Ints
    vat_bp: Ints
    excise_bp: Ints
    export_bp: Ints
    is_managed: Bools
    agency: Ints
    licence: Ints
    sibling: Ints
    package: Ints
    kg_per_package: Floats
    m3_per_tonne: Floats
    reference_usd: Floats
    is_material: Bools
    product_of: Ints
    norm: Floats

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.codes)


class _Table:
    """The CSV by column."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self._rows = rows

    def texts(self, column: str) -> list[str]:
        return [row[column] for row in self._rows]

    def floats(self, column: str) -> Floats:
        return np.array([float(text or 0) for text in self.texts(column)])

    def basis_points(self, column: str) -> Ints:
        return np.rint(self.floats(column) * 100).astype(np.int64)

    def positions(self, column: str, names: tuple[str, ...]) -> Ints:
        """Return the position of each text in `names`, -1 where the field is empty."""
        place = {name: position for position, name in enumerate(names)} | {"": -1}
        return np.array([place[text] for text in self.texts(column)], dtype=np.int64)


def siblings(hs4: Ints, unit1: Ints, mfn_bp: Ints, log_price_per_kg: Floats) -> Ints:
    """Return for each line the lower-duty line most like it; -1 where there is none.

    Both are counted in the same unit. A line of the same heading comes first, nearest in price a
    kilogram; else one of the same chapter, where ten headings away weigh as much as ln 0.5.
    """
    result = np.full(len(hs4), -1, dtype=np.int64)
    hs2 = hs4 // 100
    for line in range(len(hs4)):
        possible = (mfn_bp <= mfn_bp[line] - _LEAST_GAP_BP) & (unit1 == unit1[line])
        for group in (hs4 == hs4[line], hs2 == hs2[line]):
            candidates = np.flatnonzero(possible & group)
            if len(candidates):
                distance = np.abs(log_price_per_kg[candidates] - log_price_per_kg[line])
                distance += _PER_HEADING * np.abs(hs4[candidates] - hs4[line])
                result[line] = candidates[np.argmin(distance)]
                break
    return result


def _shares(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())


def _month_to_phase(month: Floats) -> Floats:
    """Return the phase, radians, of a season that peaks in the middle of a month (1-12)."""
    return (month - 0.5) / 12 * 2 * np.pi


@cache
def load_goods() -> Goods:
    """Return the tariff lines, sorted by code."""
    table = _Table(sorted(rows_of("goods.csv"), key=lambda row: row["code"]))
    codes = table.texts("code")
    hs6 = np.array([int(code[:6]) for code in codes], dtype=np.int64)
    unit1 = table.positions("unit", UNITS)
    is_mass = np.isin(unit1, [UNITS.index(unit) for unit in MASS_UNITS])
    kg_per_unit = table.floats("kg_per_unit")
    log_price = np.log(table.floats("usd_per_unit"))
    mfn_bp = table.basis_points("mfn_pct")
    agency = table.positions("agency", tuple(agency.law for agency in AUTHORITIES))
    reference_usd = table.floats("reference_usd")
    return Goods(
        codes=codes,
        names_vi=table.texts("name_vi"),
        names_en=table.texts("name_en"),
        hs6=hs6,
        hs4=hs6 // 100,
        hs2=hs6 // 10_000,
        unit1=unit1,
        unit2=np.where(is_mass, -1, UNITS.index("KGM")),
        is_counted=np.isin(unit1, [UNITS.index(unit) for unit in COUNT_UNITS]),
        is_mass=is_mass,
        kg_per_unit=kg_per_unit,
        log_price=log_price,
        price_sigma=table.floats("price_sigma"),
        drift=table.floats("drift_pct") / 100,
        season_amplitude=table.floats("season_pct") / 100,
        season_phase=_month_to_phase(table.floats("season_month")),
        import_weight=_shares(table.floats("import_weight")),
        export_weight=_shares(table.floats("export_weight")),
        kind=table.positions("kind", KINDS),
        mfn_bp=mfn_bp,
        vat_bp=table.basis_points("vat_pct"),
        excise_bp=table.basis_points("excise_pct"),
        export_bp=table.basis_points("export_duty_pct"),
        is_managed=agency >= 0,
        agency=agency,
        licence=table.positions("licence", LICENCES),
        sibling=siblings(hs6 // 100, unit1, mfn_bp, log_price - np.log(kg_per_unit)),
        package=table.positions("package", PACKAGES),
        kg_per_package=table.floats("kg_per_package"),
        m3_per_tonne=table.floats("m3_per_tonne"),
        reference_usd=reference_usd,
        is_material=table.floats("norm") > 0,
        product_of=table.positions("product_of", tuple(codes)),
        norm=table.floats("norm"),
    )


def step_e2(goods: Goods, line: Ints) -> Ints:
    """Return the least quantity that is told of each line, hundredths of its `unit1`."""
    return np.where(goods.is_counted[line], 100, 1)


def in_whole_units(goods: Goods, line: Ints, quantity_e2: Floats) -> Ints:
    """Return quantities as they are told, at least one: whole things, or hundredths of a measure.

    Args:
        goods: Tariff lines.
        line: Position of each item's line.
        quantity_e2: Hundredths of the line's `unit1`, with fractions.
    """
    return one_at_least(quantity_e2, step_e2(goods, line))
