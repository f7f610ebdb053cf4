"""Carriers, their vehicles with plates and their drivers, at home and in the countries around.

Plates: a home plate is the province's two digits, a letter and five digits; a Chinese one the sign
of its region, a letter and five signs; Lao and Cambodian ones as usual there. Fleet sizes are
typical figures of our own (a gate passes some 1,350 lorries a day).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.fitting import chances
from simulator.actors.identifiers import CARRIERS, birth_years, firm_codes, tax_numbers
from simulator.actors.names import carrier_names, foreign_person_names
from simulator.actors.people import make_people
from simulator.actors.provinces import (
    BY_EXPORTS,
    BY_TRADERS,
    CODE_NUMBERS,
    PROVINCES,
    TAX_PREFIXES,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, group_starts, numbered, texts
from simulator.kernel.keyed import Keys
from simulator.reference.countries import HOME

NEIGHBOURS = ("CN", "LA", "KH")
_CARRIERS_A_TRADER, _FEWEST_CARRIERS = 0.02, 80
_VEHICLES_A_TRADER = {"VN": 0.16, "CN": 0.09, "LA": 0.012, "KH": 0.018}
_FEWEST_VEHICLES = {"VN": 600, "CN": 300, "LA": 60, "KH": 80}
_LETTERS = ("C", "H", "D", "E", "R")
_CHINESE_HEADS = ("桂A", "桂F", "桂P", "云A", "云G", "粤B", "湘A")
_CHINESE_WEIGHTS = (22, 34, 14, 10, 14, 4, 2)
_CAMBODIAN_HEADS = ("3A", "3B", "3C", "3D")
_SERIALS, _STRIDE = 100_000, 61_813
# Positions in standing.HOMES whose names Chinese drivers bear.
_CHINESE_STYLE = 2
_SPREAD = 1.1
# Assumptions: about one at a middling compliance, three times as often where there is none.
_LEANING, _MIDDLE = 1.5, 0.8


@dataclass(frozen=True, slots=True)
class Vehicles:
    """Vehicles of one country with their usual drivers, one position each.

    Attributes:
        country: ISO code.
        plates: Number plates, all different.
        carrier: Position in carriers; -1 abroad.
        documents, names: Of the drivers; citizens' numbers at home, border passes abroad.
        birth_year: Of the drivers.
    """

    country: str
    plates: pa.StringArray
    carrier: Ints
    documents: pa.StringArray
    names: pa.StringArray
    birth_year: Ints

    def __len__(self) -> int:
        """Return the number of vehicles."""
        return len(self.carrier)


@dataclass(frozen=True, slots=True)
class Carriers:
    """Domestic carriers, one position each, and all vehicles.

    Attributes:
        key: Identity.
        tax_codes, names: Text.
        province: Position in PROVINCES.
        weight: Share of vehicles; sums to 1.
        compliance: Latent compliance in (0, 1).
        home: Vehicles of this country.
        neighbours: Vehicles of NEIGHBOURS, in that order.
    """

    key: Keys
    tax_codes: pa.StringArray
    names: pa.StringArray
    province: Ints
    weight: Floats
    compliance: Floats
    home: Vehicles
    neighbours: tuple[Vehicles, ...]

    def __len__(self) -> int:
        """Return the number of carriers."""
        return len(self.weight)

    @property
    def failing(self) -> Floats:
        """How many times as often as usual each one fails: the more, the less it complies."""
        lean: Floats = np.exp(_LEANING * (_MIDDLE - self.compliance))
        return lean


def _vehicle_keys(seed: int, country: str, traders: int) -> Keys:
    count = max(_FEWEST_VEHICLES[country], round(_VEHICLES_A_TRADER[country] * traders))
    return keyed.identities(keyed.root(seed, "vehicles", country), count)


def _five_digits(parent: np.uint64, count: int) -> pa.StringArray:
    """Return different numbers of five digits, in no order; they repeat beyond 100,000."""
    shift = int(parent % np.uint64(_SERIALS))
    return numbered("", (np.arange(count) * _STRIDE + shift) % _SERIALS, 5)


def _home_vehicles(seed: int, traders: int, province: Ints, weight: Floats) -> Vehicles:
    key = _vehicle_keys(seed, HOME, traders)
    carrier = keyed.choose(key, "carrier", weight)
    pool = [str(code) for own in PROVINCES for code in own.plates]
    sizes = np.array([len(own.plates) for own in PROVINCES], dtype=np.int64)
    start = group_starts(sizes)[province[carrier]]
    head = texts(pool, start + keyed.integers(key, "plate", 0, sizes[province[carrier]]))
    letter = texts(_LETTERS, keyed.choose(key, "letter", (80, 8, 4, 4, 4)))
    number = _five_digits(keyed.root(seed, "plates"), len(key))
    code = CODE_NUMBERS[province[carrier]]
    drivers = make_people(
        seed, keyed.derive(key, "driver"), code, np.full(len(key), -1), first_serial=500_000
    )
    return Vehicles(
        country=HOME,
        plates=pc.binary_join_element_wise(head, letter, number, ""),
        carrier=carrier,
        documents=drivers.documents,
        names=drivers.names,
        birth_year=drivers.birth_year,
    )


def _abroad(seed: int, traders: int, country: str) -> Vehicles:
    key = _vehicle_keys(seed, country, traders)
    number = _five_digits(keyed.root(seed, "plates", country), len(key))
    if country == "CN":
        head = texts(_CHINESE_HEADS, keyed.choose(key, "plate", _CHINESE_WEIGHTS))
    elif country == "KH":
        head = texts(_CAMBODIAN_HEADS, keyed.integers(key, "plate", 0, len(_CAMBODIAN_HEADS)))
    else:
        head = texts(("UN", "KV", "SV"), keyed.integers(key, "plate", 0, 3))
    driver = keyed.derive(key, "driver")
    style = np.full(len(key), _CHINESE_STYLE if country == "CN" else _CHINESE_STYLE + 5)
    serial = np.arange(len(key)) * _STRIDE % (_SERIALS * 10)
    return Vehicles(
        country=country,
        plates=pc.binary_join_element_wise(head, number, ""),
        carrier=np.full(len(key), -1, dtype=np.int64),
        documents=numbered(country, serial, 7),
        names=foreign_person_names(driver, style),
        birth_year=birth_years(driver),
    )


def draw_carriers(seed: int, traders: int) -> Carriers:
    """Return the carriers and vehicles of a nation of so many traders."""
    count = max(_FEWEST_CARRIERS, round(_CARRIERS_A_TRADER * traders))
    key = keyed.identities(keyed.root(seed, "carriers"), count)
    province = keyed.choose(key, "province", BY_TRADERS + BY_EXPORTS)
    weight = np.exp(_SPREAD * keyed.normal(key, "size"))
    weight /= weight.sum()
    numbers = tax_numbers(seed, TAX_PREFIXES[province], CARRIERS)
    odds = 1.8 + keyed.normal(key, "compliance")
    return Carriers(
        key=key,
        tax_codes=firm_codes(numbers, np.zeros(count, dtype=np.int64)),
        names=carrier_names(key),
        province=province,
        weight=weight,
        compliance=chances(odds),
        home=_home_vehicles(seed, traders, province, weight),
        neighbours=tuple(_abroad(seed, traders, country) for country in NEIGHBOURS),
    )
