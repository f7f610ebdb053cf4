"""Whether the contracts are right in themselves and agree with each other.

The reading of the files comes first; this is what it cannot say.
"""

from collections.abc import Iterator, Mapping

from data_contracts.code_lists import code_list_names
from data_contracts.model import Contract, Field
from data_contracts.units import name_problems

# The same column has the same meaning in every house, so these facts may not differ by table.
_SHARED_FACTS = ("sql_type", "classification", "label_vi", "pseudonym")
# Sums need more digits than what they sum.
_AGGREGATE_PREFIXES = ("agg_", "profile_")
_ORDERED_TYPES = frozenset({"integer", "date", "timestamp"})
_MIN_WORDS = 3


def problems(contracts: Mapping[str, Contract]) -> list[str]:
    """Return a sentence for everything that is wrong with the contracts; empty when all is well."""
    found: list[str] = []
    for contract in contracts.values():
        found.extend(f"{contract.name}: {problem}" for problem in _table_problems(contract))
        for field in contract.fields:
            place = f"{contract.name}.{field.name}"
            found.extend(f"{place}: {problem}" for problem in _field_problems(field))
        found.extend(name_problems(contract))
    found.extend(_disagreements(contracts))
    found.extend(_answer_problems(contracts))
    return found


def _answer_problems(contracts: Mapping[str, Contract]) -> Iterator[str]:
    for contract in contracts.values():
        for field in contract.answer:
            rows = contracts.get(field.source) if field.is_list else None
            if field.source not in contract.names and not (rows and rows.answer):
                yield (
                    f"{contract.name}: answer.{field.name}: expected a column or the list of a "
                    f"contract with an answer, found {field.source}"
                )


def _table_problems(contract: Contract) -> Iterator[str]:
    names = contract.names
    if len(set(names)) != len(names):
        yield "a field is there twice"
    keys = sorted(
        (field for field in contract.fields if field.key_position is not None),
        key=lambda field: field.key_position or 0,
    )
    if tuple(field.name for field in keys) != contract.grain:
        yield f"grain {contract.grain} is not its primary key"
    if contract.month_column not in {None, *names}:
        yield f"has no column {contract.month_column} to cut by"
    yield from _order_problems(contract)
    if contract.kind == "bronze" and names[:1] != ("source_system",):
        yield "does not start with source_system"


def _order_problems(contract: Contract) -> Iterator[str]:
    """Yield why the order of a contract cannot decide which record of a key is the later one."""
    if len(contract.order_by) > 1:
        yield f"orders by {', '.join(contract.order_by)}: expected one column, then the receipt"
    for name in contract.order_by:
        if name not in contract.names:
            yield f"has no column {name} to order by"
            continue
        field = contract.field(name)
        is_number_of_change = name == "sequence_number"
        wanted = {
            "no order, as only bronze holds records": contract.kind == "bronze",
            "sequence_number, as its source numbers its changes": (
                is_number_of_change or not contract.has_sequence
            ),
            "a column outside the grain": is_number_of_change or name not in contract.grain,
            "a whole number, a day or a moment": field.logical_type in _ORDERED_TYPES,
            "a required column": is_number_of_change or field.required,
        }
        for expected in [words for words, is_so in wanted.items() if not is_so][:1]:
            yield f"orders by {name}: expected {expected}"


def _field_problems(field: Field) -> Iterator[str]:
    if len(field.description.split()) < _MIN_WORDS or not field.description.endswith("."):
        yield "has no sentence as description"
    if field.pseudonym is not None and not field.is_identity:
        yield "has a pseudonym and is no identity"
    yield from _shown_problems(field)
    for name in {field.code_list, field.shown_codes} - {None, *code_list_names()}:
        yield f"refers to the code list {name}, which does not exist"
    if field.logical_type != "string" and (field.pattern or field.code_list or field.max_length):
        yield "has a rule that only text can have"


def _shown_problems(field: Field) -> Iterator[str]:
    if field.shown_pattern is not None and (field.is_identity or field.logical_type != "string"):
        yield "has a shown pattern and is an identity or no text"
    if field.shown_codes is not None and field.shown_pattern is None:
        yield "has shown codes and no shown pattern"


def _disagreements(contracts: Mapping[str, Contract]) -> Iterator[str]:
    first: dict[str, tuple[str, Field]] = {}
    for contract in contracts.values():
        if contract.name.startswith(_AGGREGATE_PREFIXES):
            continue
        for field in contract.fields:
            place, other = first.setdefault(field.name, (contract.name, field))
            for fact in _SHARED_FACTS:
                if getattr(field, fact) != getattr(other, fact):
                    yield (
                        f"{contract.name}.{field.name}: {fact} is {getattr(field, fact)}, "
                        f"in {place} it is {getattr(other, fact)}"
                    )
