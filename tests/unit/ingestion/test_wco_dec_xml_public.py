"""The published messages, counted a second time with another parser."""

import warnings
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.conform import conform
from ingestion.sources.catalog import SOURCES
from tests.unit.ingestion.files import settings

SOURCE = SOURCES["wco_dec_xml"]
PUBLIC = Path(__file__).parents[4] / "shared" / "data" / "wco_dec_xml" / "messages"
_DEC = "{urn:wco:datamodel:WCO:DEC-DMS:2}"


@pytest.fixture(scope="module")
def messages() -> list[Path]:
    found = sorted(PUBLIC.glob("*.xml"))
    if not found:
        warnings.warn(f"{PUBLIC} is absent: the published messages are not tried", stacklevel=1)
        pytest.skip("the published messages are absent")
    return found


@pytest.fixture(scope="module")
def conformed(messages, tmp_path_factory):
    readings = [(number, SOURCE.read(path, path.name)) for number, path in enumerate(messages, 1)]
    return conform(settings(tmp_path_factory.mktemp("lake")), SOURCE.name, readings)


def _declarations(path: Path) -> list[ET.Element]:
    """Return the declarations of a file that stand in no response, with function and type."""
    found = []
    pending = [ET.parse(path).getroot()]  # noqa: S314 - published files, a second opinion
    while pending:
        element = pending.pop()
        if element.tag.endswith("Response"):
            continue
        if element.tag == f"{_DEC}Declaration":
            if element.findtext(f"{_DEC}FunctionCode") and element.findtext(f"{_DEC}TypeCode"):
                found.append(element)
            continue
        pending.extend(element)
    return found


def _originals(messages: list[Path]) -> list[ET.Element]:
    return [
        declaration
        for path in messages
        for declaration in _declarations(path)
        if declaration.findtext(f"{_DEC}FunctionCode") == "9"
    ]


def test_every_file_is_accounted_for(messages):
    states = Counter((found.status, found.reason_code) for found in map(_read, messages))
    assert sum(states.values()) == len(messages)
    assert not any(status == "refused" for status, _ in states)
    assert states["accepted", None] == sum(bool(_declarations(path)) for path in messages)
    if len(messages) == 147:
        assert states == {
            ("accepted", None): 141,
            ("not_applicable", "RESPONSE"): 3,
            ("not_applicable", "STATUS"): 2,
            ("not_applicable", "UNKNOWN_NAMESPACE"): 1,
        }


def test_every_goods_item_of_an_original_is_accepted_with_its_amount(messages, conformed):
    items, amounts = 0, defaultdict(Decimal)
    for declaration in _originals(messages):
        items += len(list(declaration.iter(f"{_DEC}GovernmentAgencyGoodsItem")))
        for amount in declaration.iter(f"{_DEC}ItemChargeAmount"):
            amounts[amount.get("currencyID")] += Decimal(amount.text or "0")
    found = conformed["goods_item"]
    assert (found.accepted.num_rows, found.rejected.num_rows) == (items, 0)
    sums = defaultdict(Decimal)
    for row in found.accepted.select(["invoice_currency_code", "invoice_amount"]).to_pylist():
        if row["invoice_amount"] is not None:
            sums[row["invoice_currency_code"]] += row["invoice_amount"]
    assert sums == amounts
    assert set(sums) >= {"GBP"}


def test_originals_and_deltas_are_kept_apart(messages, conformed):
    originals = len(_originals(messages))
    deltas = sum(len(_declarations(path)) for path in messages) - originals
    assert conformed["declaration"].accepted.num_rows == originals
    assert conformed["declaration_amendment"].accepted.num_rows == deltas
    assert all(found.rejected.num_rows == 0 for found in conformed.values())
    names = conformed["declaration_amendment"].accepted["function_name"].to_pylist()
    assert set(names) == {"COR"}


def _read(path: Path):
    return SOURCE.read(path, path.name)
