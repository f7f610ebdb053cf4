"""The outside formats that can be landed, by name."""

from ingestion.sources import (
    korea_customs_csv,
    reference,
    trader_registry,
    vcis_extract,
    wco_dec_xml,
)
from ingestion.sources.reading import Source

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        vcis_extract.SOURCE,
        trader_registry.SOURCE,
        reference.SOURCE,
        wco_dec_xml.SOURCE,
        korea_customs_csv.SOURCE,
    )
}
