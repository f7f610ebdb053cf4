"""Whether the documents for others are whole: whatever a contract states changes its document."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from data_contracts import to_odcs
from data_contracts.loading import load_contract
from data_contracts.model import Agreement, AnswerField, Contract

# What is ours alone, and why.
UNTOLD = {
    "listed": "how our own lists head a column, and how wide; its labels and its text are told",
}
FIELD = replace(load_contract("goods_item").field("net_mass_kg"), key_position=1)
TEXT = replace(FIELD, sql_type="VARCHAR", minimum=None, maximum=None)
CHECK = Agreement("mass", ("net_mass_kg",), "more", "less", ("a",), ("A11",), Decimal("0.01"))
ANSWER = AnswerField("mass", "net_mass_kg", is_list=False)
CONTRACT = replace(
    load_contract("goods_item"), fields=(FIELD,), agreement=(CHECK,), answer=(ANSWER,)
)
# Of each type of a fact a value that nothing above states.
OTHER: dict[Any, Any] = {
    str: "another", str | None: "another", bool: True, int | None: 7, Decimal | None: Decimal(7),
    tuple[str, ...]: ("another",), tuple[tuple[str, Decimal], ...]: (("a", Decimal(7)),),
}  # fmt: skip
OTHER_OF = {"classification": "identity", "kind": "serving"}
# The standard knows them of a text alone.
OF_TEXT = {"pattern", "max_length"}
CASES = [
    pytest.param(
        TEXT if one.name in OF_TEXT else stated, one, id=f"{type(stated).__name__}.{one.name}"
    )
    for stated in (CONTRACT, FIELD, CHECK, ANSWER)
    for one in fields(stated)
    if one.name not in UNTOLD
]


def told(stated: Any) -> dict[str, Any]:
    """Return the document of the contract that states this, but for its id, made of the rest."""
    contract: Contract = stated
    if not isinstance(stated, Contract):
        place = {type(FIELD): "fields", type(CHECK): "agreement", type(ANSWER): "answer"}
        contract = replace(CONTRACT, **{place[type(stated)]: (stated,)})
    assert list(to_odcs.problems(contract)) == []
    return {**to_odcs.document(contract), "id": None}


@pytest.mark.parametrize(("stated", "fact"), CASES)
def test_every_fact_is_told(stated: Any, fact: Any):
    # Lists of parts, whose own facts are cases of their own, may be empty.
    other = OTHER_OF.get(fact.name, OTHER.get(fact.type, ()))
    assert other != getattr(stated, fact.name)
    assert told(replace(stated, **{fact.name: other})) != told(stated)
