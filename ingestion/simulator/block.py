"""One block of days of the nation: all that is drawn before anything is written."""

from dataclasses import dataclass

import pyarrow as pa

from ingestion.simulator.arrays import Ints
from ingestion.simulator.control import Decisions
from ingestion.simulator.declarations import Declarations
from ingestion.simulator.exchange import ExchangeRates
from ingestion.simulator.goods import Countries, Lines, Offices
from ingestion.simulator.inspections import Findings, Inspections
from ingestion.simulator.items import Items
from ingestion.simulator.lifecycle import Lifecycle
from ingestion.simulator.schemes import Schemes
from ingestion.simulator.traders import Traders
from ingestion.simulator.valuation import Valuation


@dataclass(frozen=True, slots=True)
class Nation:
    """What stays the same through all blocks."""

    lines: Lines
    countries: Countries
    offices: Offices
    rates: ExchangeRates
    traders: Traders
    schemes: Schemes
    trader_names: list[str]
    trader_addresses: list[str]
    broker_names: list[str]

    @property
    def goods(self) -> tuple[Lines, Countries]:
        """Tariff lines and trading partners."""
        return self.lines, self.countries


@dataclass(frozen=True, slots=True)
class Block:
    """Declarations of some days, what they hold, what was decided and found."""

    declarations: Declarations
    items: Items
    valuation: Valuation
    decisions: Decisions
    inspections: Inspections
    findings: Findings
    lifecycle: Lifecycle


@dataclass(frozen=True, slots=True)
class Version:
    """One version of some declarations, as far as rows need it.

    Attributes:
        declarations, items, valuation: As this version states them.
        digit: Version digit 0 to 9.
        amendments: Corrections so far; reason: Reason code of the last, 0 for the original.
    """

    declarations: Declarations
    items: Items
    valuation: Valuation
    digit: int
    reason: Ints

    @property
    def numbers(self) -> pa.Array:
        """SO_TK of each declaration, twelve digits."""
        return pa.array(self.declarations.number * 10 + self.digit).cast(pa.string())
