"""How a field of a request is read: from its JSON value to a typed one, by its contract's rules.

The rules are those of landing and what the contracts of a request add to them; none is written here
(`data_contracts.rules`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from data_contracts.loading import load_contract
from data_contracts.model import Field
from data_contracts.rules import FORMS_IN_WORDS, rules_at
from data_contracts.text_forms import plain_number
from data_contracts.to_python import Judge, judge_of, one_form
from ml.lanes.json_document import Number, kind_of
from ml.lanes.refusal import RequestRefusedError

NATIONAL_SYSTEM = "vcis_extract"
"""Meant where a request names no source system."""

# JSON may hold one half of a character, which is none.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    # int() reads no text of more than 4,300 digits, be they zeros.
    "integer": lambda text: int(Decimal(text)),
    "number": Decimal,
    "boolean": "true".__eq__,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class FieldReader:
    """How one field of a request is read at one source system.

    Attributes:
        field: The field by its contract.
        logical_type: Its logical type.
        judge: What its value is judged by.
        form: What kind of value is expected, in words.
    """

    field: Field
    logical_type: str
    judge: Judge
    form: str

    def read(self, value: Any, path: str) -> Any:
        """Return the typed value, None where nothing is given; text comes in its one form.

        Raises:
            RequestRefusedError: The value breaks a rule, or a required one is missing.
        """
        if value is None or value == "":
            return self._typed(None, None, path)
        text = _text_of(value, self.logical_type)
        if text is None:
            raise RequestRefusedError(field=path, expected=self.form, found=kind_of(value))
        if not text.isascii() and _HALF_CHARACTER.search(text):
            expected = "text of whole Unicode characters"
            raise RequestRefusedError(field=path, expected=expected, found=kind_of(value))
        return self._typed(one_form(self.field, text), value, path)

    def _typed(self, text: str | None, value: Any, path: str) -> Any:
        broken = self.judge(text)
        if broken is not None:
            found = "nothing" if value is None else kind_of(value)
            raise RequestRefusedError(field=path, expected=broken.expected, found=found)
        return None if text is None else _READERS[self.logical_type](text)


@cache
def readers_of(contract: str, source_system: str) -> tuple[FieldReader, ...]:
    """Return how the fields of a request's contract are read for declarations of one system."""
    return tuple(
        FieldReader(
            field,
            field.logical_type,
            judge_of(field, rules_at(field, source_system)),
            FORMS_IN_WORDS[field.logical_type][0],
        )
        for field in load_contract(contract).fields
    )


def _text_of(value: Any, logical_type: str) -> str | None:
    """Return the value as landing would see it written; None for another kind of value."""
    if logical_type == "boolean":
        return str(value).lower() if isinstance(value, bool) else None
    if isinstance(value, Number):
        return plain_number(str(value)) if logical_type in {"integer", "number"} else None
    return value if isinstance(value, str) else None
