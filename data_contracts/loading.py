"""Contracts from their YAML files (ODCS v3.1.0), read once per process.

The folder says the kind: `marts/` holds marts, `serving/` what scoring takes and gives, every other
folder bronze tables.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, cast, get_args

import yaml
from open_data_contract_standard.model import (
    CustomProperty,
    Description,
    OpenDataContractStandard,
    SchemaProperty,
)
from pydantic import ValidationError

from data_contracts.errors import ContractViolationError
from data_contracts.model import Classification, Contract, ContractKind, Field

SUFFIX = ".odcs.yaml"
_KIND_OF_FOLDER: dict[str, ContractKind] = {"marts": "mart", "serving": "serving"}
_DEFAULT_MART_ROLES = ("restricted", "analyst")
_FIELD_PROPERTIES = frozenset({
    "unit", "wcoId", "labelVi", "labelEn", "pseudonym",
    "codeList", "codeListSources", "patternSources", "requiredSources", "shownPattern",
    "shownCodes",
})  # fmt: skip
_TABLE_PROPERTIES = frozenset({"orderBy", "roles", "monthColumn"})


@cache
def load_contracts() -> dict[str, Contract]:
    """Return every contract by name, in the order of their names.

    Raises:
        ContractViolationError: A file is not a contract, or two have one name.
    """
    contracts: dict[str, Contract] = {}
    for folder, file in contract_files():
        contract = parse_contract(file.read_text(encoding="utf-8"), folder, file.name)
        if contract.name in contracts:
            message = f"{file.name}: a contract named {contract.name} exists already"
            raise ContractViolationError(message)
        contracts[contract.name] = contract
    return dict(sorted(contracts.items()))


def load_contract(name: str) -> Contract:
    """Return the contract called `name`.

    Raises:
        ContractViolationError: There is no such contract.
    """
    contract = load_contracts().get(name)
    if contract is None:
        message = f"no contract is named {name}"
        raise ContractViolationError(message)
    return contract


def contracts_of(kind: ContractKind) -> tuple[Contract, ...]:
    """Return the contracts of one kind, in the order of their names."""
    return tuple(contract for contract in load_contracts().values() if contract.kind == kind)


def contract_files(root: Traversable | None = None) -> Iterator[tuple[str, Traversable]]:
    """Yield (top folder, file) of every contract below `root` (the packaged ones by default)."""
    base = root or resources.files("data_contracts").joinpath("contracts")
    for folder in _entries(base):
        if folder.is_dir():
            yield from ((folder.name, file) for file in _contract_files_below(folder))


def _contract_files_below(folder: Traversable) -> Iterator[Traversable]:
    for entry in _entries(folder):
        if entry.is_dir():
            yield from _contract_files_below(entry)
        elif entry.name.endswith(SUFFIX):
            yield entry


def _entries(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda entry: entry.name)


def parse_contract(text: str, folder: str, file_name: str) -> Contract:
    """Return the contract in `text`.

    Args:
        text: The YAML document.
        folder: Name of the top folder it lies in, which says its kind.
        file_name: Used in messages, and must be the table's name with the suffix.

    Raises:
        ContractViolationError: The document is not a contract of one table, a fact is missing,
            or a custom property is unknown.
    """
    try:
        document = OpenDataContractStandard(**yaml_mapping(text, file_name))
        return _contract(document, _KIND_OF_FOLDER.get(folder, "bronze"), file_name)
    except (ValidationError, KeyError, ValueError, TypeError) as error:
        message = f"{file_name}: not a usable contract: {error}"
        raise ContractViolationError(message) from error


def yaml_mapping(text: str, file_name: str) -> dict[str, Any]:
    """Return the mapping that the YAML document `text` holds.

    Raises:
        ContractViolationError: The text is no YAML, or no mapping; the message names the file.
    """
    try:
        # The C loader reads the same YAML twelve times faster, and every command loads contracts.
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        message = f"{file_name}: not YAML: {error}"
        raise ContractViolationError(message) from error
    if not isinstance(document, dict):
        message = f"{file_name}: not a YAML mapping"
        raise ContractViolationError(message)
    return document


def _contract(document: OpenDataContractStandard, kind: ContractKind, file_name: str) -> Contract:
    tables = document.schema_ or []
    if len(tables) != 1:
        message = f"{len(tables)} tables, expected one"
        raise ValueError(message)
    table = tables[0]
    name = _present(table.name, "name of the table")
    if f"{name}{SUFFIX}" != file_name:
        message = f"the table is named {name}, the file {file_name}"
        raise ValueError(message)
    properties = _custom(table.customProperties, _TABLE_PROPERTIES)
    description = document.description or Description()
    default_roles = _DEFAULT_MART_ROLES if kind == "mart" else ()
    return Contract(
        name=name,
        domain=_present(document.domain, "domain"),
        version=_present(document.version, "version"),
        status=_present(document.status, "status"),
        purpose=_present(description.purpose, "purpose"),
        limitations=_present(description.limitations, "limitations"),
        kind=kind,
        grain=_split(_present(table.dataGranularityDescription, "dataGranularityDescription")),
        order_by=tuple(properties.get("orderBy", ())),
        fields=tuple(_field(entry) for entry in table.properties or ()),
        roles=tuple(properties.get("roles", default_roles)),
        month_column=properties.get("monthColumn"),
    )


def _field(entry: SchemaProperty) -> Field:
    name = _present(entry.name, "name of a field")
    facts = _custom(entry.customProperties, _FIELD_PROPERTIES)
    options = entry.logicalTypeOptions or {}
    if entry.classification not in get_args(Classification):
        message = f"{name}: classification {entry.classification!r}"
        raise ValueError(message)
    return Field(
        name=name,
        logical_type=_present(entry.logicalType, f"logicalType of {name}"),
        sql_type=_present(entry.physicalType, f"physicalType of {name}"),
        required=bool(entry.required or entry.primaryKey),
        key_position=entry.primaryKeyPosition if entry.primaryKey else None,
        unit=facts.get("unit"),
        classification=cast("Classification", entry.classification),
        wco_id=facts.get("wcoId"),
        label_vi=_present(facts.get("labelVi"), f"labelVi of {name}"),
        label_en=_present(facts.get("labelEn"), f"labelEn of {name}"),
        description=_present(entry.description, f"description of {name}"),
        pattern=options.get("pattern"),
        pattern_sources=tuple(facts.get("patternSources", ())),
        minimum=_decimal(options.get("minimum")),
        maximum=_decimal(options.get("maximum")),
        max_length=options.get("maxLength"),
        code_list=facts.get("codeList"),
        code_list_sources=tuple(facts.get("codeListSources", ())),
        pseudonym=facts.get("pseudonym"),
        required_sources=tuple(facts.get("requiredSources", ())),
        shown_pattern=facts.get("shownPattern"),
        shown_codes=facts.get("shownCodes"),
    )


def _custom(entries: Sequence[CustomProperty] | None, known: frozenset[str]) -> dict[str, Any]:
    found = {entry.property or "": entry.value for entry in entries or ()}
    unknown = sorted(set(found) - known)
    if unknown:
        message = f"unknown custom properties {unknown}"
        raise ValueError(message)
    return found


def _present(value: str | None, what: str) -> str:
    if not value:
        message = f"{what} is missing"
        raise ValueError(message)
    return " ".join(value.split())


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(","))


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
