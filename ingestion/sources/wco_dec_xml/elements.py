"""The elements of a WCO declaration: found by name, read as text, numbers and moments."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from lxml import etree

from data_contracts.code_lists import column_of

ORIGINAL = "9"
KGM = "KGM"
# Of the extras of a declaration or an amendment: its number gives away a party of its message.
NAMES_PARTY = "number_names_party"

# EDIFACT 2379 formats of DateTimeString: how many digits of the moment are there.
_MOMENT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(\d{2})?(Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII
)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
# The list that the marts convert by, too.
_KG_PER_UNIT = {unit: Decimal(kg) for unit, kg in column_of("mass_unit", "kg").items()}
_MICRO = Decimal("0.000001")
# More digits than a factor and the decimals kept can add to a number.
_KG_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the children of elements by local name, in the declaration's own namespace.

    Attributes:
        namespace: Of the declaration.
        utc_offset: Of moments without one, such as +07:00.
    """

    namespace: str
    utc_offset: str

    def child(self, element: etree._Element | None, path: str) -> etree._Element | None:
        """Return the first element at a path of names with `/`, if there."""
        for name in path.split("/"):
            if element is None:
                return None
            element = element.find(f"{{{self.namespace}}}{name}")
        return element

    def children(self, element: etree._Element | None, name: str) -> list[etree._Element]:
        """Return all direct children of one name."""
        return [] if element is None else element.findall(f"{{{self.namespace}}}{name}")

    def text(self, element: etree._Element | None, path: str) -> str | None:
        """Return the text at a path; blank is null."""
        return stripped(self.child(element, path))

    def measure(self, element: etree._Element | None, path: str, attribute: str) -> str | None:
        """Return an attribute (unit or currency) of the element at a path."""
        found = self.child(element, path)
        return None if found is None else attribute_of(found, attribute)

    def moment(self, element: etree._Element, name: str) -> str | None:
        """Return a DateTimeString as ISO 8601 text; unreadable text stays as it is."""
        holder = self.child(element, name)
        if holder is None:
            return None
        written = next((stripped(part) for part in holder.iter() if stripped(part)), None)
        return _iso_moment(written, self.utc_offset) if written else None

    def decimal(self, element: etree._Element | None, path: str) -> str | None:
        """Return a number at a path in plain form (+5 is 5, .5 is 0.5); other text as it is."""
        return _plain_decimal(self.text(element, path))

    def charge(self, item: etree._Element) -> tuple[str | None, str | None]:
        """Return the charge of an item (112) and its currency.

        The charges of several invoice lines in one currency are added up. Those in several
        currencies have no sum: the currency is then all of them, which no list of codes knows.
        """
        found = list(item.iter(f"{{{self.namespace}}}ItemChargeAmount"))
        amounts = [_plain_decimal(stripped(amount)) for amount in found]
        currencies = dict.fromkeys(attribute_of(amount, "currencyID") or "" for amount in found)
        currency = "/".join(currencies) or None
        stated = [amount for amount in amounts if amount is not None]
        unreadable = [amount for amount in stated if _DECIMAL.fullmatch(amount) is None]
        if unreadable or len(stated) <= 1:
            return next(iter(unreadable or stated), None), currency
        # As many digits as were written hold every sum of them without rounding.
        with localcontext(prec=sum(map(len, stated))):
            return f"{sum(map(Decimal, stated), Decimal(0)):f}", currency

    def in_vnd(self, element: etree._Element | None, path: str) -> str | None:
        """Return an amount at a path where it is stated in VND, else nothing."""
        is_vnd = self.measure(element, path, "currencyID") == "VND"
        return self.decimal(element, path) if is_vnd else None

    def kilograms(self, element: etree._Element | None, path: str) -> str | None:
        """Return a mass at a path in kg; without a unit it is kg.

        A unit that is none of mass comes back as `?` and the unit, for the caller to refuse.
        """
        written = self.decimal(element, path)
        unit = self.measure(element, path, "unitCode") or KGM
        if written is None or unit == KGM or _DECIMAL.fullmatch(written) is None:
            return written
        if unit not in _KG_PER_UNIT:
            return f"?{unit}"
        # However large the number is, it is the contract that judges it.
        with localcontext(prec=len(written) + _KG_DIGITS):
            kilograms = (Decimal(written) * _KG_PER_UNIT[unit]).quantize(_MICRO, ROUND_HALF_UP)
            return f"{kilograms.normalize():f}"


def goods_items(reader: Reader, declaration: etree._Element) -> list[etree._Element]:
    """Return the goods items (68A) of a declaration, in whatever part of it they stand.

    Those of a declaration inside this one are that one's.
    """
    holder = f"{{{reader.namespace}}}Declaration"
    return [
        item
        for item in declaration.iter(f"{{{reader.namespace}}}GovernmentAgencyGoodsItem")
        if next(item.iterancestors(holder), declaration) is declaration
    ]


def attribute_of(element: etree._Element, name: str) -> str | None:
    """Return an attribute of an element; blank is null."""
    return (element.get(name) or "").strip() or None


def stripped(element: etree._Element | None) -> str | None:
    """Return the text of an element; blank is null."""
    if element is None or element.text is None:
        return None
    return element.text.strip() or None


def _iso_moment(written: str, utc_offset: str) -> str:
    match = _MOMENT.fullmatch(written)
    if match is None:
        return written
    year, month, day, hour, minute, second, zone = match.groups()
    if zone and zone != "Z":
        zone = f"{zone[:3]}:{zone[3:].removeprefix(':') or '00'}"
    clock = f"{hour or '00'}:{minute or '00'}:{second or '00'}"
    return f"{year}-{month}-{day} {clock}{zone or utc_offset}"


def _plain_decimal(written: str | None) -> str | None:
    """Return a decimal of XML Schema without plus sign or bare point; nothing else is touched."""
    if written is None or _DECIMAL.fullmatch(written) is None:
        return written
    sign = "-" if written.startswith("-") else ""
    whole, _, fraction = written.lstrip("+-").partition(".")
    return f"{sign}{whole or '0'}" + (f".{fraction}" if fraction else "")
