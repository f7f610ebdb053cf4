"""What the list of targets shows: traders, their items, and the facts about the list."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ListedReason:
    """One reason in both languages."""

    code: str
    text_vi: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One evidence item.

    Attributes:
        declaration_number: Its declaration.
        item_number: Its place there.
        registered_date: Day of registration.
        tariff_line_code: As declared.
        country_of_origin_code: As declared.
        customs_value_vnd: As declared.
        probability: That an examination finds an irregularity.
        expected_vnd: Expected collectable amount.
        reasons: Why, the strongest first.
    """

    declaration_number: str
    item_number: int
    registered_date: date
    tariff_line_code: str
    country_of_origin_code: str | None
    customs_value_vnd: int
    probability: float
    expected_vnd: int
    reasons: tuple[ListedReason, ...]


@dataclass(frozen=True, slots=True)
class ListedTrader:
    """One target.

    Attributes:
        rank: 1 is the highest expected amount.
        trader_id: Tax code.
        trader_name: As last declared.
        expected_vnd: Expected collectable amount.
        low_vnd: Lower end of its 95 % interval.
        high_vnd: Upper end.
        expiring_vnd: Part whose five years end within a quarter.
        item_count: Open items in the window.
        declaration_count: Their declarations.
        customs_value_vnd: Their declared value.
        expected_irregular_count: Items expected to be irregular.
        first_registered_date: Of the open items.
        last_registered_date: Of the open items.
        evidence: The strongest items.
    """

    rank: int
    trader_id: str
    trader_name: str | None
    expected_vnd: int
    low_vnd: int
    high_vnd: int
    expiring_vnd: int
    item_count: int
    declaration_count: int
    customs_value_vnd: int
    expected_irregular_count: float
    first_registered_date: date
    last_registered_date: date
    evidence: tuple[ListedItem, ...]


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a reader must know about the list.

    Attributes:
        made_at: When it was made.
        as_of: The day from which the five years are counted back.
        is_simulated: The data came from the simulator.
        notes: (label, text) in both languages, for the sheet about the list.
    """

    made_at: datetime
    as_of: date
    is_simulated: bool
    notes: tuple[tuple[str, str], ...]
