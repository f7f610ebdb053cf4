"""What helps to mend a record in quarantine: the source's column, and what the contract expects.

Never the value: the record itself stands beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from sqlglot import exp, parse_one

from data_contracts.code_lists import code_list
from data_contracts.loading import load_contract
from data_contracts.model import Field
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


def hint(record: Record, reason: Reason) -> Hint:
    """Return what helps with a reason of a record."""
    contract = load_contract(record.table_name)
    if reason.field not in contract.names:
        return Hint(columns=(), expected_vi="", expected_en="")
    file = record.file.rsplit("/", 1)[-1]
    named = _columns(record.source, first_word(file)) or _columns(record.source, contract.name)
    is_of_source = f"{reason.code}:{reason.field}" in (
        _own_reasons(record.source, first_word(file)) | _own_reasons(record.source, contract.name)
    )
    expected = [] if is_of_source else list(_expected(contract.field(reason.field), reason.code))
    return Hint(
        columns=named.get(reason.field, ()),
        expected_vi="; ".join(vi for vi, _ in expected),
        expected_en="; ".join(en for _, en in expected),
    )


@cache
def _mapping(source: str, statement: str) -> exp.Select | None:
    file = resources.files("ingestion.sources").joinpath("mappings", source, f"{statement}.sql")
    if not file.is_file():
        return None
    return parse_one(file.read_text(encoding="utf-8"), dialect="duckdb", into=exp.Select)


@cache
def _own_reasons(source: str, statement: str) -> frozenset[str]:
    """Return the reasons (`CODE:field`) that the mapping gives by a rule of its own."""
    query = _mapping(source, statement)
    texts = [] if query is None else [text.this for text in query.find_all(exp.Literal)]
    return frozenset(text for text in texts if text.startswith("E_"))


@cache
def _columns(source: str, statement: str) -> dict[str, tuple[str, ...]]:
    """Return the source's columns by the field they fill, empty without such a mapping."""
    query = _mapping(source, statement)
    if query is None:
        return {}
    found = {}
    for projection in query.selects:
        columns = [column.this for column in projection.find_all(exp.Column)]
        # The sources write in capitals what is not quoted in the mapping.
        names = [name.this if name.quoted else name.this.upper() for name in columns]
        field = projection.alias_or_name
        found[field] = tuple(name for name in dict.fromkeys(names) if name.lower() != field)
    return found


def _expected(field: Field, code: str) -> Iterator[tuple[str, str]]:
    if code == "E_PATTERN" and field.pattern is not None:
        yield f"mẫu {field.pattern}", f"pattern {field.pattern}"
    if code == "E_RANGE" and field.minimum is not None:
        yield f"từ {_plain(field.minimum)}", f"from {_plain(field.minimum)}"
    if code == "E_RANGE" and field.maximum is not None:
        yield f"đến {_plain(field.maximum)}", f"to {_plain(field.maximum)}"
    if code == "E_LENGTH" and field.max_length is not None:
        yield f"tối đa {field.max_length} ký tự", f"at most {field.max_length} characters"
    if code == "E_CODE" and field.code_list is not None:
        codes = [entry.code for entry in code_list(field.code_list)]
        listed = ", ".join(codes[:_LISTED_CODES]) + (", …" if len(codes) > _LISTED_CODES else "")
        yield f"danh mục {field.code_list}: {listed}", f"list {field.code_list}: {listed}"


def _plain(number: Decimal) -> str:
    return f"{number:f}"
