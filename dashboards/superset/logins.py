"""Slows wrong logins down: a few tries a minute for one name from one address, then a wait.

Counted where every password is judged, so the page and the API count together, and only what failed
counts. Nobody else waits: not other names, not the same name from another address (behind a proxy
all come from one). The count is in the memory of the process: Superset runs with one worker, and
each further one would allow as many tries again.
"""

from typing import Any

from flask import Response, g, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from superset.security import SupersetSecurityManager

WRONG_LOGINS: RateLimitItem = parse("5 per minute")
_counted = MovingWindowRateLimiter(MemoryStorage())


class SlowedSecurityManager(SupersetSecurityManager):
    """Superset's own, except that a name which failed too often is not even tried."""

    def auth_user_db(self, username: str, password: str) -> Any:
        """Return the user whose password this is, or None."""
        who = (str(username).strip().lower(), request.remote_addr or "")
        if not _counted.test(WRONG_LOGINS, *who):
            g.wait_before_login = True
            return None
        user = super().auth_user_db(username, password)
        if user is None:
            _counted.hit(WRONG_LOGINS, *who)
        return user


def say_to_wait(response: Response) -> Response:
    """Answer 429 where a login was not tried."""
    if not g.get("wait_before_login"):
        return response
    seconds = WRONG_LOGINS.get_expiry()
    message = f"Too many wrong logins for this name. Wait {seconds} s, then try again.\n"
    return Response(message, 429, {"Retry-After": str(seconds)}, mimetype="text/plain")
