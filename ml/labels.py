"""What an inspection says about an item, and when its word counts.

A label has three values: irregular, as declared, or unknown. Uninspected items are unknown, never
clean. An inspection speaks only when it is finished and its result has had time to arrive (mature).

A method clears an item only of what it can see. There are two sights, each with a label of its own:
on paper (documents, value consultation) and in the goods (physical checks, laboratory). The label
of a sight that did not look is unknown, whatever the other one said. A scanner picture and another
agency's check clear an item of nothing, while an irregularity is one whoever finds it.

Learning and measuring take the items that at least one sight examined: irregular when somebody
found so, else as declared so far as it was looked at. Taking only one outcome of a sight (its
findings, but not its "as declared") would make every rate too high. What no sight can show stays
hidden in the second value, so rates of findings are lower bounds of rates of irregularities.

A finding on a whole declaration of several items does not say which item it is. Its items are
learned from with a weight of one item together, and set aside when hits are counted.

An item is learned from as it was first lodged: a later version may hold what the inspection found.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from data_contracts.code_lists import codes
from ml.features.definition import AS_DECLARED

Target = Literal["finding", "finding_in_goods"]
"""What a model foresees of an item: that somebody finds something, or who looks at the goods."""

# HINH_THUC of the declaration system. 2 (scanner) and 5 (specialised agency) clear of nothing.
PAPER_METHODS = ("1", "7")
"""1 documents, 7 value consultation."""

GOODS_METHODS = ("3", "4", "6")
"""3 physical in part, 4 physical whole, 6 laboratory."""


def _known(methods: tuple[str, ...]) -> tuple[str, ...]:
    known = codes("inspection_method")
    if not known.issuperset(methods):
        message = f"expected methods of inspection ({', '.join(sorted(known))})"
        raise ValueError(message)
    return methods


_Methods = Annotated[tuple[str, ...], AfterValidator(_known)]


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class LabelRule:
    """When a result counts and which methods can clear an item of what.

    A source that does not tell the method is believed for both sights.

    Attributes:
        paper_methods: Method codes that see the papers.
        goods_methods: Method codes that see the goods.
        delay_days: Days from the end of an inspection until its result counts as known.
    """

    paper_methods: _Methods = PAPER_METHODS
    goods_methods: _Methods = GOODS_METHODS
    delay_days: Annotated[int, Field(ge=0)] = 14

    def without_delay(self) -> "LabelRule":
        """Return the rule by which a result counts as soon as the inspection has ended."""
        return replace(self, delay_days=0)
