"""The XML of certificates of origin, whoever issued them and whether they are genuine or not."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.delivery.outbox import Outbox
from simulator.exchange.xml_text import HEADER, attribute, element, safe
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, dates, decimals
from simulator.kernel.glyphs import joined
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.agreements import FORMS, SCHEDULES
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.goods import UNITS

WAYS = ("BY SEA", "BY AIR", "BY TRUCK")
_CRITERIA = ("PE", "WO", "RVC 40%", "CTH", "CTSH")
_CRITERION_SHARES = (0.06, 0.1, 0.44, 0.28, 0.12)


def form_texts(schedule: Ints) -> pa.Array:
    """Return the form of the certificates that each schedule asks for."""
    return coded([FORMS.get(one, "") for one in SCHEDULES], schedule)


def wrapped(
    form: pa.Array,
    number: pa.Array,
    issued: pa.Array,
    country: pa.Array,
    parties: tuple[pa.Array, pa.Array, pa.Array, pa.Array],
    items: pa.Array,
) -> pa.Array:
    """Return certificates in the outside form; parties are exporter, tax code, importer, way."""
    exporter, tax_code, importer, way = parties
    content = joined(
        element("ReferenceNo", number),
        element("IssueDate", issued),
        element("IssuingCountry", country),
        element("Exporter", safe(exporter)),
        element("Importer", safe(importer), attribute("taxCode", tax_code)),
        element("Transport", way),
        items,
    )
    return joined(HEADER, element("CertificateOfOrigin", content, attribute("form", form)), "\n")


def item_elements(
    nation: Nation,
    key: Keys,
    place: Ints,
    lines: tuple[Ints, Ints],
    amounts: tuple[Ints, Ints, pa.Array],
) -> pa.Array:
    """Return `<Item>` elements.

    Args:
        nation: The nation.
        key: Identities of the goods, shape (n,).
        place: Numbers in the certificate.
        lines: The line whose HS is given, and the line whose words are.
        amounts: Quantity and FOB value (hundredths), and the currency's code.
    """
    goods = nation.goods
    code, line = lines
    quantity, value, currency = amounts
    criterion = coded(_CRITERIA, keyed.choose(key, "origin criterion", _CRITERION_SHARES))
    hs6 = coded([f"{one:06d}" for one in goods.hs6.tolist()], code)
    unit = attribute("unit", coded(UNITS, goods.unit1[line]))
    content = joined(
        element("HS", hs6),
        element("Description", safe(pc.utf8_upper(coded(goods.names_en, line).cast(pa.string())))),
        element("OriginCriterion", criterion),
        element("Quantity", decimals(quantity, 2), unit),
        element("FOB", decimals(value, 2), attribute("currency", currency)),
    )
    return element("Item", content, attribute("no", pa.array(place)))


def send(outbox: Outbox, key: Keys, name: pa.Array, issued: Ints, text: pa.Array) -> None:
    """Hand over certificates as they are issued; older ones come in the first days of a run."""
    sent = issued * DAY_SECONDS + keyed.integers(key, "sent at", 30_000, 160_000)
    begin = outbox.plan.first_day * DAY_SECONDS
    sent = np.maximum(sent, begin + keyed.integers(key, "first load", 0, DAY_SECONDS))
    file = joined(name, "_", pc.replace_substring(dates(issued).cast(pa.string()), "-", ""))
    outbox.put("co_form", sent, {"name": file, "text": text})
