"""Whether the contracts are right in themselves and agree with each other.

The reading of the files comes first; this is what it cannot say.
"""

import re
from collections.abc import Iterator, Mapping

from data_contracts.code_lists import code_list_names
from data_contracts.model import Contract, Field
from data_contracts.rules import is_of_time, rules
from data_contracts.text_forms import is_pattern
from data_contracts.units import name_problems
from data_contracts.yaml_files import NAME

# The same column has the same meaning in every house, so these facts may not differ by table.
_SHARED_FACTS = ("sql_type", "classification", "label_vi", "pseudonym")
# Sums need more digits than what they sum.
_AGGREGATE_PREFIXES = ("agg_", "profile_")
_ORDERED_TYPES = frozenset({"integer", "date", "timestamp"})
_MIN_WORDS = 3
_VERSION = "declaration_version"


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
    found.extend(_view_problems(contracts))
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


def _view_problems(contracts: Mapping[str, Contract]) -> Iterator[str]:
    """Yield the views whose rows are not the current rows of their origin, each once."""
    for contract in contracts.values():
        origin = contracts.get(contract.view_of or "")
        if origin is None:
            continue
        # Of the versions of a declaration one is current.
        told = {_VERSION} - {*contract.grain} if origin.kind == "mart" else set()
        expected = [name for name in origin.grain if name in contract.names and name not in told]
        if set(contract.grain) != set(expected):
            yield (
                f"{contract.name}: grain: expected {', '.join(expected)}, as in {origin.name}, "
                f"found {', '.join(contract.grain)}"
            )


def _table_problems(contract: Contract) -> Iterator[str]:
    names = contract.names
    answered = [field.name for field in contract.answer]
    for what, listed in {"column": names, "field of its answer": answered}.items():
        for name in sorted({name for name in listed if listed.count(name) > 1}):
            yield f"the {what} {name} is there twice"
    for name in (contract.name, *names):
        if not re.fullmatch(NAME, name):
            yield f"{name!r} is no name: expected small letters, digits and _"
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
        yield (
            f"text: expected a sentence of at least {_MIN_WORDS} words that ends with a full stop, "
            f"found {field.description!r}"
        )
    if field.pseudonym is not None and not field.is_identity:
        yield "has a pseudonym and is no identity"
    yield from _shown_problems(field)
    for name in {field.code_list, field.shown_codes} - {None, *code_list_names()}:
        yield f"refers to the code list {name}, which does not exist"
    if field.logical_type != "string" and (field.pattern or field.code_list or field.max_length):
        yield "has a rule that only text can have"
    yield from _rule_problems(field)


def _rule_problems(field: Field) -> Iterator[str]:
    """Yield the rules that no value could keep, and those that would never be asked."""
    for what, pattern in {"check": field.pattern, "shown": field.shown_pattern}.items():
        if pattern is not None and not is_pattern(pattern):
            yield f"{what}.pattern: expected a regular expression, found {pattern}"
    if field.max_length is not None and field.max_length < 1:
        yield f"check.max_length: expected 1 or more, found {field.max_length}"
    is_limited = (field.minimum, field.maximum, *field.maximum_of) != (None, None)
    if is_limited and field.logical_type not in {"integer", "number"}:
        yield "has a rule that only a number can have"
    if field.first_year is not None and not is_of_time(field):
        yield "has a rule that only a date can have"
    if field.logical_type != "string":
        limits = rules(field)
        low = max((rule.wanted for rule in limits if rule.kind == "at_least"), default=None)
        high = min((rule.wanted for rule in limits if rule.kind == "at_most"), default=None)
        if low is not None and high is not None and low > high:
            yield f"check: expected a minimum up to the maximum {high:f}, found {low:f}"


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
