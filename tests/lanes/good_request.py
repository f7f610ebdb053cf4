"""A request that the lane door takes, ways to spoil it, and what the door says of it."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request import LaneRequest, read_request

NOW = datetime(2026, 1, 2, 8, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "declaration_number": "10000000001",
    "direction_code": "import",
    "regime_code": "A11",
    "customs_office_code": "02CI",
    "registered_at": "2026-01-01T20:30:00+00:00",
    "trader_id": "0101234567",
    "transport_mode_code": "1",
    "goods_item_count": 2,
    "foreign_party_country_code": "CN",
    # So much that tests may give the items any net mass.
    "gross_mass_kg": "9999999999999999",
    "valuation_method_code": "1",
    "incoterm_code": "CIF",
    "invoice_currency_code": "USD",
    "customs_value_vnd": 2_500_000,
    "duty_tax_vnd": 250_000,
    "goods_items": [
        {
            "item_number": 1,
            "tariff_line_code": "84000100",
            "goods_description": "Tôm thẻ chân trắng",
            "invoice_amount": "80.5",
            "customs_value_vnd": 2_000_000,
            "supplementary_quantity": 3,
            "supplementary_unit_code": "PCE",
            "country_of_origin_code": "CN",
            "tariff_schedule_code": "B01",
            "net_mass_kg": "12.5",
        },
        {
            "item_number": 2,
            "tariff_line_code": "84000200",
            "goods_description": "máy bơm",
            "invoice_amount": 20,
            "customs_value_vnd": 500_000,
            "supplementary_quantity": 1,
            "supplementary_unit_code": "PCE",
            "country_of_origin_code": "CN",
            "tariff_schedule_code": "B01",
            "net_mass_kg": 30,
        },
    ],
}
ITEM = "$.goods_items[0]"


def changed(path: str, value: Any, *, of: dict[str, Any] = GOOD) -> dict[str, Any]:
    document = copy.deepcopy(of)
    target = document
    *way, last = path.removeprefix("$.").replace("goods_items[0]", "goods_items.0").split(".")
    for step in way:
        target = target[int(step) if step.isdigit() else step]
    target[last] = value
    return document


def without(path: str) -> dict[str, Any]:
    document = changed(path, None)
    target = document["goods_items"][0] if path.startswith(ITEM) else document
    del target[path.rpartition(".")[2]]
    return document


def read(document: Any) -> LaneRequest:
    return read_request(json.dumps(document).encode(), max_items=50, now=NOW)


def refusal(body: bytes | Any) -> RequestRefusedError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(RequestRefusedError) as caught:
        read_request(data, max_items=50, now=NOW)
    return caught.value
