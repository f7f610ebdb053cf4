"""YAML files of our own, read so that a broken one says where and how."""

from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import msgspec
import yaml

from data_contracts.errors import ContractViolationError

Shape = TypeVar("Shape")


def read_yaml(file: Traversable) -> dict[str, Any]:
    """Return the mapping that a YAML file holds.

    Raises:
        ContractViolationError: The text is no YAML, or no mapping; the message names the file.
    """
    try:
        # The C loader reads the same YAML twelve times faster, and every command loads contracts.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"{file.name}: not YAML: {error}"
        raise ContractViolationError(message) from error
    if not isinstance(document, dict):
        message = f"{file.name}: not a YAML mapping"
        raise ContractViolationError(message)
    return document


def shaped(document: Any, shape: type[Shape], place: str) -> Shape:
    """Return what was read as a value of a type.

    Raises:
        ContractViolationError: It is not of the shape; the message begins with the place.
    """
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        message = f"{place}: {error}"
        raise ContractViolationError(message) from error
