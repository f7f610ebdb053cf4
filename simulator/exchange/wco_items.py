"""Goods items of WCO messages, and where their corrections point."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.exchange.xml_text import attribute, element, safe
from simulator.kernel.arrays import Ints, coded, constant, decimals, digits
from simulator.kernel.glyphs import joined
from simulator.nation import Nation
from simulator.papers.paper import country_texts
from simulator.reference.exchange import CURRENCIES
from simulator.reference.goods import PACKAGES, UNITS
from simulator.reference.regimes import IMPORT, REGIMES
from simulator.trade.batch import Batch

_PREFERENCE, _NO_PREFERENCE = "300", "100"
_SECTIONS = ("42A", "67A", "68A", "23A", "79A")
_AMOUNT_TAG = "112"


def _procedures() -> list[tuple[str, str]]:
    """Return requested and previous procedure for each national regime."""
    by_start = {
        "A31": ("61", "10"), "A": ("40", "00"), "E1": ("51", "00"), "E2": ("51", "00"),
        "E3": ("51", "00"), "E41": ("61", "21"), "E4": ("31", "51"), "E5": ("31", "51"),
        "E6": ("31", "51"), "E8": ("21", "00"), "G1": ("53", "00"), "G5": ("61", "23"),
        "G2": ("31", "53"), "G6": ("23", "00"), "C11": ("71", "00"), "C21": ("71", "00"),
        "C": ("31", "71"), "B": ("10", "00"), "H11": ("40", "00"), "H": ("10", "00"),
    }  # fmt: skip
    found = []
    for code in REGIMES:
        start = next(code[:n] for n in (3, 2, 1) if code[:n] in by_start)
        found.append(by_start[start])
    return found


_REQUESTED = [requested for requested, _ in _procedures()]
_PREVIOUS = [previous for _, previous in _procedures()]


def money(name: str, values: Ints, scale: int, currency: pa.Array) -> pa.Array:
    """Return an amount with its currency."""
    return element(name, decimals(values, scale), attribute("currencyID", currency))


def item_elements(nation: Nation, batch: Batch) -> pa.Array:
    """Return the element of each goods item."""
    goods, told, owner = nation.goods, batch.declared, batch.owner
    deals, line = batch.deals, batch.declared.line
    currency = coded(CURRENCIES, deals.currency[owner])
    commodity = joined(
        element("Description", safe(coded(goods.names_en, line))),
        element(
            "Classification",
            joined(
                element("ID", coded(goods.codes, line)),
                "<IdentificationTypeCode>TSP</IdentificationTypeCode>",
            ),
        ),
        _duties(batch),
        element(
            "GoodsMeasure",
            joined(
                element("NetNetWeightMeasure", decimals(told.kg_e2, 2), ' unitCode="KGM"'),
                element(
                    "TariffQuantity",
                    decimals(told.quantity_e2, 2),
                    attribute("unitCode", coded(UNITS, goods.unit1[line])),
                ),
            ),
        ),
        element("InvoiceLine", money("ItemChargeAmount", told.value_e2, 2, currency)),
    )
    procedure = joined(
        element("CurrentCode", coded(_REQUESTED, deals.regime[owner])),
        element("PreviousCode", coded(_PREVIOUS, deals.regime[owner])),
    )
    origin = joined(
        element("CountryCode", country_texts(nation, told.origin)), "<TypeCode>1</TypeCode>"
    )
    package = element("TypeCode", coded(PACKAGES, goods.package[line]))
    return element(
        "GovernmentAgencyGoodsItem",
        joined(
            money("CustomsValueAmount", batch.valuation.customs_vnd, 0, constant("VND", len(told))),
            element("SequenceNumeric", digits(told.number)),
            element("Commodity", commodity),
            element("CustomsValuation", "<MethodCode>1</MethodCode>"),
            element("GovernmentProcedure", procedure),
            element("Origin", origin),
            element("Packaging", joined("<SequenceNumeric>1</SequenceNumeric>", package)),
        ),
    )


def _duties(batch: Batch) -> pa.Array:
    """Return the import or export duty and the VAT of each item."""
    duties, told = batch.duties, batch.declared
    vnd = constant("VND", len(told))
    preferred = (told.certificate > 0).astype(np.int64)
    is_import = batch.deals.direction[batch.owner] == IMPORT
    parts = []
    for kind, duty in (("A00", duties.duty), ("B00", duties.vat)):
        content = joined(
            money("AdValoremTaxBaseAmount", duty.base_vnd, 0, vnd),
            element("DutyRegimeCode", coded((_NO_PREFERENCE, _PREFERENCE), preferred)),
            element("TaxRateNumeric", decimals(duty.bp, 2)),
            f"<TypeCode>{kind}</TypeCode>",
            element("Payment", money("TaxAssessedAmount", duty.amount_vnd, 0, vnd)),
        )
        shown = pa.array(is_import | (duty.amount_vnd > 0))
        parts.append(pc.if_else(shown, element("DutyTaxFee", content), ""))
    return joined(*parts)


def pointers(number: Ints, has: Ints) -> pa.Array:
    """Return where a correction points: to an item's amount, or to the declaration alone."""
    steps = []
    for place, section in enumerate(_SECTIONS):
        which = digits(number) if section == "68A" else constant("1", len(number))
        tag = f"<TagID>{_AMOUNT_TAG}</TagID>" if place == len(_SECTIONS) - 1 else ""
        step = joined(
            element("SequenceNumeric", which),
            f"<DocumentSectionCode>{section}</DocumentSectionCode>{tag}",
        )
        whole = element("Pointer", step)
        steps.append(whole if not place else pc.if_else(pa.array(has > 0), whole, ""))
    return joined(*steps)
