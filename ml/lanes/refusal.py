"""A request that is not answered with a lane: where, what was expected, what kind was found."""

from typing import Any

from data_contracts.errors import CustomsDataError


class RequestRefusedError(CustomsDataError):
    """A request that cannot be decided on.

    Attributes:
        field: JSON path of what is wrong, `$` for the whole body.
        expected: What was expected there.
        found: The kind of thing that was found; never the value, which may be an identity.
        status: HTTP status, 400 to 499.
    """

    def __init__(self, *, field: str, expected: str, found: str, status: int = 422) -> None:
        super().__init__(f"{field}: expected {expected}, found {found}")
        self.field = field
        self.expected = expected
        self.found = found
        self.status = status

    def as_json(self) -> dict[str, Any]:
        """Return the answer's body."""
        return error_json(self.field, self.expected, self.found)


def error_json(field: str, expected: str, found: str) -> dict[str, Any]:
    """Return the body of any refusal: its place, what was expected and what was found there."""
    reason = f"expected {expected}, found {found}"
    return {
        "error": {"field": field, "expected": expected, "found": found, "reason": reason},
    }
