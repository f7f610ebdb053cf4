"""Whether an answer is what its contract says."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from data_contracts.loading import load_contract, load_contracts

KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "date": (str, date),
}


def assert_answers(contract_name: str, answer: Mapping[str, Any]) -> None:
    """Fail where an answer has not the fields of its contract, or one of another kind."""
    contract = load_contract(contract_name)
    assert list(answer) == [field.name for field in contract.answer]
    for field in contract.answer:
        value = answer[field.name]
        if field.is_list and field.source in load_contracts():
            for row in value:
                assert_answers(field.source, row)
        elif field.is_list:
            assert all(type(one) is str for one in value), field
        elif value is None:
            assert not contract.field(field.source).required, field
        else:
            assert type(value) in KINDS[contract.field(field.source).logical_type], field
