"""Contracts from their YAML files, read once per process.

A contract names its columns, which `columns.py` knows, and says what differs in it. Its file has
its name; the folder says the kind: `marts/` holds marts, `serving/` what scoring takes and gives,
every other folder, named as its domain, bronze tables.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from data_contracts.columns import Column, Dictionary, Facts, read_dictionary
from data_contracts.errors import ContractViolationError
from data_contracts.model import Agreement, AnswerField, Contract, ContractKind, Field, Listed, Role
from data_contracts.yaml_files import read_yaml, shaped

SUFFIX = ".yaml"
_KIND_OF_FOLDER: dict[str, ContractKind] = {"marts": "mart", "serving": "serving"}
_DEFAULT_MART_ROLES = (Role.RESTRICTED, Role.ANALYST)
_KIND = "kind"
# How a source numbers its changes: nothing that is left to see in what is current.
_NUMBERING = ("sequence_number", "operation_code")


class _Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A check of a request, as `model.Agreement`."""

    fields: tuple[str, ...]
    expected: str
    found: str
    sources: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    within: Decimal | None = None


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contract as it is written.

    Attributes:
        version: Semantic version.
        purpose: What the table is for.
        limitations: What a reader must know before trusting it.
        grain: Columns that identify a row; each is required.
        order: The column that orders the records of one key, a whole number, a day or a moment:
            what is said of a thing later has more of it. Not said, it is the number of the change
            (`sequence_number`), where the table has it, else the receipt.
        domain: Subject area, where the folder does not say it.
        roles: Releases that carry a mart.
        month: Column by which a mart is cut into month files.
        required: Further columns that are never null.
        required_of: Columns that a source system must fill, though they may be null.
        bare: Whether landing keeps, and this table refuses, text with blanks around it or invisible
            characters in it; people's free text may have both.
        view_of: The contract whose current rows this mart shows, a mart of all versions or a bronze
            table: it has its columns but those that number its changes, and its SQL is derived.
        fields: Columns in their order: a name, `kind: NAME` for those of a kind of record, or
            either with what differs; of a view only what differs.
        answer: Fields of the JSON object that says a row: a column, `NAME: COLUMN` where it has
            another name there, `NAME: [X]` for the list of the rows of contract X, or of the texts
            of column X.
        agreement: Checks of a request by their names, in the order in which they are made.
    """

    version: str
    purpose: str
    limitations: str
    grain: tuple[str, ...]
    order: tuple[str, ...] = ()
    domain: str | None = None
    roles: tuple[Role, ...] | None = None
    month: str | None = None
    required: tuple[str, ...] = ()
    required_of: dict[str, tuple[str, ...]] = {}
    bare: bool = False
    view_of: str | None = None
    fields: tuple[str | dict[str, Any], ...] = ()
    answer: tuple[str | dict[str, str | tuple[str]], ...] = ()
    agreement: dict[str, _Agreement] = {}


class _Trait(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds of every record of some sources."""

    text: str
    sources: list[str]


@cache
def load_dictionary() -> Dictionary:
    """Return the dictionary of columns.

    Raises:
        ContractViolationError: A file is not of its form.
    """
    return read_dictionary(resources.files("data_contracts"))


@cache
def load_contracts() -> dict[str, Contract]:
    """Return every contract by name, in the order of their names.

    Raises:
        ContractViolationError: A file is not a contract, or two have one name.
    """
    return read_contracts(resources.files("data_contracts"))


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


@cache
def load_source_traits() -> dict[str, list[str]]:
    """Return what holds of every record of a source: the sources by the name of the trait.

    Raises:
        ContractViolationError: The file is not of its form.
    """
    file = resources.files("data_contracts").joinpath(f"source_traits{SUFFIX}")
    traits = shaped(read_yaml(file), dict[str, _Trait], file.name)
    return {name: trait.sources for name, trait in traits.items()}


def contracts_of(kind: ContractKind) -> tuple[Contract, ...]:
    """Return the contracts of one kind, in the order of their names."""
    return tuple(contract for contract in load_contracts().values() if contract.kind == kind)


def read_contracts(root: Traversable) -> dict[str, Contract]:
    """Return every contract of a folder that holds `fields/`, `record_kinds.yaml`, `contracts/`.

    Raises:
        ContractViolationError: A file is not of its form, or two contracts have one name.
    """
    dictionary = read_dictionary(root)
    tables: dict[str, tuple[str, _Table]] = {}
    for folder in root.joinpath("contracts").iterdir():
        for file in folder.iterdir() if folder.is_dir() else ():
            name = file.name.removesuffix(SUFFIX)
            if name in tables:
                message = f"{file.name}: a contract named {name} is in {tables[name][0]}/ too"
                raise ContractViolationError(message)
            tables[name] = (folder.name, shaped(read_yaml(file), _Table, file.name))
    # What is wrong with a table is told of it, not of its view.
    order = sorted(tables, key=lambda name: tables[name][1].view_of is not None)
    columns = {name: _columns(name, tables, dictionary) for name in order}
    return {name: _contract(name, *tables[name], columns[name]) for name in sorted(tables)}


def _columns(
    name: str, tables: Mapping[str, tuple[str, _Table]], dictionary: Dictionary
) -> dict[str, Column]:
    """Return the columns of a contract in their order."""
    try:
        return {
            column: dictionary.column(column, *differing)
            for column, differing in _differing(tables[name][1], tables, dictionary).items()
        }
    except ContractViolationError as error:
        message = f"{name}{SUFFIX}: {error}"
        raise ContractViolationError(message) from error


def _differing(
    table: _Table, tables: Mapping[str, tuple[str, _Table]], dictionary: Dictionary
) -> dict[str, tuple[Facts, ...]]:
    """Return what differs in each column of a contract; a view has what its origin differs in."""
    own = _taken(table, dictionary)
    if table.view_of is None:
        return {column: (facts,) for column, facts in own.items()}
    if table.view_of not in tables:
        message = f"it is a view of {table.view_of}, and no contract is named so"
        raise ContractViolationError(message)
    hidden = {*dictionary.kinds["version_history"], *_NUMBERING}
    origin = _taken(tables[table.view_of][1], dictionary)
    shown = {column: facts for column, facts in origin.items() if column not in hidden}
    if unknown := sorted(own.keys() - shown.keys()):
        message = f"{table.view_of} has no columns {unknown}"
        raise ContractViolationError(message)
    return {column: (facts, own.get(column, {})) for column, facts in shown.items()}


def _taken(table: _Table, dictionary: Dictionary) -> dict[str, Facts]:
    """Return the columns that a contract names, each with what differs in it."""
    taken: dict[str, Facts] = {}
    for column, facts in _named(table, dictionary):
        if not isinstance(facts, Mapping):
            message = f"fields: {column}: expected a mapping of what differs, found {facts}"
            raise ContractViolationError(message)
        if column in taken:
            message = f"fields: expected each column once, found {column} twice"
            raise ContractViolationError(message)
        taken[column] = facts
    return taken


def _named(table: _Table, dictionary: Dictionary) -> Iterator[tuple[str, Any]]:
    for entry in table.fields:
        if isinstance(entry, str):
            yield entry, {}
        elif _KIND in entry:
            if entry[_KIND] not in dictionary.kinds:
                message = f"no kind of record is named {entry[_KIND]}"
                raise ContractViolationError(message)
            columns = dictionary.kinds[entry[_KIND]]
            if unknown := sorted(entry.keys() - {_KIND, *columns}):
                message = f"a {entry[_KIND]} has no columns {unknown}"
                raise ContractViolationError(message)
            for column in columns:
                yield column, entry.get(column, {})
        else:
            yield from entry.items()


def _contract(name: str, folder: str, table: _Table, columns: Mapping[str, Column]) -> Contract:
    kind = _KIND_OF_FOLDER.get(folder, "bronze")
    agreeing = [column for said in table.agreement.values() for column in said.fields]
    binding = sum(table.required_of.values(), ())
    missing = {*table.grain, *table.required, *binding, *agreeing} - set(columns)
    if missing:
        message = f"{name}{SUFFIX}: it requires columns that it has not: {sorted(missing)}"
        raise ContractViolationError(message)
    return Contract(
        name=name,
        domain=table.domain or folder,
        version=table.version,
        purpose=table.purpose,
        limitations=table.limitations,
        kind=kind,
        grain=table.grain,
        order_by=table.order or _number_of_change(kind, columns),
        fields=tuple(_field(column, columns[column], table, kind) for column in columns),
        roles=tuple(map(str, table.roles or (_DEFAULT_MART_ROLES if kind == "mart" else ()))),
        month_column=table.month,
        view_of=table.view_of,
        answer=tuple(_answer(table.answer)),
        agreement=tuple(
            Agreement(name=check, **msgspec.structs.asdict(said))
            for check, said in table.agreement.items()
        ),
    )


def _number_of_change(kind: ContractKind, columns: Mapping[str, Column]) -> tuple[str, ...]:
    return ("sequence_number",) if kind == "bronze" and "sequence_number" in columns else ()


def _answer(written: tuple[str | dict[str, str | tuple[str]], ...]) -> Iterator[AnswerField]:
    for entry in written:
        for name, source in (entry if isinstance(entry, dict) else {entry: entry}).items():
            if isinstance(source, str):
                yield AnswerField(name, source, is_list=False)
            else:
                yield AnswerField(name, source[0], is_list=True)


def _listed(column: Column) -> Listed | None:
    if column.listed is None:
        return None
    head = column.listed.head or column.label
    note = column.listed.en or column.text.removesuffix(".")
    return Listed(head.vi, head.en, column.listed.vi, note, column.listed.width)


def _field(name: str, column: Column, table: _Table, kind: ContractKind) -> Field:
    """Return a column as the contract has it: marts are shown, all else is checked."""
    key_position = table.grain.index(name) + 1 if name in table.grain else None
    check, shown = (None, column.shown) if kind == "mart" else (column.check, None)
    return Field(
        name=name,
        sql_type=column.type,
        required=key_position is not None or name in table.required,
        required_sources=tuple(
            source for source, names in table.required_of.items() if name in names
        ),
        key_position=key_position,
        unit=column.unit,
        classification=column.classification,
        wco_id=column.wco,
        label_vi=column.label.vi,
        label_en=column.label.en,
        description=column.text,
        pattern=check.pattern if check else None,
        pattern_sources=check.pattern_binds if check else (),
        minimum=check.minimum if check else None,
        maximum=check.maximum if check else None,
        maximum_of=tuple(check.maximum_of.items()) if check else (),
        first_year=check.first_year if check else None,
        is_bare=table.bare,
        max_length=check.max_length if check else None,
        code_list=check.codes if check else shown.codes if shown else None,
        code_list_sources=check.codes_bind if check else (),
        pseudonym=column.pseudonym,
        shown_pattern=shown.pattern if shown else None,
        shown_codes=shown.also_codes if shown else None,
        listed=_listed(column),
    )
