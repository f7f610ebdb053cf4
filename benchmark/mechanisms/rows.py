"""What rules flag, items, declarations or traders, and the signs of these, one sign at a time."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from benchmark.arrays import Bools, Floats, Ints
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
ITEM, DECLARATION, TRADER = "item", "declaration", "trader"
# Declarations by what repeats itself: of their trader; of it by one broker at one office.
REPEATED_BY_TRADER, REPEATED_BY_CLIENT = "declaration of trader", "declaration of client"
_MOST_OFTEN = 40
_ODD_SHARE = 0.01
# The side of rows that hold goods of several.
_ANY = -1


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one grain.

    Attributes:
        grain: ITEM, DECLARATION, TRADER, REPEATED_BY_TRADER or REPEATED_BY_CLIENT.
        of_item: Row of each item, shape (items,).
        trader: Number of the trader of each row, shape (n,).
        side: What each row is of, imports, exports or slips; _ANY of traders, shape (n,).
        group: Number of what each row's sign may repeat itself within, shape (n,); None where it is
            not asked.
        kinds: By mechanism, the rows that hold goods of it, rising.
        honest: Which rows hold no goods that anybody meant to be irregular, shape (n,).
    """

    grain: str
    of_item: Ints
    trader: Ints
    side: Ints
    kinds: dict[str, Ints]
    honest: Bools
    group: Ints | None = None

    def signs_of(self, items: Floats) -> Floats:
        """Return a sign of the rows: the highest of their items', or for traders the mean.

        Of what repeats itself the standard score of its group: the mean above that of all, times
        the root of how many there are (at most 40); outliers count as the outermost hundredth.

        Args:
            items: The sign of each item, shape (items,); NaN where it says nothing.
        """
        signs = np.full(len(self.trader), np.nan)
        if self.grain != TRADER:
            np.fmax.at(signs, self.of_item, items)
            return signs if self.group is None else _scores(signs, self.group)
        told = ~np.isnan(items)
        number = np.bincount(self.of_item[told], minlength=len(signs))
        total = np.bincount(self.of_item[told], items[told], len(signs))
        np.divide(total, number, out=signs, where=number > 0)
        return signs

    def beside(self, side: int) -> Bools:
        """Return which rows are honest and of a side: what goods of it are looked at beside."""
        fits: Bools = self.honest & ((self.side == side) | (self.side == _ANY))
        return fits

    def honest_halves(self, signs: Floats, side: int) -> tuple[Floats, Floats]:
        """Return what honest rows have of a sign, rising: of even numbers of traders, of odd.

        Args:
            signs: Of each row; NaN where it says nothing.
            side: Of which goods: what tells imports from exports tells no mechanism.
        """
        told = self.beside(side) & ~np.isnan(signs)
        odd = self.trader % 2 == 1
        return np.sort(signs[told & ~odd]), np.sort(signs[told & odd])


class Items:
    """The items and slips of a nation, in order.

    Attributes:
        grains: Them, their declarations and their traders.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read which there are.

        Args:
            connection: With the tables `sign` and `irregular`.
        """
        labelled = connection.sql(_SQL["labelled"]).to_arrow_table()
        self._connection = connection
        self._place = labelled["place"].to_numpy()
        trader, _ = _numbered(labelled["trader"])
        kind, names = _numbered(labelled["mechanism"])
        _, declaration = np.unique(labelled["base"].to_numpy(), return_inverse=True)
        client, _ = _numbered(labelled["client"])
        side = labelled["side"].to_numpy()
        honest = ~labelled["is_meant"].to_numpy().astype(bool)
        kinds = {
            names[number]: np.flatnonzero(kind == number) for number in np.unique(kind[~honest])
        }
        self.grains = tuple(
            _rows(grain, of_item, (trader, side, group), kinds, honest)
            for grain, of_item, group in (
                (ITEM, np.arange(len(trader)), None),
                (DECLARATION, declaration, None),
                (TRADER, trader, None),
                (REPEATED_BY_TRADER, declaration, trader),
                (REPEATED_BY_CLIENT, declaration, client),
            )
        )

        self._declarations = self.grains[1]

    def grain_of(self, items: Floats) -> str:
        """Return what a sign of each item is of: ITEM, or DECLARATION where it is one for all."""
        rows = self._declarations
        is_one = np.array_equal(rows.signs_of(items)[rows.of_item], items, equal_nan=True)
        return DECLARATION if is_one else ITEM

    def sign(self, name: str) -> Floats:
        """Return a sign of each item; NaN where it says nothing."""
        # The database gives rows in any order.
        told = self._connection.table("sign").select("rowid", name).to_arrow_table()
        signs = np.empty(len(told))
        # A sum of floats depends on its order in the last digits, and on nothing before them.
        signs[told["rowid"].to_numpy()] = np.round(told[name].cast(pa.float64()).to_numpy(), 9)
        ordered: Floats = signs[self._place]
        return ordered


def _numbered(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Return the number of each text, in the order in which they come, and the texts."""
    coded = column.combine_chunks().dictionary_encode()
    numbers = coded.indices.to_numpy(zero_copy_only=False)
    return numbers.astype(np.int64), coded.dictionary.to_pylist()


def _scores(signs: Floats, group: Ints) -> Floats:
    """Return the standard score of each row's group; NaN where the row itself says nothing."""
    told = ~np.isnan(signs)
    if not told.any():
        return signs
    own = np.clip(signs[told], *np.quantile(signs[told], (_ODD_SHARE, 1 - _ODD_SHARE)))
    number = np.bincount(group[told], minlength=int(group.max()) + 1)
    above = np.bincount(group[told], own - own.mean(), len(number))
    score = above / np.maximum(number, 1) * np.sqrt(np.minimum(number, _MOST_OFTEN))
    scores = np.full(len(signs), np.nan)
    scores[told] = score[group[told]]
    return scores


def _rows(
    grain: str,
    of_item: Ints,
    of_whom: tuple[Ints, Ints, Ints | None],
    kinds: dict[str, Ints],
    honest: Bools,
) -> Rows:
    count, (trader, side, group) = int(of_item.max()) + 1, of_whom
    traders, all_honest = np.zeros(count, dtype=np.int64), np.ones(count, dtype=bool)
    sides = np.full(count, _ANY, dtype=np.int64)
    traders[of_item] = trader
    if grain != TRADER:
        sides[of_item] = side
    all_honest[of_item[~honest]] = False
    held = {name: np.unique(of_item[items]) for name, items in kinds.items()}
    if group is None:
        return Rows(grain, of_item, traders, sides, held, all_honest)
    groups = np.zeros(count, dtype=np.int64)
    groups[of_item] = group
    return Rows(grain, of_item, traders, sides, held, all_honest, groups)
