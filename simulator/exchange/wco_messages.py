"""A sample of declarations as WCO messages (DEC).

The form is that of the WCO Data Model's declaration in the public namespace
`urn:wco:datamodel:WCO:DEC-DMS:2`: originals have function code 9. What follows them is in
`wco_follow_ups`. One declaration in 200 is sent this way, but at most 2,000 a year (assumption).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.kinds import INCOTERMS
from simulator.block import Block
from simulator.delivery.outbox import Outbox
from simulator.exchange.wco_items import item_elements, money
from simulator.exchange.xml_text import HEADER, element, inside, safe
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, constant, decimals, digits
from simulator.kernel.glyphs import joined, stamps
from simulator.nation import Nation
from simulator.papers.numbers import invoice_numbers
from simulator.papers.paper import country_texts, declaration_numbers
from simulator.papers.parties import other_names
from simulator.reference.exchange import CURRENCIES
from simulator.reference.offices import codes
from simulator.reference.regimes import IMPORT
from simulator.setting import DECLARATIONS_A_YEAR
from simulator.trade.batch import Batch
from simulator.trade.selecting import select

_SHARE, _MOST_A_YEAR = 1 / 200, 2_000
NAMESPACE = "urn:wco:datamodel:WCO:DEC-DMS:2"
DOCUMENT = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
_MEANS = ("9", "4", "1", "1", "3", "2", "8", "9", "9", "9")
_UP_TO_SECONDS = len("2025-01-01T00:00:00")


@dataclass(frozen=True, slots=True)
class Sample:
    """Declarations that are sent as messages.

    Attributes:
        rows: Positions in the block; batch: the declarations themselves.
        reference: The trader's own reference; customs: that of customs.
    """

    rows: Ints
    batch: Batch
    reference: pa.Array
    customs: pa.Array


def put_messages(outbox: Outbox, nation: Nation, block: Block) -> Sample:
    """Hand over the originals of `wco_dec_xml` of a block; return which declarations they are."""
    share = min(_SHARE, _MOST_A_YEAR / (DECLARATIONS_A_YEAR * nation.scale))
    chosen = keyed.happens(block.batch.roster.key, "sent as a message", share)
    sample = sample_of(block, np.flatnonzero(chosen & ~block.decisions.is_refused))
    if len(sample.rows):
        outbox.put(
            "wco_dec_xml",
            sample.batch.roster.registered,
            {"name": sample.customs, "text": message(_original(nation, block, sample))},
            registered=sample.batch.roster.day,
        )
    return sample


def sample_of(block: Block, rows: Ints) -> Sample:
    """Return some declarations of a block as those that are sent as messages."""
    batch = select(block.batch, rows)
    serial = digits(keyed.integers(batch.roster.key, "own reference", 10**9, 10**10))
    customs = joined("VN", digits(declaration_numbers(batch)))
    return Sample(rows, batch, joined("LRN-", serial), customs)


def message(content: pa.Array) -> pa.Array:
    """Return whole messages around the content of their declarations."""
    head = (
        f'{HEADER}<md:MetaData xmlns:md="{DOCUMENT}" xmlns="{NAMESPACE}">'
        "<md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode>"
        "<md:WCOTypeName>DEC</md:WCOTypeName>"
        "<md:ResponsibleCountryCode>VN</md:ResponsibleCountryCode>"
    )
    return joined(head, element("Declaration", content), "</md:MetaData>\n")


def _party(name: str, number: pa.Array | None, called: pa.Array, country: pa.Array) -> pa.Array:
    parts = [element("ID", number)] if number is not None else [""]
    address = element("Address", element("CountryCode", country))
    return element(name, joined(*parts, element("Name", safe(pc.utf8_slice_codeunits(
        called.cast(pa.string()), 0, 70))), address))  # fmt: skip


def moment_element(name: str, seconds: Ints) -> pa.Array:
    """Return times in the form of format code 304: YYYYMMDDHHMMSS and zone."""
    plain = pc.utf8_slice_codeunits(stamps(seconds), 0, _UP_TO_SECONDS)
    text = joined(pc.replace_substring_regex(plain, "[-T:]", ""), "+07")
    return element(name, element("DateTimeString", text, ' formatCode="304"'))


def _original(nation: Nation, block: Block, sample: Sample) -> pa.Array:
    """Return the content of the original declarations."""
    batch = sample.batch
    deals, roster, count = batch.deals, batch.roster, len(batch)
    is_import = deals.direction == IMPORT
    home = constant("VN", count)
    partner = _party("Exporter", None,
                     other_names(nation, deals, deals.spelling),
                     country_texts(nation, deals.country))  # fmt: skip
    own = nation.actors.texts.codes_of(deals.trader)
    name = nation.actors.texts.names.take(pa.array(deals.trader))
    trader = _party("Exporter", own, name, home)
    mode = coded(_MEANS, np.minimum(deals.transport, len(_MEANS) - 1))
    currency = coded(CURRENCIES, deals.currency)
    declarant = pc.if_else(
        pa.array(deals.broker >= 0),
        nation.brokers.codes.take(pa.array(np.maximum(deals.broker, 0))),
        own,
    )
    gross = block.masses.gross_kg_e2[sample.rows]
    return joined(
        element("FunctionCode", constant("9", count)),
        element("FunctionalReferenceID", sample.reference),
        element("ID", sample.customs),
        element("TypeCode", coded(("IMA", "EXA"), deals.direction).cast(pa.string())),
        moment_element("IssueDateTime", roster.registered),
        moment_element("AcceptanceDateTime", roster.registered),
        element("GoodsItemQuantity", digits(roster.item_count)),
        element("DeclarationOfficeID", codes(nation.offices, deals.office, roster.day)),
        money("InvoiceAmount", batch.valuation.invoice_total_e2, 2, currency),
        element("TotalGrossMassMeasure", decimals(gross, 2), ' unitCode="KGM"'),
        element("TotalPackageQuantity", digits(block.masses.packages[sample.rows])),
        element("BorderTransportMeans", element("ModeCode", mode)),
        element("Declarant", element("ID", declarant)),
        pc.if_else(pa.array(is_import), partner, trader),
        element("GoodsShipment", _shipment(nation, sample, (own, name, home))),
    )


def _shipment(
    nation: Nation, sample: Sample, trader: tuple[pa.Array, pa.Array, pa.Array]
) -> pa.Array:
    batch = sample.batch
    deals = batch.deals
    is_import = deals.direction == IMPORT
    abroad = country_texts(nation, deals.country).cast(pa.string())
    importer = _party("Importer", *trader)
    buyer = _party("Consignee", None,
                   other_names(nation, deals, deals.spelling),
                   abroad)  # fmt: skip
    counts = batch.roster.item_count
    exporting = pc.if_else(pa.array(is_import), abroad, "VN")
    going = pc.if_else(pa.array(is_import), "VN", abroad)
    invoice = invoice_numbers(batch.roster.deal_key)
    return joined(
        pc.if_else(pa.array(is_import), "", buyer),
        element("Destination", element("CountryCode", going)),
        element("ExportCountry", element("ID", exporting)),
        inside(item_elements(nation, batch), counts),
        pc.if_else(pa.array(is_import), importer, ""),
        element("Invoice", element("ID", invoice)),
        element("TradeTerms", element("ConditionCode", coded(INCOTERMS, deals.incoterm))),
    )
