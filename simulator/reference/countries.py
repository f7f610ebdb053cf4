"""Trading partners: their shares of trade, price level, currency of invoice and ports.

`countries.csv` beside this module is our own writing: ISO 3166-1 codes, UN/LOCODE places, typical
figures for the rest (the order of partners follows the published national totals).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.reference.exchange import CURRENCIES
from simulator.reference.lists import rows_of

REGIONS = (
    "EAST_ASIA", "ASEAN", "SOUTH_ASIA", "MIDDLE_EAST", "EUROPE", "AMERICAS", "OCEANIA", "AFRICA"
)  # fmt: skip
HOME = "VN"
# VNACCS transport codes and the column that lists their places.
_COLUMN_OF_TRANSPORT = {1: "air", 2: "sea", 3: "sea", 4: "land", 5: "rail", 6: "land", 9: "air"}
_TRANSPORTS = 10


@dataclass(frozen=True, slots=True)
class Countries:
    """Trading partners, one position each; the home country has weight 0.

    Attributes:
        codes: ISO 3166-1 alpha-2; names_vi, names_en beside them.
        currency: Usual currency of invoice, position in `CURRENCIES`.
        import_weight, export_weight: Shares of declarations, not normalised.
        log_price: ln of the price level of its goods beside the world's.
        region: Position in `REGIONS`.
        asean, by_land: Member of ASEAN; shares a land border with Viet Nam.
        port_codes: UN/LOCODE of every place, by position.
        ports: Positions in `port_codes` by country, transport code (0 to 9) and turn, repeated to
            equal length; -1 where nothing leaves that way.
    """

    codes: list[str]
    names_vi: list[str]
    names_en: list[str]
    currency: Ints
    import_weight: Floats
    export_weight: Floats
    log_price: Floats
    region: Ints
    asean: Bools
    by_land: Bools
    port_codes: list[str]
    ports: Ints

    def port(self, country: Ints, transport: Ints, turn: Ints) -> Ints:
        """Return a place for each row: position in `port_codes`, -1 where there is none.

        Args:
            country: Positions, shape (n,).
            transport: VNACCS transport codes, shape (n,).
            turn: Whole numbers from 0 that choose among the places, shape (n,).
        """
        places: Ints = self.ports[country, transport, turn % self.ports.shape[2]]
        return places

    def has_port(self, country: Ints, transport: Ints) -> Bools:
        """Return whether goods leave each country by its transport."""
        known: Bools = self.ports[country, transport, 0] >= 0
        return known

    def position(self, code: str) -> int:
        """Return the position of a country.

        Raises:
            ValueError: The code is not in the list.
        """
        return self.codes.index(code)


def _floats(rows: list[dict[str, str]], column: str) -> Floats:
    return np.array([float(row[column]) for row in rows])


def _ports(rows: list[dict[str, str]]) -> tuple[list[str], Ints]:
    """Return the places and the table of positions, repeated so that shares stay equal."""
    lists = [
        {kind: row[f"{kind}_ports"].split() for kind in ("sea", "air", "land", "rail")}
        for row in rows
    ]
    places = sorted({place for row in lists for group in row.values() for place in group})
    position = {place: number for number, place in enumerate(places)}
    lengths = {len(group) for row in lists for group in row.values() if group}
    width = int(np.lcm.reduce(sorted(lengths)))
    table = np.full((len(rows), _TRANSPORTS, width), -1, dtype=np.int64)
    for country, row in enumerate(lists):
        for transport, kind in _COLUMN_OF_TRANSPORT.items():
            known = [position[place] for place in row[kind]]
            if known:
                table[country, transport] = np.resize(np.array(known), width)
    return places, table


@cache
def load_countries() -> Countries:
    """Return the trading partners in the order of the list."""
    rows = rows_of("countries.csv")
    places, table = _ports(rows)
    return Countries(
        codes=[row["code"] for row in rows],
        names_vi=[row["name_vi"] for row in rows],
        names_en=[row["name_en"] for row in rows],
        currency=np.array([CURRENCIES.index(row["currency"]) for row in rows], dtype=np.int64),
        import_weight=_floats(rows, "import_weight"),
        export_weight=_floats(rows, "export_weight"),
        log_price=np.log(_floats(rows, "price_factor")),
        region=np.array([REGIONS.index(row["region"]) for row in rows], dtype=np.int64),
        asean=np.array([row["asean"] == "1" for row in rows]),
        by_land=np.array([row["by_land"] == "1" for row in rows]),
        port_codes=places,
        ports=table,
    )
