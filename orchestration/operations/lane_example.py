"""A lane request made from a declaration of the lake, to try the lane service with.

It is written from the restricted release, so it holds real identities and stays in the lake's home.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import msgspec

from data_contracts.errors import CustomsDataError
from data_contracts.loading import load_contract
from data_contracts.statements import statements_beside
from ml.extraction import Connection
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request import read_request
from warehouse.layout import Layout
from warehouse.reading import open_release
from warehouse.settings import LakeSettings

_SQL = statements_beside(__file__)
_MOST_ITEMS = 5


def lane_request(settings: LakeSettings) -> bytes:
    """Return a request, as JSON, for the newest scored import declaration with several items.

    Declarations that contradict themselves are passed over: they have been lodged, and the lane
    door would refuse them.

    Raises:
        CustomsDataError: The restricted release holds no such declaration.
    """
    opened = open_release(
        Layout(settings.home),
        "restricted",
        memory_mb=settings.memory_limit_mb,
        threads=settings.threads,
    )
    with closing(opened) as connection:
        now = datetime.now(UTC)
        for body in _candidates(connection):
            try:
                read_request(body, max_items=_MOST_ITEMS, now=now)
            except RequestRefusedError:
                continue
            return body
    message = "no scored import declaration to decide on; run customs score, build, publish"
    raise CustomsDataError(message)


def _candidates(connection: Connection) -> Iterator[bytes]:
    keys = connection.sql(_SQL["declarations"], params={"most_items": _MOST_ITEMS})
    for key in keys.to_arrow_table().to_pylist():
        (header,) = connection.sql(_SQL["header"], params=key).to_arrow_table().to_pylist()
        items = connection.sql(_SQL["items"], params=key).to_arrow_table().to_pylist()
        request = _known_at_registration("lane_request", header)
        request["goods_items"] = [_known_at_registration("lane_request_item", row) for row in items]
        yield msgspec.json.format(msgspec.json.encode(request), indent=2)


def _known_at_registration(contract: str, row: dict[str, Any]) -> dict[str, Any]:
    names = load_contract(contract).names
    return {name: row[name] for name in names if row.get(name) is not None}
