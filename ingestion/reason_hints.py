"""What helps to mend a record in quarantine: the source's column, and what the contract expects.

Never the value: the record itself stands beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from data_contracts.rules import Rule, rules_at
from ingestion.sources.catalog import UnknownSourceError, find_source
from ingestion.sources.mapping_query import own_reasons
from ingestion.sources.outside_tables import OutsideSource, OutsideTable
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
    columns = tuple(_columns(table, reason.field)) if table else ()
    own = own_reasons(outside, table) if outside and table else frozenset()
    broken = rules_at(contract.field(reason.field), record.source)
    if f"{reason.code}:{reason.field}" in own:
        broken = ()
    # Of two of a kind the later one binds fewer sources and allows less.
    told = {rule.kind: rule for rule in broken if rule.code == reason.code}.values()
    return Hint(
        columns=columns,
        expected_vi=_in_words((rule.expected_vi, rule) for rule in told),
        expected_en=_in_words((rule.expected, rule) for rule in told),
    )


def _outside_source(name: str, home: Path) -> OutsideSource | None:
    try:
        return find_source(name, home).outside
    except (UnknownSourceError, ContractViolationError):
        return None


def _outside_table(source: OutsideSource, record: Record) -> OutsideTable | None:
    """Return the outside table of a record, which the name of its file may tell."""
    filling = [one for one in source.tables.values() if one.contract_name == record.table_name]
    named = [table for table in filling if table.file == source.word_of(record.file)]
    return named[0] if named else None


def _columns(table: OutsideTable, field: str) -> Iterator[str]:
    """Yield the source's columns that fill a field, but one that is called as it is."""
    for column in table.columns:
        how = column.fills.get(field)
        if how is not None and column.name != field:
            yield column.name
            yield from filter(None, [how.tax_line])


def _in_words(rules: Iterable[tuple[str, Rule]]) -> str:
    """Return what rules say, each thing once, and of a list its first codes."""
    told = (
        f"{words}: {_listed(rule)}" if rule.kind == "one_of" else words for words, rule in rules
    )
    return "; ".join(dict.fromkeys(told))


def _listed(rule: Rule) -> str:
    codes = sorted(rule.wanted)
    return ", ".join([*codes[:_LISTED_CODES], *["…"][: len(codes) > _LISTED_CODES]])
