"""The dictionary of columns: each column of the house once, and the columns that stand together.

`fields/<domain>.yaml` says what a column is, `record_kinds.yaml` which ones a kind of record has. A
contract takes both by name and says what differs in it. Of columns that only the house sees,
`fields/technical.yaml` says no more than a sentence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Annotated, Any

import msgspec

from data_contracts.errors import ContractViolationError
from data_contracts.model import LOGICAL_TYPES, Classification
from data_contracts.yaml_files import read_yaml, shaped

Facts = Mapping[str, Any]
SqlType = Annotated[
    str, msgspec.Meta(pattern=rf"^(?:{'|'.join(LOGICAL_TYPES)}|DECIMAL\([0-9]+,[0-9]+\))$")
]


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people read, in both languages."""

    vi: str
    en: str


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is judged where records come in, by landing and at the lane door.

    Attributes:
        pattern: Regular expression that the whole text must match.
        pattern_binds: Source systems it binds; none named means all.
        minimum: Smallest number.
        maximum: Largest number.
        maximum_of: Source systems at which it is smaller.
        first_year: First year that a date can be of, where it is not the one of all columns.
        max_length: Longest text, in characters.
        codes: Code list that the value must come from.
        codes_bind: Source systems it binds; none named means all.
    """

    pattern: str | None = None
    pattern_binds: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    maximum_of: dict[str, Decimal] = {}
    first_year: int | None = None
    max_length: int | None = None
    codes: str | None = None
    codes_bind: tuple[str, ...] = ()


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which texts of a mart may leave the restricted zone as they are.

    Attributes:
        pattern: Form of them.
        codes: Code list of them.
        also_codes: Code list of those that may leave beside the ones of the form.
    """

    pattern: str | None = None
    codes: str | None = None
    also_codes: str | None = None


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a list for people shows a column.

    Attributes:
        width: In characters; wide texts are broken into lines.
        vi: What it means there, Vietnamese.
        en: The same in English; the sentence of the column where it is not said.
        head: What stands above it; the label where it is not said.
    """

    width: int
    vi: str
    en: str | None = None
    head: Label | None = None


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one column is, wherever it stands (attributes as of `model.Field`).

    Attributes:
        meanings: What differs where it means something else, by a name; a contract takes it by
            `means: NAME`.
    """

    label: Label
    text: str
    type: SqlType
    classification: Classification = msgspec.field(name="class", default="internal")
    unit: str | None = None
    wco: str | None = None
    pseudonym: str | None = None
    check: Check = Check()
    shown: Shown = Shown()
    listed: Listed | None = None
    meanings: dict[str, dict[str, Any]] = {}


class _RecordKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    fields: tuple[str, ...]


_MEANS = "means"
TECHNICAL_FILE = "technical.yaml"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The dictionary as it is written.

    Attributes:
        columns: Facts of each column that contracts may name.
        technical: Sentence of each column that only the house sees.
        kinds: Names of the columns of each kind of record.
    """

    columns: Mapping[str, Facts]
    technical: Mapping[str, str]
    kinds: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """Return the sentence of a column of either kind.

        Raises:
            ContractViolationError: No file has the column.
        """
        return self.technical.get(name) or self.column(name).text

    def column(self, name: str, *differing: Facts) -> Column:
        """Return a column with what differs from the dictionary, the last word counting.

        Raises:
            ContractViolationError: There is no such column, or what differs is of no known form.
        """
        if name not in self.columns:
            message = f"no file of fields/ has a column {name}"
            raise ContractViolationError(message)
        facts = dict(self.columns[name])
        meanings = facts.pop("meanings", {})
        for difference in differing:
            meaning = difference.get(_MEANS)
            if meaning is not None and meaning not in meanings:
                message = f"{name}: it has no meaning {meaning}"
                raise ContractViolationError(message)
            said = {fact: value for fact, value in difference.items() if fact != _MEANS}
            facts = dict(_merged(_merged(facts, meanings.get(meaning, {})), said))
        return shaped(facts, Column, name)


def read_dictionary(root: Traversable) -> Dictionary:
    """Read `fields/` and `record_kinds.yaml` of a folder.

    Raises:
        ContractViolationError: A file is not of its form, or a column stands in two files.
    """
    columns: dict[str, Facts] = {}
    technical: dict[str, str] = {}
    file_of: dict[str, str] = {}
    for file in sorted(root.joinpath("fields").iterdir(), key=lambda file: file.name):
        shape: Any = str if file.name == TECHNICAL_FILE else Column
        for name, facts in read_yaml(file).items():
            if file_of.setdefault(name, file.name) != file.name:
                message = f"{file.name}: the column {name} is in {file_of[name]} too"
                raise ContractViolationError(message)
            shaped(facts, shape, f"{file.name}: {name}")
            (technical if shape is str else columns)[name] = facts
    kinds = shaped(
        read_yaml(root.joinpath("record_kinds.yaml")), dict[str, _RecordKind], "record_kinds.yaml"
    )
    return Dictionary(columns, technical, {name: kind.fields for name, kind in kinds.items()})


def _merged(facts: Facts, difference: Facts) -> Facts:
    return dict(_merged_facts(facts, difference))


def _merged_facts(facts: Facts, difference: Facts) -> Iterator[tuple[str, Any]]:
    """Put a difference over what stands, mappings one by one; null takes a fact away."""
    for name in {**facts, **difference}:
        before, after = facts.get(name), difference.get(name, facts.get(name))
        if name in difference and isinstance(before, Mapping) and isinstance(after, Mapping):
            after = _merged(before, after)
        if after is not None:
            yield name, after
