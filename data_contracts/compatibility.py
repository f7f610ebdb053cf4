"""What changed between two states of a contract, and whether readers break.

Every fact of a contract and of a field is compared; a change of one breaks, until this module says
when it does not. What a column must be is asked of who sends and promised to who reads: more of it
breaks who fills bronze or makes a request, less of it who reads a mart or an answer, who has made
room for no other values. Data of a mart or an answer are made anew, so that more of it breaks
nobody; but a reader holds the type as it is, and codes say what a release may show, not what it
must have. A contract that takes no request and says no answer is held to both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from data_contracts.model import Contract, Field
from data_contracts.to_arrow import precision_and_scale

_INTEGER_WIDTH = {"SMALLINT": 16, "INTEGER": 32, "BIGINT": 64}
# Words for people, and where they come from: a change of these breaks nobody.
_FREE_FACTS = frozenset({
    "domain", "purpose", "limitations", "label_vi", "label_en", "description", "wco_id",
})  # fmt: skip
# A change of these says nothing, or is told in its own way.
_TOLD_OTHERWISE = frozenset({"name", "version", "fields"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        contract: Name of the contract.
        field: Name of the field; empty when the table itself changed.
        what: The difference in words.
        is_breaking: Whether data or readers that were right before can be wrong now.
    """

    contract: str
    field: str
    what: str
    is_breaking: bool


def compare_all(old: Mapping[str, Contract], new: Mapping[str, Contract]) -> tuple[Change, ...]:
    """Return the changes of all contracts; a contract that is gone breaks its readers."""
    changes: list[Change] = []
    for name in sorted({*old, *new}):
        if name not in new:
            changes.append(Change(name, "", "contract removed", is_breaking=True))
        elif name not in old:
            changes.append(Change(name, "", "contract added", is_breaking=False))
        else:
            changes.extend(compare(old[name], new[name]))
    return tuple(changes)


def compare(old: Contract, new: Contract) -> tuple[Change, ...]:
    """Return the changes from `old` to `new`, in the order of the fields."""
    # Who reads an answer finds what it found, who sends a request may send what it sent.
    judged = {
        "answer": bool(set(old.answer) - set(new.answer)),
        "agreement": bool(set(new.agreement) - set(old.agreement)),
    }
    takes, gives = new.kind == "bronze" or new.agreement, new.kind == "mart" or new.answer
    is_sent, is_read = bool(takes or not gives), bool(gives or not takes)
    changes = [
        Change(new.name, "", what, is_breaking)
        for what, is_breaking in _fact_changes(old, new, judged)
    ]
    before = {field.name: field for field in old.fields}
    after = {field.name: field for field in new.fields}
    for name in [*before, *(name for name in after if name not in before)]:
        for what, is_breaking in _field_changes(
            before.get(name), after.get(name), is_sent=is_sent, is_read=is_read
        ):
            changes.append(Change(new.name, name, what, is_breaking))
    return tuple(changes)


def has_enough_version(old: Contract, new: Contract) -> bool:
    """Return whether the version rose enough: a breaking change asks for a new major version."""
    changes = compare(old, new)
    if any(change.is_breaking for change in changes):
        return _major(new) > _major(old)
    return not changes or new.version != old.version


def _major(contract: Contract) -> int:
    return int(contract.version.split(".", maxsplit=1)[0])


def _field_changes(
    old: Field | None, new: Field | None, *, is_sent: bool, is_read: bool
) -> Iterator[tuple[str, bool]]:
    if new is None:
        yield "field removed", True
    elif old is None:
        must_be_filled = new.required or bool(new.required_sources)
        yield "field added", is_sent and must_be_filled
    else:
        tighter, looser = _tightened(old, new), _tightened(new, old)
        judged = {
            fact: (is_sent and tighter[fact]) or (is_read and looser[fact]) for fact in tighter
        }
        kept = {"sql_type": True, "code_list": True} if is_read else {}
        yield from _fact_changes(old, new, {**judged, **kept, "listed": new.listed is None})


def _fact_changes(
    old: Contract | Field, new: Contract | Field, judged: Mapping[str, bool]
) -> Iterator[tuple[str, bool]]:
    """Yield each fact that differs, and whether that breaks: as judged, else if it is not free.

    Of a list only what is gone and what is new is told, unless its order alone differs.
    """
    for fact in (one.name for one in fields(old) if one.name not in _TOLD_OTHERWISE):
        before, after = getattr(old, fact), getattr(new, fact)
        if before != after:
            if isinstance(before, tuple) and isinstance(after, tuple) and {*before} != {*after}:
                before, after = (
                    tuple(one for one in before if one not in after),
                    tuple(one for one in after if one not in before),
                )
            yield f"{fact}: {before} → {after}", judged.get(fact, fact not in _FREE_FACTS)


def _tightened(old: Field, new: Field) -> dict[str, bool]:
    """Return whether a change refuses values, of the facts that can be loosened as well."""
    return {
        "sql_type": not _holds_all_of(new.sql_type, old.sql_type, new, old),
        "required": new.required,
        "required_sources": bool(set(new.required_sources) - set(old.required_sources)),
        "minimum": _is_tighter(old.minimum, new.minimum, sign=1),
        "maximum": _is_tighter(old.maximum, new.maximum, sign=-1),
        "maximum_of": bool(set(new.maximum_of) - set(old.maximum_of)),
        "is_bare": new.is_bare,
        "max_length": _is_tighter(_decimal(old.max_length), _decimal(new.max_length), sign=-1),
        "pattern": new.pattern is not None,
        "pattern_sources": new.pattern is not None,
        "code_list": new.code_list is not None,
        "code_list_sources": new.code_list is not None,
    }


def _holds_all_of(new_type: str, old_type: str, new: Field, old: Field) -> bool:
    """Whether every value of the old type is one of the new type, digit by digit."""
    if new_type == old_type:
        return True
    if old_type in _INTEGER_WIDTH and new_type in _INTEGER_WIDTH:
        return _INTEGER_WIDTH[new_type] >= _INTEGER_WIDTH[old_type]
    new_decimal, old_decimal = precision_and_scale(new), precision_and_scale(old)
    if new_decimal is None or old_decimal is None:
        return False
    whole_digits = new_decimal[0] - new_decimal[1] >= old_decimal[0] - old_decimal[1]
    return whole_digits and new_decimal[1] >= old_decimal[1]


def _is_tighter(old: Decimal | None, new: Decimal | None, *, sign: int) -> bool:
    if new is None:
        return False
    return old is None or sign * (new - old) > 0


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
