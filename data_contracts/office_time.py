"""The clock on the wall of a customs office: what a day is, in every table and for every reader."""

from datetime import datetime
from zoneinfo import ZoneInfo

OFFICE_TIME_ZONE = "Asia/Ho_Chi_Minh"
OFFICE_TIME = ZoneInfo(OFFICE_TIME_ZONE)


def office_offset() -> str:
    """Return how far the office is from UTC now, as `+07:00`."""
    return datetime.now(OFFICE_TIME).isoformat()[-6:]
