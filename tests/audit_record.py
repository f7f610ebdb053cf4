"""What the door wrote down last."""

import json
from typing import Any

from warehouse.audit import AuditLog
from warehouse.layout import Layout


def last_line(layout: Layout) -> dict[str, Any]:
    """Return the last line of a lake's audit record, nothing before the first."""
    path = AuditLog.of(layout).path
    if not path.exists():
        return {}
    line: dict[str, Any] = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    return line
