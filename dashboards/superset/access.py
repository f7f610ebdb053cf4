"""Whether who is logged in may open a release: asked for every statement, whatever sent it.

A database in Superset is only a name and an address; an administrator can write any address, import
one or ask for a trial connection. So the address names a release and decides nothing: the roles of
the user do, by `security.yaml`.
"""

from functools import cache
from typing import NoReturn

from flask import Response, g, has_app_context, has_request_context, jsonify
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
        _refuse("nobody is logged in: no release is opened")
    roles = [role.name for role in security_manager.get_user_roles(user)]
    if release not in _security().opened_by(roles):
        _refuse(
            f"your role does not open the release {release!r}; roles: {', '.join(sorted(roles))}"
        )


def tell_refusal(status: int, message: str) -> None:
    """Keep why a request is refused, for where Superset would call it a fault of the server."""
    if has_app_context():
        g.refusal = (status, message)


def answer_refusal(response: Response) -> Response:
    """Say the reason of a refusal that Superset answers as a fault of the server."""
    if response.status_code < 500 or "refusal" not in g:  # noqa: PLR2004
        return response
    status, message = g.refusal
    answer = jsonify({"message": message})
    answer.status_code = status
    return answer


def _refuse(message: str) -> NoReturn:
    tell_refusal(403, message)
    raise RefusedReleaseError(message)


@cache
def _security() -> Security:
    return load_security()
