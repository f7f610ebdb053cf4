"""Slows wrong logins down, and lets the right password in all the same.

Counted where every password is judged, so the page and the API count together, and only what failed
counts: by the user who is meant, whether by name or by e-mail, and more loosely by the address, for
who tries one password on many names. Whoever is over a count is still judged, but one at a time in
the whole server, and each wrong one holds the next up, longer and longer. Only few may wait there:
a thread each. The counts are in the memory of the process: Superset runs with one worker.

Sessions and tokens carry a mark of the password they were given for, and are worth nothing once it
is another: whoever changes a password, because somebody else may know it, shuts that one out.
"""

import hashlib
import threading
import time
from typing import Any

from flask import Response, current_app, g, has_request_context, request, session
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_appbuilder.security.forms import ResetPasswordForm
from flask_appbuilder.security.views import ResetMyPasswordView
from flask_login import user_logged_in
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from superset.security import SupersetSecurityManager
from wtforms import PasswordField
from wtforms.validators import DataRequired, ValidationError

FREE_BY_USER = 5
FREE_BY_ADDRESS = 30
_COUNTED = RateLimitItemPerMinute(1_000)
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 1.0
_MOST_WAITING = 8
_wrong = MovingWindowRateLimiter(MemoryStorage())
_waiting = threading.BoundedSemaphore(_MOST_WAITING)
_one_at_a_time = threading.Lock()
_MARK = "password_mark"


class OwnPasswordForm(ResetPasswordForm):
    """Asks for the password that one has, too: an open screen is not its user."""

    old_password = PasswordField(
        "Current password", validators=[DataRequired()], widget=BS3PasswordFieldWidget()
    )

    def validate_old_password(self, field: Any) -> None:
        """Judge it where every password is judged.

        Raises:
            ValidationError: It is another.
        """
        if current_app.appbuilder.sm.auth_user_db(g.user.username, field.data) is None:
            message = "This is not your current password"
            raise ValidationError(message)


class OwnPasswordView(ResetMyPasswordView):
    """Flask AppBuilder's own page, with that form."""

    class_permission_name = ResetMyPasswordView.__name__
    form = OwnPasswordForm


class SlowedSecurityManager(SupersetSecurityManager):
    """Superset's own, except that after wrong passwords the next take their turn."""

    resetmypasswordview = OwnPasswordView

    def create_jwt_manager(self, app: Any) -> Any:
        """Return Flask AppBuilder's own, whose tokens carry the mark."""
        manager = super().create_jwt_manager(app)
        manager.additional_claims_loader(lambda pk: {_MARK: _mark(self.get_user_by_id(int(pk)))})
        return manager

    def load_user(self, pk: int) -> Any:
        """Return the user of a session, unless the password was changed since."""
        user = super().load_user(pk)
        return user if user and session.get(_MARK) == _mark(user) else None

    def load_user_jwt(self, _jwt_header: Any, jwt_data: Any) -> Any:
        """Return the user of a token, unless the password was changed since."""
        user = super().load_user(jwt_data["sub"])
        if not user or jwt_data.get(_MARK) != _mark(user):
            return None
        g.user = user
        return user

    def reset_password(self, userid: Any, password: str) -> None:
        """Change a password; of the user's sessions the one that asks for it stays."""
        super().reset_password(userid, password)
        if has_request_context() and session.get("_user_id") == str(userid):
            session[_MARK] = _mark(self.get_user_by_id(userid))

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


@user_logged_in.connect
def _mark_session(_app: Any, user: Any) -> None:
    session[_MARK] = _mark(user)


def _mark(user: Any) -> str:
    # The password is salted and hashed already.
    return hashlib.sha256(str(user.password).encode()).hexdigest()[:32]


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
