"""Whether the number of a declaration gives away a party of its message.

A sender makes its references as it likes, from tax codes and names too. No form tells which: the
number is held against the parties that the message itself names.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from lxml import etree

from ingestion.sources.wco_dec_xml.elements import Reader, stripped

_PARTIES = frozenset(
    {
        "Agent", "AuthorisationHolder", "Buyer", "Carrier", "Consignee", "Consignor", "Declarant",
        "Exporter", "Importer", "Manufacturer", "Payer", "Principal", "Representative", "Seller",
        "Submitter", "Surety",
    }
)  # fmt: skip
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+")
# Shorter ones stand in many references by chance.
_LEAST_ID, _LEAST_DIGITS, _LEAST_WORD = 4, 6, 3
_MOST_WORDS = 12


def names_a_party(reader: Reader, declaration: etree._Element, number: str) -> bool:
    """Whether an id or a name of a party of the message stands in a number, however it is typed."""
    folded = _folded(number)
    squeezed, tokens = _squeezed(folded), set(_TOKEN.findall(folded))
    for party in declaration.iter():
        if not _is_party(party):
            continue
        if any(part in squeezed for part in _id_parts(reader, party)):
            return True
        for name in _names(reader, party):
            words = _TOKEN.findall(name)
            if any(len(word) >= _LEAST_WORD and word in tokens for word in words):
                return True
            if any(run in squeezed for run in _runs(words)):
                return True
    return False


def _is_party(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return False
    name = etree.QName(element).localname
    return name in _PARTIES or name.endswith("Party")


def _id_parts(reader: Reader, party: etree._Element) -> Iterator[str]:
    """Yield the id, its code without a branch, and its digits without a country."""
    written = _folded(reader.text(party, "ID") or "")
    digits = "".join(filter(str.isdigit, written))
    for part, least in (
        (_squeezed(written), _LEAST_ID),
        (_squeezed(written.partition("-")[0]), _LEAST_DIGITS),
        (digits, _LEAST_DIGITS),
    ):
        if len(part) >= least:
            yield part


def _names(reader: Reader, party: etree._Element) -> Iterator[str]:
    for element in party.iter(f"{{{reader.namespace}}}Name"):
        name = stripped(element)
        if name is not None:
            yield _folded(name)


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Yield what several words of a name are when they are written as one."""
    for first in range(len(words)):
        for last in range(first + 2, min(first + _MOST_WORDS, len(words)) + 1):
            run = "".join(words[first:last])
            if len(run) >= _LEAST_ID:
                yield run


def _folded(text: str) -> str:
    """Return text in small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _squeezed(folded: str) -> str:
    return "".join(filter(str.isalnum, folded))
