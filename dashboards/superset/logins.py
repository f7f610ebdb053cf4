"""Slows wrong logins down, and lets the right password in all the same.

Counted where every password is judged, so the page and the API count together, and only what failed
counts: by the user who is meant, whether by name or by e-mail, and more loosely by the address, for
who tries one password on many names. Whoever is over a count is still judged, but one at a time in
the whole server, and each wrong one holds the next up, longer and longer. Only few may wait there:
a thread each. The counts are in the memory of the process: Superset runs with one worker.
"""

import threading
import time
from typing import Any

from flask import Response, current_app, g, request, session
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from superset.security import SupersetSecurityManager

FREE_BY_USER = 5
FREE_BY_ADDRESS = 30
_COUNTED = RateLimitItemPerMinute(1_000)
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 1.0
_MOST_WAITING = 8
_wrong = MovingWindowRateLimiter(MemoryStorage())
_waiting = threading.BoundedSemaphore(_MOST_WAITING)
_one_at_a_time = threading.Lock()


class SlowedSecurityManager(SupersetSecurityManager):
    """Superset's own, except that after wrong passwords the next take their turn."""

    def auth_user_db(self, username: str, password: str) -> Any:
        """Return the user whose password this is, or None."""
        counts = {("user", self._meant(username)): FREE_BY_USER}
        counts["address", request.remote_addr or ""] = FREE_BY_ADDRESS
        over = max(_failures(key) - free for key, free in counts.items())
        if over < 0:
            return self._judged(username, password, counts)
        if not _waiting.acquire(blocking=False):
            g.slowed_login = "Too many logins are waiting"
            return None
        try:
            with _one_at_a_time:
                user = self._judged(username, password, counts)
                if user is None:
                    g.slowed_login = "Too many wrong logins"
                    # Past 20 doublings the longest is long reached.
                    pause = _FIRST_PAUSE_SECONDS * 2 ** min(over, 20)
                    time.sleep(min(pause, _LONGEST_PAUSE_SECONDS))
                return user
        finally:
            _waiting.release()

    def on_user_login(self, user: Any) -> None:
        """Give the session another name: one planted before the login is worth nothing."""
        _rename_session()

    def on_user_logout(self, user: Any) -> None:
        """Take the session's name from it: whoever still has that cookie has nothing."""
        _rename_session()

    def _meant(self, username: str) -> str:
        user = self.find_user(username=username) or self.find_user(email=username)
        return f"number {user.id}" if user else str(username).strip().lower()

    def _judged(self, username: str, password: str, counts: Any) -> Any:
        user = super().auth_user_db(username, password)
        if user is None:
            for key in counts:
                _wrong.hit(_COUNTED, *key)
        return user


def _rename_session() -> None:
    current_app.session_interface.regenerate(session)


def _failures(key: tuple[str, str]) -> int:
    return int(_COUNTED.amount - _wrong.get_window_stats(_COUNTED, *key).remaining)


def say_to_wait(response: Response) -> Response:
    """Answer 429 to a wrong login that was slowed down, and to one that found no place to wait."""
    reason = g.get("slowed_login")
    if not reason:
        return response
    seconds = round(_MOST_WAITING * _LONGEST_PAUSE_SECONDS)
    message = f"{reason}: they are slowed down now. Wait {seconds} s, then try again.\n"
    return Response(message, 429, {"Retry-After": str(seconds)}, mimetype="text/plain")
