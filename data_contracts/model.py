"""A contract and its fields as frozen values; nothing here reads a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from data_contracts.errors import ContractViolationError

Classification = Literal["public", "internal", "identity"]
ContractKind = Literal["bronze", "mart", "serving"]


class Role(StrEnum):
    """Who a release is for."""

    RESTRICTED = "restricted"
    ANALYST = "analyst"
    MANAGEMENT = "management"


# Of the types that a column may have; a decimal is a number.
LOGICAL_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "SMALLINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "DOUBLE": "number",
    "FLOAT": "number",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """How a list for people shows a column.

    Attributes:
        head_vi: What stands above it, Vietnamese.
        head_en: The same in English.
        note_vi: What it means, Vietnamese.
        note_en: The same in English.
        width: In characters.
    """

    head_vi: str
    head_en: str
    note_vi: str
    note_en: str
    width: int


@dataclass(frozen=True, slots=True)
class AnswerField:
    """A field of an answer.

    Attributes:
        name: Its name there.
        source: The column that it holds, or the contract whose rows it lists.
        is_list: Whether it is a list: of those rows, or of the texts of that column.
    """

    name: str
    source: str
    is_list: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the fields of a request must have in common, beyond what each must be.

    Attributes:
        name: Of the check.
        fields: The fields that are refused where they do not agree.
        expected: What was expected there, in words; `{…}` is what the check says of the request.
        found: What was found there, in words of the same form.
        sources: Source systems it binds; none named means all.
        codes: Codes that it is about.
        within: How far it may be off; each check says from what, and in which unit.
    """

    name: str
    fields: tuple[str, ...]
    expected: str
    found: str
    sources: tuple[str, ...]
    codes: tuple[str, ...]
    within: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a contract.

    Attributes:
        name: Column name, the same in every house.
        sql_type: DuckDB type exactly as `DESCRIBE` prints it, such as DECIMAL(20,0).
        required: Whether null is refused; key columns are always required.
        required_sources: Source systems that must fill the field though the column is nullable.
        key_position: Place in the grain, counted from 1; None outside the grain.
        unit: Unit of the number (units.py); None for what is not measured.
        classification: Who may see it: public, internal, or identity (a person or firm).
        wco_id: Id of the element in the WCO Data Model, where it has one.
        label_vi: Label in Vietnamese.
        label_en: Label in English.
        description: One sentence that adds something to the name.
        pattern: Regular expression that the whole text must match.
        pattern_sources: Source systems the pattern binds; empty means all.
        minimum: Smallest allowed number.
        maximum: Largest allowed number.
        maximum_of: Source systems at which it is smaller, each with the largest number there.
        first_year: First year that a date can be of; None for the one of all columns (rules.py).
        max_length: Longest allowed text, in characters.
        code_list: Name of the code list (code_lists.py) the value must come from.
        code_list_sources: Source systems the code list binds; empty means all.
        is_bare: Whether a text with blanks around it or invisible characters in it is refused.
        pseudonym: Kind of keyed pseudonym that replaces the value outside the restricted zone.
        shown_pattern: Form of the values that may leave the restricted zone as they are, for text
            without a closed list (marts only); any other value is masked there. A value that is a
            list joined by `;` may leave when each of its parts may.
        shown_codes: Name of the code list whose codes may leave as well: of an open list, the codes
            that are known to be codes and name nobody.
        listed: How a list for people shows it; None where none does.
    """

    name: str
    sql_type: str
    required: bool
    key_position: int | None
    unit: str | None
    classification: Classification
    wco_id: str | None
    label_vi: str
    label_en: str
    description: str
    pattern: str | None
    pattern_sources: tuple[str, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    max_length: int | None
    code_list: str | None
    code_list_sources: tuple[str, ...]
    pseudonym: str | None
    required_sources: tuple[str, ...] = ()
    maximum_of: tuple[tuple[str, Decimal], ...] = ()
    first_year: int | None = None
    is_bare: bool = False
    shown_pattern: str | None = None
    shown_codes: str | None = None
    listed: Listed | None = None

    @property
    def logical_type(self) -> str:
        """ODCS logical type: string, integer, number, boolean, date or timestamp."""
        return LOGICAL_TYPES.get(self.sql_type, "number")

    @property
    def is_identity(self) -> bool:
        """Whether the value names or gives away a person, a firm or an officer."""
        return self.classification == "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One table: what a row is, what its columns mean, who may see it.

    Attributes:
        name: Table name; for bronze also the name of the Delta table.
        domain: Subject area (clearance, control, traders, …).
        version: Semantic version; bronze rows carry it.
        purpose: What the table is for.
        limitations: What a reader must know before trusting it.
        kind: bronze (source to lake), mart (read by people) or serving (scoring in and out).
        grain: Columns that identify a row.
        order_by: The column that orders the records of one key before their receipt does; empty
            means the receipt alone.
        fields: Columns in their order.
        roles: Releases that carry the table (marts only).
        month_column: Column by which a mart is cut into month files, if it is.
        view_of: Name of the contract whose current rows a mart shows, if it does: a mart of all
            versions, or a bronze table.
        answer: Fields of the JSON object that says a row, in their order; empty where none does.
        agreement: What the lane door asks of a request beside the rules of its fields.
    """

    name: str
    domain: str
    version: str
    purpose: str
    limitations: str
    kind: ContractKind
    grain: tuple[str, ...]
    order_by: tuple[str, ...]
    fields: tuple[Field, ...]
    roles: tuple[str, ...]
    month_column: str | None
    view_of: str | None = None
    answer: tuple[AnswerField, ...] = ()
    agreement: tuple[Agreement, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in their order."""
        return tuple(field.name for field in self.fields)

    def answered(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row as the JSON object that says it.

        Args:
            facts: The value of each column, and each list of rows by its name in the answer.
        """
        return {
            field.name: facts[field.name if field.is_list else field.source]
            for field in self.answer
        }

    @property
    def has_sequence(self) -> bool:
        """Whether the source numbers its changes (`sequence_number`)."""
        return "sequence_number" in self.names

    def field(self, name: str) -> Field:
        """Return the field called `name`.

        Raises:
            ContractViolationError: The contract has no such field.
        """
        for field in self.fields:
            if field.name == name:
                return field
        message = f"contract {self.name} has no field {name}"
        raise ContractViolationError(message)
