"""What the list of targets shows: traders, their items, and the facts about the list."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ListedReason:
    """One part of an amount, in both languages.

    Attributes:
        code: Kind of the reason.
        text_vi: What the part rests on, Vietnamese.
        text_en: The same in English.
        amount_vnd: The part; the reasons of an amount add up to it.
    """

    code: str
    text_vi: str
    text_en: str
    amount_vnd: int


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
        probability: That an inspection finds something.
        expected_vnd: Expected collectable amount.
        reasons: Parts of the amount, the largest first.
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
        low_vnd: Lower end of the 95 % interval of what inspections would bring.
        high_vnd: Upper end.
        found_vnd: Additional duty found at this trader so far.
        finding_count: Findings so far.
        paying_finding_count: Of these, with additional duty.
        examined_declaration_count: Declarations that inspections looked at so far.
        expiring_vnd: Part whose five years end within a quarter.
        item_count: Open items in the window.
        declaration_count: Their declarations.
        customs_value_vnd: Their declared value.
        first_registered_date: Of the open items.
        last_registered_date: Of the open items.
        reasons: Parts of the expected amount, the largest first.
        evidence: The strongest items.
    """

    rank: int
    trader_id: str
    trader_name: str | None
    expected_vnd: int
    low_vnd: int
    high_vnd: int
    found_vnd: int
    finding_count: int
    paying_finding_count: int
    examined_declaration_count: int
    expiring_vnd: int
    item_count: int
    declaration_count: int
    customs_value_vnd: int
    first_registered_date: date
    last_registered_date: date
    reasons: tuple[ListedReason, ...]
    evidence: tuple[ListedItem, ...]


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a reader must know about the list.

    Attributes:
        made_at: When it was made.
        as_of: The day from which the five years are counted back.
        simulated_sources: Sources with simulated deliveries; empty where all data are real.
        notes: (label, text) in both languages, for the sheet about the list.
    """

    made_at: datetime
    as_of: date
    simulated_sources: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
