"""What the ledger knows about deliveries and loads, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["received", "accepted", "not_applicable", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class TableCount:
    """Records of one delivery for one table; conflicted ones are among the quarantined."""

    accepted: int = 0
    quarantined: int = 0
    repeated: int = 0
    conflicted: int = 0

    def __add__(self, other: "TableCount") -> "TableCount":
        return TableCount(
            self.accepted + other.accepted,
            self.quarantined + other.quarantined,
            self.repeated + other.repeated,
            self.conflicted + other.conflicted,
        )

    def as_json(self) -> dict[str, int]:
        """Return what becomes of the records, each of which is one of three."""
        return {
            "accepted": self.accepted,
            "quarantined": self.quarantined,
            "repeated": self.repeated,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One content that was received, as what its name says it is.

    Attributes:
        receipt_number: Rises with receipt; never used twice.
        sha256: Of the bytes as received, in hexadecimal.
        source: Name of the adapter it was landed for.
        meaning: What its name says of the bytes, such as table, month and format; the same bytes
            that mean something else are another delivery.
        name: The name it is read under, relative to the folder that was landed.
        size_bytes: Size as received.
        received_at: UTC.
        state: What became of it.
        reason_code: Why it is refused or not applicable.
        reason_text: The same for people.
        load_id: The load that last touched it.
        is_simulated: The simulator wrote it.
    """

    receipt_number: int
    sha256: str
    source: str
    meaning: str
    name: str
    size_bytes: int
    received_at: datetime
    state: State = "received"
    reason_code: str | None = None
    reason_text: str | None = None
    load_id: str | None = None
    is_simulated: bool = False

    def first_seen(self) -> "Seen":
        """Return the sighting that made this delivery."""
        return Seen(self.receipt_number, self.source, self.name, self.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a load made of one delivery."""

    receipt_number: int
    state: State
    reason_code: str | None = None
    reason_text: str | None = None
    counts: Mapping[str, TableCount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenLoad:
    """The load that is under way (None: none), where it began, and how many were closed before."""

    load_id: str | None
    versions: Mapping[str, int]
    closed_count: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One content delivered for a source, under one name, at one time, simulated or not."""

    receipt_number: int
    source: str
    name: str
    seen_at: datetime
    is_simulated: bool = False
