"""The roles as the command line names them."""

from enum import StrEnum


class Role(StrEnum):
    """Who a release is for."""

    RESTRICTED = "restricted"
    ANALYST = "analyst"
    MANAGEMENT = "management"
