"""Sources from their YAML files: how files are written and, by table, outside column → field.

A `!` after a column says that a file must have it and a record must fill it.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Annotated, Literal, NamedTuple

import msgspec

from data_contracts.code_lists import column_of, crosswalk_names
from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from data_contracts.office_time import OFFICE_TIME_ZONE
from data_contracts.rules import rules_at
from data_contracts.text_forms import CLEAN_CODE, is_pattern
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
_DELIMITER = re.compile(r'[\t -~](?<!")')
# Of relations that conform makes beside the raw rows.
_TAKEN_COLUMNS = frozenset({"record_number", LINE_NUMBER, EXTRAS, "further_content"})
_TAKEN_NAMES = frozenset({"mapped_rows", "mapped", "checked", "origin", "cut_field", "verdict"})

# What these take is a time.
_TIMES = frozenset({"local_instant", "epoch_ms"})

_Columns = dict[str, str | dict[str, Take | Filling]]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table as it is written.

    Attributes:
        contract: Table that it fills; the one of its own name where none is named.
        file: First words of its files' names; its own name where none is named.
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
    forms: Annotated[tuple[Form, ...], msgspec.Meta(min_length=1)] = ("csv", "parquet")
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    file: Literal["first_words", "any"] = "first_words"
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
        encoding=_codec(written.encoding) or written.encoding,
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
    for problem in chain(
        _name_problems(source), _writing_problems(source), _table_problems(source)
    ):
        yield f"{source.name}{SUFFIX}: {problem}"


def _name_problems(source: OutsideSource) -> Iterator[str]:
    words = [table.file for table in source.tables.values()]
    for name in dict.fromkeys((source.name, *source.tables, *words, *source.without_contract)):
        if not _NAME.fullmatch(name):
            yield f"{name!r} is no name: expected 2 to 41 small letters, digits and _"
        if name in _TAKEN_NAMES:
            yield f"the name {name} is taken"
    for word in sorted({*words} & {*source.without_contract}):
        yield f"{word}: a table has its files, which without_contract says nobody holds"


def _writing_problems(source: OutsideSource) -> Iterator[str]:
    if not _DELIMITER.fullmatch(source.delimiter):
        yield f"{source.delimiter!r} is no delimiter: expected one ASCII sign or a tab, no quote"
    if not source.utc_offset:
        yield (
            f"there is no zone {source.zone} whose clocks never change: "
            f"expected one such as {OFFICE_TIME_ZONE}"
        )
    if source.encoding != TCVN3 and _codec(source.encoding) is None:
        yield f"there is no encoding {source.encoding}"
    yield from _form_problems(source)


def _form_problems(source: OutsideSource) -> Iterator[str]:
    """Yield what is said of delimited text, or of any text, and would be said to no one."""
    usual, forms = _Source(), ", ".join(source.forms)
    if source.delimiter != usual.delimiter and "csv" not in source.forms:
        yield f"delimiter: there is no delimited text where forms are {forms}"
    if source.encoding != usual.encoding and not {"csv", "jsonl"}.intersection(source.forms):
        yield f"encoding: there is no text of another one where forms are {forms}"
    if source.decimal != usual.decimal and not _is_flat(source.forms):
        yield f"decimal: expected . where forms are {forms}"


def _table_problems(source: OutsideSource) -> Iterator[str]:
    for table in source.tables.values():
        try:
            load_contract(table.contract_name)
        except ContractViolationError as error:
            yield f"{table.name}: {error}"
            continue
        found = chain(
            _row_problems(source, table),
            _column_problems(source, table),
            _field_problems(source, table),
            *(_filling_problems(source, table, one) for one in _fillings(table)),
        )
        yield from (f"{table.name}: {problem}" for problem in found)
    for word, tables in source.tables_of_file.items():
        if len({table.contract_name for table in tables}) != len(tables):
            yield f"{word}: two tables of one file fill one contract"


def _row_problems(source: OutsideSource, table: OutsideTable) -> Iterator[str]:
    way = ".".join(table.rows)
    if table.rows and _is_flat(source.forms):
        yield f"rows: there are no lists in {', '.join(source.forms)}"
    elif table.rows and not any(f"{one.name}.".startswith(f"{way}.") for one in table.columns):
        yield f"rows: no column is of the list {way}"
    exploded = {(one.column.name, one.how.exploded) for one in _fillings(table) if one.how.exploded}
    if len(exploded) > 1:
        yield "two columns or separators explode"
    joined = {(one.column.name, one.how.joined) for one in _fillings(table) if one.how.joined}
    joined |= {(one.field, one.how.joined) for one in _fillings(table) if one.how.joined}
    for name, count in Counter(name for name, _ in joined).items():
        if count > 1:
            yield f"{name} is joined in two ways"


def _column_problems(source: OutsideSource, table: OutsideTable) -> Iterator[str]:
    for column in table.columns:
        takes = {how.take for how in column.fills.values()}
        if "version_digit" in takes and "base_number" not in takes:
            yield f"{column.name}: expected a field of its base number too, beside its version"
        if not column.fills:
            yield f"{column.name} fills nothing: expected a field, or {EXTRAS}"
        if not column.name or not re.fullmatch(CLEAN_CODE, column.name):
            yield f"{column.name!r} is no column: expected visible characters"
    names = [column.name.lower() for column in table.columns]
    of_name = {source.month_in_name} if source.month_in_name else set()
    if taken := sorted((_TAKEN_COLUMNS | of_name).intersection(names)):
        yield f"the lake has columns {taken} of its own beside those of the file"
    if len(set(names)) != len(names):
        yield "two columns differ in nothing but capitals"


def _field_problems(source: OutsideSource, table: OutsideTable) -> Iterator[str]:
    contract = table.contract
    if contract.kind != "bronze":
        yield f"{contract.name} is made by the lake, no source sends it"
        return
    fills = _fillings(table)
    of_name = [source.month_in_name] if source.month_in_name else []
    filled = [*(one.field for one in fills), *table.constants, *of_name]
    # Nobody speaks as another source, and no text but a column's is content beside the fields.
    known = {*contract.names} - {"source_system"}
    of_columns = {one.field for one in fills} - {EXTRAS}
    if unknown := sorted({*of_columns, *table.constants, *of_name} - known):
        yield f"{contract.name} has no fields {unknown} that a source fills"
    apart = {one.field for one in fills if not one.how.member and one.how.joined is None}
    twice = {name for name, count in Counter(filled).items() if count > 1} - {EXTRAS}
    for name in sorted(twice & {*apart, *table.constants, *of_name}):
        yield f"{name} is filled twice: expected one column, or `joined` or `member` in each"
    for field in contract.fields:
        must_be = field.required or source.name in field.required_sources
        if must_be and field.name not in {*filled, "source_system"}:
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
    yield from _mass_problems(table, one)
    yield from _written_problems(table, one)
    if isinstance(how.crosswalk, str) and how.crosswalk not in crosswalk_names():
        yield f"there is no crosswalk {how.crosswalk}"
        return
    if how.crosswalk == {}:
        yield f"{one.column.name}: a crosswalk names no code"
    for code in sorted({*how.our_codes.values()}):
        yield from _value_problems(source, table, one.field, code)
    if how.pattern is not None and not is_pattern(how.pattern):
        yield f"{how.pattern!r} is no regular expression, or not to RE2 and to Python both"
    if how.when and not how.codes:
        yield f"{one.column.name}: `when` says which records `codes` binds, and there are no codes"
    if how.otherwise is not None and not how.member and how.joined is None:
        yield from _value_problems(source, table, one.field, how.otherwise)
    looked_at = {*how.when, *([how.tax_line] if how.tax_line is not None else [])}
    if missing := sorted(looked_at - {column.name for column in table.columns}):
        yield f"{one.column.name}: there are no columns {missing} to look at"


def _mass_problems(table: OutsideTable, one: _Fill) -> Iterator[str]:
    unit = one.how.mass
    if unit is not None and unit not in column_of("mass_unit", "kg"):
        yield f"there is no unit of mass {unit}"
    is_mass = one.field in table.contract.names and table.contract.field(one.field).unit == "kg"
    if not is_mass and (unit is not None or one.how.take == "kilograms"):
        yield f"{one.column.name}: expected a mass in kg, found {one.field}"


def _table(name: str, table: _Table, source: _Source, file: str) -> OutsideTable:
    contract_name = table.contract or name
    common = {name: fills for name, fills in source.columns.items() if name not in table.columns}
    columns = {**table.columns, **common}
    if "wco_dec" in source.forms:
        # The message reader names its columns as the contract does.
        fields = (field for field in load_contract(contract_name).names if field != "source_system")
        columns = {**{field: field for field in fields}, **columns}
    outside = tuple(_column(written, fills) for written, fills in columns.items())
    return OutsideTable(
        name=name,
        file=file,
        contract_name=contract_name,
        rows=tuple(table.rows.split(".")) if table.rows else (),
        constants=table.constants,
        columns=outside,
    )


def _column(written: str, fills: str | dict[str, Take | Filling]) -> OutsideColumn:
    by_field = {fills: Filling()} if isinstance(fills, str) else fills
    return OutsideColumn(
        name=written.removesuffix(_REQUIRED),
        is_required=written.endswith(_REQUIRED),
        fills={
            field: how if isinstance(how, Filling) else Filling(take=how)
            for field, how in by_field.items()
        },
    )


def _is_flat(forms: tuple[Form, ...]) -> bool:
    return {"csv", "parquet"}.issuperset(forms)


def _codec(name: str) -> str | None:
    """Return what an encoding of text is called among its many names; None where it is none."""
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return codecs.lookup(name).name


def _written_problems(table: OutsideTable, one: _Fill) -> Iterator[str]:
    written, take = one.how.written, one.how.take
    if written is not None and not _is_form(written):
        yield f"{written!r} does not say once where each part of a day stands"
    kinds = {field.logical_type for field in table.contract.fields if field.name == one.field}
    if (written is not None or take in _TIMES) and not kinds <= {"date", "timestamp"}:
        yield f"{one.column.name}: expected a field of a day or a time, found {one.field}"
    if written is not None and take == "epoch_ms":
        yield f"{one.column.name}: milliseconds are not written as {written}"


def _is_form(written: str) -> bool:
    parts, between = WRITTEN_PART.findall(written), "".join(WRITTEN_PART.split(written))
    is_once = "YYYY" in parts and len({*parts}) == len(parts)
    return is_once and not re.search("[A-SU-Za-z]", between)
