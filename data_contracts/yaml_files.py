"""YAML files of our own, read so that a broken one says where and how."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources.abc import Traversable
from typing import Annotated, Any, TypeVar

import msgspec
import yaml
from msgspec import inspect

from data_contracts.errors import ContractViolationError

Shape = TypeVar("Shape")
NAME = r"^[a-z][a-z0-9_]*\Z"
Name = Annotated[str, msgspec.Meta(pattern=NAME)]
"""A name, which may become a part of a path, of SQL or of an id."""

# How msgspec says a place: fields and positions by name, keys of mappings by three dots only.
_SAID = re.compile(r"(?P<fault>.*?)(?: - at (?P<key>`key` in )?`\$(?P<path>[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.(?P<field>[^.\[]+)|\[(?P<position>[0-9]+|\.\.\.)\]")
_SOME_KEY = "..."
_MERGE = "tag:yaml.org,2002:merge"


def read_yaml(file: Traversable) -> dict[str, Any]:
    """Return the mapping that a YAML file holds, in the Unicode form NFC.

    Raises:
        ContractViolationError: The text is no YAML or no mapping, or says a key twice; the message
            names the file and the line.
    """
    try:
        # The C loader reads the same YAML twelve times faster, and every command loads contracts.
        text = unicodedata.normalize("NFC", file.read_text(encoding="utf-8"))
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        root = loader.get_single_node()
        for problem in _key_problems(root):
            message = f"{file.name}: {problem}"
            raise ContractViolationError(message)
        document = None if root is None else loader.construct_document(root)
    except (yaml.YAMLError, ValueError) as error:
        message = f"{file.name}: not YAML: {' '.join(str(error).split())}"
        raise ContractViolationError(message) from error
    if not isinstance(document, dict):
        message = f"{file.name}: not a YAML mapping"
        raise ContractViolationError(message)
    return document


def _key_problems(root: yaml.Node | None) -> Iterator[str]:
    """Yield where a mapping says a key again: YAML forbids it, and PyYAML takes the last one."""
    left, seen = [root], set()
    while left:
        node = left.pop()
        if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
            continue
        seen.add(id(node))
        is_mapping = isinstance(node, yaml.MappingNode)
        first: dict[str, int] = {}
        for key, value in node.value if is_mapping else ():
            line = key.start_mark.line + 1
            if key.tag == _MERGE and not isinstance(value, yaml.MappingNode):
                yield f"line {line}: expected one mapping at <<, as several may grow without end"
            if isinstance(key, yaml.ScalarNode) and key.value in first:
                yield f"line {line}: the key {key.value} is in line {first[key.value]} already"
            first[str(key.value)] = line
        parts = [part for pair in node.value for part in pair] if is_mapping else node.value
        left.extend(reversed(parts))


def shaped(document: Any, shape: type[Shape], place: str) -> Shape:
    """Return what was read as a value of a type.

    Raises:
        ContractViolationError: It is not of the shape; the message begins with the place, and says
            the keys that lead to the fault and what was expected there.
    """
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        message = f"{place}: {_told(document, shape, str(error))}"
        raise ContractViolationError(message) from error


def _told(document: Any, shape: Any, error: str) -> str:
    said = _SAID.fullmatch(error)
    if said is None:
        return error
    keys: list[Any] = []
    for step in _STEP.finditer(said["path"] or ""):
        position = step["position"]
        if position == _SOME_KEY:
            keys.append(_key(document, shape, error, keys))
        else:
            keys.append(step["field"] or int(position))
    found = _at(document, keys)
    place = f" at {'.'.join(map(str, keys))}" if keys else ""
    if said["key"]:
        found = _key(document, shape, error, keys)
        place = f" as key{place}"
    types = [inspect.type_info(shape)]
    for key in keys:
        types = [below for one in _single(types) for below in _below(one, key)]
    return f"{said['fault']}{place}{_hint(said['fault'], found, types)}"


def _hint(fault: str, found: Any, types: Iterable[inspect.Type]) -> str:
    """Return what was expected, and what was found, where msgspec does not say it."""
    told_of = {"Object contains unknown field": _fields, "Invalid enum value": _values}
    for start, words_of in told_of.items():
        if fault.startswith(start):
            words = [str(word) for one in _single(types) for word in words_of(one)]
            return f", expected one of {', '.join(words)}"
    if fault.startswith("Expected `str") and isinstance(found, bool | int | float | date):
        return f", found {found}, which YAML takes for no text: put quotes around it"
    is_wrong_text = fault.startswith(("Expected `str` matching", "Invalid UUID"))
    return f", found {found!r}" if is_wrong_text else ""


def _key(document: Any, shape: Any, error: str, keys: Sequence[Any]) -> Any:
    """Return the key below other keys that an error is about: alone, it gives the same error."""
    mapping = _at(document, keys)
    for key in mapping:
        try:
            msgspec.convert(_with(document, keys, {key: mapping[key]}), shape)
        except msgspec.ValidationError as other:
            if str(other) == error:
                return key
    return _SOME_KEY


def _at(document: Any, keys: Iterable[Any]) -> Any:
    for key in keys:
        document = document[key]
    return document


def _with(document: Any, keys: Sequence[Any], value: Any) -> Any:
    if not keys:
        return value
    changed = dict(document) if isinstance(document, Mapping) else list(document)
    changed[keys[0]] = _with(document[keys[0]], keys[1:], value)
    return changed


def _single(types: Iterable[inspect.Type]) -> Iterator[inspect.Type]:
    for one in types:
        yield from _single(one.types) if isinstance(one, inspect.UnionType) else (one,)


def _below(kind: inspect.Type, key: Any) -> Iterator[inspect.Type]:
    match kind:
        case inspect.StructType():
            yield from (field.type for field in kind.fields if field.encode_name == key)
        case inspect.DictType():
            yield kind.value_type
        case inspect.ListType() | inspect.VarTupleType():
            yield kind.item_type
        case inspect.TupleType():
            yield kind.item_types[key]


def _fields(kind: inspect.Type) -> Iterator[str]:
    if isinstance(kind, inspect.StructType):
        yield from (field.encode_name for field in kind.fields)


def _values(kind: inspect.Type) -> Iterator[Any]:
    match kind:
        case inspect.LiteralType():
            yield from kind.values
        case inspect.EnumType():
            yield from (member.value for member in kind.cls)
