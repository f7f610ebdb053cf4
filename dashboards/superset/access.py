"""Whether who is logged in may open a release: asked for every statement, whatever sent it.

A database in Superset is only a name and an address; an administrator can write any address, import
one or ask for a trial connection. So the address names a release and decides nothing: the roles of
the user do, by `security.yaml`.
"""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import NoReturn

from flask import Response, g, has_app_context, has_request_context, jsonify
from flask_login import current_user

from data_contracts.errors import CustomsDataError
from security import Security, load_security


@dataclass(slots=True)
class _Asked:
    """The request that this thread answers: when it came (monotonic), and why it is refused."""

    came: float = field(default_factory=time.monotonic)
    refusal: tuple[int, str] | None = None


# Not in Flask's own places: Superset runs a statement of SQL Lab in a context that it makes up.
_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)


class RefusedReleaseError(CustomsDataError):
    """No role of the user opens this release."""


def begin_request() -> None:
    """Note that a request came: its time runs from here."""
    _asked.set(_Asked())


def seconds_gone() -> float:
    """Return how long the request is at work; 0 outside of one."""
    asked = _asked.get()
    return time.monotonic() - asked.came if asked else 0.0


def check_release(release: str) -> None:
    """Refuse a release that the logged-in user may not open.

    Args:
        release: The role of `customs publish` that the release is made for.

    Raises:
        RefusedReleaseError: Nobody is logged in, or no role of the user opens it.
    """
    opened = opened_releases()
    if opened is None:
        _refuse("nobody is logged in: no release is opened")
    if release not in opened:
        listed = ", ".join(sorted(opened)) or "none"
        _refuse(f"your role does not open the release {release!r}; it opens: {listed}")


def opened_releases() -> frozenset[str] | None:
    """Return the releases that the logged-in user may open; None when nobody is logged in."""
    from superset import security_manager

    user = getattr(g, "user", None) if has_app_context() else None
    # A session is known to Flask-Login before Superset looks.
    user = user or (current_user if has_request_context() else None)
    if not user or user.is_anonymous or not user.is_active:
        return None
    return _security().opened_by(role.name for role in security_manager.get_user_roles(user))


def tell_refusal(status: int, message: str) -> None:
    """Keep why a request is refused first, for where Superset would say or call it otherwise."""
    if asked := _asked.get():
        asked.refusal = asked.refusal or (status, message)


def answer_refusal(response: Response) -> Response:
    """Say the reason of a refusal that Superset answers as a fault, of the server or the asker."""
    asked = _asked.get()
    if response.status_code < 400 or asked is None or asked.refusal is None:  # noqa: PLR2004
        return response
    status, message = asked.refusal
    answer = jsonify({"message": message})
    answer.status_code = status
    return answer


def _refuse(message: str) -> NoReturn:
    tell_refusal(403, message)
    raise RefusedReleaseError(message)


@cache
def _security() -> Security:
    return load_security()
