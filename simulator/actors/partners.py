"""Foreign firms that sell to and buy from the nation, shared by many of its traders.

A partner belongs to one direction, country and sector; inside such a cell the first few do most of
the trade. Declarations write its name as somebody typed it: several spellings of one firm.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.foreign_names import SPELLINGS, foreign_addresses, spelled_names
from simulator.actors.kinds import SECTOR_OF_CHAPTER, SECTORS
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, runs_of
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least
from simulator.reference.countries import Countries
from simulator.reference.goods import Goods

# Figures are assumptions.
_PARTNERS_A_TRADER, _FEWEST_PARTNERS = 0.6, 2_400
# Share of the first r of m partners of a cell is (r / m) ** (1 / _HEAVINESS).
_HEAVINESS, _PARENT_HEAVINESS = 2.6, 1.5
_LEAST_SPELLINGS = 3
_USUAL_SPELLING_SHARE = 0.88
# A prime above the numbers of traders and of lines.
_OTHERS = 1_000_003


def pairs(partner: Ints, other: Ints) -> Ints:
    """Return a number for each pair of a partner and a trader, or a goods line."""
    return partner * _OTHERS + other


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the partners of each direction, country and sector lie.

    Attributes:
        start, count: First position and number, shape (2 directions, countries, sectors).
    """

    start: Ints
    count: Ints

    def draw(self, keys: Keys, name: str, cell: tuple[Ints, Ints, Ints], power: float) -> Ints:
        """Return one partner of each cell (direction, country, sector)."""
        rank = self.count[cell] * keyed.uniform(keys, name) ** power
        drawn: Ints = self.start[cell] + rank.astype(np.int64)
        return drawn

    def draw_partner(self, keys: Keys, cell: tuple[Ints, Ints, Ints]) -> Ints:
        """Return who a habit's trade is with, shape (n,); the first of a cell most often."""
        return self.draw(keys, "partner", cell, _HEAVINESS)

    def draw_parent(self, keys: Keys, cell: tuple[Ints, Ints, Ints]) -> Ints:
        """Return which foreign firm owns each trader, shape (n,)."""
        return self.draw(keys, "parent", cell, _PARENT_HEAVINESS)


@dataclass(frozen=True, slots=True)
class Partners:
    """Foreign firms, one position each.

    Attributes:
        key: Identity.
        direction: IMPORT sells to the nation, EXPORT buys from it; a parent does both.
        country, sector: Positions in countries and SECTORS.
        spellings: How many ways of writing its name are about, 3 to SPELLINGS.
        names: All spellings of all, position * SPELLINGS + spelling; 0 is the right one.
        addresses: Shape (n,).
    """

    key: Keys
    direction: Ints
    country: Ints
    sector: Ints
    spellings: Ints
    names: pa.StringArray
    addresses: pa.StringArray

    def __len__(self) -> int:
        """Return the number of partners."""
        return len(self.key)


def _by_sector(goods: Goods, weights: Floats) -> Floats:
    sums = np.bincount(SECTOR_OF_CHAPTER[goods.hs2], weights, minlength=len(SECTORS))
    shares: Floats = sums / sums.sum()
    return shares


def partner_cells(traders: int, goods: Goods, countries: Countries) -> Cells:
    """Return how many partners a nation of so many traders has, and where."""
    total = max(_FEWEST_PARTNERS, round(_PARTNERS_A_TRADER * traders)) / 2
    counts = []
    for by_country, by_line in (
        (countries.import_weight, goods.import_weight),
        (countries.export_weight, goods.export_weight),
    ):
        share = np.outer(by_country / by_country.sum(), _by_sector(goods, by_line))
        counts.append(one_at_least(share * total))
    count = np.stack(counts)
    start = np.cumsum(count).reshape(count.shape) - count
    return Cells(start, count)


def draw_partners(seed: int, traders: int, goods: Goods, countries: Countries) -> Partners:
    """Return the foreign firms of a nation of so many traders."""
    cells = partner_cells(traders, goods, countries)
    total = int(cells.count.sum())
    key = keyed.identities(keyed.root(seed, "partners"), total)
    cell = runs_of(cells.count.ravel())
    direction, country, sector = np.unravel_index(cell, cells.count.shape)
    return Partners(
        key=key,
        direction=direction.astype(np.int64),
        country=country.astype(np.int64),
        sector=sector.astype(np.int64),
        spellings=keyed.integers(key, "spellings", _LEAST_SPELLINGS, SPELLINGS + 1),
        names=spelled_names(key, country, sector, countries),
        addresses=foreign_addresses(key, country, countries),
    )


def spelling_of(partners: Partners, partner: Ints, trader: Ints, keys: Keys) -> Ints:
    """Return how a trader's clerk writes a partner's name this time: mostly as always.

    Args:
        partners: All partners.
        partner: Positions in `partners`, shape (n,).
        trader: Positions of the traders, shape (n,).
        keys: Identities of the declarations, shape (n,).
    """
    pair = keyed.derive(partners.key[partner], "spelling of", trader)
    usual = keyed.happens(keys, "usual spelling", _USUAL_SPELLING_SHARE)
    draw = np.where(usual, keyed.uniform(pair, "usual"), keyed.uniform(keys, "spelling"))
    drawn: Ints = np.floor(draw * draw * partners.spellings[partner]).astype(np.int64)
    return drawn


def partner_names(partners: Partners, partner: Ints, spelling: Ints) -> pa.Array:
    """Return partners' names as dictionary text; spellings beyond a partner's own wrap round."""
    which = partner * SPELLINGS + spelling % partners.spellings[partner]
    return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), partners.names)
