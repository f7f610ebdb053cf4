"""Who sees what of an identity: keyed pseudonyms, and the rule by role and classification.

A pseudonym is HMAC-SHA256 under a secret key, with the kind of identity in the message: the same
tax code gives the same pseudonym in every table and release, a broker's code never gives the
trader's, and nobody without the key can try codes. The key lives in `secrets/` only.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

import pyarrow as pa

from data_contracts.code_lists import codes
from data_contracts.errors import ContractViolationError, CustomsDataError
from data_contracts.model import Contract, Field
from warehouse import durable
from warehouse.layout import Layout

Treatment = Literal["keep", "pseudonymise", "drop", "cover"]
KEY_FILE = "pseudonym_key.json"
_KEY_BYTES = 32
_PSEUDONYM_CHARACTERS = 20  # of base32: 100 bits, so that a nation of traders meets no collision
_PREFIX_CHARACTERS = 2


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """Turns identities into pseudonyms under one version of the key.

    Attributes:
        version: Version of the key; pseudonyms of different versions cannot be compared.
    """

    version: int
    _key: bytes = field(repr=False)

    @classmethod
    def load(cls, layout: Layout) -> Self:
        """Return the pseudonymiser of this lake; the first call makes the key (mode 0600).

        Raises:
            CustomsDataError: The key is readable by others, damaged, or gone although an analyst
                release was made with it: a new one would silently change every pseudonym.
        """
        path = layout.secrets / KEY_FILE
        if not path.exists():
            _make_key(path, layout)
        try:
            if path.stat().st_mode & 0o077:
                message = f"{path} is readable by others; run chmod 600 on it"
                raise CustomsDataError(message)
            document = json.loads(path.read_text(encoding="ascii"))
            version = int(document["current"])
            return cls(version, bytes.fromhex(document["keys"][str(version)]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"the pseudonym key {path} cannot be read; restore it from the backup"
            raise CustomsDataError(message) from error

    @property
    def fingerprint(self) -> str:
        """Name of the key, safe to publish: version and eight hexadecimal digits of its hash."""
        return f"{self.version}-{hashlib.sha256(self._key).hexdigest()[:8]}"

    def pseudonym(self, kind: str, value: str) -> str:
        """Return the pseudonym of one identity, such as `tr_` and 20 characters of base32.

        Args:
            kind: Kind of identity, such as `trader`; the same text of another kind differs.
            value: The identity, exactly as the lake holds it.
        """
        digest = hmac.digest(self._key, f"{kind}\x00{value}".encode(), hashlib.sha256)
        text = base64.b32encode(digest).decode("ascii").lower()
        return f"{kind[:_PREFIX_CHARACTERS]}_{text[:_PSEUDONYM_CHARACTERS]}"

    def pseudonyms(self, kind: str, values: pa.Array) -> pa.Array:
        """Return the pseudonyms of many identities; each distinct one is computed once.

        Args:
            kind: Kind of identity.
            values: Strings, shape (n,), nulls allowed.

        Returns:
            Strings, shape (n,), null where `values` is null.
        """
        encoded = values.dictionary_encode()
        distinct = [self.pseudonym(kind, value) for value in encoded.dictionary.to_pylist()]
        return pa.array(distinct, pa.string()).take(encoded.indices)


def treatment(column: Field, role: str) -> Treatment:
    """Return what a release of `role` does with a column.

    `restricted` keeps everything. Elsewhere an identity is dropped, save that analysts get the
    keyed pseudonym of those that have a kind. Text that is no identity but has no closed list is
    covered: values of another form than expected become pseudonyms for analysts, null elsewhere.
    """
    if role == "restricted":
        return "keep"
    if not column.is_identity:
        return "cover" if column.shown_pattern else "keep"
    return "pseudonymise" if role == "analyst" and column.pseudonym else "drop"


def shown_form(column: Field) -> str:
    """Return what the whole text of a covered column matches that may be shown as it is.

    That is a value of the stated form or a code of the stated list, or several joined by `;`.
    """
    known = sorted(codes(column.shown_codes)) if column.shown_codes else []
    part = "|".join([column.shown_pattern or "", *map(re.escape, known)])
    return f"(?:{part})(?:; ?(?:{part}))*"


def problems(contract: Contract, roles: Iterable[str] | None = None) -> Iterator[str]:
    """Yield a sentence for every role that a release of the contract cannot be made for.

    Its key and its month must say the same to all: nothing of them is dropped, nor made null.

    Args:
        contract: Of a mart.
        roles: Those that get it by its contract, where none are given.
    """
    for role in contract.roles if roles is None else roles:
        hidden = {"drop"} if role == "analyst" else {"drop", "cover"}
        dropped = {one.name for one in contract.fields if treatment(one, role) in hidden}
        if lost := sorted(dropped.intersection([*contract.grain, contract.month_column or ""])):
            yield (
                f"{contract.name} cannot be published for {role}: {lost} would be dropped; "
                f"expected a code list there, or no {role} in its roles"
            )


def published_fields(contract: Contract, role: str) -> Sequence[tuple[Field, Treatment]]:
    """Return the columns of `contract` that a release of `role` carries, in their order.

    Raises:
        ContractViolationError: A key column would be dropped, so rows could not be told apart.
    """
    for problem in problems(contract, [role]):
        raise ContractViolationError(problem)
    treated = [(column, treatment(column, role)) for column in contract.fields]
    return [(column, how) for column, how in treated if how != "drop"]


def _make_key(path: Path, layout: Layout) -> None:
    if (layout.published("analyst") / "current").exists():
        message = f"the pseudonym key {path} is gone; restore it from the backup of secrets/"
        raise CustomsDataError(message)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps({"current": 1, "keys": {"1": secrets.token_hex(_KEY_BYTES)}})
    durable.make_once(path, text.encode())
