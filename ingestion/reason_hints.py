"""What helps to mend a record in quarantine: the source's column, and what the contract expects.

Never the value: the record itself stands beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from data_contracts.code_lists import code_list
from data_contracts.loading import load_contract
from data_contracts.model import Field
from ingestion.sources.catalog import UnknownSourceError, find_source
from ingestion.sources.mapping_query import own_reasons
from ingestion.sources.outside_tables import OutsideSource, OutsideTable
from ingestion.sources.tables import first_word
from warehouse.quarantine import Reason, Record

_LISTED_CODES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """About one reason of one record.

    Attributes:
        columns: Columns of the source that fill the field; empty where they are called as it is.
        expected_vi: What the contract expects of the field, in Vietnamese; empty where the reason
            says it all, or where the source has a stricter rule of its own.
        expected_en: The same in English.
    """

    columns: tuple[str, ...]
    expected_vi: str
    expected_en: str


def hint(record: Record, reason: Reason, home: Path) -> Hint:
    """Return what helps with a reason of a record; `home` may have sources of its own."""
    contract = load_contract(record.table_name)
    if reason.field not in contract.names:
        return Hint(columns=(), expected_vi="", expected_en="")
    outside = _outside_source(record.source, home)
    table = _outside_table(outside, record) if outside else None
    is_of_source = False
    columns: tuple[str, ...] = ()
    if outside and table:
        columns = tuple(_columns(table, reason.field))
        is_of_source = f"{reason.code}:{reason.field}" in own_reasons(outside, table)
    expected = (
        []
        if is_of_source
        else list(_expected(contract.field(reason.field), reason.code, record.source))
    )
    return Hint(
        columns=columns,
        expected_vi="; ".join(vi for vi, _ in expected),
        expected_en="; ".join(en for _, en in expected),
    )


def _outside_source(name: str, home: Path) -> OutsideSource | None:
    try:
        return find_source(name, home).outside
    except UnknownSourceError:
        return None


def _outside_table(source: OutsideSource, record: Record) -> OutsideTable | None:
    """Return the outside table of a record, which the name of its file may tell."""
    filling = [one for one in source.tables.values() if one.contract_name == record.table_name]
    word = first_word(record.file.rsplit("/", 1)[-1])
    named = [table for table in filling if source.is_any_name or table.file == word]
    return named[0] if named else None


def _columns(table: OutsideTable, field: str) -> Iterator[str]:
    """Yield the source's columns that fill a field, but one that is called as it is."""
    for column in table.columns:
        how = column.fills.get(field)
        if how is not None and column.name != field:
            yield column.name
            yield from filter(None, [how.tax_line])


def _expected(field: Field, code: str, source: str) -> Iterator[tuple[str, str]]:
    if code == "E_PATTERN" and field.pattern is not None:
        yield f"mẫu {field.pattern}", f"pattern {field.pattern}"
    if code == "E_RANGE" and field.minimum is not None:
        yield f"từ {_plain(field.minimum)}", f"from {_plain(field.minimum)}"
    maximum = dict(field.maximum_of).get(source, field.maximum)
    if code == "E_RANGE" and maximum is not None:
        yield f"đến {_plain(maximum)}", f"to {_plain(maximum)}"
    if code == "E_LENGTH" and field.max_length is not None:
        yield f"tối đa {field.max_length} ký tự", f"at most {field.max_length} characters"
    if code == "E_CODE" and field.code_list is not None:
        codes = [entry.code for entry in code_list(field.code_list)]
        listed = ", ".join(codes[:_LISTED_CODES]) + (", …" if len(codes) > _LISTED_CODES else "")
        yield f"danh mục {field.code_list}: {listed}", f"list {field.code_list}: {listed}"


def _plain(number: Decimal) -> str:
    return f"{number:f}"
