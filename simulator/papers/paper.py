"""One version of declarations on paper, with what its rows in every table share."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.cargo.consignments import Consignments
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, numbered
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, year_of
from simulator.reference.regimes import IMPORT
from simulator.trade.batch import Batch
from simulator.trade.roster import Roster

_FIRST_DIGIT = np.array([1, 3], dtype=np.int64)
_SANCTIONS_A_YEAR = 10**12


def base_numbers(direction: Ints, number: Ints) -> Ints:
    """Return the eleven digits of declarations: 1 for imports, 3 for exports, running number."""
    base: Ints = _FIRST_DIGIT[direction] * 10_000_000_000 + number
    return base


def drafted_at(roster: Roster) -> Ints:
    """Return the local second of each draft (IDA): mostly an hour before, six days at most.

    How long a draft waits is an assumption.
    """
    waits = np.exp(8.0 + 1.4 * keyed.normal(roster.key, "drafted")).astype(np.int64)
    drafted: Ints = roster.registered - np.minimum(waits, 6 * DAY_SECONDS)
    return drafted


def as_text(numbers: Ints, mask: Bools | None = None) -> pa.Array:
    """Return whole numbers as text, null where `mask` is true."""
    return pa.array(numbers, pa.int64(), mask=mask).cast(pa.string())


def sanction_numbers(key: Keys, decided: Ints) -> pa.Array:
    """Return the numbers of sanctions, the same in the registry and in the accounting.

    Args:
        key: Identities of the sanctions.
        decided: Day of each decision, days since 1970; its year leads the number.
    """
    year = year_of(decided)
    serial = (key % np.uint64(_SANCTIONS_A_YEAR)).astype(np.int64)
    return numbered("XP", year * _SANCTIONS_A_YEAR + serial, 16)


@dataclass(frozen=True, slots=True)
class Paper:
    """Declarations of one version digit.

    Attributes:
        batch: What is declared in this version.
        digit: Version digit, 0 for the original.
        reason: Reason code of the correction, one a declaration; 0 for the original.
        consignments: Bills, containers and arrivals of the whole block.
        gross_kg_e2, packages: Declared gross mass and packages of each declaration.
        so_tk: The twelve digits of each declaration.
        rows: Position of each declaration in the block.
    """

    batch: Batch
    digit: int
    reason: Ints
    consignments: Consignments
    gross_kg_e2: Ints
    packages: Ints
    so_tk: Ints
    rows: Ints

    @property
    def item_so_tk(self) -> pa.Array:
        """Twelve digits for each item, as dictionary text: one entry a declaration."""
        return self.of_declaration(self.batch.owner)

    def of_declaration(self, rows: Ints) -> pa.Array:
        """Return the twelve digits for rows that belong to declarations."""
        return pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), as_text(self.so_tk))

    @property
    def is_import(self) -> Bools:
        """Whether each declaration is an import."""
        result: Bools = self.batch.deals.direction == IMPORT
        return result


def declaration_numbers(batch: Batch) -> Ints:
    """Return the eleven digits of each declaration of a batch."""
    return base_numbers(batch.deals.direction, batch.roster.number)


def original(block: Block) -> Paper:
    """Return the declarations of a block as they were registered: version digit 0."""
    return Paper(
        batch=block.batch,
        digit=0,
        reason=np.zeros(len(block.batch), dtype=np.int64),
        consignments=block.consignments,
        gross_kg_e2=block.masses.gross_kg_e2,
        packages=block.masses.packages,
        so_tk=declaration_numbers(block.batch) * 10,
        rows=np.arange(len(block.batch)),
    )


def country_texts(nation: Nation, country: Ints, mask: Bools | None = None) -> pa.Array:
    """Return ISO codes of countries as dictionary text."""
    return coded(nation.countries.codes, country, mask)
