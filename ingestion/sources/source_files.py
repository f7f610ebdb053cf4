"""Sources from their YAML files: how files are written and, by table, outside column → field.

A `!` after a column says that a file must have it and a record must fill it.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Literal

import msgspec

from data_contracts.code_lists import column_of, crosswalk_names
from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from data_contracts.office_time import OFFICE_TIME_ZONE
from data_contracts.yaml_files import read_yaml, shaped
from ingestion.sources.outside_tables import (
    EXTRAS,
    TCVN3,
    Filling,
    Form,
    OutsideColumn,
    OutsideSource,
    OutsideTable,
    Take,
)

SUFFIX = ".yaml"

_REQUIRED = "!"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
# Of relations that conform makes beside the raw rows.
_TAKEN_NAMES = frozenset({"mapped_rows", "mapped", "checked", "origin", "cut_field", "verdict"})

_Columns = dict[str, str | dict[str, Take | Filling]]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table as it is written.

    Attributes:
        contract: Table that it fills; the one of its own name where none is named.
        file: First word of its files' names; its own name where none is named.
        rows: Path of the list whose elements are its rows, where a record holds many.
        constants: Fields that have one value in all records.
        columns: Column, or path in a nested record, with what it fills: a field, or fields each
            with how.
    """

    contract: str | None = None
    file: str | None = None
    rows: str | None = None
    constants: dict[str, str] = {}
    columns: _Columns = {}


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source as it is written; what the fields mean stands at `OutsideSource`."""

    zone: str = OFFICE_TIME_ZONE
    forms: tuple[Form, ...] = ("csv", "parquet")
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    file: Literal["first_word", "any"] = "first_word"
    month_in_name: str | None = None
    complete: bool = False
    columns: _Columns = {}
    tables: dict[str, _Table] = {}
    without_contract: tuple[str, ...] = ()


def read_source(file: Traversable) -> OutsideSource:
    """Return the source that a YAML file describes.

    Raises:
        ContractViolationError: The file is not of the form.
    """
    name = file.name.removesuffix(SUFFIX)
    written = shaped(read_yaml(file), _Source, file.name)
    is_any_name = written.file == "any"
    return OutsideSource(
        name=name,
        zone=written.zone,
        forms=written.forms,
        delimiter=written.delimiter,
        encoding=written.encoding,
        decimal=written.decimal,
        is_any_name=is_any_name,
        month_in_name=written.month_in_name,
        is_complete=written.complete,
        tables={
            of: _table(of, table, written, name if is_any_name else table.file or of)
            for of, table in written.tables.items()
        },
        without_contract=written.without_contract,
    )


def check(source: OutsideSource) -> None:
    """Hold what the file says against the contracts.

    Raises:
        ContractViolationError: It names what is not there, or contradicts itself.
    """
    problems = chain(_writing_problems(source), _table_problems(source), _filling_problems(source))
    for problem in problems:
        message = f"{source.name}{SUFFIX}: {problem}"
        raise ContractViolationError(message)


def _writing_problems(source: OutsideSource) -> Iterator[str]:
    for name in (source.name, *source.tables):
        if not _NAME.fullmatch(name):
            yield f"{name!r} is no name: expected small letters, digits and _"
        if name in _TAKEN_NAMES:
            yield f"the name {name} is taken"
    if len(source.delimiter) != 1 or not source.delimiter.isascii() or source.delimiter in '"\r\n':
        yield f"{source.delimiter!r} is no delimiter: expected one ASCII character, no quote"
    if not source.utc_offset:
        yield f"there is no zone {source.zone} whose clocks never change"
    if source.encoding != TCVN3 and not _is_encoding(source.encoding):
        yield f"there is no encoding {source.encoding}"


def _filling_problems(source: OutsideSource) -> Iterator[str]:
    units = column_of("mass_unit", "kg")
    for table in source.tables.values():
        for column in table.columns:
            for how in column.fills.values():
                if how.mass is not None and how.mass not in units:
                    yield f"{table.name}: there is no unit of mass {how.mass}"
                if isinstance(how.crosswalk, str) and how.crosswalk not in crosswalk_names():
                    yield f"{table.name}: there is no crosswalk {how.crosswalk}"


def _table_problems(source: OutsideSource) -> Iterator[str]:
    for table in source.tables.values():
        known = {*table.contract.names, EXTRAS}
        filled = {field for column in table.columns for field in column.fills}
        if unknown := sorted({*filled, *table.constants} - known):
            yield f"{table.name}: {table.contract_name} has no fields {unknown}"
        names = [column.name.lower() for column in table.columns]
        if len(set(names)) != len(names):
            yield f"{table.name}: two columns differ in nothing but capitals"
        if sum(column.exploded is not None for column in table.columns) > 1:
            yield f"{table.name}: two columns explode"
    for word, tables in source.tables_of_file.items():
        if len({table.contract_name for table in tables}) != len(tables):
            yield f"{word}: two tables of one file fill one contract"


def _table(name: str, table: _Table, source: _Source, file: str) -> OutsideTable:
    contract_name = table.contract or name
    common = {name: fills for name, fills in source.columns.items() if name not in table.columns}
    columns = {**table.columns, **common}
    if "wco_dec" in source.forms:
        # The message reader names its columns as the contract does.
        fields = (field for field in load_contract(contract_name).names if field != "source_system")
        columns = {**{field: field for field in fields}, **columns}
    outside = tuple(_column(written, fills) for written, fills in columns.items())
    is_flat = {"csv", "parquet"}.issuperset(source.forms)
    is_shared = is_flat and not any(column.exploded for column in outside)
    return OutsideTable(
        name=name,
        file=file,
        raw_name=file if is_shared else name,
        contract_name=contract_name,
        rows=tuple(table.rows.split(".")) if table.rows else (),
        constants=table.constants,
        columns=outside,
    )


def _column(written: str, fills: str | dict[str, Take | Filling]) -> OutsideColumn:
    by_field = {fills: Filling()} if isinstance(fills, str) else fills
    return OutsideColumn(
        name=unicodedata.normalize("NFC", written.removesuffix(_REQUIRED)),
        is_required=written.endswith(_REQUIRED),
        fills={
            field: how if isinstance(how, Filling) else Filling(take=how)
            for field, how in by_field.items()
        },
    )


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
