"""Who may ask the lane service: whoever can read the token in the lake's home.

Every account of the machine reaches the address that the service listens on, and an answer tells of
a trader's past.
"""

import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from data_contracts.errors import CustomsDataError
from warehouse import durable
from warehouse.layout import Layout

_FILE = "lane_token"
_TOKEN_BYTES = 32
_LEAST_CHARACTERS = 32
_OTHERS = 0o077


def token_path(layout: Layout) -> Path:
    """Return the file that holds the token."""
    return layout.secrets / _FILE


class Access:
    """The token of one lake.

    Args:
        token: What a request must show.
    """

    def __init__(self, token: bytes) -> None:
        self._token = token

    @classmethod
    def load(cls, layout: Layout) -> Self:
        """Return the access to this lake; the first call makes the token (mode 0600).

        Raises:
            CustomsDataError: The token cannot be read, is readable by others, or is none.
        """
        path = token_path(layout)
        remedy = "remove the file, and the next customs lanes serve makes another token"
        try:
            if not path.exists():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                durable.make_once(path, f"{secrets.token_urlsafe(_TOKEN_BYTES)}\n".encode())
            if path.stat().st_mode & _OTHERS:
                message = f"{path} is readable by others; {remedy}"
                raise CustomsDataError(message)
            token = path.read_bytes().strip()
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}; {remedy}"
            raise CustomsDataError(message) from error
        if len(token) < _LEAST_CHARACTERS or b" " in token or not token.isascii():
            expected = f"one token of {_LEAST_CHARACTERS} or more ASCII characters"
            message = f"{path}: expected {expected}, found another text; {remedy}"
            raise CustomsDataError(message)
        return cls(token)

    def is_granted(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Return whether a request shows the token, `authorization: Bearer TOKEN`, once.

        Args:
            headers: Names in lower case and values.
        """
        shown = [value for name, value in headers if name == b"authorization"]
        if len(shown) != 1:
            return False
        scheme, _, token = shown[0].partition(b" ")
        # In constant time: how long it takes must not tell how much of a guess is right.
        return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), self._token)
