"""Sources from their YAML files: how files are written and, by table, outside column → field.

A `!` after a column says that a file must have it and a record must fill it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Literal, NamedTuple

import msgspec

from data_contracts.code_lists import column_of, crosswalk_names
from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from data_contracts.office_time import OFFICE_TIME_ZONE
from data_contracts.rules import rules_at
from data_contracts.text_forms import is_pattern
from data_contracts.to_python import judge_of, one_form
from data_contracts.yaml_files import read_yaml, shaped
from ingestion.sources.outside_tables import (
    EXTRAS,
    TCVN3,
    WRITTEN_PART,
    Filling,
    Form,
    OutsideColumn,
    OutsideSource,
    OutsideTable,
    Take,
)
from ingestion.sources.raw_rows import LINE_NUMBER

SUFFIX = ".yaml"

_REQUIRED = "!"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
# Of relations that conform makes beside the raw rows.
_TAKEN_COLUMNS = frozenset({"record_number", LINE_NUMBER, EXTRAS, "further_content"})
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
    for problem in problems(source):
        raise ContractViolationError(problem)


def problems(source: OutsideSource) -> Iterator[str]:
    """Yield what the file says that cannot be, with the file's name."""
    for problem in chain(_writing_problems(source), _table_problems(source)):
        yield f"{source.name}{SUFFIX}: {problem}"


def _writing_problems(source: OutsideSource) -> Iterator[str]:
    for name in (source.name, *source.tables):
        if not _NAME.fullmatch(name):
            yield f"{name!r} is no name: expected 2 to 41 small letters, digits and _"
        if name in _TAKEN_NAMES:
            yield f"the name {name} is taken"
    if len(source.delimiter) != 1 or not source.delimiter.isascii() or source.delimiter in '"\r\n':
        yield f"{source.delimiter!r} is no delimiter: expected one ASCII character, no quote"
    if not source.utc_offset:
        yield f"there is no zone {source.zone} whose clocks never change"
    if source.encoding != TCVN3 and not _is_encoding(source.encoding):
        yield f"there is no encoding {source.encoding}"


def _table_problems(source: OutsideSource) -> Iterator[str]:
    for table in source.tables.values():
        found = chain(
            _column_problems(table),
            _field_problems(source, table),
            *(_filling_problems(source, table, one) for one in _fillings(table)),
        )
        yield from (f"{table.name}: {problem}" for problem in found)
    for word, tables in source.tables_of_file.items():
        if len({table.contract_name for table in tables}) != len(tables):
            yield f"{word}: two tables of one file fill one contract"


def _column_problems(table: OutsideTable) -> Iterator[str]:
    names = [column.name.lower() for column in table.columns]
    if taken := sorted(_TAKEN_COLUMNS.intersection(names)):
        yield f"the lake has columns {taken} of its own beside those of the file"
    if len(set(names)) != len(names):
        yield "two columns differ in nothing but capitals"
    if sum(column.exploded is not None for column in table.columns) > 1:
        yield "two columns explode"


def _field_problems(source: OutsideSource, table: OutsideTable) -> Iterator[str]:
    contract = table.contract
    if contract.kind != "bronze":
        yield f"{contract.name} is made by the lake, no source sends it"
        return
    fills = _fillings(table)
    filled = [*(one.field for one in fills), *table.constants]
    # Nobody speaks as another source.
    if unknown := sorted({*filled} - {*contract.names, EXTRAS} | {*filled} & {"source_system"}):
        yield f"{contract.name} has no fields {unknown} that a source fills"
    apart = {one.field for one in fills if not one.how.member and one.how.joined is None}
    twice = {name for name, count in Counter(filled).items() if count > 1} - {EXTRAS}
    for name in sorted(twice & {*apart, *table.constants}):
        yield f"{name} is filled twice: expected one column, or `joined` or `member` in each"
    known = {*filled, source.month_in_name, "source_system"}
    for field in contract.fields:
        must_be = field.required or source.name in field.required_sources
        if must_be and field.name not in known:
            yield f"no column fills {field.name}, which {contract.name} requires"
    for name, text in table.constants.items():
        yield from _value_problems(source, table, name, text)


def _value_problems(
    source: OutsideSource, table: OutsideTable, name: str, text: str
) -> Iterator[str]:
    """Yield what the contract says against a value that stands in the file."""
    if name not in table.contract.names:
        return
    field = table.contract.field(name)
    if broken := judge_of(field, rules_at(field, source.name))(one_form(field, text)):
        yield f"{text!r} can be no {name}: expected {broken.expected}"


class _Fill(NamedTuple):
    column: OutsideColumn
    field: str
    how: Filling


def _fillings(table: OutsideTable) -> list[_Fill]:
    return [
        _Fill(column, field, how) for column in table.columns for field, how in column.fills.items()
    ]


def _filling_problems(source: OutsideSource, table: OutsideTable, one: _Fill) -> Iterator[str]:
    how = one.how
    if how.mass is not None and how.mass not in column_of("mass_unit", "kg"):
        yield f"there is no unit of mass {how.mass}"
    if isinstance(how.crosswalk, str) and how.crosswalk not in crosswalk_names():
        yield f"there is no crosswalk {how.crosswalk}"
        return
    if how.crosswalk == {}:
        yield f"{one.column.name}: a crosswalk names no code"
    for code in sorted({*how.our_codes.values()}):
        yield from _value_problems(source, table, one.field, code)
    if how.pattern is not None and not is_pattern(how.pattern):
        yield f"{how.pattern!r} is no regular expression of RE2"
    if how.written is not None and not _is_form(how.written):
        yield f"{how.written!r} does not say once where each part of a day stands"
    if missing := sorted({*how.when} - {column.name for column in table.columns}):
        yield f"{one.column.name}: there are no columns {missing} to look at"


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
        "".encode(name)
    except LookupError:
        return False
    return True


def _is_form(written: str) -> bool:
    parts = WRITTEN_PART.findall(written)
    return "YYYY" in parts and len({*parts}) == len(parts)
