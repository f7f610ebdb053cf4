"""Requests as tests change them, and what the lane door answers."""

from typing import Any

from ml.lanes.decision import decide
from tests.lanes.lane_lake import LaneLake, read


def answer(lake: LaneLake, request: dict[str, Any]) -> dict[str, Any]:
    return decide(lake.snapshot, read(request), lake.pseudonymiser.pseudonym)


def with_item(request: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the request with its first item alone, changed, and totals that agree with it."""
    item = request["goods_items"][0] | changes
    totals = {"goods_item_count": 1, "customs_value_vnd": item["customs_value_vnd"]}
    return request | {"goods_items": [item]} | totals


def registered(request: dict[str, Any], moment: str) -> dict[str, Any]:
    """Return the request with another moment of registration, and its day nowhere else."""
    name = "registered_date"
    items = [{k: v for k, v in i.items() if k != name} for i in request["goods_items"]]
    head = {k: v for k, v in request.items() if k != name}
    return head | {"registered_at": moment, "goods_items": items}


def ground(found: dict[str, Any], code: str) -> dict[str, str] | None:
    return next((one for one in found["grounds"] if one["code"] == code), None)
