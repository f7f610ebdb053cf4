"""WCO messages for the tests of their adapter: the smallest sound one, and pieces to change."""

DEC = "urn:wco:datamodel:WCO:DEC-DMS:2"

ITEM = """
<GovernmentAgencyGoodsItem>
  <SequenceNumeric>1</SequenceNumeric>
  <Commodity>
    <Description>Straw envelopes</Description>
    <Classification>
      <ID>46021910</ID><IdentificationTypeCode>TSP</IdentificationTypeCode>
    </Classification>
    <Classification><ID>00</ID><IdentificationTypeCode>TRC</IdentificationTypeCode></Classification>
    <Classification><ID>VATZ</ID><IdentificationTypeCode>GN</IdentificationTypeCode></Classification>
    <GoodsMeasure>
      <NetNetWeightMeasure unitCode="KGM">100.5</NetNetWeightMeasure>
      <TariffQuantity unitCode="NAR">20</TariffQuantity>
    </GoodsMeasure>
    <InvoiceLine><ItemChargeAmount currencyID="GBP">1000.25</ItemChargeAmount></InvoiceLine>
  </Commodity>
  <GovernmentProcedure>
    <CurrentCode>40</CurrentCode><PreviousCode>00</PreviousCode>
  </GovernmentProcedure>
  <Origin><CountryCode>TN</CountryCode><TypeCode>2</TypeCode></Origin>
  <Origin><CountryCode>US</CountryCode><TypeCode>1</TypeCode></Origin>
</GovernmentAgencyGoodsItem>"""

HEAD = """
  <AcceptanceDateTime>
    <DateTimeString formatCode="304">20250326112200+01</DateTimeString>
  </AcceptanceDateTime>
  <FunctionCode>9</FunctionCode>
  <FunctionalReferenceID>LRN-1</FunctionalReferenceID>
  <TypeCode>IMA</TypeCode>
  <GoodsItemQuantity>1</GoodsItemQuantity>
  <DeclarationOfficeID>GBLBA001</DeclarationOfficeID>
  <BorderTransportMeans><ModeCode>1</ModeCode></BorderTransportMeans>
  <Declarant><ID>GB-DECLARANT</ID></Declarant>
  <Exporter><Name>Straw Makers</Name><Address><CountryCode>US</CountryCode></Address></Exporter>"""


def declaration(head: str = HEAD, items: str = ITEM, namespace: str = DEC) -> str:
    """Return a Declaration element; the importer is in its shipment."""
    return (
        f'<Declaration xmlns="{namespace}">{head}<GoodsShipment>{items}'
        "<Importer><ID>GB-IMPORTER</ID></Importer></GoodsShipment></Declaration>"
    )


def message(*declarations: str) -> str:
    """Return a message around declarations."""
    inside = "".join(declarations or (declaration(),))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2">'
        f"<md:WCOTypeName>DEC</md:WCOTypeName>{inside}</md:MetaData>"
    )
