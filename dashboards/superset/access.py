"""Whether who is logged in may open a release: asked for every statement, whatever sent it.

A database in Superset is only a name and an address; an administrator can write any address, import
one or ask for a trial connection. So the address names a release and decides nothing: the roles of
the user do, by `security.yaml`.
"""

from functools import cache

from flask import g, has_app_context, has_request_context
from flask_login import current_user

from data_contracts.errors import CustomsDataError
from security import Security, load_security


class RefusedReleaseError(CustomsDataError):
    """No role of the user opens this release."""


def check_release(release: str) -> None:
    """Refuse a release that the logged-in user may not open.

    Args:
        release: The role of `customs publish` that the release is made for.

    Raises:
        RefusedReleaseError: Nobody is logged in, or no role of the user opens it.
    """
    from superset import security_manager

    user = getattr(g, "user", None) if has_app_context() else None
    # A session is known to Flask-Login before Superset looks.
    user = user or (current_user if has_request_context() else None)
    if not user or user.is_anonymous or not user.is_active:
        message = "nobody is logged in: no release is opened"
        raise RefusedReleaseError(message)
    roles = [role.name for role in security_manager.get_user_roles(user)]
    if release not in _security().opened_by(roles):
        message = (
            f"your role does not open the release {release!r}; roles: {', '.join(sorted(roles))}"
        )
        raise RefusedReleaseError(message)


@cache
def _security() -> Security:
    return load_security()
