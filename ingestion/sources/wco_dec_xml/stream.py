"""Finds the declarations in a WCO message, streaming, without trusting the file.

A message is read once and never kept whole: what lies outside a declaration is dropped as it
passes, and each declaration is handed on when it ends. Entities, document types, depth and size are
bounded, because the bytes come from outside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from ingestion.sources.reading import RefusedFileError

NAMESPACE_PREFIX = "urn:wco:datamodel:WCO:DEC-DMS:"

# The deepest published message has 16 levels; the largest declaration has 999 goods items, which
# leaves 200 elements for each. Elements are counted anew after each declaration.
_MAX_DEPTH = 64
_MAX_ELEMENTS = 200_000


@dataclass(frozen=True, slots=True)
class _Tag:
    """What the name of an element says; a message has few names and many elements."""

    namespace: str
    name: str
    is_response: bool
    is_undeclared: bool

    @classmethod
    def of(cls, tag: str) -> "_Tag":
        parts = etree.QName(tag) if ":" not in tag.rpartition("}")[2] else None
        name = parts.localname if parts else tag
        namespace = (parts.namespace if parts else None) or ""
        return cls(namespace, name, name.endswith("Response"), parts is None)


@dataclass(slots=True)
class Sighting:
    """What the reader passed on its way; it says why a file holds no declaration.

    Attributes:
        status_responses: Elements whose name ends in StatusResponse.
        responses: Elements whose name ends in Response.
        unknown_namespaces: Declarations in a namespace that is not the WCO's.
        incomplete: Declarations of the WCO namespace without FunctionCode or TypeCode.
    """

    status_responses: int = 0
    responses: int = 0
    unknown_namespaces: int = 0
    incomplete: int = 0
    _open_responses: int = field(default=0, repr=False)
    _depth: int = field(default=0, repr=False)
    _elements: int = field(default=0, repr=False)
    _open_declarations: list[etree._Element] = field(default_factory=list, repr=False)
    _tags: dict[str, _Tag] = field(default_factory=dict, repr=False)

    def enter(self, element: etree._Element) -> None:
        """Note that an element begins.

        Raises:
            RefusedFileError: The message is nested too deep, or a declaration is too large.
        """
        self._depth += 1
        self._elements += 1
        if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            message = f"more than {_MAX_DEPTH} levels or {_MAX_ELEMENTS} elements"
            raise RefusedFileError(message, reason_code="E_XML_UNSAFE")
        tag = self._tag(element)
        _refuse_undeclared_prefixes(element, tag)
        if tag.is_response:
            self.responses += 1
            self.status_responses += tag.name.endswith("StatusResponse")
            self._open_responses += 1
        elif tag.name == "Declaration" and not self._open_responses:
            self._begin_declaration(element, tag.namespace)

    def _tag(self, element: etree._Element) -> _Tag:
        written = str(element.tag)
        tag = self._tags.get(written)
        if tag is None:
            tag = self._tags[written] = _Tag.of(written)
        return tag

    def _begin_declaration(self, element: etree._Element, namespace: str) -> None:
        if namespace.startswith(NAMESPACE_PREFIX):
            self._open_declarations.append(element)
        else:
            self.unknown_namespaces += 1

    def leave(self, element: etree._Element) -> etree._Element | None:
        """Note that an element ends; return it when it is a whole declaration."""
        self._depth -= 1
        if self._tag(element).is_response:
            self._open_responses -= 1
        if self._open_declarations and element is self._open_declarations[-1]:
            self._open_declarations.pop()
            if _text(element, "FunctionCode") and _text(element, "TypeCode"):
                self._elements = 0
                return element
            self.incomplete += 1
        return None

    def is_between_declarations(self) -> bool:
        """Whether what has just ended may be forgotten."""
        return not self._open_declarations


def declarations(path: Path, sighting: Sighting) -> Iterator[etree._Element]:
    """Yield each declaration of a message; it is valid until the next one is asked for.

    Args:
        path: The bytes of the message.
        sighting: Filled on the way.

    Raises:
        RefusedFileError: The bytes are no well-formed XML (never repaired), or are unsafe: a
            document type, too deep, too many elements, a text of more than 10 MB.
    """
    # An open file, not its path: the parser would unpack a path's gzip and fetch a path's URL.
    with path.open("rb") as stream:
        try:
            yield from _whole_declarations(stream, sighting)
        except etree.XMLSyntaxError as error:
            raise _refusal(error) from error


def _whole_declarations(stream: BinaryIO, sighting: Sighting) -> Iterator[etree._Element]:
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )
    is_first = True
    for event, element in events:
        if is_first:
            _refuse_document_type(element)
            is_first = False
        if event == "start":
            sighting.enter(element)
            continue
        declaration = sighting.leave(element)
        if declaration is not None:
            yield declaration
        if sighting.is_between_declarations():
            _drop(element)


def _refuse_undeclared_prefixes(element: etree._Element, tag: _Tag) -> None:
    # The parser lets a prefix without namespace pass as part of the name; XML with namespaces
    # forbids it.
    if tag.is_undeclared or any(":" in str(name).rpartition("}")[2] for name in element.attrib):
        message = f"line {element.sourceline}: a prefix that no namespace declares"
        raise RefusedFileError(message, reason_code="E_XML_MALFORMED")


def _refuse_document_type(root: etree._Element) -> None:
    information = root.getroottree().docinfo
    if information.internalDTD is not None:
        message = "a document type declaration is not allowed"
        raise RefusedFileError(message, reason_code="E_XML_UNSAFE")


def _drop(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _refusal(error: etree.XMLSyntaxError) -> RefusedFileError:
    limits = ("huge", "amplification", "depth", "entity", "nodes", "limit")
    if any(word in str(error.msg).lower() for word in limits):
        message = f"line {error.lineno}: a limit of the XML parser is exceeded"
        return RefusedFileError(message, reason_code="E_XML_UNSAFE")
    message = f"line {error.lineno}: not well-formed XML"
    return RefusedFileError(message, reason_code="E_XML_MALFORMED")


def _text(element: etree._Element, name: str) -> str | None:
    found = element.find(f"{{{etree.QName(element).namespace}}}{name}")
    return None if found is None or found.text is None else found.text.strip() or None
